//! See `codex_app_fuzz::generator`: a small schema, some hundred times as fast as the pinned one.
#![no_main]

const SCHEMA: &str = include_str!("../../codegen/tests/every_shape.json");

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    codex_app_fuzz::generator::generator(data, SCHEMA, SCHEMA);
});
