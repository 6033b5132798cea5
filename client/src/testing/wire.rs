//! The most common messages of the server, for scripts. They have only the members that a client
//! needs.
//!
//! Most functions return a whole message, for
//! [`ScriptedServer::send`](crate::testing::ScriptedServer::send) or
//! [`Scenario::send`](crate::testing::Scenario::send). Others return a part: an item, params, or a
//! result.
//!
//! ```
//! use codex_app_client::testing::{Scenario, wire};
//!
//! let scenario = Scenario::new()
//!     .initialize()
//!     .thread("t1")
//!     .serve("turn/start", wire::turn_response("u1"))
//!     .send(wire::turn_started("t1", "u1"))
//!     .send(wire::agent_message_delta("t1", "u1", "i1", "Hel"))
//!     .send(wire::agent_message_delta("t1", "u1", "i1", "lo"))
//!     .send(wire::item_completed("t1", "u1", wire::agent_message("i1", "Hello", None)))
//!     .send(wire::turn_completed("t1", "u1"));
//! ```

use serde_json::{Value, json};

/// The time of all events, in milliseconds since the Unix epoch.
const NOW_MS: i64 = 1_760_000_000_000;

/// A notification with this method and these params.
#[must_use]
pub fn notification(method: &str, params: Value) -> Value {
    json!({"method": method, "params": params, "emittedAtMs": NOW_MS})
}

/// The result of `turn/start`: a turn with this id, in progress.
#[must_use]
pub fn turn_response(turn_id: &str) -> Value {
    json!({"turn": {"id": turn_id, "rootTurnId": turn_id, "items": [], "status": "inProgress"}})
}

/// The notification `turn/started`.
#[must_use]
pub fn turn_started(thread_id: &str, turn_id: &str) -> Value {
    let turn = json!({"id": turn_id, "rootTurnId": turn_id, "items": [], "status": "inProgress"});
    notification("turn/started", json!({"threadId": thread_id, "turn": turn}))
}

/// The notification `turn/completed` with the status `completed`.
#[must_use]
pub fn turn_completed(thread_id: &str, turn_id: &str) -> Value {
    turn_ended(thread_id, turn_id, "completed")
}

/// The notification `turn/completed` with this status: `completed`, `interrupted` or `failed`.
#[must_use]
pub fn turn_ended(thread_id: &str, turn_id: &str, status: &str) -> Value {
    let turn = json!({
        "id": turn_id, "items": [], "itemsView": "notLoaded", "status": status, "error": null,
        "startedAt": 5, "completedAt": 7, "durationMs": 2000,
    });
    notification("turn/completed", json!({"threadId": thread_id, "turn": turn}))
}

/// The notification `turn/completed` with the status `failed` and this error message.
#[must_use]
pub fn turn_failed(thread_id: &str, turn_id: &str, message: &str) -> Value {
    let mut ended = turn_ended(thread_id, turn_id, "failed");
    ended["params"]["turn"]["error"] =
        json!({"message": message, "codexErrorInfo": "other", "additionalDetails": null});
    ended
}

/// The notification `item/agentMessage/delta`.
#[must_use]
pub fn agent_message_delta(thread_id: &str, turn_id: &str, item_id: &str, delta: &str) -> Value {
    notification(
        "item/agentMessage/delta",
        json!({"threadId": thread_id, "turnId": turn_id, "itemId": item_id, "delta": delta}),
    )
}

/// The notification `item/started`.
#[must_use]
pub fn item_started(thread_id: &str, turn_id: &str, item: Value) -> Value {
    let params = json!({"threadId": thread_id, "turnId": turn_id, "item": item, "startedAtMs": 1});
    notification("item/started", params)
}

/// The notification `item/completed`.
#[must_use]
pub fn item_completed(thread_id: &str, turn_id: &str, item: Value) -> Value {
    let params = json!({"threadId": thread_id, "turnId": turn_id, "item": item});
    notification("item/completed", params)
}

/// The item of an agent's message, of type `agentMessage`. The phase is `commentary`,
/// `final_answer` or `None`.
#[must_use]
pub fn agent_message(item_id: &str, text: &str, phase: Option<&str>) -> Value {
    json!({"type": "agentMessage", "id": item_id, "text": text, "phase": phase})
}

/// The notification `thread/tokenUsage/updated`: the total tokens of the thread, and those of the
/// last request to the model.
#[must_use]
pub fn token_usage(thread_id: &str, turn_id: &str, total: i64, last: i64) -> Value {
    let count = |tokens: i64| {
        json!({"totalTokens": tokens, "inputTokens": tokens, "cachedInputTokens": 0,
            "outputTokens": 0, "reasoningOutputTokens": 0})
    };
    let usage = json!({"total": count(total), "last": count(last), "modelContextWindow": 1000});
    notification(
        "thread/tokenUsage/updated",
        json!({"threadId": thread_id, "turnId": turn_id, "tokenUsage": usage}),
    )
}

/// The params of a command approval: `item/commandExecution/requestApproval`.
#[must_use]
pub fn command_approval(thread_id: &str, turn_id: &str, item_id: &str, command: &str) -> Value {
    json!({"threadId": thread_id, "turnId": turn_id, "itemId": item_id, "command": command,
        "cwd": "/", "startedAtMs": 1})
}
