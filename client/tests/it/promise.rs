//! Behaviour 12: a turn that the server has promised, and what shows that it never begins. Nobody
//! waits for one for ever.

use std::time::Duration;

use codex_app_client::protocol::{CustomReviewTarget, ReviewTarget};
use codex_app_client::{Error, TurnInput};
use serde_json::{Value, json};

use crate::script::{
    item_completed, message, methods, notification, start, turn_completed, turn_ended,
    turn_response, turn_started, with_thread,
};

fn status(thread_id: &str, status: &str) -> Value {
    let params = json!({"threadId": thread_id, "status": {"type": status}});
    notification("thread/status/changed", params)
}

/// `turn/started` as releases before 0.163 send it.
fn started_without_root(thread_id: &str, turn_id: &str) -> Value {
    let turn = json!({"id": turn_id, "items": [], "status": "inProgress"});
    notification("turn/started", json!({"threadId": thread_id, "turn": turn}))
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_was_put_into_another_has_what_that_told_since_the_request() {
    // Another client's turn begins between the request and its answer, and takes the input under an
    // id that never starts.
    let (thread, client, mut server) = with_thread("t").await;
    let serve = async {
        let request = server.expect("turn/start").await;
        server.send(turn_started("t", "other")).await;
        server.answer(&request, turn_response("phantom")).await;
        server.send(item_completed("t", "other", message("i", "Both.", None))).await;
        server.send(turn_completed("t", "other")).await;
    };
    let (turn, ()) = tokio::join!(thread.start_turn("hello"), serve);
    let mut turn = turn.unwrap();
    let result = turn.wait().await.unwrap();
    assert!(result.joined);
    assert_eq!(result.id, "other");
    assert_eq!(result.final_response.as_deref(), Some("Both."));
    server.barrier(&client).await;
    drop(start(&thread, &mut server, "u").await);
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_never_starts_ends_with_the_one_it_was_put_into() {
    let (thread, _, mut server) = with_thread("t").await;
    let mut turn = start(&thread, &mut server, "phantom").await;
    server.send(turn_completed("t", "other")).await;
    let result = turn.wait().await.unwrap();
    assert!(result.joined);
    assert_eq!(result.id, "other");
    drop(start(&thread, &mut server, "u").await);
}

#[tokio::test(start_paused = true)]
async fn a_turn_whose_input_went_into_one_that_ended_before_the_answer_ends_too() {
    let (thread, _, mut server) = with_thread("t").await;
    let serve = async {
        let request = server.expect("turn/start").await;
        server.send(turn_started("t", "other")).await;
        server.send(turn_completed("t", "other")).await;
        server.answer(&request, turn_response("phantom")).await;
    };
    let (turn, ()) = tokio::join!(thread.start_turn("hello"), serve);
    let result = turn.unwrap().wait().await.unwrap();
    assert_eq!((result.id.as_str(), result.joined), ("other", true));
    drop(start(&thread, &mut server, "u").await);
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_begins_after_the_late_end_of_another_is_its_own() {
    // What 0.169 sends when a turn is started while the end of another is on its way.
    let (thread, client, mut server) = with_thread("t").await;
    let mut first = start(&thread, &mut server, "u1").await;
    server.send(turn_started("t", "u1")).await;
    server.barrier(&client).await;
    let input = TurnInput::from("more").join();
    let (second, _) =
        tokio::join!(thread.start_turn(input), server.serve("turn/start", turn_response("u2")));
    let mut second = second.unwrap();
    server.send_all([status("t", "idle"), turn_completed("t", "u1")]).await;
    first.wait().await.unwrap();
    tokio::time::sleep(Duration::from_secs(4)).await;
    server.send_all([status("t", "active"), turn_started("t", "u2")]).await;
    server.barrier(&client).await;
    // The time in which it might have been given up passes.
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!(!second.is_joined() && !second.is_finished());
    server.send(item_completed("t", "u2", message("i", "Second.", None))).await;
    server.send(turn_completed("t", "u2")).await;
    assert_eq!(methods(&mut second).await, ["turn/started", "item/completed", "turn/completed"]);
    assert_eq!(second.wait().await.unwrap().final_response.as_deref(), Some("Second."));
}

#[tokio::test(start_paused = true)]
async fn a_turn_of_a_thread_that_is_not_heard_is_not_waited_for() {
    // All that a connection hears of a thread which it has not subscribed to.
    let (thread, _, mut server) = with_thread("t").await;
    let mut turn = start(&thread, &mut server, "u1").await;
    server.send_all([status("t", "active"), status("t", "idle")]).await;
    let error = turn.wait().await.unwrap_err();
    assert!(matches!(&error, Error::NoActiveTurn { turn_id, .. } if turn_id == "u1"), "{error:?}");
    turn.interrupt_and_wait().await.unwrap();
    drop(start(&thread, &mut server, "u2").await);
}

#[tokio::test(start_paused = true)]
async fn a_turn_is_not_doubted_without_a_reason() {
    let (thread, client, mut server) = with_thread("t").await;
    let mut turn = start(&thread, &mut server, "u").await;
    server.send_all([status("t", "active"), status("elsewhere", "idle")]).await;
    server.barrier(&client).await;
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert!(thread.start_turn("more").await.is_err() && !turn.is_finished());
    server.send_all([turn_started("t", "u"), turn_completed("t", "u")]).await;
    assert!(!turn.wait().await.unwrap().joined);
}

#[tokio::test(start_paused = true)]
async fn while_another_turn_runs_its_end_decides() {
    let (thread, client, mut server) = with_thread("t").await;
    let mut turn = start(&thread, &mut server, "phantom").await;
    server.send_all([status("t", "systemError"), turn_started("t", "other")]).await;
    server.barrier(&client).await;
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert!(!turn.is_finished());
    server.send(turn_ended("t", "other", "interrupted")).await;
    assert_eq!(turn.wait().await.unwrap().id, "other");
}

#[tokio::test(start_paused = true)]
async fn nothing_of_another_turn_is_lost_while_a_promise_is_open() {
    let (thread, client, mut server) = with_thread("t").await;
    let mut events = client.events();
    let turn = start(&thread, &mut server, "u").await;
    server.send(turn_completed("t", "other")).await;
    server.send(turn_started("t", "u")).await;
    let event = events.next().await.unwrap().unwrap().into_notification().unwrap();
    assert_eq!((event.body.method(), event.body.turn_id()), ("turn/completed", Some("other")));
    assert!(!turn.is_finished());
}

#[tokio::test(start_paused = true)]
async fn the_inner_turn_of_a_review_is_known_though_an_older_server_does_not_say_so() {
    let (thread, client, mut server) = with_thread("t").await;
    let target = ReviewTarget::from(CustomReviewTarget::new("Look."));
    let (review, _) = tokio::join!(
        thread.start_review(target),
        server.serve("review/start", turn_response("outer"))
    );
    let mut review = review.unwrap();
    server.send(started_without_root("t", "inner")).await;
    let (outcome, request) =
        tokio::join!(review.interrupt(), server.serve("turn/interrupt", json!({})));
    outcome.unwrap();
    assert_eq!(request["params"]["turnId"], "inner");
    server.send(turn_ended("t", "outer", "interrupted")).await;
    review.wait().await.unwrap();
    server.barrier(&client).await;
    assert!(thread.active_turn().is_none());
    drop(start(&thread, &mut server, "u").await);
}

#[tokio::test(start_paused = true)]
async fn the_inner_turn_of_another_clients_review_ends_with_the_review() {
    let (thread, client, mut server) = with_thread("t").await;
    let next = thread.next_turn();
    server.send(started_without_root("t", "inner")).await;
    let mut inner = next.await.unwrap();
    server.send(turn_completed("t", "outer")).await;
    assert_eq!(inner.wait().await.unwrap().id, "outer");
    server.barrier(&client).await;
    drop(start(&thread, &mut server, "u").await);
}
