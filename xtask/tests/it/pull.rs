//! `schema pull`: what it downloads, what it writes, and that a failure writes nothing.

use std::fs;

use crate::fake::{EXPERIMENTAL, Fake, MORE, NPM, STABLE, files};

#[test]
fn pulling_a_release_writes_what_it_prints_and_pins_it() {
    let fake = Fake::new();

    let stdout = fake.pull(&["--version", "0.2.0"]).succeeded();

    assert!(stdout.contains("downloading @openai/codex 0.2.0"), "{stdout}");
    assert!(stdout.contains("downloaded @openai/codex 0.2.0 in "), "{stdout}");
    let files = fake.schema_files();
    assert_eq!(files.keys().collect::<Vec<_>>(), ["experimental.json", "pin.json", "stable.json"]);
    assert_eq!(files["stable.json"], STABLE);
    assert_eq!(files["experimental.json"], EXPERIMENTAL);
    let pin: serde_json::Value = serde_json::from_str(&files["pin.json"]).unwrap();
    assert_eq!(pin["package"], "@openai/codex");
    assert_eq!(pin["server_version"], "0.2.0");
    assert_eq!(pin["stable_sha256"].as_str().unwrap().len(), 64);
    assert_ne!(pin["stable_sha256"], pin["experimental_sha256"]);
}

#[test]
fn a_second_pull_downloads_nothing_and_changes_nothing() {
    let fake = Fake::pulled();
    let before = fake.schema_files();

    let stdout = fake.pull(&[]).succeeded();

    assert!(stdout.contains("already is @openai/codex 0.2.0"), "{stdout}");
    assert_eq!(fake.downloads(), "0.2.0\n");
    assert_eq!(fake.schema_files(), before);
}

