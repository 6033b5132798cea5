//! Decodes a recorded session of the real server and prints what was said, one message a line.
//!
//! ```text
//! cargo run -p codex-app-protocol --example decode_session [-- RECORDING.jsonl]
//! ```
//!
//! A recording has one JSON object a line: `{"dir": "s2c" or "c2s", "msg": …}`.

#![allow(clippy::print_stdout, reason = "printing is what it is for")]

use std::error::Error;
use std::fs;

use codex_app_protocol::{Received, ServerMessage, ServerNotification, ServerRequest, ThreadItem};
use serde::Deserialize;
use serde_json::value::RawValue;

const RECORDING: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/traces/a_simple_turn_experimental.jsonl");

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| RECORDING.to_owned());
    let recording = fs::read_to_string(&path)?;
    let (mut n_messages, mut n_unknown) = (0, 0);
    for line in recording.lines().filter_map(server_line) {
        let message = ServerMessage::from_line(line)?;
        n_messages += 1;
        n_unknown += unknown_parts(&message);
        println!("{}", describe(&message));
    }
    println!("{n_messages} messages, {n_unknown} unknown parts");
    Ok(())
}

/// A line of a recording.
#[derive(Deserialize)]
struct Recorded<'a> {
    dir: &'a str,
    #[serde(borrow)]
    msg: &'a RawValue,
}

/// The text of the message, if the line was sent by the server.
fn server_line(line: &str) -> Option<String> {
    let recorded: Recorded<'_> = serde_json::from_str(line).ok()?;
    (recorded.dir == "s2c").then(|| recorded.msg.get().to_owned())
}

fn unknown_parts(message: &ServerMessage) -> u32 {
    match message {
        ServerMessage::Notification(message) => message.n_unknown,
        ServerMessage::Request { message, .. } => message.n_unknown,
        _ => 0,
    }
}

fn describe(message: &ServerMessage) -> String {
    match message {
        ServerMessage::Notification(message) => notification(message),
        ServerMessage::Request { id, message } => request(&id.to_string(), message),
        ServerMessage::Response(response) => match response.result() {
            Ok(result) => format!("response {}: {} bytes", response.id, result.len()),
            Err(error) => format!("response {}: {error}", response.id),
        },
        _ => "a kind of message that is newer than this program".to_owned(),
    }
}

fn notification(message: &Received<ServerNotification>) -> String {
    let what = match &message.body {
        ServerNotification::ItemAgentMessageDelta(delta) => {
            format!("{:?}", delta.delta.as_deref().unwrap_or_default())
        }
        ServerNotification::ItemCompleted(completed) => item(&completed.item),
        ServerNotification::TurnCompleted(completed) => match &completed.turn.status {
            Some(status) => status.to_string(),
            None => "without a status".to_owned(),
        },
        ServerNotification::Unknown { .. } => "not in the schema".to_owned(),
        _ => String::new(),
    };
    format!("{} {what}", message.body.method())
}

fn item(item: &ThreadItem) -> String {
    match item {
        ThreadItem::AgentMessage(message) => {
            format!("the agent says {:?}", message.text.as_deref().unwrap_or_default())
        }
        ThreadItem::CommandExecution(command) => {
            format!("ran {:?}", command.command.as_deref().unwrap_or_default())
        }
        ThreadItem::Unknown(json) => format!("unknown: {}", json.get()),
        other => other.id().unwrap_or_default().to_owned(),
    }
}

fn request(id: &str, message: &Received<ServerRequest>) -> String {
    format!("{} is asked as {id}", message.body.method())
}
