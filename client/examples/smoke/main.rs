//! Compatibility check of this client with an app-server: initialize, start a thread, run a turn,
//! interrupt a turn, resume, with a scripted model. Prints one line of JSON, even if a step fails.
//!
//! `cargo xtask compat` runs this on several releases. The argument is a file for the recording.

#![expect(clippy::print_stdout, reason = "what it prints is its result")]

mod decoded;
mod steps;
mod tap;

use std::error::Error;

use codex_app_client::protocol::SCHEMA_VERSION;
use codex_app_client::testing::{MockModel, TestHome, server_path};
use serde_json::json;

use crate::decoded::Decoded;
use crate::tap::Tap;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let model = MockModel::start().await?;
    let home = TestHome::new(&model)?;
    let tap = Tap::new(&home);
    let report = steps::run(&server_path()?, &model, &home, &tap).await;
    let decoded = Decoded::of(&tap.lines());
    let line = json!({
        "server_version": report.server_version,
        "schema_version": SCHEMA_VERSION,
        "steps": report.steps,
        "decoded": { "messages": decoded.n_messages, "not_whole": decoded.not_whole },
    });
    println!("{line}");
    if let Some(path) = std::env::args().nth(1) {
        std::fs::write(path, tap.recording())?;
    }
    Ok(())
}
