//! `schema check`: what counts as drift, and what the user is told to do about it.

use std::fs;

use crate::fake::{EXPERIMENTAL, Fake, MORE, STABLE, with_method};

#[test]
fn what_was_pulled_is_what_the_server_prints() {
    let fake = Fake::pulled();
    let before = fake.schema_files();

    let stdout = fake.check(&[]).succeeded();

    assert!(stdout.contains("is what codex 0.2.0 prints"), "{stdout}");
    assert_eq!(fake.schema_files(), before);
}

#[test]
fn another_release_is_judged_by_what_its_difference_means() {
    let fake = Fake::pulled();
    let before = fake.schema_files();
    fake.prints("0.3.0", STABLE, MORE);

    let stdout = fake.check(&["--version", "0.3.0"]).succeeded();

    assert!(stdout.contains("\n0.2.0 -> 0.3.0: 1 additive\n"), "{stdout}");
    assert_eq!(fake.schema_files(), before);
}

#[test]
fn a_server_that_breaks_what_clients_send_is_an_exit_code_of_its_own() {
    let fake = Fake::new();
    let old = with_method(r#""a": {"type": "string"}"#);
    fake.prints("0.2.0", &old, &old);
    fake.pull(&["--version", "0.2.0"]).succeeded();
    let new = with_method(r#""b": {"type": "string"}"#);
    fake.prints("0.3.0", &new, &new);
    let codex = fake.path("codex");

    let stdout = fake.check(&["--server", codex.to_str().unwrap()]).found_breaking();

    assert!(stdout.starts_with("0.2.0 -> 0.3.0: 1 breaking, 1 additive\n"), "{stdout}");
    assert!(stdout.contains("-> RunParams.a: removed [run]"), "{stdout}");
}

#[test]
fn a_folder_that_a_server_wrote_is_compared_without_a_server() {
    let fake = Fake::pulled();
    let dump = fake.path("dump");
    fs::create_dir(&dump).unwrap();
    fs::write(dump.join("codex_app_server_protocol.schemas.json"), STABLE).unwrap();
    fs::remove_file(fake.path("npm")).unwrap();
    fs::remove_dir_all(fake.path("servers")).unwrap();

    let stdout = fake.check(&["--against", "dump"]).succeeded();

    assert!(stdout.starts_with("0.2.0 -> dump: no change\n"), "{stdout}");
    fake.check(&["--against", "nowhere"]).failed(&["cannot read nowhere/stable.json"]);
}

#[test]
fn a_folder_is_compared_with_the_bundle_that_it_is() {
    let fake = Fake::new();
    let trial = with_method(r#""a": {"type": "string"}"#);
    fake.prints("0.2.0", STABLE, &trial);
    fake.pull(&["--version", "0.2.0"]).succeeded();
    for (folder, text) in [("plain", STABLE), ("trial", &trial)] {
        fs::create_dir(fake.path(folder)).unwrap();
        let file = fake.path(folder).join("codex_app_server_protocol.schemas.json");
        fs::write(file, text).unwrap();

        let stdout = fake.check(&["--against", folder]).succeeded();

        assert!(stdout.starts_with(&format!("0.2.0 -> {folder}: no change\n")), "{stdout}");
    }
    let args = |folder, bundle| ["--against", folder, "--bundle", bundle];
    fake.check(&args("plain", "stable")).succeeded();
    fake.check(&args("trial", "experimental")).succeeded();
    fake.check(&args("plain", "experimental"))
        .misused("plain is a stable bundle: a server writes the other one with --experimental");
    fake.check(&args("trial", "stable")).misused("trial is an experimental bundle");
}

#[test]
fn the_pinned_release_has_to_print_it_byte_for_byte() {
    let fake = Fake::pulled();
    fake.prints("0.2.0", MORE, MORE);
    let codex = fake.path("codex");
    let codex = codex.to_str().unwrap();

    let parts = ["stable.json and schema/experimental.json", &format!("pull --codex {codex}")];
    let stdout = fake.check(&["--codex", codex]).failed(&parts);
    assert!(stdout.contains("stable.json against codex 0.2.0: 2 additive\n"), "{stdout}");

    fake.prints("0.2.0", &STABLE.replace(": {", ":  {"), EXPERIMENTAL);
    let stdout = fake.check(&["--codex", codex]).failed(&["not what codex 0.2.0 prints"]);
    assert!(stdout.contains("the same, written differently"), "{stdout}");
}

#[test]
fn what_is_to_be_typed_can_be_pasted() {
    let fake = Fake::pulled();
    fs::create_dir(fake.path("a b")).unwrap();
    fs::rename(fake.path("codex"), fake.path("a b/codex")).unwrap();
    fake.prints("0.2.0", MORE, MORE);
    let parts = ["run `cargo xtask schema pull --codex 'a b/codex' --out"];
    fake.check(&["--codex", "a b/codex"]).failed(&parts);
}

#[test]
fn a_bundle_that_was_edited_does_not_have_the_pinned_hash() {
    let fake = Fake::pulled();
    fs::write(fake.schema().join("stable.json"), STABLE.replace("Old", "Edited")).unwrap();

    let stdout = fake.check(&[]).failed(&["schema/stable.json", "schema pull --version 0.2.0"]);

    assert!(stdout.contains("stable.json: its sha256 is "), "{stdout}");
    assert!(stdout.contains("1 additive, 1 in Rust only"), "{stdout}");
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
