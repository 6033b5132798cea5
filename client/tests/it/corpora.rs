//! What is fuzzed (`fuzz/`), run on its corpora: where each fuzzing starts, and what it has found.

use std::fs;
use std::path::Path;

#[path = "../../../fuzz/src/decode.rs"]
#[expect(unreachable_pub, reason = "it is a module of a crate there")]
mod decode;
#[path = "../../../fuzz/src/wire.rs"]
#[expect(unreachable_pub, reason = "it is a module of a crate there")]
mod wire;

fn replay(target: &str, run: impl Fn(&[u8])) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    let mut n_files = 0;
    for file in fs::read_dir(corpus).unwrap() {
        run(&fs::read(file.unwrap().path()).unwrap());
        n_files += 1;
    }
    assert!(n_files > 0, "{target}");
}

#[test]
fn the_corpora_of_the_decoders_still_pass() {
    replay("envelope", decode::envelope);
    replay("notification", decode::notification);
    replay("recode", decode::recode);
    // Any line may stand for params too.
    replay("envelope", decode::notification);
    replay("envelope", decode::recode);
}

#[test]
fn the_corpus_of_the_connection_still_passes() {
    replay("wire", wire::wire);
    replay("envelope", wire::wire);
}
