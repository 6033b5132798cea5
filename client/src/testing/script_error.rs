//! What went wrong in a scripted conversation, with what came before. Unlike the errors of the
//! client it quotes lines: it is for tests alone.

use std::fmt;
use std::sync::Arc;

use codex_app_protocol::DecodeError;

/// Why a [`ScriptedServer`](crate::testing::ScriptedServer) has failed.
///
/// `Display` is one line; `Debug`, which `unwrap` prints, is a report with the lines that went
/// before. Both quote lines of the conversation, cut short.
#[derive(Clone)]
pub struct ScriptError(Arc<Inner>);

struct Inner {
    kind: ScriptErrorKind,
    /// The last lines, as they are printed.
    before: Vec<String>,
}

/// What went wrong.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ScriptErrorKind {
    /// The client sent something else than the script expects.
    Unexpected {
        /// What was expected.
        expected: String,
        /// The line, cut short.
        got: String,
    },
    /// The client was gone.
    ClientGone {
        /// What was expected, or was to be sent.
        expected: String,
    },
    /// The client sent lines that nothing in the script waits for.
    LeftOver {
        /// The first of them, cut short.
        got: String,
        /// How many there are.
        n_lines: usize,
    },
    /// The client has not sent what the script waits for, though it had the time.
    Missing {
        /// What was expected.
        expected: String,
    },
    /// The script would have sent what no server says.
    Refused {
        /// The message, cut short.
        message: String,
        /// What is wrong with it.
        reason: Refusal,
    },
    /// The task of the script is gone: it panicked, or its runtime was shut down.
    Gone,
}

/// Why a message was not sent.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The method is not in the schema.
    #[error("unknown method")]
    UnknownMethod,
    /// A member is not in the schema.
    #[error("unknown member {0} (members of the experimental API need the feature `experimental`)")]
    UnknownMember(String),
    /// Values or variants are not in the schema.
    #[error("{0} part{s} that the schema does not know", s = if *.0 == 1 { "" } else { "s" })]
    UnknownParts(u32),
    /// It has another shape.
    #[error("{0}")]
    Shape(Arc<DecodeError>),
    /// It is neither a notification nor a request nor a response.
    #[error("no message")]
    NoMessage,
    /// The error has no code, or no message.
    #[error("the error needs a code and a message")]
    NoError,
}

impl ScriptError {
    pub(crate) fn new(kind: ScriptErrorKind, before: Vec<String>) -> Self {
        Self(Arc::new(Inner { kind, before }))
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> &ScriptErrorKind {
        &self.0.kind
    }
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            ScriptErrorKind::Unexpected { expected, got } => {
                write!(f, "the script expects {expected}, but the client sent {got}")
            }
            ScriptErrorKind::ClientGone { expected } => {
                write!(f, "the client was gone when the script came to {expected}")
            }
            ScriptErrorKind::LeftOver { got, n_lines } => {
                write!(f, "the script does not expect {got}")?;
                if *n_lines > 1 { write!(f, " and {} more", n_lines - 1) } else { Ok(()) }
            }
            ScriptErrorKind::Missing { expected } => {
                write!(f, "the script still waits for {expected}")
            }
            ScriptErrorKind::Refused { message, reason } => {
                write!(f, "no server says this, {reason}: {message}")
            }
            ScriptErrorKind::Gone => f.write_str("the task of the script is gone"),
        }
    }
}

impl fmt::Debug for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        if self.0.before.is_empty() {
            return f.write_str("\nnothing came before");
        }
        f.write_str("\nwhat came before, client -> server and back:")?;
        self.0.before.iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}

impl std::error::Error for ScriptError {}
