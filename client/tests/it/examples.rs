//! What holds for all examples.

use std::path::Path;

#[test]
fn no_example_compares_a_status_with_a_string() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut n_examples = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
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
