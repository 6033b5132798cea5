//! Requests that the server waits for no more.

use std::collections::BTreeMap;

use codex_app_client::server_request::{CommandApproval, ReplyStatus};
use codex_app_client::{Client, IncomingRequest, ServerRequests};
use serde_json::{Value, json};

use super::{accepted, approval, declined};
use crate::script::{Server, connected, notification, turn_ended};

async fn open(client: &Client, server: &mut Server) -> (CommandApproval, ServerRequests) {
    let mut requests = client.server_requests();
    server.send(approval(json!(0))).await;
    match requests.next().await.unwrap() {
        IncomingRequest::CommandApproval(request) => (request, requests),
        other => panic!("{other:?}"),
    }
}

async fn is_cancelled_by(message: Value) {
    let (_codex, client, mut server) = connected().await;
    let (request, _requests) = open(&client, &mut server).await;
    server.barrier(&client).await;
    assert!(!request.is_cancelled());
    server.send(message).await;
    request.cancelled().await;
    assert!(request.is_cancelled());
    // A late answer is not sent: the next that the server hears is the barrier.
    assert_eq!(request.accept().unwrap(), ReplyStatus::Late);
    server.barrier(&client).await;
}

#[tokio::test(start_paused = true)]
async fn it_is_told_to_whoever_does_not_have_the_request() {
    let (_codex, client, mut server) = connected().await;
    let mut requests = client.server_requests();
    let mut dialogs = BTreeMap::new();
    let mut ends = Vec::new();
    for id in 0..4 {
        server.send(approval(json!(id))).await;
        let request = requests.next().await.unwrap();
        let cancellation = request.cancellation();
        assert!(!cancellation.is_cancelled());
        let watched = cancellation.clone();
        ends.push((cancellation, tokio::spawn(async move { watched.cancelled().await })));
        dialogs.insert(id, request);
    }
    let mut take = |id: i64| match dialogs.remove(&id) {
        Some(IncomingRequest::CommandApproval(request)) => request,
        other => panic!("{other:?}"),
    };
    assert_eq!(take(0).accept().unwrap(), ReplyStatus::Sent);
    drop(take(1));
    let resolved = json!({"threadId": "t", "requestId": 2});
    server.send(notification("serverRequest/resolved", resolved)).await;
    assert_eq!(server.receive().await, accepted(json!(0)));
    assert_eq!(server.receive().await, declined(json!(1)));
    server.barrier(&client).await;
    drop(server);
    for (id, (cancellation, end)) in ends.into_iter().enumerate() {
        let is_cancelled = id >= 2;
        assert_eq!(end.await.unwrap(), is_cancelled, "{id}");
        assert_eq!(cancellation.is_cancelled(), is_cancelled, "{id}");
    }
    assert_eq!(take(2).accept().unwrap(), ReplyStatus::Late);
    assert_eq!(take(3).accept().unwrap(), ReplyStatus::Late);
}

#[tokio::test(start_paused = true)]
async fn somebody_else_has_answered() {
    let resolved = json!({"threadId": "t", "requestId": 0});
    is_cancelled_by(notification("serverRequest/resolved", resolved)).await;
}

#[tokio::test(start_paused = true)]
async fn the_turn_has_ended() {
    is_cancelled_by(turn_ended("t", "u", "completed")).await;
}

#[tokio::test(start_paused = true)]
async fn the_turn_was_interrupted() {
    is_cancelled_by(turn_ended("t", "u", "interrupted")).await;
}

#[tokio::test(start_paused = true)]
async fn the_thread_was_closed() {
    is_cancelled_by(notification("thread/closed", json!({"threadId": "t"}))).await;
}

#[tokio::test(start_paused = true)]
async fn the_id_is_asked_about_something_else() {
    let mut other = approval(json!(0));
    other["params"]["itemId"] = json!("other");
    let (_codex, client, mut server) = connected().await;
    let (request, mut requests) = open(&client, &mut server).await;
    server.send(other).await;
    request.cancelled().await;
    assert_eq!(request.accept().unwrap(), ReplyStatus::Late);
    let IncomingRequest::CommandApproval(newer) = requests.next().await.unwrap() else {
        panic!("another kind");
    };
    assert_eq!(newer.item_id(), Some("other"));
    assert_eq!(newer.accept().unwrap(), ReplyStatus::Sent);
    assert_eq!(server.receive().await, accepted(json!(0)));
}

#[tokio::test(start_paused = true)]
async fn the_connection_has_ended() {
    let (_codex, client, mut server) = connected().await;
    let (request, mut requests) = open(&client, &mut server).await;
    drop(server);
    request.cancelled().await;
    assert_eq!(request.decline().unwrap(), ReplyStatus::Late);
    assert!(requests.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn another_turn_or_thread_cancels_nothing() {
    let (_codex, client, mut server) = connected().await;
    let (request, _requests) = open(&client, &mut server).await;
    server.send(turn_ended("t", "other", "completed")).await;
    server.send(turn_ended("other", "u", "completed")).await;
    server.send(notification("thread/closed", json!({"threadId": "other"}))).await;
    let resolved = json!({"threadId": "t", "requestId": "0"});
    server.send(notification("serverRequest/resolved", resolved)).await;
    server.barrier(&client).await;
    assert!(!request.is_cancelled());
    assert_eq!(request.accept().unwrap(), ReplyStatus::Sent);
    assert_eq!(server.receive().await, accepted(json!(0)));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_sent_again_is_the_same_one() {
    let (_codex, client, mut server) = connected().await;
    let (request, mut requests) = open(&client, &mut server).await;
    // As the server does when the thread is resumed.
    server.send(approval(json!(0))).await;
    server.send(approval(json!(1))).await;
    let other = requests.next().await.unwrap();
    assert_eq!(other.id(), &1.into());
    assert_eq!(request.accept().unwrap(), ReplyStatus::Sent);
    assert_eq!(server.receive().await, accepted(json!(0)));
}

#[tokio::test(start_paused = true)]
async fn what_was_cancelled_before_it_was_read_is_not_shown() {
    let (_codex, client, mut server) = connected().await;
    let mut requests = client.server_requests();
    server.send(approval(json!(0))).await;
    server.send(turn_ended("t", "u", "interrupted")).await;
    server.send(approval(json!(1))).await;
    server.barrier(&client).await;
    assert_eq!(requests.next().await.unwrap().id(), &1.into());
}
