//! Behaviours 17 and 18: the end of a connection reaches every thread that waits, and junk ends
//! nothing.

use std::time::Duration;

use codex_app_client::blocking::TurnHandle;
use codex_app_client::{CloseReason, Error, Event, InvalidLineReason, Options};
use serde_json::json;

use super::methods;
use crate::script::{Server, delta, turn_completed, turn_response, turn_started};
use crate::served::{connected, connected_with, meet, with_thread};

fn reason(error: &Error) -> &CloseReason {
    &error.closed().unwrap_or_else(|| panic!("{error:?}")).reason
}

fn last_error(turn: &mut TurnHandle) -> Error {
    let error = turn.find_map(Result::err).expect("a stream ends with the error");
    assert!(turn.next().is_none());
    error
}

/// Takes the start of a turn and five calls, which it never answers.
async fn leave_waiting(server: &mut Server) {
    server.serve("turn/start", turn_response("u")).await;
    for _ in 0..5 {
        server.expect("slow").await;
    }
}

/// Threads that wait in every way there is, and what they are told.
fn wait_in_every_way(
    thread: &codex_app_client::blocking::Thread,
    end: impl FnOnce() + Send,
) -> Vec<Error> {
    let mut turn = thread.start_turn("hello").unwrap();
    let (control, next_turn) = (turn.control(), thread.next_turn());
    let (mut of_thread, mut of_connection) = (thread.events(), thread.client().events());
    let other = thread.turn("u").unwrap();
    std::thread::scope(|scope| {
        let mut waiting: Vec<_> = (0..5)
            .map(|_| scope.spawn(|| thread.client().request_raw("slow", json!({})).unwrap_err()))
            .collect();
        waiting.extend([
            scope.spawn(move || turn.wait().unwrap_err()),
            scope.spawn(move || { other }.find_map(Result::err).unwrap()),
            scope.spawn(move || control.interrupt().unwrap_err()),
            scope.spawn(move || next_turn.wait().unwrap_err()),
            scope.spawn(move || of_thread.find_map(Result::err).unwrap()),
            scope.spawn(move || of_connection.find_map(Result::err).unwrap()),
        ]);
        end();
        waiting.into_iter().map(|it| it.join().unwrap()).collect()
    })
}

#[test]
fn the_end_reaches_every_thread_that_waits_and_every_later_call() {
    let (thread, serving) = with_thread(async |server: &mut Server| {
        leave_waiting(server).await;
    });
    let errors = wait_in_every_way(&thread, move || serving.join());
    assert_eq!(errors.len(), 11);
    assert!(errors.iter().all(|it| reason(it) == &CloseReason::EndOfStream), "{errors:?}");
    let client = thread.client();
    assert!(client.is_closed());
    assert!(client.request_raw("late", json!({})).unwrap_err().is_closed());
    assert!(client.next_notification().unwrap_err().is_closed());
    assert!(client.events().next().unwrap().unwrap_err().is_closed());
    assert!(client.server_requests().next().is_none());
    assert!(thread.run("late").unwrap_err().is_closed());
    assert!(thread.turn("u").unwrap_err().is_closed());
    assert!(thread.next_turn().wait().unwrap_err().is_closed());
    assert!(thread.active_turn().is_none());
    client.shutdown().unwrap();
}

#[test]
fn shutting_down_in_one_thread_ends_the_wait_of_all_others() {
    let (reached, is_reached) = std::sync::mpsc::channel();
    let (thread, serving) = with_thread(async move |server: &mut Server| {
        leave_waiting(server).await;
        reached.send(()).unwrap();
        assert!(server.is_at_end().await);
    });
    let client = thread.client();
    let errors = wait_in_every_way(&thread, move || {
        is_reached.recv().unwrap();
        client.shutdown().unwrap();
    });
    assert!(errors.iter().all(|it| reason(it) == &CloseReason::Shutdown), "{errors:?}");
    // Again, and nothing happens.
    thread.client().shutdown().unwrap();
    serving.join();
}

#[test]
fn what_had_come_before_the_end_is_still_handed_out() {
    let (thread, serving) = with_thread(async |server: &mut Server| {
        server.serve("turn/start", turn_response("u")).await;
        server.send(turn_started("t", "u")).await;
        server.send(delta("t", "u", "i", "last words")).await;
    });
    let mut turn = thread.start_turn("hello").unwrap();
    serving.join();
    assert_eq!(turn.next().unwrap().unwrap().body.method(), "turn/started");
    assert_eq!(super::next_delta(&mut turn), "last words");
    assert!(last_error(&mut turn).is_closed());
    assert!(turn.wait().unwrap_err().is_closed());
    assert!(turn.next_within(Duration::from_secs(60)).is_none());
}

#[test]
fn a_start_that_is_never_answered_ends_with_the_connection() {
    let (thread, serving) = with_thread(async |server: &mut Server| {
        server.expect("turn/start").await;
        server.send(turn_started("t", "u")).await;
    });
    std::thread::scope(|scope| {
        let run = scope.spawn(|| thread.run("hello").unwrap_err());
        serving.join();
        assert!(run.join().unwrap().is_closed());
    });
}

#[test]
fn junk_is_counted_and_reported_and_ends_nothing() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        server.serve("turn/start", turn_response("u")).await;
        server.meet().await;
        server.send_bytes(b"WARNING: something\n{\"method\":\n").await;
        server.send_bytes(b"{\"method\":\"x\",\"params\":{\"a\":\"\xff\xfe\"}}\n").await;
        server.send(turn_completed("t", "u")).await;
        server.meet().await;
    });
    let mut turn = thread.start_turn("hello").unwrap();
    let client = thread.client();
    let mut events = client.events();
    meet(&client);
    meet(&client);
    assert_eq!(methods(&mut turn), ["turn/completed"]);
    assert_eq!(client.stats().invalid_lines, 3);
    let reasons: Vec<_> = events
        .by_ref()
        .take(3)
        .map(|it| match it.unwrap() {
            Event::InvalidLine(line) => line.reason,
            other => panic!("{other:?}"),
        })
        .collect();
    let (no_message, not_utf8) = (InvalidLineReason::NotAMessage, InvalidLineReason::NotUtf8);
    assert_eq!(reasons, [no_message, no_message, not_utf8]);
}

#[test]
fn a_response_that_is_too_long_fails_its_call_and_no_other() {
    let options = Options::new().max_line_bytes(1000);
    let (codex, _serving) = connected_with(options, async |server: &mut Server| {
        server.serve("big", json!({"data": "x".repeat(5000)})).await;
        server.meet().await;
    });
    let error = codex.request_raw("big", json!({})).unwrap_err();
    assert!(matches!(error, Error::ResponseTooLong { limit: 1000, .. }));
    meet(&codex.client().unwrap());
}

#[test]
fn a_connection_that_is_shut_down_is_at_its_end_when_the_call_returns() {
    let (codex, serving) = connected(async |server: &mut Server| {
        assert!(server.is_at_end().await);
    });
    codex.shutdown().unwrap();
    assert!(codex.client().unwrap().is_closed());
    serving.join();
}
