//! See `codex_app_fuzz::decode`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| codex_app_fuzz::decode::notification(data));
