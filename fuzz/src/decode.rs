//! Received lines: nothing that arrives panics, and what was decoded is encoded to the same again.

use codex_app_client::protocol::decode::{Decode, from_str};
use codex_app_client::protocol::{
    AgentMessageDeltaNotification, Config, Direction, ErrorNotification, Header,
    ItemCompletedNotification, METHODS, MethodInfo, ServerMessage, Thread, ThreadItem,
    ThreadTokenUsageUpdatedNotification, Turn, TurnCompletedNotification, TurnStartedNotification,
};
use serde::Serialize;

/// Any bytes as a line.
pub fn envelope(data: &[u8]) {
    let Ok(line) = std::str::from_utf8(data) else { return };
    let header = Header::read(line);
    match ServerMessage::from_line(line.to_owned()) {
        // What routing goes by and what the consumer gets are of one mind.
        Ok(_) => assert!(header.is_ok(), "a message without a header"),
        Err(invalid) => assert_eq!(invalid.raw, line, "the line was not kept"),
    }
}

/// Params for the notification that the first byte chooses.
pub fn notification(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let Ok(params) = std::str::from_utf8(rest) else { return };
    let is_told = |it: &&MethodInfo| it.direction == Direction::ServerNotification;
    let methods = METHODS.iter().filter(is_told);
    let place = usize::from(*first) % methods.clone().count().max(1);
    let method = methods.clone().nth(place).map_or("", |it| it.name);
    envelope(format!("{{\"method\":\"{method}\",\"params\":{params}}}").as_bytes());
}

/// Text for the type that the first byte chooses.
pub fn recode(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let types: [fn(&str); 10] = [
        twice::<ThreadItem>,
        twice::<Turn>,
        twice::<Thread>,
        twice::<TurnStartedNotification>,
        twice::<TurnCompletedNotification>,
        twice::<ItemCompletedNotification>,
        twice::<ThreadTokenUsageUpdatedNotification>,
        twice::<AgentMessageDeltaNotification>,
        twice::<ErrorNotification>,
        twice::<Config>,
    ];
    types[usize::from(*first) % types.len()](text);
}

/// What was decoded is encoded, and that is decoded to the same again.
fn twice<T: Decode + Serialize>(text: &str) {
    let Ok(value) = from_str::<T>(text) else { return };
    let once = serde_json::to_string(&value).expect("what was decoded is encoded");
    let value = from_str::<T>(&once).expect("what was encoded is decoded");
    let twice = serde_json::to_string(&value).expect("what was decoded is encoded");
    assert_eq!(once, twice);
}
