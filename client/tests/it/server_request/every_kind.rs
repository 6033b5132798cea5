//! What holds for a request of any kind: dropped, late, interrupted, and with a handler that panics
//! or fails.

use codex_app_client::Options;
use codex_app_client::server_request::{
    AttestationRequest, CommandApproval, Elicitation, FileChangeApproval, HandlerResult,
    LegacyCommandApproval, LegacyPatchApproval, McpToolApproval, PermissionsApproval,
    RequestHandler, TokenRefreshRequest, ToolCallRequest, UnknownRequest, UserInputRequest,
};
use serde_json::{Value, json};

use super::{asked, mcp_tool};
use crate::script::{connected, connected_with, notification, turn_ended};

fn request(method: &str, params: Value) -> Value {
    json!({"id": 0, "method": method, "params": params})
}

fn result(result: Value) -> Value {
    json!({"id": 0, "result": result})
}

fn with(mut params: Value, more: Value) -> Value {
    params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    params
}

fn place(more: Value) -> Value {
    with(json!({"threadId": "t", "turnId": "u", "itemId": "i"}), more)
}

/// Approvals, and what their default answer says.
fn approvals() -> Vec<(Value, Value)> {
    let legacy = |more| with(json!({"conversationId": "t", "callId": "c"}), more);
    let decline = result(json!({"decision": "decline"}));
    let rejection = json!({"denied": {"rejection": "nobody answers this request"}});
    let denied = result(json!({"decision": rejection}));
    let command = place(json!({"command": "ls"}));
    let permissions = place(json!({"permissions": {"network": {"enabled": true}}}));
    let exec = legacy(json!({"command": ["ls"], "cwd": "/", "parsedCmd": []}));
    let patch = legacy(json!({"fileChanges": {}}));
    let none = result(json!({"permissions": {}, "scope": "turn"}));
    vec![
        (request("item/commandExecution/requestApproval", command), decline.clone()),
        (request("item/fileChange/requestApproval", place(json!({}))), decline),
        (request("item/permissions/requestApproval", permissions), none),
        (mcp_tool(json!(0), json!(null)), result(json!({"action": "decline"}))),
        (request("execCommandApproval", exec), denied.clone()),
        (request("applyPatchApproval", patch), denied),
    ]
}

/// Every kind of request, and what its default answer says.
fn every_kind() -> Vec<(Value, Value)> {
    let refused =
        json!({"id": 0, "error": {"code": -32601, "message": "nobody answers this request"}});
    let form = place(json!({"serverName": "docs", "mode": "form", "message": "Who?",
        "requestedSchema": {"type": "object", "properties": {}}}));
    let questions = place(json!({"questions": []}));
    let call = place(json!({"callId": "c", "tool": "add", "arguments": {}}));
    let no_tool = json!({"type": "inputText", "text": "this client has no such tool"});
    let failed = result(json!({"contentItems": [no_tool], "success": false}));
    let refresh = json!({"reason": "unauthorized"});
    let mut kinds = approvals();
    kinds.extend([
        (request("mcpServer/elicitation/request", form), result(json!({"action": "decline"}))),
        (request("item/tool/requestUserInput", questions), result(json!({"answers": {}}))),
        (request("item/tool/call", call), failed),
        (request("account/chatgptAuthTokens/refresh", refresh), refused.clone()),
        (request("attestation/generate", json!({})), refused.clone()),
        (request("currentTime/read", json!({"threadId": "t"})), refused.clone()),
        (request("brand/new", place(json!({}))), refused),
    ]);
    kinds
}

/// Members that are null may be left out.
fn without_nulls(mut answer: Value) -> Value {
    if let Some(result) = answer["result"].as_object_mut() {
        result.retain(|_, it| !it.is_null());
    }
    if let Some(answer) = answer.as_object_mut() {
        answer.retain(|_, it| !it.is_null());
    }
    answer
}

async fn check_defaults(options: impl Fn() -> Options) {
    let (_codex, client, mut server) = connected_with(options()).await;
    for (request, expected) in every_kind() {
        let answer = asked(&mut server, request.clone()).await;
        assert_eq!(without_nulls(answer), without_nulls(expected), "{request}");
    }
    server.barrier(&client).await;
}

#[tokio::test(start_paused = true)]
async fn with_nobody_to_ask_the_answer_is_no() {
    check_defaults(Options::new).await;
}

#[tokio::test(start_paused = true)]
async fn a_dropped_request_gets_the_default_answer() {
    let (_codex, client, mut server) = connected().await;
    let mut requests = client.server_requests();
    for (request, expected) in every_kind() {
        server.send(request.clone()).await;
        drop(requests.next().await.unwrap());
        let answer = server.receive().await;
        assert_eq!(without_nulls(answer), without_nulls(expected), "{request}");
    }
    server.barrier(&client).await;
}

/// Panics or fails, whatever it is asked.
struct Broken {
    panics: bool,
}

impl Broken {
    fn end(&self) -> HandlerResult {
        assert!(!self.panics, "a bug of the handler");
        Err("nobody is there".into())
    }
}

macro_rules! broken {
    ($($(#[cfg($cfg:meta)])? $method:ident, $Request:ty;)*) => {
        impl RequestHandler for Broken {
            $(
                $(#[cfg($cfg)])?
                async fn $method(&self, _: $Request) -> HandlerResult {
                    self.end()
                }
            )*
        }
    };
}

broken! {
    attestation, AttestationRequest;
    command_approval, CommandApproval;
    #[cfg(feature = "experimental")]
    current_time, codex_app_client::server_request::CurrentTimeRequest;
    elicitation, Elicitation;
    file_change_approval, FileChangeApproval;
    legacy_command_approval, LegacyCommandApproval;
    legacy_patch_approval, LegacyPatchApproval;
    mcp_tool_approval, McpToolApproval;
    permissions_approval, PermissionsApproval;
    token_refresh, TokenRefreshRequest;
    tool_call, ToolCallRequest;
    unknown_request, UnknownRequest;
    user_input, UserInputRequest;
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_panics_gives_the_default_answer() {
    check_defaults(|| Options::new().request_handler(Broken { panics: true })).await;
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_fails_gives_the_default_answer() {
    check_defaults(|| Options::new().request_handler(Broken { panics: false })).await;
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_resolved_is_answered_no_more() {
    let (_codex, client, mut server) = connected().await;
    let mut requests = client.server_requests();
    for (request, _) in every_kind() {
        server.send(request.clone()).await;
        let open = requests.next().await.unwrap();
        let resolved = json!({"threadId": "t", "requestId": 0});
        server.send(notification("serverRequest/resolved", resolved)).await;
        open.cancelled().await;
        drop(open);
        // The next that the server hears is the barrier, not an answer.
        server.barrier(&client).await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_interrupt_ends_what_belongs_to_the_turn_and_nothing_else() {
    let (_codex, client, mut server) = connected().await;
    let mut requests = client.server_requests();
    for (request, _) in every_kind() {
        server.send(request.clone()).await;
        let open = requests.next().await.unwrap();
        server.send(turn_ended("t", "u", "interrupted")).await;
        server.barrier(&client).await;
        let is_of_turn = request["params"].get("turnId").is_some()
            || request["params"].get("conversationId").is_some();
        assert_eq!(open.is_cancelled(), is_of_turn, "{request}");
        drop(open);
        if !is_of_turn {
            server.receive().await;
        }
        server.barrier(&client).await;
    }
}
