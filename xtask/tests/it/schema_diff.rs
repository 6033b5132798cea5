//! `schema diff`: what a side can be, what is printed, and the exit code.

use std::fs;

use serde_json::Value;

use crate::fake::{Fake, STABLE, with_method};

const OLD: &str = r#""kept": {"type": "string"}, "gone": {"type": "string"}"#;
const NEW: &str = r#""kept": {"type": "string"}, "approval": {"type": "string"}"#;

/// A workspace whose version no release of the crates changes.
fn workspace() -> Fake {
    let fake = Fake::new();
    fs::write(fake.path("Cargo.toml"), "[workspace.package]\nversion = \"0.1.0\"\n").unwrap();
    fake
}

fn bundles(old: &str, new: &str) -> Fake {
    let fake = workspace();
    fs::write(fake.path("old.json"), old).unwrap();
    fs::write(fake.path("new.json"), new).unwrap();
    fake
}

#[test]
fn what_breaks_comes_first_and_the_exit_code_says_so() {
    let fake = bundles(&with_method(OLD), &with_method(NEW));
    let stdout =
        fake.xtask_of_workspace(&["schema", "diff", "old.json", "new.json"]).found_breaking();
    let expected = "\
old.json -> new.json: 1 breaking, 1 additive, 1 to read

breaking: 1
  -> RunParams.gone: removed [run]

additive: 1
! -> RunParams.approval: new [run]

! is about approvals, permissions, sandboxes or decisions: read it

codex-app-protocol: 0.1.0 -> 0.2.0 (major change)

to accept changes, list them in a file for --accept (see schema/README.md)
";
    assert_eq!(stdout, expected);
}

#[test]
fn what_is_only_added_or_the_same_ends_well() {
    let fake = bundles(STABLE, &with_method(NEW));
    let stdout = fake.xtask_of_workspace(&["schema", "diff", "old.json", "new.json"]).succeeded();
    assert!(stdout.ends_with("codex-app-protocol: 0.1.0 -> 0.1.1 (minor change)\n"), "{stdout}");
    let stdout = fake.xtask_of_workspace(&["schema", "diff", "old.json", "old.json"]).succeeded();
    let expected = "old.json -> old.json: no change\n\ncodex-app-protocol: stays 0.1.0\n";
    assert_eq!(stdout, expected);
}

#[test]
fn json_says_the_same_to_programs() {
    let fake = bundles(&with_method(OLD), &with_method(NEW));
    let args = ["schema", "diff", "old.json", "new.json", "--json"];
    let report: Value =
        serde_json::from_str(&fake.xtask_of_workspace(&args).found_breaking()).unwrap();
    let expected = serde_json::json!({
        "format": 1,
        "old": "old.json",
        "new": "new.json",
        "effect": "breaking",
        "semver": "major",
        "crate_version": { "current": "0.1.0", "next": "0.2.0" },
        "counts": {
            "breaking": 1, "breaking_stable": 1, "additive": 1, "none": 0, "flagged": 1,
            "accepted": 0, "not_understood": 0,
        },
        "changes": [
            {
                "kind": "field_removed", "place": "RunParams.gone", "detail": null,
                "direction": "client_to_server", "effect": "breaking", "semver": "major",
                "experimental": false, "flagged": false, "methods": ["run"],
                "accepted": false,
            },
            {
                "kind": "field_added", "place": "RunParams.approval", "detail": null,
                "direction": "client_to_server", "effect": "additive", "semver": "minor",
                "experimental": false, "flagged": true, "methods": ["run"],
                "accepted": false,
            },
        ],
        "not_understood": [],
        "verdict": "breaking",
        "accepted_unused": [],
    });
    assert_eq!(report, expected);
}

