//! What the server asks is always answered: by whoever takes the requests, and otherwise with no.

use codex_app_client::protocol::{
    CommandExecutionApprovalDecision, CommandExecutionRequestApprovalParams,
    CommandExecutionRequestApprovalResponse, RpcError, ServerRequest,
};
use serde_json::{Value, json};

use crate::script::connected;

fn approval(id: Value) -> Value {
    json!({"id": id, "method": "item/commandExecution/requestApproval", "params": {
        "threadId": "t", "turnId": "u", "itemId": "i", "command": "rm -rf /"}})
}

#[tokio::test(start_paused = true)]
async fn without_a_handler_everything_is_declined_at_once() {
    let (_codex, client, mut server) = connected().await;
    server.send(approval(json!(0))).await;
    let decline = json!({"id": 0, "result": {"decision": "decline"}});
    assert_eq!(server.receive().await, decline);
    server.send(json!({"id": "s", "method": "brand/new", "params": {}})).await;
    let refusal = server.receive().await;
    assert_eq!((&refusal["id"], &refusal["error"]["code"]), (&json!("s"), &json!(-32601)));
    server.barrier(&client).await;
}

#[tokio::test(start_paused = true)]
async fn a_handler_answers_each_request_once() {
    let (_codex, client, mut server) = connected().await;
    let mut requests = client.server_requests();
    server.send(approval(json!(0))).await;
    server.send(approval(json!(1))).await;
    server.send(approval(json!(2))).await;
    let first = requests.next().await.unwrap();
    let ServerRequest::ItemCommandExecutionRequestApproval(params) = &first.message.body else {
        panic!("{first:?}");
    };
    assert_eq!(params.command.as_deref(), Some("rm -rf /"));
    let accept =
        CommandExecutionRequestApprovalResponse::new(CommandExecutionApprovalDecision::Accept);
    first.responder.respond::<CommandExecutionRequestApprovalParams>(&accept).unwrap();
    assert_eq!(server.receive().await, json!({"id": 0, "result": {"decision": "accept"}}));
    let second = requests.next().await.unwrap();
    second.responder.refuse(&RpcError::new(-1, "cannot ask")).unwrap();
    assert_eq!(server.receive().await["error"]["message"], "cannot ask");
    // Dropped without an answer: no.
    drop(requests.next().await.unwrap());
    assert_eq!(server.receive().await, json!({"id": 2, "result": {"decision": "decline"}}));
}

#[tokio::test(start_paused = true)]
async fn what_a_dropped_handler_leaves_behind_is_declined() {
    let (_codex, client, mut server) = connected().await;
    let requests = client.server_requests();
    server.send(approval(json!(0))).await;
    server.barrier(&client).await;
    drop(requests);
    assert_eq!(server.receive().await, json!({"id": 0, "result": {"decision": "decline"}}));
    server.send(approval(json!(1))).await;
    assert_eq!(server.receive().await, json!({"id": 1, "result": {"decision": "decline"}}));
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_takes_its_time_holds_up_nobody() {
    let (_codex, client, mut server) = connected().await;
    let mut requests = client.server_requests();
    server.send(approval(json!(0))).await;
    let pending = requests.next().await.unwrap();
    // Meanwhile a handler may call the server itself.
    server.barrier(&client).await;
    drop(server);
    assert!(requests.next().await.is_none());
    let error = pending.responder.refuse(&RpcError::new(-1, "late")).unwrap_err();
    assert!(error.is_closed());
}
