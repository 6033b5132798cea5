//! See `codex_app_fuzz::wire`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| codex_app_fuzz::wire::wire(data));
