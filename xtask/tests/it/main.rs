//! Runs the built `xtask` against a fake npm and a fake server: no network, nothing of the machine's.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "clippy allows it in test functions, not in their helpers")]

mod codegen;
mod compat;
mod fake;
mod pull;
mod schema_bump;
mod schema_check;
mod schema_diff;
mod schema_history;
mod test_command;
mod usage;
