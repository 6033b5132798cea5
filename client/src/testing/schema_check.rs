//! Checks whether a server could have sent a message, with the types of the protocol crate. It
//! sends and changes nothing.

mod types;

use std::sync::Arc;

use codex_app_protocol::decode::{Decode, from_str_counting};
use serde::Serialize;
use serde_json::Value;

use crate::testing::script_error::SchemaMismatch;

/// Checks a JSON text against one type.
type Check = fn(&str, Strictness) -> Result<(), SchemaMismatch>;

/// What is refused in addition to unknown methods, shapes and values.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Strictness {
    /// Unknown members: in a message of a test they are mistakes.
    Members,
    /// Nothing: a real server may have sent members that this build does not know.
    Values,
}

/// Checks a message of the server. `asked` is the method that a response is for, if it is known.
pub(crate) fn check(
    message: &Value,
    asked: Option<&str>,
    strictness: Strictness,
) -> Result<(), SchemaMismatch> {
    let member = |name: &str| message.get(name);
    let nothing = Value::Null;
    let method = member("method").and_then(Value::as_str);
    match (method, member("id")) {
        (Some(method), id) => {
            let found = match id {
                None => types::of_notification(method),
                Some(_) => types::of_request(method),
            };
            let check = found.ok_or(SchemaMismatch::UnknownMethod)?;
            check(&member("params").unwrap_or(&nothing).to_string(), strictness)
        }
        (None, Some(_)) => match (member("result"), member("error"), asked) {
            (Some(result), _, Some(asked)) => match types::of_result(asked) {
                Some(check) => check(&result.to_string(), strictness),
                // There is no type to check the result of an unknown method against.
                None => Err(SchemaMismatch::UnknownMethod),
            },
            (Some(_), _, None) => Ok(()),
            (None, Some(error), _) => check_error(error),
            (None, None, _) => Err(SchemaMismatch::NotAMessage),
        },
        (None, None) => Err(SchemaMismatch::NotAMessage),
    }
}

fn check_error(error: &Value) -> Result<(), SchemaMismatch> {
    let has_both = error["code"].is_i64() && error["message"].is_string();
    if has_both { Ok(()) } else { Err(SchemaMismatch::InvalidError) }
}

fn check_as<T: Decode + Serialize>(
    json: &str,
    strictness: Strictness,
) -> Result<(), SchemaMismatch> {
    let (value, n_unknown) =
        from_str_counting::<T>(json).map_err(|it| SchemaMismatch::Decode(Arc::new(it)))?;
    if n_unknown > 0 {
        return Err(SchemaMismatch::UnknownValues(n_unknown));
    }
    if strictness == Strictness::Values {
        return Ok(());
    }
    let known = serde_json::to_value(value).unwrap_or_default();
    let sent = serde_json::from_str(json).unwrap_or_default();
    match lost(&sent, &known, &mut Vec::new()) {
        Some(path) => Err(SchemaMismatch::UnknownMember(path)),
        None => Ok(()),
    }
}

/// The path of the first member that decoding did not keep.
fn lost(sent: &Value, known: &Value, path: &mut Vec<String>) -> Option<String> {
    match (sent, known) {
        (Value::Object(sent), Value::Object(known)) => sent.iter().find_map(|(name, value)| {
            path.push(name.clone());
            let found = match known.get(name) {
                Some(known) => lost(value, known, path),
                None => Some(path.join(".")),
            };
            path.pop();
            found
        }),
        (Value::Array(sent), Value::Array(known)) => {
            sent.iter().zip(known).enumerate().find_map(|(index, (sent, known))| {
                path.push(index.to_string());
                let found = lost(sent, known, path);
                path.pop();
                found
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use codex_app_protocol::{Direction, METHODS};
    use serde_json::json;

    use super::*;
    use crate::testing::wire;

    fn refused(message: Value) -> String {
        check(&message, None, Strictness::Members).unwrap_err().to_string()
    }

    #[test]
    fn every_method_that_this_build_knows_is_in_a_list() {
        for info in METHODS.iter().filter(|it| cfg!(feature = "experimental") || !it.experimental) {
            let found = match info.direction {
                Direction::ClientRequest => types::of_result(info.name),
                Direction::ServerNotification => types::of_notification(info.name),
                Direction::ServerRequest => types::of_request(info.name),
                Direction::ClientNotification => continue,
            };
            assert!(found.is_some(), "{}", info.name);
        }
    }

    #[test]
    fn what_a_server_could_say_passes() {
        let delta = json!({"threadId": "t", "turnId": "u", "itemId": "i", "delta": "x"});
        let message = json!({"method": "item/agentMessage/delta", "params": delta});
        check(&message, None, Strictness::Members).unwrap();
        let response = json!({"id": 1, "result": {"thread": {"id": "t", "path": null}}});
        check(&response, Some("thread/start"), Strictness::Members).unwrap();
        let error = json!({"id": 1, "error": {"code": -32600, "message": "no"}});
        check(&error, Some("thread/start"), Strictness::Members).unwrap();
    }

    #[test]
    fn what_no_server_says_is_refused_with_its_place() {
        assert_eq!(refused(json!({"method": "turn/begun", "params": {}})), "unknown method");
        let turn = json!({"id": "u", "status": "done"});
        let params = json!({"threadId": "t", "turn": turn});
        let refusal = refused(json!({"method": "turn/completed", "params": params}));
        assert_eq!(refusal, "1 value not in the schema");
        let params = json!({"threadId": "t", "turn": {"id": "u", "items": [{"type": "plan",
            "id": "i", "texd": ""}]}});
        let refusal = refused(json!({"method": "turn/completed", "params": params}));
        assert!(refusal.starts_with("unknown member turn.items.0.texd"), "{refusal}");
        let params = json!({"thread_id": "t", "turn": {"id": "u"}});
        let refusal = refused(json!({"method": "turn/completed", "params": params}));
        assert!(refusal.contains("threadId"), "{refusal}");
        assert!(refused(json!({"id": 1})).contains("not a notification"));
        assert!(refused(json!({"id": 1, "error": {"code": "x"}})).contains("error"));
    }

    #[test]
    fn what_a_newer_server_has_said_may_have_more_members() {
        let params = json!({"threadId": "t", "turn": {"id": "u", "brandNew": 1}});
        let message = json!({"method": "turn/completed", "params": params});
        check(&message, None, Strictness::Values).unwrap();
        check(&message, None, Strictness::Members).unwrap_err();
    }

    #[test]
    fn the_messages_for_scripts_are_what_a_server_could_say() {
        let message = wire::agent_message("i", "text", Some("final_answer"));
        for message in [
            wire::turn_started("t", "u"),
            wire::turn_completed("t", "u"),
            wire::turn_ended("t", "u", "interrupted"),
            wire::turn_failed("t", "u", "no"),
            wire::agent_message_delta("t", "u", "i", "x"),
            wire::item_started("t", "u", message.clone()),
            wire::item_completed("t", "u", message),
            wire::token_usage("t", "u", 9, 3),
            json!({"id": 0, "method": "item/commandExecution/requestApproval",
                "params": wire::command_approval("t", "u", "i", "ls")}),
        ] {
            let checked = check(&message, None, Strictness::Members);
            assert!(checked.is_ok(), "{checked:?} {message}");
        }
        let response = json!({"id": 1, "result": wire::turn_response("u")});
        check(&response, Some("turn/start"), Strictness::Members).unwrap();
    }
}
