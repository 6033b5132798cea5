//! The table of releases: it is what the data says, and of the release that is pinned.

use std::fs;
use std::path::Path;

use crate::fake::Fake;

/// The real workspace, as far as the table needs it; the generated crate is there to be right.
fn workspace() -> Fake {
    let fake = Fake::new();
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for folder in ["schema", "schema/history", "protocol/src/generated"] {
        fs::create_dir_all(fake.path(folder)).unwrap();
        for entry in fs::read_dir(real.join(folder)).unwrap().map(Result::unwrap) {
            if entry.path().is_file() {
                fs::copy(entry.path(), fake.path(folder).join(entry.file_name())).unwrap();
            }
        }
    }
    fs::copy(real.join("README.md"), fake.path("README.md")).unwrap();
    fake
}

fn edit(fake: &Fake, name: &str, from: &str, to: &str) {
    let text = fs::read_to_string(fake.path(name)).unwrap();
    assert!(text.contains(from), "{name} has no {from}");
    fs::write(fake.path(name), text.replacen(from, to, 1)).unwrap();
}

#[test]
fn a_table_that_was_edited_is_stale() {
    let fake = workspace();
    fake.xtask_of_workspace(&["codegen", "--check"]).succeeded();
    edit(&fake, "README.md", "the crates are generated from it |", "nobody knows |");
    let parts = ["the table of README.md is not", "`cargo xtask compat`"];
    fake.xtask_of_workspace(&["codegen", "--check"]).failed(&parts);
}

#[test]
fn results_of_another_pinned_release_are_stale() {
    let fake = workspace();
    edit(&fake, "schema/compat.json", "\"pinned\": \"0.", "\"pinned\": \"1.");
    let parts = ["schema/compat.json is not of 0.", "`cargo xtask compat`"];
    fake.xtask_of_workspace(&["codegen", "--check"]).failed(&parts);
}
