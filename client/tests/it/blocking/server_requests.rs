//! What the server asks, answered from plain threads and by closures.

use codex_app_client::blocking::{Codex, ServerRequests};
use codex_app_client::server_request::ReplyStatus;
use codex_app_client::{IncomingRequest, Options};
use serde_json::json;

use crate::script::Server;
use crate::served::{connected, connected_with};

fn approval(id: i64) -> serde_json::Value {
    json!({"id": id, "method": "item/commandExecution/requestApproval", "params": {
        "threadId": "t", "turnId": "u", "itemId": "i", "command": "ls"}})
}

async fn ask_during_a_call(server: &mut Server) {
    let call = server.expect("model/list").await;
    server.send(approval(0)).await;
    let accepted = json!({"id": 0, "result": {"decision": "accept"}});
    assert_eq!(server.receive().await, accepted);
    server.answer(&call, json!({"data": []})).await;
}

#[test]
fn a_thread_of_its_own_answers_while_another_waits_for_a_call() {
    let (codex, _serving) = connected(ask_during_a_call);
    let requests = codex.server_requests().unwrap();
    answers(&codex, requests);
}

#[test]
fn a_thread_of_codex_has_requests_of_its_own() {
    let (codex, _serving) = connected(ask_during_a_call);
    let _of_all = codex.server_requests().unwrap();
    let requests = codex.thread("t").unwrap().server_requests();
    answers(&codex, requests);
}

/// Makes a call during which something is asked, which is answered in another thread.
fn answers(codex: &Codex, mut requests: ServerRequests) {
    let answering = std::thread::spawn(move || match requests.next() {
        Some(Ok(IncomingRequest::CommandApproval(request))) => request.accept().unwrap(),
        other => panic!("{other:?}"),
    });
    codex.request_raw("model/list", json!({})).unwrap();
    assert_eq!(answering.join().unwrap(), ReplyStatus::Sent);
}

#[test]
fn a_closure_answers_though_no_call_waits() {
    let options = Options::new().on_command_approval(|request| async move { request.accept() });
    let (codex, serving) = connected_with(options, async |server: &mut Server| {
        server.send(approval(0)).await;
        let accepted = json!({"id": 0, "result": {"decision": "accept"}});
        assert_eq!(server.receive().await, accepted);
    });
    // The server is through, and nothing was called.
    serving.join();
    drop(codex);
}
