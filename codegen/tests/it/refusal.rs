//! Schemas that the generator cannot express are refused by name, never guessed at.

use serde_json::{Value, json};

use crate::Bundles;

/// A bundle with one request, whose params are the given schema.
pub(crate) fn bundle(params: Value) -> Bundles {
    let union = |name: &str, params: &str| {
        json!({ "oneOf": [{
            "properties": {
                "method": { "enum": [name], "type": "string" },
                "params": { "$ref": format!("#/definitions/v2/{params}") },
            },
            "required": ["method", "params"],
            "type": "object",
        }] })
    };
    let text = json!({ "definitions": {
        "ClientNotification": { "oneOf": [{ "properties": {
            "method": { "enum": ["initialized"], "type": "string" },
        } }] },
        "ClientRequest": union("probe/run", "ProbeRunParams"),
        "ServerNotification": union("probe/ran", "ProbeRanNotification"),
        "ServerRequest": union("probe/ask", "ProbeAskParams"),
        "v2": {
            "ProbeRunParams": params,
            "ProbeRunResponse": { "type": "object" },
            "ProbeRanNotification": { "type": "object" },
            "ProbeAskParams": { "type": "object" },
            "ProbeAskResponse": { "type": "object" },
        },
    } })
    .to_string();
    // A version before every exception of the pairing table that is for one release only.
    Bundles {
        version: "0.1.0".to_owned(),
        stable: text.clone(),
        experimental: text,
        history: Vec::new(),
    }
}

#[track_caller]
fn check(params: Value, expected: &str) {
    let error = bundle(params).generate().unwrap_err().to_string();
    assert!(error.starts_with(expected), "{error}");
}

fn member(schema: Value) -> Value {
    json!({ "type": "object", "properties": { "odd": schema } })
}

#[test]
fn an_inline_type_in_another_of_the_same_title_has_a_name_of_its_own() {
    let inner = json!({ "title": "Same", "type": "object", "properties": {} });
    let outer = json!({ "title": "Same", "type": "object", "properties": { "inner": inner } });
    let output = bundle(member(outer)).generate().unwrap();
    assert!(output.files["probe.rs"].contains("pub inner: Option<SameInner>"));
}

/// Found by the fuzz target `shapes`.
#[test]
fn members_of_what_is_no_object_are_refused() {
    for kind in ["array", "boolean", "integer", "number"] {
        let odd = json!({ "type": kind, "properties": {} });
        check(member(odd), "ProbeRunParamsOdd has an unknown shape");
    }
    let odd = json!({ "type": "array", "properties": {} });
    check(odd, "ProbeRunParams has an unknown shape");
}

/// Found by the fuzz target `generator`.
#[test]
fn a_definition_that_is_nothing_but_itself_is_refused() {
    let itself = json!({ "$ref": "#/definitions/v2/ProbeRunParams" });
    let expected = "ProbeRunParams is defined as itself";
    check(itself.clone(), expected);
    check(json!({ "type": "array", "items": itself }), expected);
    check(json!({ "anyOf": [itself, { "type": "string" }] }), expected);
    // A list is no value of its element's type.
    let list = json!({ "type": "array", "items": itself });
    let tree = bundle(json!({ "anyOf": [list, { "type": "string" }] }));
    assert!(tree.generate().is_ok());
}

#[test]
fn an_unknown_shape_is_named_with_its_place() {
    check(
        member(json!({ "type": "integer", "format": "int128" })),
        r#"ProbeRunParams.odd has an unknown shape: {"format":"int128","#,
    );
    check(
        member(json!({ "type": ["string", "integer"] })),
        "ProbeRunParams.odd has an unknown shape",
    );
    check(
        member(json!({ "not": { "type": "string" } })),
        "ProbeRunParams.odd has an unknown shape",
    );
    check(member(json!({ "enum": [1, 2] })), "ProbeRunParamsOdd has an unknown shape");
    check(json!({ "patternProperties": {} }), "ProbeRunParams has an unknown shape");
}

#[test]
fn two_arms_with_one_rust_name_are_refused() {
    check(
        member(json!({ "enum": ["a-b", "aB"], "type": "string" })),
        r#"ProbeRunParamsOdd: "a-b" and "aB" both become AB"#,
    );
}

#[test]
fn a_bundle_that_is_no_superset_is_refused() {
    let stable = bundle(member(json!({ "type": "string" })));
    let other = bundle(member(json!({ "type": "integer" })));
    let mixed = Bundles { experimental: other.experimental, ..stable };
    let error = mixed.generate().err().unwrap().to_string();
    let expected = "ProbeRunParams differs between the stable and the experimental bundle: \
                    \"odd\" has another type";
    assert_eq!(error, expected);
}
