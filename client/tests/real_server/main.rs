//! The client against the real app-server, in front of a scripted model: a file for each group of
//! behaviours. What the server does not do by itself, a script of the shell around it does.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod closing;
mod connecting;
mod controlling;
mod dropping;
mod guarding;
#[cfg(target_os = "linux")]
mod processes;
mod results;
mod routing;
mod server_turns;
mod setup;
#[cfg(unix)]
mod signals;
mod versions;
