//! `schema bump`: one command from a new release to a change, in a workspace of nothing else.

use std::collections::BTreeMap;
use std::fs;

use crate::fake::{Fake, NPM, files, with_method};

const MANIFEST: &str = "[workspace.package]\nversion = \"0.1.0\"\n";

/// A workspace that is generated from 0.2.0, and an npm that has 0.3.0 as the newest.
fn workspace() -> Fake {
    let fake = Fake::new();
    let old = whole(&with_method(r#""a": {"type": "string"}"#));
    fake.prints("0.2.0", &old, &old);
    fake.npm(&format!("if [ \"$1\" = view ]; then echo 0.3.0; exit; fi\n{NPM}"));
    fake.pull(&["--version", "0.2.0"]).succeeded();
    fs::write(fake.path("Cargo.toml"), MANIFEST).unwrap();
    fs::write(fake.path("CHANGELOG.md"), "# Changelog\n\n## Unreleased\n\n* more\n").unwrap();
    fake.xtask_of_workspace(&["schema", "history", "add", "0.2.0"]).succeeded();
    fake.xtask_of_workspace(&["codegen"]).succeeded();
    let new = old.replace(r#""a": "#, r#""approval": "#);
    fake.prints("0.3.0", &new, &new);
    fake
}

/// With what it takes to generate from it: an answer to the method, and something that the server
/// says and asks.
fn whole(bundle: &str) -> String {
    let definitions = ["RunResponse", "RanNotification", "AskParams", "AskResponse"]
        .map(|name| format!(r#""{name}": {{"type": "object"}}, "#));
    let list = |list: &str, method: &str, params: &str| {
        let arm = format!(
            r##"{{"properties": {{"method": {{"enum": ["{method}"]}},
            "params": {{"$ref": "#/definitions/{params}"}}}}}}"##
        );
        let empty = format!(r#""{list}": {{"oneOf": ["#);
        (empty.clone(), format!("{empty}{arm}"))
    };
    let notification = list("ServerNotification", "ran", "RanNotification");
    let request = list("ServerRequest", "ask", "AskParams");
    bundle
        .replacen(r#""Old""#, &format!("{}\"Old\"", definitions.concat()), 1)
        .replacen(&notification.0, &notification.1, 1)
        .replacen(&request.0, &request.1, 1)
}

const BUMP: [&str; 5] = ["schema", "bump", "--skip-tests", "--skip-compat", "--skip-api"];

#[test]
fn the_newest_release_is_pulled_indexed_generated_and_told_of() {
    let fake = workspace();

    let stdout = fake.xtask_of_workspace(&BUMP).succeeded();

    assert!(stdout.contains("0.2.0 -> 0.3.0: 1 breaking, 1 additive, 1 to read\n"), "{stdout}");
    let end = "codex-app-protocol: 0.1.0 -> 0.2.0 (major change)\n\
               left to do: the table of the README: `cargo xtask compat`\n\
               left to do: the API: `cargo xtask api`\n";
    assert!(stdout.ends_with(end), "{stdout}");
    assert!(fake.schema_files_of("pin.json").contains(r#""server_version": "0.3.0""#));
    let entries = files(&fake.schema().join("history"));
    assert_eq!(entries.keys().collect::<Vec<_>>(), ["0.2.0.json", "0.3.0.json"]);
    let generated = files(&fake.path("protocol/src/generated"));
    assert!(generated["methods.rs"].contains(r#"SCHEMA_VERSION: &str = "0.3.0""#));
    assert!(generated["run.rs"].contains("pub approval: Option<String>"));
    let changelog = fs::read_to_string(fake.path("CHANGELOG.md")).unwrap();
    let expected = "# Changelog

## Unreleased

### Server 0.3.0

Generated from app-server 0.3.0; since 0.2.0: 1 breaking, 1 additive, 1 to read. \
`codex-app-protocol` 0.1.0 -> 0.2.0 (major change).

* Breaking: `RunParams.a` removed.
* Additive: `RunParams.approval` new; about approvals or permissions.

### The crates

* more
";
    assert_eq!(changelog, expected);
    fake.xtask_of_workspace(&["codegen", "--check", "--out", "protocol/src/generated"]).succeeded();

    let stdout = fake.xtask_of_workspace(&BUMP).succeeded();
    assert_eq!(stdout, "schema already is 0.3.0: nothing to do\n");
    let named = [&BUMP[..], &["0.3.0"]].concat();
    let stdout = fake.xtask_of_workspace(&named).succeeded();
    assert!(stdout.starts_with("schema already is 0.3.0: going on"), "{stdout}");
}

/// Everything that a bump writes.
fn written(fake: &Fake) -> Vec<BTreeMap<String, String>> {
    let folders = ["schema/history", "protocol/src/generated"].map(|it| files(&fake.path(it)));
    let files =
        ["schema/pin.json", "schema/stable.json", "schema/experimental.json", "CHANGELOG.md"];
    let read = |it: &str| (it.to_owned(), fs::read_to_string(fake.path(it)).unwrap());
    folders.into_iter().chain([files.map(read).into()]).collect()
}

#[test]
fn a_release_that_the_crate_cannot_be_generated_from_changes_nothing() {
    let fake = workspace();
    let new = fs::read_to_string(fake.path("stable.json")).unwrap();
    let odd = new.replace(r#""approval": {"type": "string"}"#, r#""approval": {"not": {}}"#);
    fake.prints("0.3.0", &odd, &odd);
    let before = written(&fake);

    let parts = [
        "nothing is written: the generator does not support",
        "RunParams.approval has an unknown shape",
    ];
    let stdout = fake.xtask_of_workspace(&BUMP).failed(&parts);

    // What can be told of it is told.
    assert!(stdout.contains("\nnot understood: 1;"), "{stdout}");
    assert!(written(&fake) == before, "something was written");

    let unanswered = new.replace("RunResponse", "WalkResponse");
    fake.prints("0.3.0", &unanswered, &unanswered);
    let parts = ["nothing is written", "no response type for run: add it to EXCEPTIONS"];
    fake.xtask_of_workspace(&BUMP).failed(&parts);
    assert!(written(&fake) == before, "something was written");

    fake.prints("0.3.0", &new, &new);
    fake.xtask_of_workspace(&BUMP).succeeded();
}

#[test]
fn a_move_that_was_interrupted_goes_on() {
    let fake = workspace();
    fake.xtask_of_workspace(&BUMP).succeeded();
    let complete = written(&fake);
    fs::remove_file(fake.path("protocol/src/generated/run.rs")).unwrap();
    fs::remove_file(fake.path("schema/history/0.3.0.json")).unwrap();

    let stdout = fake.xtask_of_workspace(&BUMP).succeeded();

    assert!(stdout.starts_with("schema already is 0.3.0: going on"), "{stdout}");
    assert!(written(&fake) == complete, "something is missing");
}

#[test]
fn a_step_that_fails_keeps_none_of_the_others_from_being_done() {
    let fake = workspace();
    // There is no crate in this workspace: whatever needs cargo fails.
    let run = fake.xtask_of_workspace(&["schema", "bump"]);

    let left = "error: everything else is written; failed steps: the table of the README: `cargo xtask \
                compat`; the API: mend the build, then `cargo xtask api`; the generator's counts \
                (codegen/tests/it/pinned.rs); the tests: each that failed says what to do\n";
    assert!(run.stderr.ends_with(left), "{}", run.stderr);
    let generated = files(&fake.path("protocol/src/generated"));
    assert!(generated["run.rs"].contains("pub approval: Option<String>"));
}

#[test]
fn what_the_server_asks_no_more_or_anew_is_left_to_a_person() {
    let fake = workspace();
    let new = fs::read_to_string(fake.path("stable.json")).unwrap();
    let new = new.replace(r#"["ask"]"#, r#"["demand"]"#);
    fake.prints("0.3.0", &new, &new);

    let stdout = fake.xtask_of_workspace(&BUMP).succeeded();

    assert!(stdout.contains("left to do: the server no longer sends ask: remove it"), "{stdout}");
    assert!(
        stdout.contains("left to do: the server sends the new request demand: add it"),
        "{stdout}"
    );
}

#[test]
fn a_registry_that_does_not_name_a_release_is_no_reason_to_guess() {
    let fake = workspace();
    fake.npm("echo 'npm error code ENOTFOUND' >&2; exit 1");
    let parts =
        ["npm does not say which release of @openai/codex is the newest", "name the release"];
    fake.xtask_of_workspace(&BUMP).failed(&parts);
}
