//! What the server asks is always answered: by whoever takes the requests, and otherwise with no.

mod cancelled;
mod defaults;
mod every_kind;
mod handlers;
mod kinds;
mod policies;
mod stream;

use serde_json::{Value, json};

use crate::script::Server;

fn approval(id: Value) -> Value {
    command(id, "rm -rf /")
}

fn command(id: Value, command: &str) -> Value {
    json!({"id": id, "method": "item/commandExecution/requestApproval", "params": {
        "threadId": "t", "turnId": "u", "itemId": "i", "command": command}})
}

fn mcp_tool(id: Value, persist: Value) -> Value {
    json!({"id": id, "method": "mcpServer/elicitation/request", "params": {
        "threadId": "t", "turnId": "u", "serverName": "docs", "mode": "form",
        "message": "Call search?", "requestedSchema": {"type": "object", "properties": {}},
        "_meta": {"codex_approval_kind": "mcp_tool_call", "tool_name": "search",
            "tool_params": {"q": "x"}, "persist": persist}}})
}

fn accepted(id: Value) -> Value {
    json!({"id": id, "result": {"decision": "accept"}})
}

fn declined(id: Value) -> Value {
    json!({"id": id, "result": {"decision": "decline"}})
}

/// What the server hears next in answer to a request.
async fn asked(server: &mut Server, request: Value) -> Value {
    server.send(request).await;
    server.receive().await
}
