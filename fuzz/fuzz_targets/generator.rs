//! See `codex_app_fuzz::generator`.
#![no_main]

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use codex_app_fuzz::generator::{Depth, generator};
use codex_app_fuzz::slices::{Slice, slices};

static SLICES: LazyLock<Vec<Slice>> = LazyLock::new(|| {
    let bundles =
        [include_str!("../../schema/stable.json"), include_str!("../../schema/experimental.json")];
    slices(bundles[0], bundles[1]).slices
});

static RUN: AtomicU64 = AtomicU64::new(0);
static CODE: AtomicU64 = AtomicU64::new(0);

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if generator(data, &SLICES, Depth::Parsed) {
        CODE.fetch_add(1, Ordering::Relaxed);
    }
    // What is refused early is fast and shows little.
    let run = RUN.fetch_add(1, Ordering::Relaxed) + 1;
    if run.is_power_of_two() || run.is_multiple_of(1 << 20) {
        eprintln!("code came of {} of {run}", CODE.load(Ordering::Relaxed));
    }
});
