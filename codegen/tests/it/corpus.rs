//! What is fuzzed (`fuzz/`), run on its corpus: schemas that are not quite what a server prints.

use std::fs;

use crate::generator::{changed, generator};
use crate::slices::slices;
use crate::{Bundles, workspace};

fn run(corpus: &str, run: impl Fn(&[u8])) {
    let mut n_files = 0;
    for file in fs::read_dir(workspace().join("fuzz/corpus").join(corpus)).unwrap() {
        let data = fs::read(file.unwrap().path()).unwrap();
        run(&data);
        n_files += 1;
    }
    assert!(n_files > 0);
}

#[test]
fn the_corpus_of_the_generator_still_passes() {
    let pinned = Bundles::pinned();
    let slices = slices(&pinned.stable, &pinned.experimental);
    // All methods but those whose responses are in the table of exceptions.
    assert!(slices.len() > 250, "{}", slices.len());
    run("generator", |data| generator(data, &slices));
}

#[test]
fn the_corpus_of_shapes_still_passes() {
    let schema = fs::read_to_string(workspace().join("codegen/tests/every_shape.json")).unwrap();
    let schema = serde_json::from_str::<serde_json::Value>(&schema).unwrap();
    run("shapes", |data| changed(data, [schema.clone(), schema.clone()]));
}
