//! What holds for all examples.

use std::path::{Path, PathBuf};

#[test]
fn no_example_compares_a_status_with_a_string() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut n_examples = 0;
    for path in files(&folder) {
        let text = std::fs::read_to_string(&path).unwrap();
        n_examples += 1;
        for word in ["completed", "failed", "inProgress", "interrupted"] {
            for form in [format!("== \"{word}\""), format!("\"{word}\" =>")] {
                assert!(!text.contains(&form), "{}: {form}", path.display());
            }
        }
    }
    assert!(n_examples > 10);
}

/// Every file of a folder; an example may be a folder of its own.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