#[test]
fn methods_limit_it_and_have_to_exist() {
    let fake = bundles(&with_method(OLD), &with_method(NEW).replace(r#"["run"]"#, r#"["walk"]"#));
    let args = ["schema", "diff", "old.json", "new.json", "--methods"];
    let stdout = fake.xtask_of_workspace(&[&args[..], &["walk"]].concat()).found_breaking();
    assert!(stdout.contains("-> walk: new method\n"), "{stdout}");
    assert!(!stdout.contains("method removed"), "{stdout}");
    let run = fake.xtask_of_workspace(&[&args[..], &["run,dream"]].concat());
    run.misused("neither side has a method dream");
    // Spaces say nothing, and no method is all of them.
    let both = fake.xtask_of_workspace(&[&args[..], &["run, walk ,"]].concat()).found_breaking();
    let all = fake.xtask_of_workspace(&[&args[..], &[""]].concat()).found_breaking();
    assert!(both.contains("method removed") && both.contains("new method"), "{both}");
    assert_eq!(both, all);
}

#[test]
fn what_a_program_can_live_with_is_accepted_change_by_change() {
    let fake = bundles(&with_method(OLD), &with_method(NEW));
    let list = |text: &str| fs::write(fake.path("accept.txt"), text).unwrap();
    let args = ["schema", "diff", "old.json", "new.json", "--accept", "accept.txt"];

    list("# nothing yet\n");
    let stdout = fake.xtask_of_workspace(&args).found_breaking();
    let end = "\nnot in accept.txt; add the changes that you accept:\n\
               field_removed RunParams.gone\n";
    assert!(stdout.ends_with(end), "{stdout}");

    // What is printed is what to add.
    list("field_removed RunParams.gone\ntype_changed RunParams.kept (string -> object)\n");
    let stdout = fake.xtask_of_workspace(&args).succeeded();
    let expected = "\
old.json -> new.json: 1 breaking (1 of them accepted), 1 additive, 1 to read

accepted: 1
  -> RunParams.gone: removed [run]

additive: 1
! -> RunParams.approval: new [run]

! is about approvals, permissions, sandboxes or decisions: read it

codex-app-protocol: 0.1.0 -> 0.2.0 (major change)

in accept.txt, but not a breaking change any more:
type_changed RunParams.kept (string -> object)
";
    assert_eq!(stdout, expected);
    let json = fake.xtask_of_workspace(&[&args[..], &["--json"]].concat()).succeeded();
    let report: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&report["effect"], &report["verdict"]), (&"breaking".into(), &"fine".into()));
    assert_eq!(report["counts"]["accepted"], 1);
    assert_eq!(report["changes"][0]["accepted"], true);
    assert_eq!(report["accepted_unused"][0], "type_changed RunParams.kept (string -> object)");

    list("RunParams.gone: removed\n");
    fake.xtask_of_workspace(&args).misused(r#"accept.txt: "RunParams.gone: removed" is no change"#);
    fs::remove_file(fake.path("accept.txt")).unwrap();
    fake.xtask_of_workspace(&args).failed(&["cannot read accept.txt"]);
}

#[test]
fn markdown_is_short() {
    let fake = bundles(&with_method(OLD), &with_method(NEW));
    let args = ["schema", "diff", "old.json", "new.json", "--markdown"];
    let expected = "\
old.json to new.json: 1 breaking, 1 additive, 1 to read

* Breaking: `RunParams.gone` removed.
* Additive: `RunParams.approval` new; about approvals or permissions.

to accept changes, list them in a file for --accept (see schema/README.md)
";
    assert_eq!(fake.xtask_of_workspace(&args).found_breaking(), expected);
    fake.xtask_of_workspace(&[&args[..], &["--json"]].concat()).misused("cannot be used with");
}

#[test]
fn a_side_is_a_release_a_folder_or_a_file() {
    let fake = Fake::new();
    let old = with_method(OLD);
    fake.prints("0.2.0", &old, &old);
    fake.pull(&["--version", "0.2.0"]).succeeded();
    // The release is downloaded with what it prints now; the folder keeps what it has printed.
    fake.prints("0.3.0", &old, &more(&old));

    let args = ["schema", "diff", "schema", "0.3.0", "--json"];
    let report: Value = serde_json::from_str(&fake.xtask_of_workspace(&args).succeeded()).unwrap();
    assert_eq!((&report["old"], &report["new"]), (&"0.2.0".into(), &"0.3.0".into()));
    assert_eq!(report["changes"][0]["experimental"], true);
    assert_eq!(fake.downloads(), "0.2.0\n0.3.0\n");

    // A file is one bundle: the stable ones are compared, unless it is said to be the other.
    fs::write(fake.path("file.json"), &old).unwrap();
    let stdout = fake.xtask_of_workspace(&["schema", "diff", "0.3.0", "file.json"]).succeeded();
    assert!(stdout.starts_with("0.3.0 -> file.json: no change"), "{stdout}");
    let args = ["schema", "diff", "0.3.0", "file.json", "--bundle", "experimental"];
    fake.xtask_of_workspace(&args).found_breaking();
}

/// The same with a member more.
fn more(bundle: &str) -> String {
    bundle.replacen(r#""kept""#, r#""new": {"type": "string"}, "kept""#, 1)
}

#[test]
fn what_is_no_side_is_named() {
    let fake = bundles("{}", STABLE);
    fake.xtask_of_workspace(&["schema", "diff", "latest", "new.json"])
        .misused("latest is no folder, no file and no version");
    fake.xtask_of_workspace(&["schema", "diff", "old.json", "new.json"])
        .failed(&["cannot read the schema of old.json", "no `definitions`"]);
}
