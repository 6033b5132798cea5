//! What the real server asks, kind by kind: accepted, declined, cancelled, too late, dropped and
//! interrupted.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod commands;
mod endings;
mod files;
#[cfg(unix)]
mod mcp;
mod questions;
mod setup;
#[cfg(feature = "experimental")]
mod time;
#[cfg(feature = "experimental")]
mod tokens;
#[cfg(feature = "experimental")]
mod tools;
