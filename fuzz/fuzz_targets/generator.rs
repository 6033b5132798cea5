//! See `codex_app_fuzz::generator`.
#![no_main]

use std::sync::LazyLock;

use codex_app_fuzz::generator::generator;
use codex_app_fuzz::slices::{Slice, slices};

static SLICES: LazyLock<Vec<Slice>> = LazyLock::new(|| {
    let bundles =
        [include_str!("../../schema/stable.json"), include_str!("../../schema/experimental.json")];
    slices(bundles[0], bundles[1])
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| generator(data, &SLICES));
