//! Behaviours 5, 11 and 12: one turn a thread, whoever starts it, and from whichever thread.

use codex_app_client::{Error, TurnInput};
use serde_json::json;

use super::methods;
use crate::script::{Server, item_completed, message, turn_completed, turn_response, turn_started};
use crate::served::{Seen, meet, with_thread};

#[test]
fn a_second_turn_is_refused_without_a_byte_until_the_first_has_ended() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        server.serve("turn/start", turn_response("u1")).await;
        // Were anything written, it would come before this.
        server.meet().await;
        server.send(turn_completed("t", "u1")).await;
        server.meet().await;
        server.serve("turn/start", turn_response("u2")).await;
    });
    let first = thread.start_turn("first").unwrap();
    let error = thread.run("second").unwrap_err();
    assert!(matches!(&error, Error::TurnActive { thread_id, turn_id: Some(turn_id) }
        if thread_id == "t" && turn_id == first.id()));
    drop(first);
    assert!(thread.start_turn("second").is_err());
    meet(&thread.client());
    meet(&thread.client());
    assert_eq!(thread.start_turn("second").unwrap().id(), "u2");
}

#[test]
fn starts_racing_in_many_threads_write_one_line() {
    let (reached, is_reached) = std::sync::mpsc::channel();
    let (thread, serving) = with_thread(async move |server: &mut Server| {
        let request = server.expect("turn/start").await;
        reached.send(()).unwrap();
        // The others have failed by the time they meet.
        server.meet().await;
        server.answer(&request, turn_response("u")).await;
        assert!(server.is_at_end().await);
    });
    let outcomes = Seen::new();
    std::thread::scope(|scope| {
        let race = || {
            let outcome = thread.start_turn("hello").map(|it| it.id().to_owned());
            outcomes.push(outcome);
        };
        let racers: Vec<_> = (0..8).map(|_| scope.spawn(race)).collect();
        while outcomes.len() < 7 {
            std::thread::yield_now();
        }
        // Whoever holds the thread may not have written its line yet.
        is_reached.recv().unwrap();
        meet(&thread.client());
        racers.into_iter().for_each(|it| it.join().unwrap());
    });
    let (started, refused): (Vec<_>, Vec<_>) =
        outcomes.into_inner().into_iter().partition(Result::is_ok);
    assert_eq!((started.len(), refused.len()), (1, 7));
    for error in refused {
        assert!(matches!(error, Err(Error::TurnActive { turn_id: None, .. })));
    }
    drop(thread);
    serving.join();
}

#[test]
fn a_turn_of_the_server_holds_the_thread_and_can_be_adopted() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        server.send(turn_started("t", "s")).await;
        server.meet().await;
        server.meet().await;
        server.send(item_completed("t", "s", message("i", "by myself", None))).await;
        server.send(turn_completed("t", "s")).await;
        server.meet().await;
    });
    meet(&thread.client());
    assert!(matches!(thread.run("no"), Err(Error::TurnActive { .. })));
    let (mut active, mut by_id) = (thread.active_turn().unwrap(), thread.turn("s").unwrap());
    assert!(active.is_joined());
    assert!(matches!(thread.turn("x"), Err(Error::NoActiveTurn { .. })));
    meet(&thread.client());
    assert_eq!(active.wait().unwrap().final_response.as_deref(), Some("by myself"));
    assert_eq!(methods(&mut by_id), ["item/completed", "turn/completed"]);
    meet(&thread.client());
    assert!(thread.active_turn().is_none());
}

#[test]
fn the_next_turn_of_the_server_is_followed_from_its_beginning() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        server.serve("thread/compact/start", json!({})).await;
        server.send(turn_started("t", "c")).await;
        server.send(turn_completed("t", "c")).await;
        server.meet().await;
    });
    let next = thread.next_turn();
    let mut turn = thread.compact().unwrap();
    meet(&thread.client());
    assert_eq!(methods(&mut turn), ["turn/started", "turn/completed"]);
    assert_eq!(methods(&mut next.wait().unwrap()), ["turn/started", "turn/completed"]);
    let none = thread.next_turn().wait_within(std::time::Duration::from_millis(20));
    assert!(super::is_wait_timeout(&none.unwrap_err()));
}

#[test]
fn a_start_that_joins_a_running_turn_says_so() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        server.serve("turn/start", turn_response("u")).await;
        server.send(turn_started("t", "u")).await;
        server.serve("turn/start", turn_response("u")).await;
        server.send(turn_completed("t", "u")).await;
    });
    let mut first = thread.start_turn("hello").unwrap();
    let mut joined = thread.start_turn(TurnInput::from("more").join()).unwrap();
    assert!(joined.is_joined() && !first.is_joined());
    assert!(joined.wait().unwrap().joined);
    assert!(!first.wait().unwrap().joined);
}
