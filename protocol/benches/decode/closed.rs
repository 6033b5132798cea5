//! What one would write by hand for the messages of a turn, with serde: adjacently tagged, every
//! member typed, nothing open. The first new value from the server fails it.

#![allow(dead_code, reason = "the members are decoded, and never read")]

use serde::Deserialize;

/// The methods that [`Notification`] has.
pub(crate) const METHODS: &[&str] = &[
    "item/agentMessage/delta",
    "thread/tokenUsage/updated",
    "thread/status/changed",
    "turn/completed",
    "turn/started",
];

#[derive(Deserialize)]
#[serde(tag = "method", content = "params")]
pub(crate) enum Notification {
    #[serde(rename = "item/agentMessage/delta")]
    AgentMessageDelta(AgentMessageDelta),
    #[serde(rename = "thread/tokenUsage/updated")]
    TokenUsageUpdated(TokenUsageUpdated),
    #[serde(rename = "thread/status/changed")]
    StatusChanged(StatusChanged),
    #[serde(rename = "turn/completed")]
    TurnCompleted(TurnEvent),
    #[serde(rename = "turn/started")]
    TurnStarted(TurnEvent),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AgentMessageDelta {
    thread_id: String,
    turn_id: String,
    item_id: String,
    delta: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TokenUsageUpdated {
    thread_id: String,
    turn_id: String,
    token_usage: TokenUsage,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TokenUsage {
    total: Breakdown,
    last: Breakdown,
    model_context_window: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Breakdown {
    total_tokens: i64,
    input_tokens: i64,
    cached_input_tokens: i64,
    cache_write_input_tokens: i64,
    output_tokens: i64,
    reasoning_output_tokens: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatusChanged {
    thread_id: String,
    status: ThreadStatus,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
enum ThreadStatus {
    NotLoaded,
    Idle,
    SystemError,
    #[serde(rename_all = "camelCase")]
    Active {
        active_flags: Vec<ActiveFlag>,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum ActiveFlag {
    WaitingOnApproval,
    WaitingOnUserInput,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TurnEvent {
    thread_id: String,
    turn: Turn,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Turn {
    id: String,
    root_turn_id: Option<String>,
    items: Vec<Item>,
    items_view: ItemsView,
    status: TurnStatus,
    error: Option<TurnError>,
    started_at: Option<i64>,
    completed_at: Option<i64>,
    duration_ms: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum ItemsView {
    NotLoaded,
    Summary,
    Full,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum TurnStatus {
    Completed,
    Interrupted,
    Failed,
    InProgress,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TurnError {
    message: String,
    codex_error_info: Option<serde_json::Value>,
    additional_details: Option<String>,
}

/// A completed turn lists its last message and nothing else.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
enum Item {
    #[serde(rename_all = "camelCase")]
    AgentMessage { id: String, text: String, phase: Option<String>, delivery: Option<String> },
}
