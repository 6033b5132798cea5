//! Which thread, turn and item a message is about: the typed message and its header say the same,
//! and an unknown message says what a known one would.

use codex_app_protocol::{Header, ServerMessage};
use serde_json::{Value, json};

use crate::failures::Failures;
use crate::recording::recordings;
use crate::sample::samples;
use crate::subject::{Channel, received};

type Ids = [Option<String>; 3];

/// The ids that the message itself tells.
fn of_message(line: &str) -> Ids {
    match &ServerMessage::from_line(line.to_owned()).unwrap() {
        ServerMessage::Notification(it) => {
            [it.body.thread_id(), it.body.turn_id(), it.body.item_id()].map(owned)
        }
        ServerMessage::Request { message: it, .. } => {
            [it.body.thread_id(), it.body.turn_id(), it.body.item_id()].map(owned)
        }
        other => panic!("{other:?} is about nothing"),
    }
}

fn of_header(line: &str) -> Ids {
    let header = Header::read(line).unwrap();
    [header.thread_id, header.turn_id, header.item_id].map(|it| it.map(Into::into))
}

fn owned(id: Option<&str>) -> Option<String> {
    id.map(str::to_owned)
}

/// What the params say to someone who looks for it.
fn of_params(params: &Value) -> Ids {
    [("threadId", "thread"), ("turnId", "turn"), ("itemId", "item")].map(|(direct, object)| {
        let id = params[direct].as_str().or_else(|| params[object]["id"].as_str());
        owned(id)
    })
}

fn line(method: &str, channel: Channel, params: &Value) -> String {
    match channel {
        Channel::Request(_) => json!({"method": method, "id": 1, "params": params}).to_string(),
        _ => json!({"method": method, "params": params}).to_string(),
    }
}

/// Ids have no quotes in them; those of the samples do.
fn with_plain_ids(mut params: Value) -> Value {
    for name in ["threadId", "turnId", "itemId"] {
        if params[name].is_string() {
            params[name] = json!(format!("{name} of its own"));
        }
    }
    for name in ["thread", "turn", "item"] {
        if params[name]["id"].is_string() {
            params[name]["id"] = json!(format!("id of the {name}"));
        }
    }
    params
}

#[test]
fn every_message_says_what_it_is_about() {
    let mut failures = Failures::default();
    let mut n_ids = 0;
    for subject in received() {
        let Some(method) = subject.channel.method() else { continue };
        for sample in samples(&subject) {
            let params = with_plain_ids(sample.value());
            let expected = of_params(&params);
            n_ids += expected.iter().flatten().count();
            for (method, sort) in [(method, "known"), ("thread/invented", "unknown")] {
                let line = line(method, subject.channel, &params);
                for (ids, reader) in [(of_message(&line), "message"), (of_header(&line), "header")]
                {
                    if ids != expected {
                        let failure = format!("{sort} {reader}: {ids:?}, not {expected:?}");
                        failures.add(&subject.name, failure);
                    }
                }
            }
        }
    }
    println!("{n_ids} ids");
    failures.report();
    assert!(n_ids > 500, "{n_ids} ids");
}

#[test]
fn every_recorded_message_is_about_the_same_for_all() {
    let mut n_lines = 0;
    for line in recordings().into_iter().flat_map(|it| it.lines) {
        let header = Header::read(&line.text);
        if line.is_from_server && header.is_ok_and(|it| it.method.is_some()) {
            let params: Value = serde_json::from_str(&line.text).unwrap();
            let expected = of_params(&params["params"]);
            assert_eq!(of_message(&line.text), expected, "{}", line.text);
            assert_eq!(of_header(&line.text), expected, "{}", line.text);
            n_lines += 1;
        }
    }
    println!("{n_lines} lines");
    assert!(n_lines > 2500, "{n_lines} lines");
}

fn check(line: &str, expected: [&str; 3]) {
    let expected = expected.map(|id| (!id.is_empty()).then(|| id.to_owned()));
    assert_eq!(of_message(line), expected, "{line}");
    assert_eq!(of_header(line), expected, "{line}");
}

#[test]
fn ids_are_found_in_the_objects_that_carry_them() {
    check(
        r#"{"method":"turn/completed","params":{"turn":{"id":"u1"},"threadId":"t1"}}"#,
        ["t1", "u1", ""],
    );
    check(r#"{"method":"thread/started","params":{"thread":{"id":"t1"}}}"#, ["t1", "", ""]);
    check(
        r#"{"method":"item/started","params":{"threadId":"t1","turnId":"u1",
            "item":{"type":"plan","id":"i1","text":""}}}"#,
        ["t1", "u1", "i1"],
    );
}

#[test]
fn an_unknown_item_still_has_its_id() {
    check(
        r#"{"method":"item/started","params":{"threadId":"t1","turnId":"u1",
            "item":{"type":"invented","id":"i1"}}}"#,
        ["t1", "u1", "i1"],
    );
}

#[test]
fn a_known_message_of_a_new_shape_still_says_what_it_is_about() {
    check(
        r#"{"method":"turn/completed","params":{"turn":{"id":"u1","items":7},"threadId":"t1"}}"#,
        ["t1", "u1", ""],
    );
    check(r#"{"method":"turn/started","params":{"turn":"u1","threadId":"t1"}}"#, ["t1", "", ""]);
}

#[test]
fn an_id_that_may_be_null_may_be_missing() {
    check(r#"{"method":"warning","params":{"message":"m","threadId":null}}"#, ["", "", ""]);
    check(r#"{"method":"warning","params":{"message":"m"}}"#, ["", "", ""]);
    check(r#"{"method":"warning","params":{"message":"m","threadId":"t1"}}"#, ["t1", "", ""]);
}
