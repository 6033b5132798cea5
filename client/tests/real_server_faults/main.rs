//! A real server under bad conditions: killed at any point, kept busy at random, given secrets. A
//! test binary of its own, since it counts what the whole process holds.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../it/captured.rs"]
mod captured;
mod killed;
#[path = "../real_server/processes.rs"]
#[allow(dead_code, reason = "shared with the other tests of the real server")]
mod processes;
mod random;
mod secrets;
#[path = "../real_server/signals.rs"]
mod signals;
mod soak;

/// They count what the process holds: one at a time.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
