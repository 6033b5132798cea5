//! Closures and handlers, and who comes before whom.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use codex_app_client::server_request::{
    ApprovalPolicy, CommandApproval, FileChangeApproval, HandlerResult, Handlers, RequestHandler,
};
use codex_app_client::{IncomingRequest, Options};
use serde_json::json;
use tokio::sync::Notify;

use super::{accepted, approval, asked, command, declined};
use crate::script::{connected, connected_with, turn_ended};

#[tokio::test(start_paused = true)]
async fn a_closure_answers_its_kind() {
    let options = Options::new().on_command_approval(|request| async move {
        match request.params.command.as_deref() {
            Some("ls") => request.accept(),
            _ => request.decline(),
        }
    });
    let (_codex, _client, mut server) = connected_with(options).await;
    assert_eq!(asked(&mut server, command(json!(0), "ls")).await, accepted(json!(0)));
    assert_eq!(asked(&mut server, command(json!(1), "rm")).await, declined(json!(1)));
}

#[tokio::test(start_paused = true)]
async fn many_handlers_wait_at_once() {
    let gate = Arc::new(Notify::new());
    let waiting = Arc::new(AtomicUsize::new(0));
    let (inner_gate, inner_waiting) = (Arc::clone(&gate), Arc::clone(&waiting));
    let options = Options::new().on_command_approval(move |request| {
        let (gate, waiting) = (Arc::clone(&inner_gate), Arc::clone(&inner_waiting));
        async move {
            waiting.fetch_add(1, Ordering::SeqCst);
            gate.notified().await;
            request.accept()
        }
    });
    let (_codex, client, mut server) = connected_with(options).await;
    for id in 0..100 {
        server.send(approval(json!(id))).await;
    }
    server.barrier(&client).await;
    while waiting.load(Ordering::SeqCst) < 100 {
        tokio::task::yield_now().await;
    }
    gate.notify_waiters();
    for _ in 0..100 {
        assert_eq!(server.receive().await["result"]["decision"], "accept");
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_panics_or_fails_declines_and_takes_nothing_along() {
    let options = Options::new().on_command_approval(|request| async move {
        match request.params.command.as_deref() {
            Some("panic") => panic!("a bug of the handler"),
            Some("fail") => Err("nobody is there".into()),
            _ => HandlerResult::from(request.accept().map(drop).map_err(Into::into)),
        }
    });
    let (_codex, client, mut server) = connected_with(options).await;
    assert_eq!(asked(&mut server, command(json!(0), "panic")).await, declined(json!(0)));
    assert_eq!(asked(&mut server, command(json!(1), "fail")).await, declined(json!(1)));
    assert_eq!(asked(&mut server, command(json!(2), "ls")).await, accepted(json!(2)));
    server.barrier(&client).await;
}

#[tokio::test(start_paused = true)]
async fn a_closure_that_panics_before_its_future_declines_too() {
    fn refuse(_: CommandApproval) -> std::future::Ready<()> {
        panic!("a bug of the closure")
    }
    let (_codex, client, mut server) =
        connected_with(Options::new().on_command_approval(refuse)).await;
    assert_eq!(asked(&mut server, approval(json!(0))).await, declined(json!(0)));
    server.barrier(&client).await;
}

struct Editor;

impl RequestHandler for Editor {
    async fn file_change_approval(&self, request: FileChangeApproval) -> HandlerResult {
        request.accept()?;
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_answers_what_it_knows_and_declines_the_rest() {
    let (_codex, _client, mut server) =
        connected_with(Options::new().request_handler(Editor)).await;
    let change = json!({"id": 0, "method": "item/fileChange/requestApproval", "params": {
        "threadId": "t", "turnId": "u", "itemId": "i"}});
    assert_eq!(asked(&mut server, change).await, accepted(json!(0)));
    assert_eq!(asked(&mut server, approval(json!(1))).await, declined(json!(1)));
}

#[tokio::test(start_paused = true)]
async fn a_closure_comes_before_a_policy_a_stream_and_a_handler() {
    let options = Options::new()
        .request_handler(Editor)
        .approvals(ApprovalPolicy::decline_all())
        .on_command_approval(|request| async move { request.accept() });
    let (_codex, client, mut server) = connected_with(options).await;
    let mut requests = client.server_requests();
    assert_eq!(asked(&mut server, approval(json!(0))).await, accepted(json!(0)));
    let change = json!({"id": 1, "method": "item/fileChange/requestApproval", "params": {
        "threadId": "t", "turnId": "u", "itemId": "i"}});
    assert_eq!(asked(&mut server, change).await, declined(json!(1)));
    // The stream has what neither of them answers, and the handler has not.
    server.send(json!({"id": 2, "method": "brand/new", "params": {}})).await;
    let IncomingRequest::Unknown(unknown) = requests.next().await.unwrap() else {
        panic!("another kind");
    };
    unknown.respond(&json!({"new": true})).unwrap();
    assert_eq!(server.receive().await, json!({"id": 2, "result": {"new": true}}));
}

#[tokio::test(start_paused = true)]
async fn handlers_can_be_replaced_while_requests_are_open() {
    let (_codex, client, mut server) = connected().await;
    assert_eq!(asked(&mut server, approval(json!(0))).await, declined(json!(0)));
    client.handle_requests(
        Handlers::new().on_command_approval(|request| async move { request.accept() }),
    );
    assert_eq!(asked(&mut server, approval(json!(1))).await, accepted(json!(1)));
    client.handle_requests(Handlers::new());
    assert_eq!(asked(&mut server, approval(json!(2))).await, declined(json!(2)));
}

#[tokio::test(start_paused = true)]
async fn a_handler_learns_that_nobody_waits_any_more() {
    let (told, hears) = tokio::sync::oneshot::channel();
    let told = std::sync::Mutex::new(Some(told));
    let options = Options::new().on_command_approval(move |request| {
        let told = told.lock().unwrap().take();
        async move {
            request.cancelled().await;
            if let Some(told) = told {
                told.send(()).unwrap();
            }
        }
    });
    let (_codex, client, mut server) = connected_with(options).await;
    server.send(approval(json!(0))).await;
    server.barrier(&client).await;
    server.send(turn_ended("t", "u", "interrupted")).await;
    hears.await.unwrap();
    server.barrier(&client).await;
}
