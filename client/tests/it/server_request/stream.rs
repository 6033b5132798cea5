//! Requests that are pulled.

use codex_app_client::IncomingRequest;
use codex_app_client::protocol::RpcError;
use codex_app_client::server_request::Answered;
use serde_json::json;

use super::{accepted, approval, declined};
use crate::script::connected;

#[tokio::test(start_paused = true)]
async fn each_request_is_answered_once() {
    let (_codex, client, mut server) = connected().await;
    let mut requests = client.server_requests();
    for id in 0..3 {
        server.send(approval(json!(id))).await;
    }
    let IncomingRequest::CommandApproval(first) = requests.next().await.unwrap() else {
        panic!("another kind");
    };
    assert_eq!(first.params.command.as_deref(), Some("rm -rf /"));
    assert_eq!((first.thread_id(), first.turn_id()), (Some("t"), Some("u")));
    assert_eq!(first.accept().unwrap(), Answered::Sent);
    assert_eq!(server.receive().await, accepted(json!(0)));
    let IncomingRequest::CommandApproval(second) = requests.next().await.unwrap() else {
        panic!("another kind");
    };
    second.refuse(&RpcError::new(-1, "cannot ask")).unwrap();
    assert_eq!(server.receive().await["error"]["message"], "cannot ask");
    // Dropped without an answer: no.
    drop(requests.next().await.unwrap());
    assert_eq!(server.receive().await, declined(json!(2)));
}

#[tokio::test(start_paused = true)]
async fn what_a_dropped_stream_leaves_behind_is_declined() {
    let (_codex, client, mut server) = connected().await;
    let requests = client.server_requests();
    server.send(approval(json!(0))).await;
    server.barrier(&client).await;
    drop(requests);
    assert_eq!(server.receive().await, declined(json!(0)));
    server.send(approval(json!(1))).await;
    assert_eq!(server.receive().await, declined(json!(1)));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_takes_its_time_holds_up_nobody() {
    let (_codex, client, mut server) = connected().await;
    let mut requests = client.server_requests();
    server.send(approval(json!(0))).await;
    let IncomingRequest::CommandApproval(pending) = requests.next().await.unwrap() else {
        panic!("another kind");
    };
    // Meanwhile everything else goes on.
    server.barrier(&client).await;
    tokio::time::sleep(std::time::Duration::from_secs(3600)).await;
    server.barrier(&client).await;
    let answer = tokio::spawn(async move { pending.accept() });
    assert_eq!(answer.await.unwrap().unwrap(), Answered::Sent);
    assert_eq!(server.receive().await, accepted(json!(0)));
    drop(server);
    assert!(requests.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_requests_is_bounded_and_answered() {
    let (_codex, client, mut server) = connected().await;
    let mut requests = client.server_requests();
    for id in 0..1100 {
        server.send(approval(json!(id))).await;
    }
    // The first 1024 are open, the others have had their answer.
    for id in 1024..1100 {
        assert_eq!(server.receive().await, declined(json!(id)));
    }
    let IncomingRequest::CommandApproval(first) = requests.next().await.unwrap() else {
        panic!("another kind");
    };
    first.accept().unwrap();
    assert_eq!(server.receive().await, accepted(json!(0)));
    server.send(approval(json!(2000))).await;
    drop(requests);
    for _ in 1..1024 {
        server.receive().await;
    }
    assert_eq!(server.receive().await, declined(json!(2000)));
}
