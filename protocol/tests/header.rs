//! The header against a whole [`Value`] of the line, and against the message that is decoded from it:
//! routing must see what a client that decodes everything would see, whatever the order of members,
//! however often they occur and whatever is in their place.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use codex_app_protocol::{Header, HeaderKind, RequestId, ServerMessage};
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, prop_oneof, proptest};
use proptest::sample::{select, subsequence};
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

/// Members, each with something in its place, in any order.
fn an_object(names: &'static [&'static str], values: Vec<Value>) -> impl Strategy<Value = String> {
    let n_names = names.len();
    let values = vec(select(values), n_names);
    (subsequence(names, 0..=n_names).prop_shuffle(), values).prop_map(|(names, values)| {
        let members: Vec<String> =
            names.iter().zip(values).map(|(name, value)| format!("\"{name}\": {value}")).collect();
        format!("{{{}}}", members.join(","))
    })
}

fn some_params() -> impl Strategy<Value = String> {
    let names = &["threadId", "turnId", "itemId", "thread", "turn", "item", "delta", "id"];
    let values = vec![
        json!("a"),
        json!("b \" é"),
        json!({"id": "nested", "turn": {"id": "too deep"}}),
        json!({"items": [{"id": "x"}], "id": "last"}),
        json!({"id": 1}),
        json!(null),
        json!([{"id": "x"}]),
    ];
    prop_oneof![8 => an_object(names, values), 1 => Just("null".to_owned()), 1 => Just("[1]".to_owned())]
}

fn a_line() -> impl Strategy<Value = String> {
    let names = &["method", "id", "result", "error", "emittedAtMs", "jsonrpc"];
    let values = vec![json!(null), json!(7), json!("text"), json!("text"), json!({"code": 1})];
    (an_object(names, values), some_params()).prop_map(|(line, params)| {
        let separator = if line == "{}" { "" } else { "," };
        format!("{}{separator}\"params\":{params}}}", &line[..line.len() - 1])
    })
}

/// Members of messages, some of which contradict each other or say nothing.
const MEMBERS: &[&str] = &[
    r#""method":"turn/started""#,
    r#""method":"turn/completed""#,
    r#""method":"item/tool/call""#,
    r#""method":"new/thing""#,
    r#""method":"\ud800""#,
    r#""method":null"#,
    r#""id":1"#,
    r#""id":"a""#,
    r#""id":null"#,
    r#""id":1.5"#,
    r#""params":{"threadId":"t","turn":{"id":"u"}}"#,
    r#""params":{"threadId":"t","turn":{"id":"u","status":"later"}}"#,
    r#""params":{"threadId":"t","turnId":"u","callId":"c","tool":"x","arguments":{}}"#,
    r#""params":{"threadId":"t"}"#,
    r#""params":{"threadId":"t","threadId":"v","turnId":1,"turn":{"id":"u","id":"w"}}"#,
    r#""params":{"\ud800":1,"threadId":"t","turnId":"u"}"#,
    r#""params":null"#,
    r#""result":{}"#,
    r#""result":null"#,
    r#""error":{"code":1,"message":"m"}"#,
    r#""error":{"\udc00":1,"code":2,"message":"m"}"#,
    r#""error":"text""#,
    r#""error":null"#,
    r#""emittedAtMs":7"#,
    r#""emittedAtMs":1.5"#,
    r#""\ud800":1"#,
    r#""\u0069d":2"#,
];

fn some_members() -> impl Strategy<Value = String> {
    vec(select(MEMBERS), 0..7).prop_map(|members| format!("{{{}}}", members.join(",")))
}

