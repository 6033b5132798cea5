//! The rewrites of one schema, each a small function on one shape.
//!
//! A rule changes how something is said, never what it means to a reader of messages; what it drops
//! are constraints that the server itself does not keep to. `x-…` keywords are notes to
//! [`super::read`], which is the only place that reads them.

use serde_json::{Map, Value, json};

/// Set where the schema allows `null` beside the described value.
pub(super) const NULLABLE: &str = "x-nullable";
/// On a string enum: the descriptions of its values, by value.
pub(super) const VALUE_DOCS: &str = "x-value-docs";
/// On an object: sets of members of which exactly one is present.
pub(super) const ALTERNATIVES: &str = "x-alternatives";

type Schema = Map<String, Value>;

/// Applied to every subschema, innermost first, in this order.
const RULES: &[fn(&mut Schema)] = &[
    drop_constraints,
    unwrap_single_all_of,
    pull_null_out,
    widen_uint,
    drop_catch_all_arm,
    merge_enums,
    fold_alternatives,
    hoist_shared_members,
];

/// Rewrites a schema and everything in it.
pub(super) fn apply(schema: &mut Value) {
    let Value::Object(members) = schema else { return };
    for keyword in ["oneOf", "anyOf", "allOf"] {
        if let Some(Value::Array(arms)) = members.get_mut(keyword) {
            arms.iter_mut().for_each(apply);
        }
    }
    for keyword in ["items", "additionalProperties"] {
        members.get_mut(keyword).into_iter().for_each(apply);
    }
    if let Some(Value::Object(properties)) = members.get_mut("properties") {
        properties.values_mut().for_each(apply);
    }
    for rule in RULES {
        rule(members);
    }
}

/// `{"minLength": 1, "default": null, "additionalProperties": false, …}` to `{…}`.
///
/// The server sends empty strings where it says `minLength`, and new members where it says that
/// there are none; a `minimum` repeats what the integer's `format` says.
fn drop_constraints(schema: &mut Schema) {
    for keyword in ["$schema", "default", "minLength", "minItems", "minimum", "maximum"] {
        schema.remove(keyword);
    }
    if schema.get("additionalProperties") == Some(&Value::Bool(false)) {
        schema.remove("additionalProperties");
    }
    if schema.get("type").is_some_and(|it| it == "string" || it == &json!(["string", "null"])) {
        schema.remove("format");
    }
}

/// `{"allOf": [X], "description": …}` to `X` with that description.
fn unwrap_single_all_of(schema: &mut Schema) {
    if let Some(Value::Array(arms)) = schema.get("allOf")
        && let [only] = arms.as_slice()
    {
        let only = only.clone();
        schema.remove("allOf");
        absorb(schema, only);
    }
}

/// `{"anyOf": [X, {"type": "null"}]}` and `{"type": ["string", "null"]}` to the same without null,
/// noted as nullable.
fn pull_null_out(schema: &mut Schema) {
    let mut found = false;
    for keyword in ["anyOf", "oneOf"] {
        let Some(Value::Array(arms)) = schema.get_mut(keyword) else { continue };
        let before = arms.len();
        arms.retain(|arm| arm.get("type") != Some(&json!("null")));
        if arms.len() == before {
            continue;
        }
        found = true;
        if let [only] = arms.as_slice() {
            let only = only.clone();
            schema.remove(keyword);
            absorb(schema, only);
        }
    }
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        let before = types.len();
        types.retain(|it| it != "null");
        found |= types.len() < before;
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    if found {
        schema.insert(NULLABLE.to_owned(), Value::Bool(true));
    }
}

/// `"format": "uint"` to `"uint64"`: the server's `usize`.
fn widen_uint(schema: &mut Schema) {
    if schema.get("format").is_some_and(|it| it == "uint") {
        schema.insert("format".to_owned(), json!("uint64"));
    }
}

/// `{"anyOf": [{"enum": […]}, …, {"type": ["string", "object"]}]}` without the last arm: the server's
/// own room for values to come. Every enum and union is open here anyway.
fn drop_catch_all_arm(schema: &mut Schema) {
    for keyword in ["anyOf", "oneOf"] {
        let Some(Value::Array(arms)) = schema.get_mut(keyword) else { continue };
        let told_apart = |arm: &Value| arm.get("enum").is_some();
        if arms.iter().any(told_apart) {
            arms.retain(|arm| !is_catch_all(arm));
        }
    }
}

