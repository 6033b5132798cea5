//! Methods that have the type of their params in common: which of them the type stands for.

use serde_json::{Value, json};

use crate::Bundles;
use crate::refusal::bundle;

/// The bundle with one request, and these requests of the same params beside it.
fn sharing(params: &str, methods: &[&str]) -> Bundles {
    let mut bundles = bundle(json!({ "type": "object" }));
    let mut schema: Value = serde_json::from_str(&bundles.stable).unwrap();
    let arms = schema["definitions"]["ClientRequest"]["oneOf"].as_array_mut().unwrap();
    arms.extend(methods.iter().map(|method| {
        json!({ "properties": {
            "method": { "enum": [method], "type": "string" },
            "params": { "$ref": format!("#/definitions/v2/{params}") },
        } })
    }));
    // A response is found by the name of the params.
    for name in [params, &params.replace("Params", "Response")] {
        schema["definitions"]["v2"][name] = json!({ "type": "object" });
    }
    bundles.stable = schema.to_string();
    bundles.experimental.clone_from(&bundles.stable);
    bundles
}

/// The types that stand for methods, each with its method.
fn types(bundles: &Bundles) -> Vec<(String, String)> {
    let output = bundles.generate().unwrap();
    let text: String = output.files.into_values().collect();
    let mut found = Vec::new();
    for part in text.split("impl ClientRequest for ").skip(1) {
        let (name, rest) = part.split_once(' ').unwrap();
        let method = rest.split('"').nth(1).unwrap();
        found.push((method.to_owned(), name.to_owned()));
    }
    found.sort();
    found
}

#[track_caller]
fn check(bundles: &Bundles, expected: &[(&str, &str)]) {
    let expected: Vec<_> =
        expected.iter().map(|(method, name)| ((*method).to_owned(), (*name).to_owned())).collect();
    assert_eq!(types(bundles), expected);
}

#[test]
fn a_type_stands_for_the_method_that_is_named_like_it() {
    let bundles = sharing("ProbeRunParams", &["a/run", "probe/rerun"]);
    check(
        &bundles,
        &[
            ("a/run", "ARunParams"),
            ("probe/rerun", "ProbeRerunParams"),
            ("probe/run", "ProbeRunParams"),
        ],
    );
}

#[test]
fn or_else_for_the_oldest_so_that_it_never_becomes_that_of_another() {
    let mut bundles = sharing("SharedParams", &["a/share", "b/share"]);
    check(
        &bundles,
        &[
            ("a/share", "SharedParams"),
            ("b/share", "BShareParams"),
            ("probe/run", "ProbeRunParams"),
        ],
    );
    let entry = |version: &str, methods: Value| {
        let of = |methods: Value| json!({ "stable": methods, "experimental": [] });
        json!({
            "version": version,
            "client_requests": of(methods),
            "client_notifications": of(json!(["initialized"])),
            "server_requests": of(json!(["probe/ask"])),
            "server_notifications": of(json!(["probe/ran"])),
        })
        .to_string()
    };
    bundles.version = "0.2.0".to_owned();
    bundles.history = vec![
        entry("0.1.0", json!(["b/share", "probe/run"])),
        entry("0.2.0", json!(["a/share", "b/share", "probe/run"])),
    ];
    check(
        &bundles,
        &[
            ("a/share", "AShareParams"),
            ("b/share", "SharedParams"),
            ("probe/run", "ProbeRunParams"),
        ],
    );
}
