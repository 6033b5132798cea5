//! Behaviours 16 and 22: several handles of one turn, in several threads, and what is dropped.

use std::time::Duration;

use codex_app_client::TurnInput;

use super::{methods, next_method};
use crate::script::{
    Server, delta, item_completed, message, turn_completed, turn_ended, turn_response, turn_started,
};
use crate::served::{meet, with_thread};

const EVENTS: [&str; 3] = ["turn/started", "item/agentMessage/delta", "turn/completed"];

#[test]
fn no_handle_takes_events_from_another() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        server.serve("turn/start", turn_response("u")).await;
        server.meet().await;
        server.send_all([turn_started("t", "u"), delta("t", "u", "i", "a")]).await;
        server.send(turn_completed("t", "u")).await;
    });
    let one = thread.start_turn("hello").unwrap();
    let (two, three) = (thread.turn("u").unwrap(), thread.active_turn().unwrap());
    std::thread::scope(|scope| {
        let readers = [one, two, three].map(|turn| scope.spawn(move || methods(&mut { turn })));
        meet(&thread.client());
        for reader in readers {
            assert_eq!(reader.join().unwrap(), EVENTS);
        }
    });
}

#[test]
fn a_handle_made_by_id_starts_with_the_next_event() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        server.serve("turn/start", turn_response("u")).await;
        server.send(item_completed("t", "u", message("i", "done", None))).await;
        server.meet().await;
        server.meet().await;
        server.send(turn_completed("t", "u")).await;
    });
    let mut original = thread.start_turn("hello").unwrap();
    meet(&thread.client());
    let mut late = thread.turn("u").unwrap();
    meet(&thread.client());
    assert_eq!(late.wait().unwrap().final_response, None);
    assert_eq!(original.wait().unwrap().final_response.as_deref(), Some("done"));
}

#[test]
fn a_dropped_handle_leaves_others_and_the_turn_alone() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        server.serve("turn/start", turn_response("u")).await;
        server.meet().await;
        // Nothing is interrupted.
        server.meet().await;
        server.send_all([turn_started("t", "u"), delta("t", "u", "i", "a")]).await;
        server.send(turn_completed("t", "u")).await;
    });
    let one = thread.start_turn("hello").unwrap();
    let mut two = thread.turn("u").unwrap();
    meet(&thread.client());
    drop(one);
    meet(&thread.client());
    assert_eq!(methods(&mut two), EVENTS);
}

#[test]
fn a_dropped_handle_interrupts_its_turn_if_asked_to() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        server.serve("turn/start", turn_response("u")).await;
        server.send(turn_started("t", "u")).await;
        server.serve("turn/interrupt", serde_json::json!({})).await;
        server.send(turn_ended("t", "u", "interrupted")).await;
    });
    let mut events = thread.events();
    drop(thread.start_turn(TurnInput::from("hello").interrupt_on_drop(true)).unwrap());
    assert_eq!(next_method(&mut events), "turn/started");
    assert_eq!(next_method(&mut events), "turn/completed");
    assert!(thread.active_turn().is_none());
}

#[test]
fn the_last_handle_of_any_kind_closes_the_connection() {
    let (thread, serving) = with_thread(async |server: &mut Server| {
        server.serve("turn/start", turn_response("u")).await;
        server.meet().await;
        assert!(server.is_at_end().await);
    });
    let turn = thread.start_turn("hello").unwrap();
    let client = thread.client();
    drop(thread);
    meet(&client);
    drop(client);
    drop(turn);
    serving.join();
}

#[test]
fn a_thread_that_stalls_holds_up_nobody_and_loses_no_text() {
    const N: usize = 20_000;
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        server.serve("turn/start", turn_response("u")).await;
        for n in 0..N {
            server.send(delta("t", "u", "i", &format!("{n},"))).await;
        }
        server.send(turn_completed("t", "u")).await;
        server.meet().await;
    });
    let stalled = thread.start_turn("hello").unwrap();
    // Nobody reads the turn, and the connection goes on.
    meet(&thread.client());
    let mut text = String::new();
    let mut n_events = 0;
    for event in stalled {
        n_events += 1;
        if let codex_app_client::protocol::ServerNotification::ItemAgentMessageDelta(delta) =
            event.unwrap().body
        {
            text.push_str(&delta.delta.unwrap());
        }
    }
    let expected: String = (0..N).map(|n| format!("{n},")).collect();
    assert!(text == expected && n_events < N, "{n_events} events, {} bytes", text.len());
}

#[test]
fn a_wait_that_is_given_up_loses_no_event() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        server.serve("turn/start", turn_response("u")).await;
        server.meet().await;
        server.send_all([turn_started("t", "u"), delta("t", "u", "i", "a")]).await;
        server.send(turn_completed("t", "u")).await;
    });
    let mut turn = thread.start_turn("hello").unwrap();
    for _ in 0..3 {
        let next = turn.next_within(Duration::from_millis(1));
        assert!(super::is_wait_timeout(&next.unwrap().unwrap_err()));
    }
    meet(&thread.client());
    assert_eq!(methods(&mut turn), EVENTS);
}

#[test]
fn handles_go_to_other_threads_and_shared_ones_serve_many_at_once() {
    use codex_app_client::blocking;
    use codex_app_client::protocol::ThreadListParams;

    fn can_be_sent<T: Send + 'static>() {}
    fn can_be_shared<T: Send + Sync + Clone + 'static>() {}
    can_be_sent::<blocking::TurnHandle>();
    can_be_sent::<blocking::NextTurn>();
    can_be_sent::<blocking::GoalRun>();
    can_be_sent::<blocking::Events>();
    can_be_sent::<blocking::ServerRequests>();
    can_be_sent::<blocking::BrowserLogin>();
    can_be_sent::<blocking::DeviceCodeLogin>();
    can_be_sent::<blocking::Pages<ThreadListParams>>();
    can_be_shared::<blocking::Client>();
    can_be_shared::<blocking::Codex>();
    can_be_shared::<blocking::Thread>();
    can_be_shared::<blocking::TurnControl>();
    can_be_shared::<blocking::GoalControl>();
    can_be_shared::<blocking::LoginControl>();
}