fn is_catch_all(arm: &Value) -> bool {
    let described = ["enum", "properties", "$ref", "oneOf", "anyOf", "allOf", "items"];
    match arm {
        Value::Bool(anything) => *anything,
        Value::Object(members) => !described.iter().any(|keyword| members.contains_key(*keyword)),
        _ => false,
    }
}

/// `{"oneOf": [{"enum": ["a"], "description": …}, {"enum": ["b"]}]}` to `{"enum": ["a", "b"]}`, the
/// descriptions noted by value. Numbers likewise.
fn merge_enums(schema: &mut Schema) {
    for keyword in ["oneOf", "anyOf"] {
        let Some(Value::Array(arms)) = schema.get(keyword) else { continue };
        if arms.is_empty() || !arms.iter().all(|arm| arm.get("enum").is_some()) {
            continue;
        }
        let (values, docs) = collect_values(arms);
        let first = &arms[0];
        let of_first = ["type", "format"].map(|it| (it, first.get(it).cloned()));
        let are_alike =
            |arm: &Value| of_first.iter().all(|(it, value)| arm.get(it) == value.as_ref());
        let are_strings = values.iter().all(Value::is_string);
        if !are_strings && !arms.iter().all(are_alike) {
            continue;
        }
        schema.remove(keyword);
        for (keyword, value) in of_first {
            schema.extend(value.map(|it| (keyword.to_owned(), it)));
        }
        if are_strings {
            schema.insert("type".to_owned(), json!("string"));
        }
        schema.insert("enum".to_owned(), Value::Array(values));
        schema.insert(VALUE_DOCS.to_owned(), Value::Object(docs));
    }
}

fn collect_values(arms: &[Value]) -> (Vec<Value>, Schema) {
    let mut values = Vec::new();
    let mut docs = Map::new();
    for arm in arms {
        for value in arm.get("enum").and_then(Value::as_array).into_iter().flatten() {
            if let (Some(text), Some(description)) = (value.as_str(), arm.get("description")) {
                docs.insert(text.to_owned(), description.clone());
            }
            values.push(value.clone());
        }
    }
    (values, docs)
}

/// `{"properties": {…}, "anyOf": [{"properties": {"url": …}}, {"properties": {"fileId": …}}]}` to one
/// object whose members `url` and `fileId` are optional, noted as alternatives.
fn fold_alternatives(schema: &mut Schema) {
    if !schema.contains_key("properties") {
        return;
    }
    let Some(Value::Array(arms)) = schema.get("anyOf") else { return };
    let Some(alternatives) = arms.iter().map(required_members).collect::<Option<Vec<_>>>() else {
        return;
    };
    let arms = arms.clone();
    schema.remove("anyOf");
    schema.insert(ALTERNATIVES.to_owned(), json!(alternatives));
    let Some(Value::Object(properties)) = schema.get_mut("properties") else { return };
    for (name, member) in arms.iter().flat_map(|arm| arm["properties"].as_object()).flatten() {
        properties.insert(name.clone(), member.clone());
    }
}

