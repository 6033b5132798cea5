//! What people see: one line a fact on stdout, one line an error on stderr, and the exit code.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Result;

/// Prints one line.
pub(crate) fn say(line: &str) {
    // A closed stdout (`cargo xtask stats | head`) is the reader's choice, not a failure.
    let _ = writeln!(io::stdout(), "{line}");
}

/// Prints a line about something odd that stops nothing.
pub(crate) fn note(line: &str) {
    // As above.
    let _ = writeln!(io::stderr(), "note: {line}");
}

/// Prints why a command failed, on one line, and gives the exit code.
#[must_use]
pub fn exit_code(result: Result<()>) -> ExitCode {
    let Err(err) = result else { return ExitCode::SUCCESS };
    // The alternate form joins the chain of causes; a cause may bring line breaks of its own.
    let text = format!("{err:#}");
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // With stderr closed, the exit code still tells.
    let _ = writeln!(io::stderr(), "error: {line}");
    ExitCode::FAILURE
}
