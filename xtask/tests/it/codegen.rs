//! `codegen`: the folder it writes, and what `--check` says about one that has drifted.

use std::fs;
use std::path::Path;

use crate::fake::{Fake, files};

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

#[test]
fn the_generated_crate_is_what_the_schema_says() {
    let fake = Fake::new();
    let stdout = fake.xtask(&["codegen", "--check"]).succeeded();
    assert!(stdout.contains("all up to date"), "{stdout}");
}

#[test]
fn a_folder_that_has_drifted_is_named_file_by_file_and_then_repaired() {
    let fake = Fake::new();
    let out = fake.path("out");
    let before = files_of_the_crate();
    fs::create_dir(&out).unwrap();
    for (name, text) in &before {
        fs::write(out.join(name), text).unwrap();
    }
    fs::write(out.join("turn.rs"), "edited\n").unwrap();
    fs::remove_file(out.join("thread.rs")).unwrap();
    fs::write(out.join("retired.rs"), "// @generated long ago\n").unwrap();
    let drifted = files(&out);

    let stdout = fake
        .xtask(&["codegen", "--check", "--out", "out"])
        .failed(&["3 of ", "`cargo xtask codegen --out out`"]);

    assert!(stdout.contains("stale: out/turn.rs\n"), "{stdout}");
    assert!(stdout.contains("missing: out/thread.rs\n"), "{stdout}");
    assert!(stdout.contains("orphaned: out/retired.rs\n"), "{stdout}");
    assert_eq!(files(&out), drifted);

    let stdout = fake.xtask(&["codegen", "--out", "out"]).succeeded();

    assert!(stdout.ends_with(" files, 2 written, 1 removed\n"), "{stdout}");
    assert_eq!(files(&out), before);
}

fn files_of_the_crate() -> std::collections::BTreeMap<String, String> {
    files(&repository().join("protocol/src/generated"))
}

#[test]
fn a_schema_that_is_not_the_pinned_one_is_remarked_on() {
    let fake = Fake::new();
    for name in ["experimental.json", "pin.json", "stable.json"] {
        fs::copy(repository().join("schema").join(name), fake.schema().join(name)).unwrap();
    }
    let path = fake.schema().join("stable.json");
    fs::write(&path, fs::read_to_string(&path).unwrap() + "\n").unwrap();

    let run = fake.xtask(&["codegen", "--schema", "schema", "--out", "out"]);

    assert_eq!(
        run.stderr,
        "note: schema/stable.json is not the one that is pinned (see `cargo xtask schema check`)\n"
    );
    assert!(fake.path("out/turn.rs").exists());
}

#[test]
fn a_file_that_was_not_generated_stops_everything() {
    let fake = Fake::new();
    fs::create_dir(fake.path("out")).unwrap();
    fs::write(fake.path("out/notes.txt"), "mine").unwrap();

    fake.xtask(&["codegen", "--out", "out"]).failed(&["out/notes.txt is not generated"]);

    assert_eq!(files(&fake.path("out")).len(), 1);
}

#[test]
fn a_schema_that_is_not_there_or_says_nothing_is_named_and_writes_nothing() {
    let fake = Fake::new();
    let args = ["codegen", "--schema", "schema", "--out", "out"];
    fake.xtask(&args).failed(&["cannot read schema/pin.json"]);

    let fake = Fake::pulled();
    fake.xtask(&args).failed(&["cannot generate from schema"]);
    assert!(!fake.path("out").exists());
}