/// The members that an object with members requires.
fn required_members(arm: &Value) -> Option<Vec<String>> {
    arm.get("properties")?.as_object()?;
    let required = arm.get("required")?.as_array()?;
    Some(required.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// `{"properties": {"id": …}, "oneOf": [{"properties": {"type": …}}, …]}` to the same without the
/// shared members, each arm having them.
fn hoist_shared_members(schema: &mut Schema) {
    let (Some(Value::Object(shared)), Some(Value::Array(_))) =
        (schema.get("properties").cloned(), schema.get("oneOf"))
    else {
        return;
    };
    let required = schema.remove("required");
    schema.remove("properties");
    schema.remove("type");
    let Some(Value::Array(arms)) = schema.get_mut("oneOf") else { return };
    for arm in arms.iter_mut().filter_map(Value::as_object_mut) {
        let properties = arm.entry("properties").or_insert_with(|| json!({}));
        if let Value::Object(properties) = properties {
            properties.extend(shared.clone());
        }
        let own = arm.entry("required").or_insert_with(|| json!([]));
        if let (Value::Array(own), Some(Value::Array(required))) = (own, &required) {
            own.extend(required.iter().cloned());
        }
    }
}

/// Takes over the members of an inner schema that the outer one does not set itself.
fn absorb(outer: &mut Schema, inner: Value) {
    if let Value::Object(inner) = inner {
        for (keyword, value) in inner {
            outer.entry(keyword).or_insert(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(schema: Value, expected: Value) {
        let mut rewritten = schema;
        apply(&mut rewritten);
        assert_eq!(rewritten, expected);
    }

    #[test]
    fn constraints_that_the_server_does_not_keep_to_are_dropped() {
        check(
            json!({"type": "string", "minLength": 1, "format": "uri", "default": null}),
            json!({"type": "string"}),
        );
        check(
            json!({"type": "object", "additionalProperties": false, "$schema": "x"}),
            json!({"type": "object"}),
        );
    }

    #[test]
    fn a_single_all_of_is_its_only_arm() {
        check(
            json!({"allOf": [{"$ref": "A", "description": "inner"}], "description": "outer"}),
            json!({"$ref": "A", "description": "outer"}),
        );
    }

    #[test]
    fn null_is_a_note() {
        check(
            json!({"anyOf": [{"$ref": "A"}, {"type": "null"}]}),
            json!({"$ref": "A", "x-nullable": true}),
        );
        check(
            json!({"type": ["integer", "null"], "format": "uint"}),
            json!({"type": "integer", "format": "uint64", "x-nullable": true}),
        );
        check(
            json!({"anyOf": [{"anyOf": [{"$ref": "A"}, {"type": "null"}]}, {"type": "null"}]}),
            json!({"$ref": "A", "x-nullable": true}),
        );
    }

    #[test]
    fn one_value_enums_become_one_enum_with_docs() {
        check(
            json!({"oneOf": [
                {"enum": ["a"], "type": "string", "description": "First."},
                {"enum": ["b", "c"], "type": "string"},
            ]}),
            json!({"type": "string", "enum": ["a", "b", "c"], "x-value-docs": {"a": "First."}}),
        );
    }

    #[test]
    fn numbers_stay_numbers_and_are_not_mixed_with_others() {
        check(
            json!({"oneOf": [
                {"enum": [1], "type": "integer", "format": "uint8"},
                {"enum": [2], "type": "integer", "format": "uint8"},
            ]}),
            json!({"type": "integer", "format": "uint8", "enum": [1, 2], "x-value-docs": {}}),
        );
        let mixed = json!({"oneOf": [
            {"enum": [1], "type": "integer"}, {"enum": ["a"], "type": "string"},
        ]});
        check(mixed.clone(), mixed);
    }

    #[test]
    fn the_servers_own_catch_all_goes() {
        check(
            json!({"anyOf": [{"enum": ["a"], "type": "string"}, {"type": ["string", "object"]}]}),
            json!({"type": "string", "enum": ["a"], "x-value-docs": {}}),
        );
        // Without anything to tell arms apart by, a string is a string.
        check(
            json!({"anyOf": [{"type": "string"}, {"$ref": "A"}]}),
            json!({"anyOf": [{"type": "string"}, {"$ref": "A"}]}),
        );
    }

    #[test]
    fn alternatives_fold_into_the_object() {
        check(
            json!({"properties": {"type": {}}, "anyOf": [
                {"properties": {"url": {}}, "required": ["url"]},
                {"properties": {"fileId": {}}, "required": ["fileId"]},
            ]}),
            json!({
                "properties": {"type": {}, "url": {}, "fileId": {}},
                "x-alternatives": [["url"], ["fileId"]],
            }),
        );
    }

    #[test]
    fn shared_members_move_into_every_arm() {
        check(
            json!({
                "type": "object", "properties": {"id": {}}, "required": ["id"],
                "oneOf": [{"properties": {"type": {}}, "required": ["type"]}],
            }),
            json!({"oneOf": [{"properties": {"type": {}, "id": {}}, "required": ["type", "id"]}]}),
        );
    }
}
