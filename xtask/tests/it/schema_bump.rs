//! `schema bump`: one command from a new release to a change, in a workspace of nothing else.

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

const BUMP: [&str; 4] = ["schema", "bump", "--skip-tests", "--skip-compat"];

#[test]
fn the_newest_release_is_pulled_indexed_generated_and_told_of() {
    let fake = workspace();

    let stdout = fake.xtask_of_workspace(&BUMP).succeeded();

    assert!(stdout.contains("0.2.0 -> 0.3.0: 1 breaking, 1 additive, 1 to read\n"), "{stdout}");
    assert!(stdout.ends_with("codex-app-protocol: 0.1.0 -> 0.2.0 (major change)\n"), "{stdout}");
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
}

#[test]
fn a_release_that_cannot_be_read_changes_nothing() {
    let fake = workspace();
    let before = files(&fake.path("protocol/src/generated"));
    let odd = whole(&with_method(r#""a": {"not": {}}"#));
    fake.prints("0.3.0", &odd, &odd);

    let parts = ["cannot read the schema of 0.3.0", "RunParams.a has a shape"];
    fake.xtask_of_workspace(&BUMP).failed(&parts);

    assert!(fake.schema_files_of("pin.json").contains(r#""server_version": "0.2.0""#));
    assert_eq!(files(&fake.path("protocol/src/generated")), before);
}

#[test]
fn a_registry_that_does_not_name_a_release_is_no_reason_to_guess() {
    let fake = workspace();
    fake.npm("echo 'npm error code ENOTFOUND' >&2; exit 1");
    let parts =
        ["npm does not say which release of @openai/codex is the newest", "name the release"];
    fake.xtask_of_workspace(&BUMP).failed(&parts);
}
