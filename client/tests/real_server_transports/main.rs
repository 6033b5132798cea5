//! The same behaviours over each transport, against the real app-server: standard input and output,
//! WebSocket, and WebSocket over a Unix socket.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod each;
mod listening;
mod setup;
#[cfg(unix)]
mod supervised;
