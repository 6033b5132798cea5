//! Requests that end without an answer, and what goes on beside them.

use codex_app_client::protocol::TurnStatus;
use codex_app_client::server_request::{CommandApproval, ReplyStatus};
use codex_app_client::testing::Reply;
use codex_app_client::{IncomingRequest, Options, ServerRequests, ThreadOptions};

use crate::setup::{Setup, setup};

async fn asked(it: &Setup) -> (CommandApproval, ServerRequests) {
    let mut requests = it.codex.server_requests().await.unwrap();
    it.model.push(Reply::escalated_command("echo seen", "to see"));
    let turn = it.thread.start_turn("Do it.").await.unwrap();
    drop(turn);
    match requests.next().await.unwrap() {
        IncomingRequest::CommandApproval(request) => (request, requests),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_open_dialog_stops_nothing_else() {
    let it = setup(Options::new()).await;
    let (request, _requests) = asked(&it).await;
    let other = it.codex.start_thread(ThreadOptions::default()).await.unwrap();
    let result = other.run("Meanwhile.").await.unwrap();
    assert_eq!(result.final_response.as_deref(), Some("You said: Meanwhile."));
    it.codex.models().await.unwrap();
    let mut turn = it.thread.active_turn().unwrap();
    assert_eq!(request.accept().unwrap(), ReplyStatus::Sent);
    assert_eq!(turn.wait().await.unwrap().status, TurnStatus::Completed);
    it.codex.shutdown().await;
}

#[tokio::test]
async fn each_thread_asks_in_its_own_window() {
    let it = setup(Options::new()).await;
    let other = it.codex.start_thread(ThreadOptions::default()).await.unwrap();
    let mut windows = Vec::new();
    for thread in [&it.thread, &other] {
        it.model.push_for(thread.id(), Reply::escalated_command("echo seen", "to see"));
        windows.push((thread, thread.server_requests()));
        drop(thread.start_turn(thread.id()).await.unwrap());
    }
    for (thread, mut requests) in windows {
        let IncomingRequest::CommandApproval(request) = requests.next().await.unwrap() else {
            panic!("another kind");
        };
        assert_eq!(request.thread_id(), Some(thread.id()));
        let mut turn = thread.active_turn().unwrap();
        assert_eq!(request.accept().unwrap(), ReplyStatus::Sent);
        assert_eq!(turn.wait().await.unwrap().status, TurnStatus::Completed);
    }
    it.codex.shutdown().await;
}

#[tokio::test]
async fn an_interrupted_turn_cancels_what_it_asks() {
    let it = setup(Options::new()).await;
    let (request, _requests) = asked(&it).await;
    let cancellation = request.cancellation();
    let watched = tokio::spawn(async move { cancellation.cancelled().await });
    let mut turn = it.thread.active_turn().unwrap();
    turn.interrupt().await.unwrap();
    request.cancelled().await;
    assert!(watched.await.unwrap());
    assert_eq!(turn.wait().await.unwrap().status, TurnStatus::Interrupted);
    assert_eq!(request.accept().unwrap(), ReplyStatus::Late);
    assert_eq!(it.thread.run("Go on.").await.unwrap().status, TurnStatus::Completed);
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_server_that_is_gone_cancels_what_it_has_asked() {
    let it = setup(Options::new()).await;
    let (request, mut requests) = asked(&it).await;
    it.codex.shutdown().await;
    request.cancelled().await;
    assert_eq!(request.accept().unwrap(), ReplyStatus::Late);
    assert!(requests.next().await.is_none());
}

#[tokio::test]
async fn a_thread_that_is_deleted_cancels_what_it_asks() {
    let it = setup(Options::new()).await;
    it.thread.run("So that it is kept.").await.unwrap();
    let (request, _requests) = asked(&it).await;
    it.thread.delete().await.unwrap();
    request.cancelled().await;
    assert_eq!(request.decline().unwrap(), ReplyStatus::Late);
    it.codex.shutdown().await;
}
