//! One small bundle with every shape: the whole output is the assertion.

use serde_json::json;

use crate::refusal::bundle;

#[test]
fn every_shape_is_rendered_as_expected() {
    let params = json!({
        "description": "Runs a [probe].",
        "type": "object",
        "properties": {
            "apiKey": { "type": "string" },
            "anything": true,
            "choice": { "enum": ["on-request", "unknown"], "type": "string" },
            "counts": { "additionalProperties": { "type": "integer", "format": "uint32" }, "type": "object" },
            "keyed": { "oneOf": [
                { "enum": ["never"], "type": "string" },
                {
                    "properties": { "limited": {
                        "properties": { "seconds": { "type": "integer", "format": "uint" } },
                        "required": ["seconds"],
                        "type": "object",
                    } },
                    "required": ["limited"],
                    "title": "LimitedProbe",
                    "type": "object",
                },
            ] },
            "name": { "type": ["string", "null"], "description": "What to call it." },
            "tagged": { "oneOf": [
                { "properties": { "type": { "enum": ["idle"], "type": "string" } }, "required": ["type"], "type": "object" },
                {
                    "anyOf": [
                        { "properties": { "url": { "type": "string" } }, "required": ["url"], "type": "object" },
                        { "properties": { "fileId": { "type": "string" } }, "required": ["fileId"], "type": "object" },
                    ],
                    "properties": { "type": { "enum": ["image"], "type": "string" } },
                    "required": ["type"],
                    "type": "object",
                },
            ] },
            "threadId": { "type": "string" },
            "untagged": { "anyOf": [{ "type": "string" }, { "items": { "type": "string" }, "type": "array" }] },
        },
        "required": ["apiKey", "choice", "threadId"],
    });
    let output = bundle(params).generate();
    // The small bundle has none of the methods that the pairing table is for.
    let output = match output {
        Err(error) => panic!("{error}"),
        Ok(output) => output,
    };
    insta::assert_snapshot!(output.files["probe.rs"]);
    insta::assert_snapshot!("notification", output.files["notification.rs"]);
}
