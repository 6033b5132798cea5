//! What people see: one line a fact on stdout, one line an error on stderr, and the exit code.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Result;

use crate::verdict::{Misuse, Verdict};

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

/// Prints text that brings its own line breaks.
pub(crate) fn print(text: &str) {
    // As above.
    let _ = write!(io::stdout(), "{text}");
}

/// Prints why a command failed, on one line, and gives the exit code: 0 done, 1 failed, 2 asked for
/// what makes no sense, 3 found what breaks programs.
#[must_use]
pub fn exit_code(result: Result<Verdict>) -> ExitCode {
    let err = match result {
        Ok(Verdict::Fine) => return ExitCode::SUCCESS,
        Ok(Verdict::Breaking) => return ExitCode::from(3),
        Err(err) => err,
    };
    // The alternate form joins the chain of causes; a cause may bring line breaks of its own.
    let text = format!("{err:#}");
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // With stderr closed, the exit code still tells.
    let _ = writeln!(io::stderr(), "error: {line}");
    if err.is::<Misuse>() { ExitCode::from(2) } else { ExitCode::FAILURE }
}
