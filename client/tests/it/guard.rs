//! Behaviours 5, 12 and 23: one turn a thread, decided before a byte is written.

use std::time::Duration;

use codex_app_client::protocol::{ThreadResumeParams, ThreadUnsubscribeParams, TurnStartParams};
use codex_app_client::{Error, TurnInput};
use futures_util::FutureExt as _;
use serde_json::json;

use crate::script::{
    delta, item_completed, message, notification, start, turn_completed, turn_response,
    turn_started, with_thread,
};

fn active_turn(error: &Error) -> Option<&str> {
    match error {
        Error::TurnActive { thread_id, turn_id } if thread_id == "t" => turn_id.as_deref(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_second_turn_is_refused_without_a_byte_until_the_first_has_ended() {
    let (thread, client, mut server) = with_thread("t").await;
    let first = start(&thread, &mut server, "u1").await;
    let error = thread.start_turn("second").await.unwrap_err();
    assert_eq!(active_turn(&error), Some("u1"));
    let error = thread.run("second").await.unwrap_err();
    assert_eq!(active_turn(&error), Some("u1"));
    // The barrier shows that nothing was written.
    server.barrier(&client).await;
    server.send(turn_started("t", "u1")).await;
    server.barrier(&client).await;
    assert!(thread.start_turn("second").await.is_err());
    // A dropped handle does not free the thread: the turn still runs.
    drop(first);
    assert!(thread.start_turn("second").await.is_err());
    server.send(turn_completed("t", "u1")).await;
    server.barrier(&client).await;
    drop(start(&thread, &mut server, "u2").await);
}

#[tokio::test(start_paused = true)]
async fn two_racing_starts_write_one_line() {
    let (thread, client, mut server) = with_thread("t").await;
    let (one, two, _) = tokio::join!(
        thread.start_turn("one"),
        thread.start_turn("two"),
        server.serve("turn/start", turn_response("u"))
    );
    assert_eq!(active_turn(&two.unwrap_err()), None);
    assert_eq!(one.unwrap().id(), "u");
    server.barrier(&client).await;
}

#[tokio::test(start_paused = true)]
async fn a_start_that_fails_frees_the_thread() {
    let (thread, _, mut server) = with_thread("t").await;
    let serve = async {
        let request = server.expect("turn/start").await;
        server.refuse(&request, "thread not found: t").await;
    };
    let (turn, ()) = tokio::join!(thread.start_turn("one"), serve);
    assert!(turn.unwrap_err().rpc().is_some());
    drop(start(&thread, &mut server, "u").await);
}

#[tokio::test(start_paused = true)]
async fn a_start_whose_answer_names_no_turn_frees_the_thread() {
    let (thread, _, mut server) = with_thread("t").await;
    let (turn, _) =
        tokio::join!(thread.start_turn("one"), server.serve("turn/start", json!({"turn": {}})));
    assert!(matches!(turn, Err(Error::Decode { .. })));
    drop(start(&thread, &mut server, "u").await);
}

#[tokio::test(start_paused = true)]
async fn plain_requests_obey_the_guard_too() {
    let (thread, client, mut server) = with_thread("t").await;
    let params = || TurnStartParams::new("t", ["hello"]);
    let (response, _) =
        tokio::join!(client.request(params()), server.serve("turn/start", turn_response("u")));
    assert_eq!(response.unwrap().turn.id, "u");
    assert_eq!(active_turn(&client.request(params()).await.unwrap_err()), Some("u"));
    let raw = client.request_raw("turn/start", json!({"threadId": "t", "input": []}));
    assert_eq!(active_turn(&raw.await.unwrap_err()), Some("u"));
    assert_eq!(active_turn(&thread.run("hello").await.unwrap_err()), Some("u"));
    server.send(turn_completed("t", "u")).await;
    server.barrier(&client).await;
    drop(start(&thread, &mut server, "u2").await);
}

#[tokio::test(start_paused = true)]
async fn a_start_that_joins_a_running_turn_says_so_and_begins_with_its_request() {
    let (thread, client, mut server) = with_thread("t").await;
    let mut first = start(&thread, &mut server, "u").await;
    server.send(turn_started("t", "u")).await;
    server.send(delta("t", "u", "i", "before")).await;
    server.barrier(&client).await;
    let serve = async {
        let request = server.expect("turn/start").await;
        server.send(delta("t", "u", "i", "between")).await;
        server.answer(&request, turn_response("u")).await;
    };
    let input = TurnInput::from("more").join();
    let (joined, ()) = tokio::join!(thread.start_turn(input), serve);
    let mut joined = joined.unwrap();
    assert!(joined.is_joined() && !first.is_joined());
    server.send(item_completed("t", "u", message("i", "done", None))).await;
    server.send(turn_completed("t", "u")).await;
    let expected = ["item/agentMessage/delta", "item/completed", "turn/completed"];
    assert_eq!(crate::script::methods(&mut joined).await, expected);
    assert!(joined.wait().await.unwrap().joined);
    assert!(!first.wait().await.unwrap().joined);
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_connection_frees_whoever_waits_for_the_thread() {
    let (thread, _, server) = with_thread("t").await;
    let (turn, ()) = tokio::join!(thread.start_turn("hello"), async { drop(server) });
    assert!(turn.unwrap_err().is_closed());
    assert!(thread.start_turn("hello").await.unwrap_err().is_closed());
}

#[tokio::test(start_paused = true)]
async fn a_thread_that_is_closed_or_not_heard_any_more_is_free() {
    let (thread, client, mut server) = with_thread("t").await;
    let mut turn = start(&thread, &mut server, "u1").await;
    let closed = notification("thread/closed", json!({"threadId": "t"}));
    server.send(closed).await;
    assert!(matches!(turn.wait().await, Err(Error::ThreadClosed { .. })));
    let mut turn = start(&thread, &mut server, "u2").await;
    let (outcome, _) = tokio::join!(
        thread.unsubscribe(),
        server.serve("thread/unsubscribe", json!({"status": "unsubscribed"}))
    );
    outcome.unwrap();
    assert!(matches!(turn.wait().await, Err(Error::ThreadClosed { .. })));
    // Until it is heard again, following a turn of it would be waiting for ever.
    assert!(matches!(thread.run("unheard").await, Err(Error::ThreadClosed { .. })));
    assert!(matches!(thread.compact().await, Err(Error::ThreadClosed { .. })));
    let params = TurnStartParams::new("t", ["for others"]);
    let (answer, _) =
        tokio::join!(client.request(params), server.serve("turn/start", turn_response("u3")));
    answer.unwrap();
    server.send(turn_started("t", "u3")).await;
    server.send(turn_completed("t", "u3")).await;
    let resume = client.request(ThreadResumeParams::new("t"));
    let (response, _) =
        tokio::join!(resume, server.serve("thread/resume", json!({"thread": {"id": "t"}})));
    response.unwrap();
    drop(start(&thread, &mut server, "u4").await);
}

#[tokio::test(start_paused = true)]
async fn unsubscribing_by_name_ends_the_turns_too() {
    let (thread, client, mut server) = with_thread("t").await;
    let mut turn = start(&thread, &mut server, "u").await;
    let next = thread.next_turn();
    let answer = json!({"status": "unsubscribed"});
    let (response, _) = tokio::join!(
        client.request(ThreadUnsubscribeParams::new("t")),
        server.serve("thread/unsubscribe", answer)
    );
    response.unwrap();
    assert!(matches!(turn.wait().await, Err(Error::ThreadClosed { .. })));
    assert!(matches!(next.await, Err(Error::ThreadClosed { .. })));
    assert!(thread.active_turn().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_start_that_is_answered_after_unsubscribing_waits_for_nothing() {
    let (thread, client, mut server) = with_thread("t").await;
    let serve = async {
        let request = server.expect("turn/start").await;
        let answer = json!({"status": "unsubscribed"});
        let (response, _) = tokio::join!(
            client.request(ThreadUnsubscribeParams::new("t")),
            server.serve("thread/unsubscribe", answer)
        );
        response.unwrap();
        server.answer(&request, turn_response("u")).await;
    };
    let (turn, ()) = tokio::join!(thread.start_turn("hello"), serve);
    assert!(matches!(turn.unwrap().wait().await, Err(Error::ThreadClosed { .. })));
    assert!(thread.active_turn().is_none());
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_a_turn_of_a_thread_that_is_gone() {
    for method in ["thread/closed", "thread/deleted"] {
        let (thread, _, mut server) = with_thread("t").await;
        let next = thread.next_turn();
        server.send(notification(method, json!({"threadId": "t"}))).await;
        assert!(matches!(next.await, Err(Error::ThreadClosed { .. })), "{method}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_start_that_is_never_answered_holds_the_thread_for_half_a_minute() {
    let (thread, client, mut server) = with_thread("t").await;
    let given_up = tokio::time::timeout(Duration::from_secs(1), thread.start_turn("one"));
    assert!(given_up.await.is_err());
    server.expect("turn/start").await;
    assert_eq!(active_turn(&thread.run("two").await.unwrap_err()), None);
    tokio::time::sleep(Duration::from_secs(30)).await;
    drop(start(&thread, &mut server, "u").await);
    assert_eq!(client.stats().pending_requests, 0);
}

#[tokio::test(start_paused = true)]
async fn a_thread_is_idle_once_its_turn_is_over_or_was_never_started() {
    let (thread, client, mut server) = with_thread("t").await;
    thread.wait_idle().await.unwrap();
    drop(start(&thread, &mut server, "u").await);
    let mut idle = std::pin::pin!(thread.wait_idle());
    assert!(idle.as_mut().now_or_never().is_none());
    server.send(turn_started("t", "u")).await;
    server.barrier(&client).await;
    assert!(idle.as_mut().now_or_never().is_none());
    server.send(turn_completed("t", "u")).await;
    idle.await.unwrap();
    // A start that is refused, and the end of everything.
    let refused = async {
        let request = server.expect("turn/start").await;
        assert!(thread.wait_idle().now_or_never().is_none());
        server.refuse(&request, "no").await;
    };
    let (turn, ()) = tokio::join!(thread.start_turn("no"), refused);
    turn.unwrap_err();
    thread.wait_idle().await.unwrap();
    drop(start(&thread, &mut server, "v").await);
    let idle = thread.wait_idle();
    drop(server);
    assert!(idle.await.unwrap_err().is_closed());
}

#[tokio::test(start_paused = true)]
async fn a_running_turn_is_known_after_resuming_its_thread() {
    let (codex, client, mut server) = crate::script::connected().await;
    let serve = async {
        let request = server.expect("thread/resume").await;
        let turns =
            json!([{"id": "u1", "status": "completed"}, {"id": "u2", "status": "inProgress"}]);
        server.answer(&request, json!({"thread": {"id": "t", "turns": turns}})).await;
    };
    let (thread, ()) = tokio::join!(codex.resume_thread("t"), serve);
    let thread = thread.unwrap();
    assert_eq!(active_turn(&thread.start_turn("no").await.unwrap_err()), Some("u2"));
    assert!(matches!(thread.turn("u1"), Err(Error::NoActiveTurn { .. })));
    let mut turn = thread.turn("u2").unwrap();
    server.send(turn_completed("t", "u2")).await;
    turn.wait().await.unwrap();
    server.barrier(&client).await;
    assert!(thread.active_turn().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_running_turn_is_asked_for_if_the_history_was_left_out() {
    let (codex, _client, mut server) = crate::script::connected().await;
    let active = json!({"thread": {"id": "t", "status": {"type": "active"}, "turns": []}});
    let serve = async {
        server.serve("thread/resume", active.clone()).await;
        let turns = json!({"data": [{"id": "u", "status": "inProgress", "items": []}]});
        let request = server.serve("thread/turns/list", turns).await;
        let params = json!({"itemsView": "notLoaded", "limit": 1, "sortDirection": "desc",
            "threadId": "t"});
        assert_eq!(request["params"], params);
    };
    let (thread, ()) = tokio::join!(codex.resume_thread("t"), serve);
    assert_eq!(active_turn(&thread.unwrap().start_turn("no").await.unwrap_err()), Some("u"));
    // It may be over by the time that it is told of.
    let serve = async {
        server.serve("thread/resume", active).await;
        let request = server.expect("thread/turns/list").await;
        server.send(turn_completed("t", "u")).await;
        let turns = json!({"data": [{"id": "u", "status": "inProgress", "items": []}]});
        server.answer(&request, turns).await;
    };
    let (thread, ()) = tokio::join!(codex.resume_thread("t"), serve);
    assert!(thread.unwrap().active_turn().is_none());
    // Nothing is asked about a thread that is idle.
    let idle = json!({"thread": {"id": "t", "status": {"type": "idle"}, "turns": []}});
    let (thread, _) = tokio::join!(codex.resume_thread("t"), server.serve("thread/resume", idle));
    assert!(thread.unwrap().active_turn().is_none());
}
