//! The index of releases: how an entry is made, and that generating from a wrong index is refused.

use std::fs;
use std::path::Path;

use crate::fake::{Fake, STABLE, files, with_method};

#[test]
fn an_entry_is_what_the_server_has_stable_and_experimental() {
    let fake = Fake::new();
    fake.prints("0.2.0", STABLE, &with_method(""));

    let stdout = fake.xtask_of_workspace(&["schema", "history", "add", "0.2.0"]).succeeded();

    assert!(stdout.contains("schema/history/0.2.0.json written"), "{stdout}");
    let text = files(&fake.schema().join("history")).remove("0.2.0.json").unwrap();
    let entry: serde_json::Value = serde_json::from_str(&text).unwrap();
    let none = serde_json::json!({ "stable": [], "experimental": [] });
    let expected = serde_json::json!({
        "version": "0.2.0",
        "client_requests": { "stable": [], "experimental": ["run"] },
        "client_notifications": none,
        "server_requests": none,
        "server_notifications": none,
    });
    assert_eq!(entry, expected);

    let stdout = fake.xtask_of_workspace(&["schema", "history", "add", "0.2.0"]).succeeded();
    assert!(stdout.contains("has not changed"), "{stdout}");
}

/// A copy of the real schema folder.
fn real() -> Fake {
    let fake = Fake::new();
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("schema");
    fs::create_dir(fake.schema().join("history")).unwrap();
    let names = ["experimental.json", "pin.json", "stable.json"].map(str::to_owned);
    let entries = files(&schema.join("history")).into_keys().map(|it| format!("history/{it}"));
    for name in entries.chain(names) {
        fs::copy(schema.join(&name), fake.schema().join(&name)).unwrap();
    }
    fake
}

fn newest(fake: &Fake) -> std::path::PathBuf {
    let pin: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(fake.schema().join("pin.json")).unwrap()).unwrap();
    let version = pin["server_version"].as_str().unwrap();
    fake.schema().join("history").join(format!("{version}.json"))
}

#[track_caller]
fn check(fake: &Fake, parts: &[&str]) {
    let args = ["codegen", "--check", "--schema", "schema", "--out", "out"];
    fake.xtask(&args).failed(parts);
}

#[test]
fn an_index_without_the_pinned_release_is_refused() {
    let fake = real();
    fs::remove_file(newest(&fake)).unwrap();
    check(&fake, &["of the index: it is missing", "cargo xtask schema history add"]);
}

#[test]
fn an_entry_that_was_edited_is_refused() {
    let fake = real();
    let path = newest(&fake);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("\"thread/start\"", "\"thread/begin\"", 1)).unwrap();
    check(&fake, &["of the index: its methods are others"]);
    fs::write(&path, "{}").unwrap();
    check(&fake, &["cannot read schema/history/", "its text has no version"]);
    fs::write(&path, text.replacen("\"version\": \"0.", "\"version\": \"1.", 1)).unwrap();
    check(&fake, &["is the entry of 1."]);
}

#[test]
fn an_index_that_has_changed_makes_the_generated_files_stale() {
    let fake = real();
    let out =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("protocol/src/generated");
    fs::remove_file(fake.schema().join("history/0.140.0.json")).unwrap();
    let args = ["codegen", "--check", "--schema", "schema", "--out", out.to_str().unwrap()];
    let stdout = fake.xtask(&args).failed(&["not up to date"]);
    assert!(stdout.contains("/history.rs\n"), "{stdout}");
}
