//! Requests that are pulled.

use codex_app_client::protocol::RpcError;
use codex_app_client::server_request::{AllowList, ReplyStatus};
use codex_app_client::{IncomingRequest, Options};
use serde_json::json;

use super::{accepted, approval, command, declined};
use crate::script::{connected, connected_with};

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
    assert_eq!(first.accept().unwrap(), ReplyStatus::Sent);
    assert_eq!(server.receive().await, accepted(json!(0)));
    let IncomingRequest::CommandApproval(second) = requests.next().await.unwrap() else {
        panic!("another kind");
    };
    second.respond_with_error(&RpcError::new(-1, "cannot ask")).unwrap();
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
async fn a_thread_has_a_stream_of_its_own_before_that_of_the_connection() {
    let (codex, client, mut server) = connected().await;
    let thread = codex.thread("t").await.unwrap();
    let mut of_all = client.server_requests();
    let mut of_thread = thread.server_requests();
    let of_other = |id: u8| {
        let mut request = approval(json!(id));
        request["params"]["threadId"] = json!("other");
        request
    };
    server.send(approval(json!(0))).await;
    server.send(of_other(1)).await;
    server.send(json!({"id": 2, "method": "attestation/generate", "params": {}})).await;
    assert_eq!(of_thread.next().await.unwrap().id(), &0.into());
    assert_eq!(server.receive().await, declined(json!(0)));
    for id in [1, 2] {
        assert_eq!(of_all.next().await.unwrap().id(), &id.into());
        assert_eq!(server.receive().await["id"], id);
    }
    // A second stream takes the place of the first, which ends.
    let mut second = thread.server_requests();
    assert!(of_thread.next().await.is_none());
    drop(of_thread);
    server.send(approval(json!(3))).await;
    assert_eq!(second.next().await.unwrap().id(), &3.into());
    assert_eq!(server.receive().await, declined(json!(3)));
    // When it is gone, what it has not handed out is declined, and the connection's stream is next.
    server.send(approval(json!(4))).await;
    server.barrier(&client).await;
    drop(second);
    assert_eq!(server.receive().await, declined(json!(4)));
    server.send(approval(json!(5))).await;
    assert_eq!(of_all.next().await.unwrap().id(), &5.into());
    assert_eq!(server.receive().await, declined(json!(5)));
    let mut third = thread.server_requests();
    drop(server);
    assert!(third.next().await.is_none());
    assert!(thread.server_requests().next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_a_thread_has_what_a_list_leaves() {
    let options = Options::new().approvals(AllowList::new().command(["ls"]));
    let (codex, _client, mut server) = connected_with(options).await;
    let mut requests = codex.thread("t").await.unwrap().server_requests();
    server.send(command(json!(0), "ls")).await;
    assert_eq!(server.receive().await, accepted(json!(0)));
    server.send(approval(json!(1))).await;
    assert_eq!(requests.next().await.unwrap().id(), &1.into());
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
    assert_eq!(answer.await.unwrap().unwrap(), ReplyStatus::Sent);
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
