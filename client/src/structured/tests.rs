//! Schemas of many types, and answers.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::OutputSchema;
use crate::error::Error;
use crate::structured::SchemaProblem;

fn schema<T: JsonSchema + serde::de::DeserializeOwned>() -> Value {
    OutputSchema::<T>::new().unwrap().as_value().clone()
}

fn refused<T: JsonSchema + serde::de::DeserializeOwned>() -> (String, SchemaProblem) {
    match OutputSchema::<T>::new() {
        Err(Error::SchemaNotStrict { path, problem, .. }) => (path, problem),
        other => panic!("{other:?}"),
    }
}

fn object(properties: Value) -> Value {
    let required: Vec<_> = properties.as_object().unwrap().keys().cloned().collect();
    json!({"type": "object", "properties": properties, "required": required,
        "additionalProperties": false})
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only the schema counts")]
struct Plain {
    /// What it is called.
    name: String,
    count: u8,
    ratio: f64,
    note: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    unique: BTreeSet<String>,
}

#[test]
fn every_member_is_required_and_there_are_no_others() {
    let tags = json!({"type": "array", "items": {"type": "string"}});
    let expected = object(json!({
        "name": {"type": "string", "description": "What it is called."},
        "count": {"type": "integer", "minimum": 0, "maximum": 255},
        "ratio": {"type": "number"},
        "note": {"type": ["string", "null"]},
        "tags": tags,
        "unique": tags,
    }));
    assert_eq!(schema::<Plain>(), expected);
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Unit {
    /// The first.
    OneThing,
    Other,
}

#[derive(Deserialize, JsonSchema)]
#[serde(tag = "type")]
#[expect(dead_code, reason = "only the schema counts")]
enum Tagged {
    Alone,
    Members { a: u8 },
    Newtype(Inner),
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only the schema counts")]
struct Inner {
    b: bool,
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only the schema counts")]
struct Outer {
    unit: Unit,
    tagged: Option<Tagged>,
    list: Vec<Inner>,
    #[serde(flatten)]
    inner: Inner,
}

/// What no strict schema has anywhere.
fn check_strict(schema: &Value) {
    match schema {
        Value::Object(members) => {
            for word in ["oneOf", "allOf", "const", "default", "title", "$schema", "uniqueItems"] {
                assert!(!members.contains_key(word), "{word} in {schema}");
            }
            if members.contains_key("$ref") {
                assert_eq!(members.len(), 1, "{schema}");
            }
            if let Some(Value::Object(properties)) = members.get("properties") {
                let required = members["required"].as_array().unwrap();
                assert_eq!(required.len(), properties.len(), "{schema}");
                assert_eq!(members["additionalProperties"], false, "{schema}");
                return properties.values().for_each(check_strict);
            }
            for (name, member) in members {
                if name != "enum" {
                    check_strict(member);
                }
            }
        }
        Value::Array(members) => members.iter().for_each(check_strict),
        _ => {}
    }
}

#[test]
fn enums_of_all_kinds_and_flattened_members_are_strict() {
    let schema = schema::<Outer>();
    check_strict(&schema);
    let newtype = object(json!({"b": {"type": "boolean"},
        "type": {"type": "string", "enum": ["Newtype"]}}));
    let arms = schema["$defs"]["Tagged"]["anyOf"].as_array().unwrap();
    let same = |it: &&Value| it["properties"] == newtype["properties"];
    assert!(arms.iter().any(|it| same(&it)), "{schema}");
    assert_eq!(schema["properties"]["b"], json!({"type": "boolean"}));
}

#[derive(Debug, Deserialize, JsonSchema, PartialEq)]
struct Tree {
    name: String,
    children: Vec<Self>,
}

#[derive(Debug, Deserialize, JsonSchema, PartialEq)]
enum Expression {
    Number(i64),
    Sum(Vec<Self>),
}

#[test]
fn a_type_may_contain_itself() {
    let tree = schema::<Tree>();
    check_strict(&tree);
    assert_eq!(tree["properties"]["children"]["items"], json!({"$ref": "#"}));
    let expression = schema::<Expression>();
    check_strict(&expression);
    let text = expression.to_string();
    assert!(!text.contains(r##""$ref":"#""##) && text.contains("#/$defs/Root"), "{text}");
}

#[test]
fn what_is_no_object_is_a_member_of_one() {
    let list = json!({"type": "array", "items": {"type": "string"}});
    assert_eq!(schema::<Vec<String>>(), object(json!({ "value": list })));
    for wrapped in
        [schema::<String>(), schema::<Option<Inner>>(), schema::<Unit>(), schema::<Tagged>()]
    {
        check_strict(&wrapped);
        assert_eq!(wrapped["required"], json!(["value"]), "{wrapped}");
    }
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only the schema counts")]
struct WithMap {
    answer: Vec<Meta>,
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only the schema counts")]
struct Meta {
    meta: BTreeMap<String, u8>,
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only the schema counts")]
struct WithAny {
    any: Value,
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only the schema counts")]
struct WithTuple {
    pair: (u8, String),
}

#[test]
fn what_cannot_be_asked_for_is_named() {
    assert_eq!(refused::<WithMap>(), ("Meta.meta".to_owned(), SchemaProblem::Map));
    assert_eq!(refused::<WithAny>(), ("any".to_owned(), SchemaProblem::FreeForm));
    assert_eq!(refused::<WithTuple>(), ("pair".to_owned(), SchemaProblem::Tuple));
    assert_eq!(refused::<Value>(), ("the root".to_owned(), SchemaProblem::FreeForm));
    assert_eq!(refused::<BTreeMap<String, u8>>().1, SchemaProblem::Map);
    let error = OutputSchema::<WithMap>::new().unwrap_err();
    let expected = "WithMap has no strict JSON Schema at Meta.meta: maps are not supported: use a list of \
         key-value structs";
    assert_eq!(error.to_string(), expected);
}

fn parsed<T: JsonSchema + serde::de::DeserializeOwned>(text: &str) -> Result<T, Error> {
    let mut collector = crate::turn::result::Collector::default();
    let item = json!({"type": "agentMessage", "id": "i", "text": text, "phase": null});
    for (method, params) in [
        ("item/completed", json!({"threadId": "t", "turnId": "u", "item": item})),
        ("turn/completed", json!({"threadId": "t", "turn": {"id": "u", "status": "completed"}})),
    ] {
        let line = json!({"method": method, "params": params}).to_string();
        let Ok(codex_app_protocol::ServerMessage::Notification(message)) =
            codex_app_protocol::ServerMessage::from_line(line)
        else {
            panic!("no notification");
        };
        collector.event(&message.body);
    }
    let result = collector.result("t", "u", false).unwrap().unwrap();
    OutputSchema::<T>::new().unwrap().parse(&result)
}

#[test]
fn what_was_wrapped_is_taken_out_again() {
    assert_eq!(parsed::<Vec<u8>>(r#"{"value": [1, 2]}"#).unwrap(), [1, 2]);
    assert!(parsed::<Vec<u8>>(r#"{"other": {}, "value": []}"#).unwrap().is_empty());
    assert_eq!(parsed::<Option<u8>>(r#"{"value": null}"#).unwrap(), None);
    assert_eq!(parsed::<Option<u8>>("{}").unwrap(), None);
    let tree = parsed::<Tree>(r#"{"name": "a", "children": []}"#).unwrap();
    assert_eq!(tree.name, "a");
}

#[test]
fn an_answer_of_another_shape_says_where_and_quotes_nothing() {
    let check = |outcome: Result<(), Error>, expected: &str| {
        let text = outcome.unwrap_err().to_string();
        let known = "the final response of turn 'u' does not match the requested type: ";
        assert_eq!(text.strip_prefix(known), Some(expected), "{text}");
    };
    let list = |text: &str| parsed::<Vec<u8>>(text).map(drop);
    check(list("I would rather not."), "it is not valid JSON, at line 1 column 1");
    check(list(r#"{"value": ["#), "it is truncated JSON, at line 1 column 11");
    check(
        list("{\n\"value\": [1, \"a secret\"]}"),
        "it is JSON of a different shape, at line 2 column 23",
    );
    check(list("[1]"), "it is JSON of a different shape, at line 1 column 0");
    check(
        parsed::<Tree>(r#"{"name": 1, "children": []}"#).map(drop),
        "it is JSON of a different shape, at line 1 column 10",
    );
}
