//! `schema check`: what counts as drift, and what the user is told to do about it.

use std::fs;

use crate::fake::{EXPERIMENTAL, Fake, STABLE};

#[test]
fn what_was_pulled_is_what_the_server_prints() {
    let fake = Fake::pulled();
    let before = fake.schema_files();

    let stdout = fake.check(&[]).succeeded();

    assert!(stdout.contains("is what codex 0.2.0 prints"), "{stdout}");
    assert_eq!(fake.schema_files(), before);
}

#[test]
fn a_release_that_prints_something_else_is_drift_with_a_summary_and_a_fix() {
    let fake = Fake::pulled();
    let before = fake.schema_files();
    let stable = r#"{"definitions": {"Old": {}, "v2": {"New": {}}, "ClientRequest": {"oneOf":
        [{"properties": {"method": {"enum": ["turn/start"]}}}]}}}"#;
    fake.prints("0.3.0", stable, EXPERIMENTAL);

    let stdout = fake.check(&["--version", "0.3.0"]).failed(&[
        "not what codex 0.3.0 prints: schema/stable.json;",
        "`cargo xtask schema pull --version 0.3.0 --out schema`",
        "`cargo xtask codegen`",
    ]);

    assert!(stdout.contains("definitions: 1 added (New), 1 changed (Old)\n"), "{stdout}");
    assert!(stdout.contains("methods: 1 added (turn/start)\n"), "{stdout}");
    assert_eq!(fake.schema_files(), before);
}

#[test]
fn both_bundles_are_named_when_both_differ() {
    let fake = Fake::pulled();
    fake.prints("0.3.0", EXPERIMENTAL, STABLE);
    let codex = fake.path("codex");
    let codex = codex.to_str().unwrap();

    let parts = ["stable.json and schema/experimental.json", &format!("pull --codex {codex}")];
    fake.check(&["--codex", codex]).failed(&parts);
}

#[test]
fn a_bundle_that_was_edited_does_not_have_the_pinned_hash() {
    let fake = Fake::pulled();
    fs::write(fake.schema().join("stable.json"), STABLE.replace("Old", "Edited")).unwrap();

    let stdout = fake.check(&[]).failed(&["schema/stable.json", "schema pull --version 0.2.0"]);

    assert!(stdout.contains("stable.json: its sha256 is "), "{stdout}");
    assert!(stdout.contains("1 added (Old), 1 removed (Edited)"), "{stdout}");
}

#[test]
fn a_pin_that_was_edited_is_drift_too() {
    let fake = Fake::pulled();
    let pin = fake.schema_files()["pin.json"].replacen("_sha256\": \"", "_sha256\": \"0", 1);
    fs::write(fake.schema().join("pin.json"), pin).unwrap();

    fake.check(&[]).failed(&["not what the pin says: schema/stable.json", "pull --version 0.2.0"]);
}

#[test]
fn a_file_that_is_missing_is_named() {
    let fake = Fake::pulled();
    fs::remove_file(fake.schema().join("experimental.json")).unwrap();
    fake.check(&[]).failed(&["cannot read", "experimental.json"]);
}

#[test]
fn a_pin_cannot_name_a_path() {
    let fake = Fake::pulled();
    let pin = fake.schema_files()["pin.json"].replace("0.2.0", "../../0.2.0");
    fs::write(fake.schema().join("pin.json"), pin).unwrap();
    fake.check(&[]).failed(&["pin.json", "a version looks like 0.169.0"]);
}