#[test]
fn pulling_another_release_pins_it_and_tells_what_is_new() {
    let fake = Fake::pulled();
    fake.prints("0.3.0", &STABLE.replace("Old", "New"), MORE);

    let stdout = fake.pull(&["--version", "0.3.0"]).succeeded();

    assert!(stdout.contains("stable.json has changed: 1 additive, 1 in Rust only"), "{stdout}");
    assert!(stdout.contains("experimental.json has changed: 1 additive\n"), "{stdout}");
    assert!(stdout.contains("cargo xtask codegen"), "{stdout}");
    assert!(fake.schema_files()["pin.json"].contains(r#""server_version": "0.3.0""#));
}

#[test]
fn pulling_again_repairs_a_bundle_that_was_edited() {
    let fake = Fake::pulled();
    let before = fake.schema_files();
    fs::write(fake.schema().join("stable.json"), "{}").unwrap();

    fake.pull(&[]).succeeded();

    assert_eq!(fake.schema_files(), before);
}

#[test]
fn an_installed_server_is_asked_without_npm() {
    let fake = Fake::new();
    let codex = fake.path("codex");

    fake.pull(&["--codex", codex.to_str().unwrap()]).succeeded();

    assert_eq!(fake.downloads(), "");
    assert!(fake.schema_files()["pin.json"].contains(r#""server_version": "0.2.0""#));
}

#[test]
fn the_servers_own_folders_are_not_the_users() {
    let fake = Fake::pulled();
    fake.codex(
        r#"if [ "$1" = --version ]; then echo "codex-cli 0.2.0"; exit; fi
        [ "$HOME" = "$CODEX_HOME" ] || exit 1
        mkdir "$4"; echo "{\"definitions\": {\"$HOME $CODEX_HOME\": 1}}" \
            > "$4/codex_app_server_protocol.schemas.json""#,
    );
    let codex = fake.path("codex");

    fake.pull(&["--codex", codex.to_str().unwrap()]).succeeded();

    let stable = &fake.schema_files()["stable.json"];
    assert!(!stable.contains("/the-user"), "{stable}");
}

/// Pulls, expects it to fail with this message, and the schema folder to be as it was.
#[track_caller]
fn check_untouched(fake: &Fake, args: &[&str], parts: &[&str]) {
    let before = fake.schema_files();
    fake.pull(args).failed(parts);
    assert_eq!(fake.schema_files(), before);
}

#[test]
fn without_npm_the_message_says_what_else_works() {
    let fake = Fake::pulled();
    fs::remove_file(fake.path("npm")).unwrap();
    check_untouched(&fake, &["--version", "0.3.0"], &["npm was not found", "--codex PATH"]);
}

#[test]
fn a_version_that_npm_does_not_know_is_named() {
    let fake = Fake::pulled();
    fake.npm("echo 'npm error code E404' >&2; echo 'npm error 404 Not Found' >&2; exit 1");
    check_untouched(&fake, &["--version", "0.3.0"], &["npm knows no version 0.3.0"]);
    assert!(!fake.release("0.3.0").exists());
}

#[test]
fn without_a_registry_the_message_says_what_else_works() {
    let fake = Fake::pulled();
    fake.npm("echo 'npm error code ENOTFOUND' >&2; exit 1");
    let parts = ["cannot reach the registry (ENOTFOUND)", "--codex PATH"];
    check_untouched(&fake, &["--version", "0.3.0"], &parts);
}

#[test]
fn any_other_failure_of_npm_is_quoted() {
    let fake = Fake::pulled();
    fake.npm("echo 'npm error code ENOSPC' >&2; echo 'npm error nospc disk full' >&2; exit 1");
    check_untouched(&fake, &["--version", "0.3.0"], &["could not install", "nospc disk full"]);
}

#[test]
fn an_install_without_a_native_program_is_no_install() {
    let fake = Fake::pulled();
    fake.npm("mkdir -p node_modules/@openai/codex");
    check_untouched(&fake, &["--version", "0.3.0"], &["no codex 0.3.0 for this machine"]);
    assert!(!fake.release("0.3.0").exists());
}

#[test]
fn an_install_of_something_else_is_no_install() {
    let fake = Fake::pulled();
    check_untouched(&fake, &["--version", "0.3.0"], &["npm installed codex 0.2.0"]);
    assert!(!fake.release("0.3.0").exists());
}

#[test]
fn an_interrupted_install_is_not_mistaken_for_a_finished_one() {
    let fake = Fake::new();
    fake.npm("mkdir -p node_modules/@openai/codex-any/vendor/any/bin; kill -9 $$");
    check_untouched(&fake, &["--version", "0.2.0"], &["could not install", "signal: 9"]);
    assert!(!fake.release("0.2.0").exists());

    // Killed before it could clean up, and before that an earlier one of another making.
    fs::create_dir_all(fake.path("servers/.installing-0.2.0-x/node_modules")).unwrap();
    fs::create_dir_all(fake.release("0.2.0").join("node_modules")).unwrap();
    fake.npm(NPM);
    fake.pull(&["--version", "0.2.0"]).succeeded();
    assert_eq!(fake.downloads(), "0.2.0\n");
}

/// Pulls the release again, which has to be downloaded for that, and says why.
#[track_caller]
fn check_downloaded_again(fake: &Fake, why: &str) {
    fs::write(fake.path("downloads"), "").unwrap();
    let before = fake.schema_files();
    let run = fake.pull(&[]);
    assert!(run.stderr.starts_with("note: ") && run.stderr.contains(why), "{}", run.stderr);
    assert!(run.stdout.contains("already is @openai/codex 0.2.0"), "{}", run.stdout);
    assert_eq!(fake.downloads(), "0.2.0\n");
    assert_eq!(fake.schema_files(), before);
}

#[test]
fn a_downloaded_server_that_is_damaged_or_another_one_is_downloaded_again() {
    let fake = Fake::pulled();
    let program = fake.release("0.2.0").join("node_modules/@openai/codex-any/vendor/any/bin/codex");
    fs::write(&program, "#!/bin/sh\nexit 1\n").unwrap();
    check_downloaded_again(&fake, "--version failed (exit status: 1): downloading again");

    fs::remove_file(&program).unwrap();
    fs::write(&program, "#!/bin/sh\n").unwrap();
    check_downloaded_again(&fake, "is not executable: downloading again");

    fs::write(&program, "#!/bin/sh\necho codex-cli 0.3.0\n").unwrap();
    check_downloaded_again(&fake, "0.2.0 has codex 0.3.0: downloading again");

    // What is there stays until there is something better.
    fs::write(&program, "#!/bin/sh\necho codex-cli 0.3.0\n").unwrap();
    fake.npm("echo 'npm error code ENOTFOUND' >&2; exit 1");
    let run = fake.pull(&[]);
    assert!(run.stderr.contains("cannot reach the registry"), "{}", run.stderr);
    assert!(program.exists());
}

#[test]
fn a_server_that_does_not_end_is_waited_for_no_longer() {
    let mut fake = Fake::pulled();
    fake.patience = "1";
    fake.codex("exec sleep 600");
    check_untouched(&fake, &["--codex", "codex"], &["codex --version did not end within 1 s"]);
    // It ends, and what it has started does not.
    fake.codex("sleep 10 & echo codex-cli 0.4.0");
    check_untouched(&fake, &["--codex", "codex"], &["codex --version did not end within 1 s"]);
    fake.codex(r#"if [ "$1" = --version ]; then echo "codex-cli 0.4.0"; exit; fi; exec sleep 600"#);
    let parts = ["codex app-server generate-json-schema --out schema did not end within 1 s"];
    check_untouched(&fake, &["--codex", "codex"], &parts);
}

#[test]
fn a_server_that_prints_no_schema_is_named() {
    let fake = Fake::pulled();
    fake.codex(r#"[ "$1" = --version ] && echo "codex-cli 0.4.0""#);
    let codex = fake.path("codex");
    let args = ["--codex", codex.to_str().unwrap()];
    check_untouched(&fake, &args, &["codex 0.4.0", "could not print its schema"]);

    fake.codex(r#"if [ "$1" = --version ]; then echo "codex-cli 0.4.0"; fi"#);
    check_untouched(&fake, &args, &["codex 0.4.0 printed no codex_app_server_protocol"]);
}

#[test]
fn a_server_that_fails_is_quoted_with_its_last_words() {
    let fake = Fake::pulled();
    fake.codex(
        r#"if [ "$1" = --version ]; then echo "codex-cli 0.4.0"; exit; fi
        echo "WARNING: first" >&2; echo "error: unrecognized subcommand" >&2; exit 2"#,
    );
    let codex = fake.path("codex");
    let parts = ["codex 0.4.0", "exit status: 2", "unrecognized subcommand"];
    check_untouched(&fake, &["--codex", codex.to_str().unwrap()], &parts);
}

#[test]
fn what_is_no_bundle_is_not_written() {
    let fake = Fake::pulled();
    let codex = fake.path("codex");
    for (experimental, reason) in [("{", "not JSON"), ("{}", "no definitions")] {
        fake.prints("0.4.0", STABLE, experimental);
        check_untouched(&fake, &["--codex", codex.to_str().unwrap()], &["codex 0.4.0", reason]);
    }
}

#[test]
fn a_pinned_release_that_prints_something_else_is_a_hash_mismatch() {
    let fake = Fake::pulled();
    fake.prints("0.2.0", r#"{"definitions": {"New": {}}}"#, EXPERIMENTAL);
    let pinned = stable_hash(&fake);
    let printed = "7d29123470c07e94b03f3280a7651a676e840f89ace7a36824185e998d8b4fac";
    check_untouched(&fake, &[], &["hash mismatch: stable.json", &pinned, printed]);

    fake.pull(&["--version", "0.2.0"]).succeeded();
    assert_eq!(stable_hash(&fake), printed);
}

fn stable_hash(fake: &Fake) -> String {
    let pin: serde_json::Value = serde_json::from_str(&fake.schema_files()["pin.json"]).unwrap();
    pin["stable_sha256"].as_str().unwrap().to_owned()
}

#[test]
fn a_program_that_is_not_there_or_no_codex_is_named() {
    let fake = Fake::pulled();
    check_untouched(&fake, &["--codex", "nowhere/codex"], &["nowhere/codex does not exist"]);
    check_untouched(&fake, &["--codex", "schema"], &["schema is not a file"]);
    check_untouched(&fake, &["--codex", "version"], &["version is not executable"]);
    fake.codex("echo 'yes (GNU coreutils) 9.1'");
    check_untouched(&fake, &["--codex", "codex"], &["codex is no codex", "GNU coreutils"]);
    fake.codex("yes | head -c 700000");
    let run = fake.pull(&["--codex", "codex"]);
    assert!(run.stderr.len() < 400, "{} bytes", run.stderr.len());
    fake.codex("echo 'cannot start' >&2; exit 3");
    check_untouched(&fake, &["--codex", "codex"], &["--version failed", "cannot start"]);
}

#[test]
fn a_folder_that_cannot_be_written_keeps_what_it_has() {
    let fake = Fake::pulled();
    fake.prints("0.3.0", r#"{"definitions": {"New": {}}}"#, r#"{"definitions": {"Other": {}}}"#);
    fs::remove_file(fake.schema().join("pin.json")).unwrap();
    fs::create_dir(fake.schema().join("pin.json")).unwrap();

    fake.pull(&["--version", "0.3.0"]).failed(&["cannot write", "pin.json"]);

    fs::remove_dir(fake.schema().join("pin.json")).unwrap();
    let names: Vec<_> = files(&fake.schema()).into_keys().collect();
    assert_eq!(names, ["experimental.json", "stable.json"]);
    assert_eq!(fake.schema_files()["stable.json"], STABLE);
}
