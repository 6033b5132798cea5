//! One small bundle with every shape, which is fuzzed too: the whole output is the assertion.

use std::fs;

use crate::{Bundles, workspace};

#[test]
fn every_shape_is_rendered_as_expected() {
    let text = fs::read_to_string(workspace().join("codegen/tests/every_shape.json")).unwrap();
    // The small bundle has none of the methods that the pairing table is for.
    let version = "0.1.0".to_owned();
    let small = Bundles { version, stable: text.clone(), experimental: text, history: Vec::new() };
    let output = match small.generate() {
        Err(error) => panic!("{error}"),
        Ok(output) => output,
    };
    insta::assert_snapshot!(output.files["probe.rs"]);
    insta::assert_snapshot!("notification", output.files["notification.rs"]);
}
