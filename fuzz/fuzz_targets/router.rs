//! The session against its model, in the order that the bytes choose; see `client/src/connection/session/model.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| codex_app_client::fuzz_session(data));
