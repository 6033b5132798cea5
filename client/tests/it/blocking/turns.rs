//! Behaviours 6, 8, 13, 14 and 16: turns are run, iterated, waited for, steered and interrupted.

use std::time::Duration;

use codex_app_client::protocol::{ServerNotification, TurnStatus};
use codex_app_client::{Error, ThreadOptions, TurnInput};
use serde_json::json;

use super::{is_wait_timeout, next_delta, next_method};
use crate::script::{
    Server, delta, item_completed, message, turn_completed, turn_ended, turn_response,
    turn_started, usage,
};
use crate::served::{connected, meet, with_thread};

const SHORT: Duration = Duration::from_millis(20);
const LONG: Duration = Duration::from_secs(60);

#[test]
fn a_turn_is_run() {
    let (codex, serving) = connected(async |server: &mut Server| {
        server.serve("thread/start", json!({"thread": {"id": "t"}})).await;
        let request = server.serve("turn/start", turn_response("u")).await;
        let input = json!([{"type": "text", "text": "hello"}]);
        assert_eq!(request["params"], json!({"threadId": "t", "input": input}));
        server.send(item_completed("t", "u", message("i", "Hello.", None))).await;
        server.send(usage("t", "u", 30, 30)).await;
        server.send(turn_completed("t", "u")).await;
        assert!(server.is_at_end().await);
    });
    let thread = codex.start_thread(ThreadOptions::default()).unwrap();
    let result = thread.run("hello").unwrap();
    assert_eq!((&*result.thread_id, &*result.id), ("t", "u"));
    assert_eq!(result.status, TurnStatus::Completed);
    assert_eq!(result.final_response.as_deref(), Some("Hello."));
    assert_eq!(result.usage.unwrap().turn.total, 30);
    assert_eq!(result.duration_ms, Some(2000));
    codex.shutdown().unwrap();
    serving.join();
    assert!(thread.run("late").unwrap_err().is_closed());
}

#[test]
fn a_turn_is_iterated_steered_and_interrupted() {
    let (thread, serving) = with_thread(async |server: &mut Server| {
        server.serve("turn/start", turn_response("u")).await;
        server.send(turn_started("t", "u")).await;
        server.send(delta("t", "u", "i", "a")).await;
        server.serve("turn/steer", json!({"turnId": "u"})).await;
        server.serve("turn/interrupt", json!({})).await;
        server.send(turn_ended("t", "u", "interrupted")).await;
        assert!(server.is_at_end().await);
    });
    let mut turn = thread.start_turn("hello").unwrap();
    assert_eq!((turn.thread_id(), turn.id(), turn.is_joined()), ("t", "u", false));
    let text = turn.by_ref().find_map(|event| match event.unwrap().body {
        ServerNotification::ItemAgentMessageDelta(delta) => delta.delta,
        _ => None,
    });
    assert_eq!(text.as_deref(), Some("a"));
    turn.steer("more").unwrap();
    assert!(!turn.is_finished());
    turn.interrupt_and_wait().unwrap();
    assert!(turn.is_finished());
    assert_eq!(turn.wait().unwrap().status, TurnStatus::Interrupted);
    assert!(turn.next().is_none());
    // Over is over.
    turn.interrupt().unwrap();
    assert!(matches!(turn.steer("more"), Err(Error::NoActiveTurn { .. })));
    // Dropping everything closes the connection.
    drop((turn, thread));
    serving.join();
}

#[test]
fn another_thread_controls_the_turn_that_this_one_waits_for() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        server.serve("turn/start", turn_response("u")).await;
        server.send(turn_started("t", "u")).await;
        let request = server.serve("turn/steer", json!({"turnId": "u"})).await;
        assert_eq!(request["params"]["expectedTurnId"], "u");
        server.serve("turn/interrupt", json!({})).await;
        server.send(turn_ended("t", "u", "interrupted")).await;
    });
    let mut turn = thread.start_turn("hello").unwrap();
    let control = turn.control();
    let controlling = std::thread::spawn(move || {
        control.steer("more").unwrap();
        control.interrupt_and_wait().unwrap();
        // It is over, and nothing is sent.
        control.interrupt().unwrap();
    });
    assert_eq!(turn.wait().unwrap().status, TurnStatus::Interrupted);
    controlling.join().unwrap();
}

#[test]
fn an_interrupt_waits_until_the_server_has_begun_the_turn() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        server.serve("turn/start", turn_response("u")).await;
        // Nothing comes before the turn has begun.
        server.meet().await;
        server.send(turn_started("t", "u")).await;
        server.serve("turn/interrupt", json!({})).await;
        server.send(turn_ended("t", "u", "interrupted")).await;
    });
    let turn = thread.start_turn("hello").unwrap();
    let control = turn.control();
    let interrupting = std::thread::spawn(move || control.interrupt_and_wait().unwrap());
    meet(&thread.client());
    interrupting.join().unwrap();
    assert!(turn.is_finished());
}

#[test]
fn each_refusal_to_steer_has_its_own_error() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        server.serve("turn/start", turn_response("u")).await;
        for message in [
            "no active turn to steer",
            "expected active turn id `u` but found `x`",
            "cannot steer a review turn",
        ] {
            let request = server.expect("turn/steer").await;
            server.refuse(&request, message).await;
        }
    });
    let turn = thread.start_turn("hello").unwrap();
    assert!(matches!(turn.steer("a"), Err(Error::NoActiveTurn { .. })));
    assert!(matches!(turn.steer("b"), Err(Error::OtherTurnActive { found, .. }) if found == "x"));
    assert!(matches!(turn.steer("c"), Err(Error::TurnNotSteerable { .. })));
}

