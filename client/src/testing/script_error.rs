//! The error of a scripted conversation, with the lines before it. Unlike errors of the client it
//! quotes lines: it is for tests only.

use std::fmt;
use std::sync::Arc;

use codex_app_protocol::DecodeError;

/// Why a [`ScriptedServer`](crate::testing::ScriptedServer) or a
/// [`Scenario`](crate::testing::Scenario) has failed.
///
/// `Display` is one line. `Debug`, which `unwrap` prints, is a report that includes the last lines
/// before the failure. Both quote lines of the conversation, shortened.
#[derive(Clone)]
pub struct ScriptError(Arc<Inner>);

struct Inner {
    kind: ScriptErrorKind,
    /// The last lines, as they are printed.
    before: Vec<String>,
}

/// The kind of a [`ScriptError`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ScriptErrorKind {
    /// The client sent another line than the script expects.
    Unexpected {
        /// The expected line.
        expected: String,
        /// The received line, shortened.
        got: String,
    },
    /// The client has disconnected.
    ClientGone {
        /// The line that was expected, or was to be sent.
        expected: String,
    },
    /// The client sent lines that the script does not expect.
    ExtraLines {
        /// The first of these lines, shortened.
        got: String,
        /// How many lines there are.
        line_count: usize,
    },
    /// The script still waited, 5 seconds after
    /// [`ScenarioRun::finish`](crate::testing::ScenarioRun::finish) was called: for a line of the
    /// client, a gate, or a pause.
    Timeout {
        /// What the script waited for.
        expected: String,
    },
    /// The script would have sent a message that does not match the schema.
    SchemaMismatch {
        /// The message, shortened.
        message: String,
        /// How it differs from the schema.
        reason: SchemaMismatch,
    },
    /// The task of the script is gone: it panicked, or its runtime was shut down.
    TaskGone,
}

/// How a message of the server differs from the schema.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaMismatch {
    /// The method is not in the schema.
    #[error("unknown method")]
    UnknownMethod,
    /// A member is not in the schema.
    #[error("unknown member {0} (members of the experimental API need the feature `experimental`)")]
    UnknownMember(String),
    /// Values or variants are not in the schema.
    #[error("{0} value{s} not in the schema", s = if *.0 == 1 { "" } else { "s" })]
    UnknownValues(u32),
    /// The params or the result have another shape.
    #[error("{0}")]
    Decode(Arc<DecodeError>),
    /// The message is neither a notification nor a request nor a response.
    #[error("not a notification, request or response")]
    NotAMessage,
    /// The error has no code or no message.
    #[error("the error needs a code and a message")]
    InvalidError,
}

impl ScriptError {
    pub(crate) fn new(kind: ScriptErrorKind, before: Vec<String>) -> Self {
        Self(Arc::new(Inner { kind, before }))
    }

    /// Returns the kind of the error.
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
                write!(f, "the client had disconnected when the script came to {expected}")
            }
            ScriptErrorKind::ExtraLines { got, line_count } => {
                write!(f, "the script does not expect {got}")?;
                if *line_count > 1 { write!(f, " and {} more", line_count - 1) } else { Ok(()) }
            }
            ScriptErrorKind::Timeout { expected } => {
                write!(f, "the script timed out waiting for {expected}")
            }
            ScriptErrorKind::SchemaMismatch { message, reason } => {
                write!(f, "the message does not match the schema, {reason}: {message}")
            }
            ScriptErrorKind::TaskGone => f.write_str("the task of the script is gone"),
        }
    }
}

impl fmt::Debug for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        if self.0.before.is_empty() {
            return f.write_str("\nno lines before");
        }
        f.write_str("\nlast lines before (-> from the client, <- from the server):")?;
        self.0.before.iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}

impl std::error::Error for ScriptError {}
