//! The table of the official Python SDK's tests (`client/tests/python_sdk.md`): what it names exists.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The names of all functions in the workspace's sources.
pub(crate) fn functions() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut names = BTreeSet::new();
    for folder in
        ["client/src", "client/tests", "protocol/src", "protocol/tests", "codegen", "xtask"]
    {
        collect(&root.join(folder), &mut names);
    }
    names
}

fn collect(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, names);
        } else if path.extension().is_some_and(|it| it == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let after_fn = text.split("fn ").skip(1);
            names.extend(after_fn.filter_map(|it| it.split('(').next()).map(Into::into));
        }
    }
}

#[test]
fn every_test_in_the_table_exists() {
    let functions = functions();
    let mut n_rows = 0;
    for row in include_str!("../python_sdk.md").lines().filter(|it| it.starts_with("| ")) {
        let here = row.trim_end_matches('|').rsplit('|').next().unwrap();
        // Names of tests are sentences; what else is quoted has no underscore, or is no name.
        let quoted = here.split('`').skip(1).step_by(2);
        for name in quoted.filter(|it| it.contains('_') && !it.contains('/')) {
            let is_lint = name == "missing_docs";
            assert!(is_lint || functions.contains(name), "{name} in: {row}");
        }
        n_rows += 1;
    }
    assert!(n_rows > 100, "{n_rows} rows");
}
