//! What is fuzzed (`fuzz/`), run on its corpus: schemas that are not quite what a server prints.

use std::fs;
use std::sync::LazyLock;

use crate::generator::{CHANGE, Depth, changed, generator};
use crate::slices::{Slices, slices};
use crate::{Bundles, workspace};

/// Runs a corpus; returns of how many of its files code came, and how many there are.
fn run(corpus: &str, run: impl Fn(&[u8]) -> bool) -> (usize, usize) {
    let files = fs::read_dir(workspace().join("fuzz/corpus").join(corpus)).unwrap();
    let results: Vec<bool> =
        files.map(|file| run(&fs::read(file.unwrap().path()).unwrap())).collect();
    assert!(!results.is_empty());
    (results.iter().filter(|it| **it).count(), results.len())
}

static SLICES: LazyLock<Slices> = LazyLock::new(|| {
    let pinned = Bundles::pinned();
    slices(&pinned.stable, &pinned.experimental)
});

#[test]
fn the_corpus_of_the_generator_still_passes() {
    let (n_code, n_files) = run("generator", |data| generator(data, &SLICES.slices, Depth::Whole));
    println!("code came of {n_code} of {n_files} files");
    assert!(n_code * 2 > n_files);
}

#[test]
fn the_slices_show_the_schema() {
    let Slices { slices, n_definitions, hidden } = &*SLICES;
    println!("{} slices of {n_definitions} definitions; hidden: {hidden:?}", slices.len());
    // Mostly responses that only the table of exceptions pairs.
    assert!(*n_definitions > 800 && hidden.len() < 15, "{n_definitions}, {hidden:?}");
}

/// A target that is refused every time shows nothing, however often it is run.
#[test]
fn code_comes_of_most_changes() {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut byte = || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        random.to_be_bytes()[0]
    };
    let mut n_code = 0;
    const EACH: usize = 200;
    for n_changes in [1, 2] {
        for _ in 0..EACH {
            let data: Vec<u8> = (0..2 + CHANGE * n_changes).map(|_| byte()).collect();
            n_code += usize::from(generator(&data, &SLICES.slices, Depth::Parsed));
        }
        println!("code came of {n_code} of {} with up to {n_changes} changes", EACH * n_changes);
    }
    assert!(n_code > EACH, "{n_code} of {}", 2 * EACH);
}

#[test]
fn the_corpus_of_shapes_still_passes() {
    let schema = fs::read_to_string(workspace().join("codegen/tests/every_shape.json")).unwrap();
    let schema = serde_json::from_str::<serde_json::Value>(&schema).unwrap();
    run("shapes", |data| changed(data, [schema.clone(), schema.clone()], Depth::Whole));
}