#[test]
fn a_failed_turn_is_an_error_with_all_it_had_produced() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        server.serve("turn/start", turn_response("u")).await;
        server.send(item_completed("t", "u", message("i", "partial", None))).await;
        let mut failed = turn_ended("t", "u", "failed");
        failed["params"]["turn"]["error"] = json!({"message": "boom"});
        server.send(failed).await;
    });
    let error = thread.run("hello").unwrap_err();
    assert_eq!(error.to_string(), "boom");
    assert_eq!(error.turn_failure().unwrap().result.items.len(), 1);
}

#[test]
fn a_wait_with_a_limit_gives_up_and_can_be_repeated() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        server.serve("turn/start", turn_response("u")).await;
        server.meet().await;
        server.send(delta("t", "u", "i", "a")).await;
        server.meet().await;
        server.send(item_completed("t", "u", message("i", "a", None))).await;
        server.send(turn_completed("t", "u")).await;
    });
    let mut turn = thread.start_turn("hello").unwrap();
    assert!(is_wait_timeout(&turn.next_within(SHORT).unwrap().unwrap_err()));
    let error = turn.wait_within(SHORT).unwrap_err();
    assert_eq!(error.to_string(), "timed out after 20ms");
    meet(&thread.client());
    assert_eq!(next_delta(&mut turn), "a");
    assert!(is_wait_timeout(&turn.next_within(SHORT).unwrap().unwrap_err()));
    meet(&thread.client());
    let result = turn.wait_within(LONG).unwrap();
    assert_eq!(result.final_response.as_deref(), Some("a"));
    assert!(turn.next_within(LONG).is_none());
}

#[test]
fn a_run_that_is_given_up_interrupts_its_turn() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        server.serve("turn/start", turn_response("u1")).await;
        server.send(turn_started("t", "u1")).await;
        let request = server.expect("turn/interrupt").await;
        assert_eq!(request["params"], json!({"threadId": "t", "turnId": "u1"}));
        server.answer(&request, json!({})).await;
        server.send(turn_ended("t", "u1", "interrupted")).await;
        // Not interrupted if asked to.
        server.serve("turn/start", turn_response("u2")).await;
        server.send(turn_started("t", "u2")).await;
        server.meet().await;
    });
    let mut events = thread.events();
    assert!(is_wait_timeout(&thread.run_within("hello", SHORT).unwrap_err()));
    assert_eq!(next_method(&mut events), "turn/started");
    assert_eq!(next_method(&mut events), "turn/completed");
    let input = TurnInput::from("hello").interrupt_on_drop(false);
    assert!(is_wait_timeout(&thread.run_within(input, SHORT).unwrap_err()));
    meet(&thread.client());
    assert_eq!(thread.active_turn().unwrap().id(), "u2");
}

#[test]
fn a_review_is_a_turn() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        server.serve("review/start", turn_response("r")).await;
        server.send(turn_completed("t", "r")).await;
    });
    let target = codex_app_client::protocol::ReviewTarget::UncommittedChanges;
    let mut turn = thread.start_review(target).unwrap();
    assert_eq!(turn.wait().unwrap().id, "r");
}

#[test]
fn a_start_and_an_interruption_can_have_limits() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        let request = server.expect("turn/start").await;
        server.meet().await;
        server.answer(&request, turn_response("u")).await;
        server.meet().await;
        server.send(turn_started("t", "u")).await;
        server.serve("turn/interrupt", json!({})).await;
        server.meet().await;
        server.send(turn_ended("t", "u", "interrupted")).await;
    });
    assert!(is_wait_timeout(&thread.start_turn_within("hello", SHORT).unwrap_err()));
    // The thread is taken all the while.
    assert!(matches!(thread.start_turn("no"), Err(Error::TurnActive { turn_id: None, .. })));
    let mut events = thread.events();
    meet(&thread.client());
    let turn = thread.next_turn();
    meet(&thread.client());
    assert_eq!(next_method(&mut events), "turn/started");
    let turn = turn.wait().unwrap();
    assert!(is_wait_timeout(&turn.interrupt_and_wait_within(SHORT).unwrap_err()));
    meet(&thread.client());
    // It ends meanwhile, or is over.
    assert_eq!(next_method(&mut events), "turn/completed");
    turn.control().interrupt_and_wait_within(LONG).unwrap();
}

#[test]
fn a_turn_whose_end_was_read_is_ended_for_everybody() {
    const N: usize = 200;
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        for n in 0..N {
            let id = format!("u{n}");
            // Nothing else is written: no interruption of what is over.
            server.serve("turn/start", turn_response(&id)).await;
            server.send_all([turn_started("t", &id), turn_completed("t", &id)]).await;
        }
    });
    let mut events = thread.events();
    for n in 0..N {
        let mut turn = thread.start_turn("hello").unwrap();
        let last = |method: &str| method == "turn/completed";
        if n % 2 == 0 {
            assert!(turn.by_ref().any(|it| last(it.unwrap().body.method())));
        } else {
            while next_method(&mut events) != "turn/completed" {}
        }
        assert!(turn.is_finished());
        turn.control().interrupt_and_wait().unwrap();
        if n % 2 == 0 {
            while next_method(&mut events) != "turn/completed" {}
        }
    }
}
