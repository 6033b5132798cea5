//! See `codex_app_fuzz::generator`.
#![no_main]

const STABLE: &str = include_str!("../../schema/stable.json");
const EXPERIMENTAL: &str = include_str!("../../schema/experimental.json");

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    codex_app_fuzz::generator::generator(data, STABLE, EXPERIMENTAL);
});
