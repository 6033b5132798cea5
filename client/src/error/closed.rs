//! The reason why a connection ended: one value, created once and shared by everybody who waited.

use std::fmt;
use std::process::ExitStatus;
use std::sync::Arc;

use crate::error::Error;

/// The end of a connection: why it ended, and what is known of the server process.
///
/// It is in [`Error::Closed`](crate::Error::Closed), which every pending and every later call
/// returns.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Closed {
    /// What ended the connection.
    pub reason: CloseReason,
    /// The exit status of the server process. `None` if the server is not a process of this client,
    /// or if it has not exited.
    pub exit_status: Option<ExitStatus>,
    /// The last lines that the server process wrote to its standard error, up to 8 KiB. Empty if
    /// there is no process.
    pub stderr_tail: String,
}

/// What ended a connection.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum CloseReason {
    /// The server closed its output: it exited or crashed, for example.
    EndOfStream,
    /// Reading failed.
    Read(std::io::ErrorKind),
    /// Writing failed, and the server has not ended: it reads no more.
    Write(std::io::ErrorKind),
    /// A received line exceeds [`Options::max_line_bytes`](crate::Options::max_line_bytes), and it is
    /// not known who waits for it.
    LineTooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// The server closed the WebSocket with a close frame.
    ClosedByServer {
        /// The close code of the WebSocket protocol; 1005 if the server gave none.
        code: u16,
        /// The reason in the server's words.
        reason: String,
    },
    /// The WebSocket ended without a close frame (code 1006 in RFC 6455).
    ///
    /// This happens when the server is killed or told to stop, and when the network fails. The
    /// server also cuts off a client that it considers too slow, one with 32,768 messages waiting,
    /// and reports that only in its own log (server 0.169: `disconnecting slow connection`). In
    /// this case its turns go on, and can be resumed over a new connection.
    ///
    /// This client reads whether or not its consumers do. It is slow only if the network or the
    /// machine is, or if the async runtime is blocked.
    AbnormalClosure,
    /// The server sent nothing, not even the pong to a ping, for too long.
    PingTimeout {
        /// How long nothing was received.
        after: std::time::Duration,
    },
    /// The server violated the WebSocket protocol.
    InvalidWebSocket,
    /// This client shut down the connection, or dropped its last handle.
    Shutdown,
    /// The tokio runtime that carried the connection was shut down.
    RuntimeGone,
}

impl Closed {
    pub(crate) fn new(reason: CloseReason) -> Self {
        Self { reason, exit_status: None, stderr_tail: String::new() }
    }
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection to the app-server ended: ")?;
        match &self.reason {
            CloseReason::EndOfStream => f.write_str("the server closed its output")?,
            CloseReason::Read(kind) => write!(f, "cannot read: {kind}")?,
            CloseReason::Write(kind) => write!(f, "cannot write: {kind}")?,
            CloseReason::LineTooLong { limit } => {
                write!(f, "a line exceeds the limit of {limit} bytes")?;
            }
            CloseReason::ClosedByServer { code, reason } => {
                let reason: String = reason.chars().filter(|it| !it.is_control()).collect();
                let space = if reason.is_empty() { "" } else { ": " };
                write!(f, "the server closed it with code {code}{space}{reason}")?;
            }
            CloseReason::AbnormalClosure => {
                f.write_str("the WebSocket ended without a close frame: the server was killed, ")?;
                f.write_str("found the client too slow, or the network failed")?;
            }
            CloseReason::PingTimeout { after } => {
                write!(f, "ping timeout: nothing was received for {after:?}")?;
            }
            CloseReason::InvalidWebSocket => {
                f.write_str("the server violated the WebSocket protocol")?;
            }
            CloseReason::Shutdown => f.write_str("it was shut down by this client")?,
            CloseReason::RuntimeGone => f.write_str("its tokio runtime was shut down")?,
        }
        if let Some(status) = self.exit_status {
            write!(f, " ({status})")?;
        }
        match self.stderr_tail.trim().lines().next_back() {
            Some(line) => write!(f, "; last line of its stderr: {}", line.trim()),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Closed {}

impl From<Arc<Closed>> for Error {
    fn from(closed: Arc<Closed>) -> Self {
        Self::Closed(closed)
    }
}

impl Error {
    /// The end of a connection that had no process, or of which it is not known.
    pub(crate) fn ended(reason: CloseReason) -> Self {
        Arc::new(Closed::new(reason)).into()
    }
}

#[cfg(test)]
mod tests {
    use super::{CloseReason, Closed};

    #[test]
    fn the_message_is_one_line_with_the_last_of_stderr() {
        let mut closed = Closed::new(CloseReason::EndOfStream);
        closed.stderr_tail = "first\nError: no such model\n".to_owned();
        assert_eq!(
            closed.to_string(),
            "the connection to the app-server ended: the server closed its output; last line of its \
             stderr: Error: no such model"
        );
    }
}