fn check_message(line: &str) {
    // What a message of an unknown method names is borrowed from it, and so has no escapes.
    let are_ids_plain = !line.contains(r#"\""#);
    let message = match (Header::read(line), ServerMessage::from_line(line.to_owned())) {
        (Ok(header), Ok(message)) => (header, message),
        (Err(_), Err(invalid)) => return assert_eq!(invalid.raw, line),
        (header, message) => panic!("{line}: {header:?}, but {message:?}"),
    };
    match message {
        (header, ServerMessage::Notification(message)) => {
            assert_eq!(header.kind, HeaderKind::Notification, "{line}");
            assert_eq!(header.method.as_deref(), Some(message.body.method()), "{line}");
            assert_eq!(header.emitted_at_ms, message.emitted_at_ms, "{line}");
            if are_ids_plain {
                assert_eq!(header.thread_id.as_deref(), message.body.thread_id(), "{line}");
                assert_eq!(header.turn_id.as_deref(), message.body.turn_id(), "{line}");
            }
        }
        (header, ServerMessage::Request { id, message }) => {
            assert_eq!((header.kind, header.id), (HeaderKind::Request, Some(id)), "{line}");
            assert_eq!(header.method.as_deref(), Some(message.body.method()), "{line}");
            if are_ids_plain {
                assert_eq!(header.thread_id.as_deref(), message.body.thread_id(), "{line}");
            }
        }
        (header, ServerMessage::Response(response)) => {
            let kind = match response.result() {
                Ok(_) => HeaderKind::Response,
                Err(_) => HeaderKind::ErrorResponse,
            };
            assert_eq!((header.kind, header.id), (kind, Some(response.id.clone())), "{line}");
            assert_eq!(response.result().ok(), header.result.filter(|_| header.error.is_none()));
        }
        (header, ServerMessage::Error(_)) => {
            assert_eq!((header.kind, header.id), (HeaderKind::ErrorResponse, None), "{line}");
        }
        other => panic!("{line}: {other:?}"),
    }
}

fn kind(line: &Value) -> Option<HeaderKind> {
    let has = |name: &str| line.get(name).is_some_and(|it| !it.is_null());
    match (line["method"].is_string(), has("id")) {
        (true, false) => Some(HeaderKind::Notification),
        (true, true) => Some(HeaderKind::Request),
        (false, _) if has("error") => Some(HeaderKind::ErrorResponse),
        (false, true) if line.get("result").is_some() => Some(HeaderKind::Response),
        (false, _) => None,
    }
}

fn id_in(params: &Value, direct: &str, object: &str) -> Option<String> {
    params[direct].as_str().or_else(|| params[object]["id"].as_str()).map(str::to_owned)
}

fn check(line: &str) {
    let value: Value = serde_json::from_str(line).unwrap();
    let is_id_odd = value["id"].is_object();
    let (header, kind) = match (Header::read(line), kind(&value)) {
        (Ok(header), Some(kind)) => (header, kind),
        (Err(error), kind) => {
            assert!(is_id_odd || kind.is_none(), "{line}: {error}");
            assert!(!error.is_syntax(), "{line}: {error}");
            return;
        }
        (Ok(header), None) => panic!("{line}: {header:?}"),
    };
    assert_eq!(header.kind, kind, "{line}");
    assert_eq!(header.method.as_deref(), value["method"].as_str());
    let id = match &value["id"] {
        Value::String(id) => Some(RequestId::from(id.as_str())),
        id => id.as_i64().map(RequestId::from),
    };
    assert_eq!(header.id, id);
    assert_eq!(header.emitted_at_ms, value["emittedAtMs"].as_i64());
    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(header.params.map(parsed).as_ref(), value.get("params"));
    assert_eq!(header.result.map(parsed).as_ref(), value.get("result"));
    assert_eq!(header.error.map(parsed).as_ref(), value.get("error").filter(|it| !it.is_null()));
    let params = &value["params"];
    assert_eq!(header.thread_id.map(Into::into), id_in(params, "threadId", "thread"), "{line}");
    assert_eq!(header.turn_id.map(Into::into), id_in(params, "turnId", "turn"), "{line}");
    assert_eq!(header.item_id.map(Into::into), id_in(params, "itemId", "item"), "{line}");
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2000,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(7),
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_header_says_what_the_line_says(line in a_line()) {
        check(&line);
        check_message(&line);
    }

    #[test]
    fn a_message_says_what_its_header_says(line in some_members()) {
        check_message(&line);
    }
}
