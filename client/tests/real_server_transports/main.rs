//! The same behaviours over each transport, against the real app-server: a process, any stream,
//! WebSocket, and WebSocket over a Unix socket.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod behaviours;
#[cfg(unix)]
mod control;
mod each;
mod held;
mod listening;
mod proxy;
#[cfg(feature = "tls")]
mod secured;
mod setup;
#[cfg(unix)]
#[path = "../real_server/signals.rs"]
mod signals;
mod signed;
mod slow;
#[cfg(unix)]
mod supervised;
