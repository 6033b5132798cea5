//! What is fuzzed (`fuzz/`), run on its corpus: schemas that are not quite what a server prints.

use std::fs;

use crate::{Bundles, workspace};

#[path = "../../../fuzz/src/generator.rs"]
#[expect(unreachable_pub, reason = "it is a module of a crate there")]
mod generator;

fn run(corpus: &str, stable: &str, experimental: &str) {
    let mut n_files = 0;
    for file in fs::read_dir(workspace().join("fuzz/corpus").join(corpus)).unwrap() {
        let data = fs::read(file.unwrap().path()).unwrap();
        generator::generator(&data, stable, experimental);
        n_files += 1;
    }
    assert!(n_files > 0);
}

#[test]
fn the_corpus_of_the_generator_still_passes() {
    let pinned = Bundles::pinned();
    run("generator", &pinned.stable, &pinned.experimental);
}

#[test]
fn the_corpus_of_shapes_still_passes() {
    let schema = fs::read_to_string(workspace().join("codegen/tests/every_shape.json")).unwrap();
    run("shapes", &schema, &schema);
}
