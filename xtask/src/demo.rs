//! `cargo xtask demo`: a real turn on the pinned server, in front of a model server on loopback.
//!
//! Obtains the server and runs an example of the client; what the example does is the client's.

use std::process::Command;

use anyhow::Result;

use crate::schema::Pin;
use crate::server::Server;
use crate::{Context, console, process, test};

/// Runs the demonstration with this prompt, or with its own.
///
/// # Errors
///
/// Fails if the server cannot be had, or if the demonstration fails.
pub fn run(ctx: &Context, prompt: Option<&str>) -> Result<()> {
    let pin = Pin::read(&ctx.schema())?;
    let without_npm = "the demo needs the server; `cargo xtask test --offline` runs without";
    let server = Server::release(ctx, &pin.server_version, without_npm)?;
    console::say(&format!("{}={}", test::VARIABLE, ctx.shown(&server.path)));
    // Building it takes minutes the first time: cargo says what it does.
    let mut cargo = Command::new(&ctx.cargo);
    cargo.args(["run", "--package", "codex-app-client", "--features", "testing"]);
    cargo.args(["--example", "demo", "--"]).args(prompt);
    process::run(cargo.current_dir(&ctx.root).env(test::VARIABLE, &server.path))
}
