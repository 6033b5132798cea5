//! One function a crate: from a line to its typed event, in the steps of its own reader.

use std::hint::black_box;

use codex_app_protocol::{ServerMessage, ServerNotification};
use codex_app_server_sdk::error::{IncomingClassified, classify_incoming};
use codex_app_server_sdk::events::parse_notification;
use codex_codes::Notification as CodesNotification;
use codex_sdk_rs as sdk;
use codexus::protocol::codecs::decode_server_notification;
use serde_json::{Map, Value};

use super::closed;

/// What comes of a line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// A type with the members of its method.
    Typed,
    /// The method is told, and the rest is JSON.
    Raw,
    /// Nothing.
    Failed,
}

/// One way to decode.
pub struct Decoder {
    pub name: &'static str,
    pub decode: fn(String) -> Outcome,
}

/// Where this project is in the list.
pub const OURS: usize = 0;

pub const DECODERS: &[Decoder] = &[
    Decoder { name: "codex-app-protocol", decode: ours },
    Decoder { name: "closed serde enum, by hand", decode: closed_enum },
    Decoder { name: "`serde_json::Value`, no types", decode: value },
    Decoder { name: "codex-sdk-rs 0.1.0", decode: codex_sdk_rs },
    Decoder { name: "codex-app-server-sdk 0.5.1", decode: codex_app_server_sdk },
    Decoder { name: "codexus 1.1.0", decode: codexus },
    Decoder { name: "codex-codes 0.166.4", decode: codex_codes },
];

fn ours(line: String) -> Outcome {
    match black_box(ServerMessage::from_line(line)) {
        Ok(ServerMessage::Notification(it)) => match it.body {
            ServerNotification::Unknown { .. } => Outcome::Raw,
            _ => Outcome::Typed,
        },
        _ => Outcome::Failed,
    }
}

fn closed_enum(line: String) -> Outcome {
    match black_box(serde_json::from_str::<closed::Notification>(&line)) {
        Ok(_) => Outcome::Typed,
        Err(_) => Outcome::Failed,
    }
}

fn value(line: String) -> Outcome {
    match black_box(serde_json::from_str::<Value>(&line)) {
        Ok(_) => Outcome::Raw,
        Err(_) => Outcome::Failed,
    }
}

fn codex_codes(line: String) -> Outcome {
    match black_box(codex_codes::ServerMessage::from_json_str(&line)) {
        Ok(codex_codes::ServerMessage::Notification(CodesNotification::Unknown { .. })) => {
            Outcome::Raw
        }
        Ok(_) => Outcome::Typed,
        Err(_) => Outcome::Failed,
    }
}

/// Its reader keeps what it cannot decode as JSON, so that nothing fails.
fn codex_app_server_sdk(line: String) -> Outcome {
    let Ok(value) = serde_json::from_str::<Value>(&line) else { return Outcome::Failed };
    let Ok(IncomingClassified::Notification { method, params, raw }) = classify_incoming(value)
    else {
        return Outcome::Failed;
    };
    let event = parse_notification(method.clone(), params.clone());
    let outcome = match &event {
        Ok(codex_app_server_sdk::ServerNotification::Unknown { .. }) | Err(_) => Outcome::Raw,
        Ok(_) => Outcome::Typed,
    };
    drop(black_box((method, params, raw, event)));
    outcome
}

/// All of its types of notifications are maps, and what is none of them stays JSON.
fn codexus(line: String) -> Outcome {
    let Ok(value) = serde_json::from_str::<Value>(&line) else { return Outcome::Failed };
    let metadata = codexus::runtime::rpc::extract_message_metadata(&value);
    let method = metadata.method.as_deref().unwrap_or_default();
    let params = value.get("params").cloned().unwrap_or(Value::Null);
    let event = decode_server_notification(method, params);
    black_box((metadata, value, event));
    Outcome::Raw
}

/// Its own function is private: these are its steps, with its types.
fn codex_sdk_rs(line: String) -> Outcome {
    let Ok(Value::Object(message)) = serde_json::from_str::<Value>(&line) else {
        return Outcome::Failed;
    };
    let Some(method) = message.get("method").and_then(Value::as_str).map(str::to_owned) else {
        return Outcome::Failed;
    };
    let params = match message.get("params").cloned() {
        Some(Value::Object(params)) => params,
        _ => Map::new(),
    };
    let payload = payload(&method, &params);
    let outcome = match &payload {
        sdk::NotificationPayload::Known(_) | sdk::NotificationPayload::Unknown(_) => Outcome::Raw,
        _ => Outcome::Typed,
    };
    black_box(sdk::Notification { method, payload });
    outcome
}

fn payload(method: &str, params: &Map<String, Value>) -> sdk::NotificationPayload {
    use sdk::NotificationPayload as Payload;
    let value = Value::Object(params.clone());
    let typed = match method {
        "item/agentMessage/delta" => serde_json::from_value(value).map(Payload::AgentMessageDelta),
        "item/completed" => serde_json::from_value(value).map(Payload::ItemCompleted),
        "item/started" => serde_json::from_value(value).map(Payload::ItemStarted),
        "thread/tokenUsage/updated" => {
            serde_json::from_value(value).map(Payload::ThreadTokenUsageUpdated)
        }
        "turn/completed" => serde_json::from_value(value).map(Payload::TurnCompleted),
        "turn/started" => serde_json::from_value(value).map(Payload::TurnStarted),
        _ => {
            return Payload::Known(sdk::RawNotification { params: params.clone() });
        }
    };
    typed.unwrap_or_else(|_| Payload::Unknown(sdk::RawNotification { params: params.clone() }))
}
