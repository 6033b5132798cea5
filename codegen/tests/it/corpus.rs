//! What is fuzzed (`fuzz/`), run on its corpus: schemas that are not quite what a server prints.

use std::fs;

use crate::{Bundles, workspace};

#[path = "../../../fuzz/src/generator.rs"]
#[expect(unreachable_pub, reason = "it is a module of a crate there")]
mod generator;

#[test]
fn the_corpus_of_the_generator_still_passes() {
    let pinned = Bundles::pinned();
    let mut n_files = 0;
    for file in fs::read_dir(workspace().join("fuzz/corpus/generator")).unwrap() {
        let data = fs::read(file.unwrap().path()).unwrap();
        generator::generator(&data, &pinned.stable, &pinned.experimental);
        n_files += 1;
    }
    assert!(n_files > 0);
}
