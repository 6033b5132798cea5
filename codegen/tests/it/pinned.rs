//! The pinned release: what is generated, counted, and the same on every run.

use crate::Bundles;

#[test]
fn the_counts_of_the_pinned_release_are_known() {
    let report = Bundles::pinned().generate().unwrap().report;
    // A new untyped member, with its reason, shows up here and nowhere else.
    insta::assert_snapshot!(report);
}

#[test]
fn every_run_writes_the_same_bytes() {
    let bundles = Bundles::pinned();
    assert_eq!(bundles.generate().unwrap().files, bundles.generate().unwrap().files);
}

#[test]
fn no_file_is_a_catch_all() {
    let output = Bundles::pinned().generate().unwrap();
    // Of all lines and not a number: the protocol grows with every release.
    let limit = output.report.n_lines / 20;
    let long: Vec<_> = output
        .files
        .iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, n_lines)| *n_lines > limit)
        .collect();
    assert!(
        long.is_empty(),
        "more than a twentieth of all lines ({limit}): {long:?}; split them with SPLIT, OWN_FILE or \
         TOPICS in codegen/src/emit/placement.rs"
    );
}

#[test]
fn every_public_type_is_documented() {
    let mut undocumented = Vec::new();
    for (path, text) in Bundles::pinned().generate().unwrap().files {
        let mut is_documented = false;
        for line in text.lines() {
            let is_item =
                ["pub struct ", "pub enum ", "pub type "].iter().any(|it| line.starts_with(it));
            if is_item && !is_documented {
                undocumented.push(format!("{path}: {line}"));
            }
            is_documented |= line.starts_with("///");
            // Attributes stand between the docs and the item.
            is_documented &= !is_item && !line.is_empty();
        }
    }
    assert!(undocumented.is_empty(), "{undocumented:#?}");
}

#[test]
fn no_schema_text_is_embedded() {
    for (path, text) in Bundles::pinned().generate().unwrap().files {
        assert!(!text.contains("\"$ref\"") && !text.contains("JSON schema"), "{path}");
    }
}
