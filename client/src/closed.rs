//! Why a connection ended: one value, made once, shared by everybody who waited.

use std::fmt;
use std::process::ExitStatus;

/// Why a connection ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Closed {
    /// What ended it.
    pub reason: CloseReason,
    /// How the process exited, if there was one and it has.
    pub exit_status: Option<ExitStatus>,
    /// The last lines that the process wrote to its standard error.
    pub stderr_tail: String,
}

/// What ended a connection.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum CloseReason {
    /// The server sent no more: its process ended, or closed its output.
    EndOfStream,
    /// Reading failed.
    Read(std::io::ErrorKind),
    /// Writing failed, and the server has not ended: it reads no more.
    Write(std::io::ErrorKind),
    /// A line was longer than the limit, and nothing told whom it was for.
    LineTooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// The server closed the WebSocket, and said why.
    ClosedByServer {
        /// The code of the WebSocket protocol; 1005 if the server gave none.
        code: u16,
        /// In its words.
        reason: String,
    },
    /// A WebSocket ended without a word. The server ends it like that when it is killed or told to
    /// stop, and a network that breaks looks the same. So does a server that takes this client for
    /// too slow: it cuts off whoever has 32,768 messages waiting, and says so in its own log only
    /// (server 0.169: `disconnecting slow connection`). The turns then go on, and can be resumed.
    ///
    /// The client reads whatever its consumers do, so that it is slow only if the network or the
    /// machine is, or the runtime is blocked.
    Cut,
    /// The other end of a WebSocket gave no sign of life.
    PingTimeout {
        /// How long there was none.
        after: std::time::Duration,
    },
    /// What came was not WebSocket.
    InvalidWebSocket,
    /// This side closed it, or dropped the last handle.
    Shutdown,
    /// The runtime that carried it was shut down.
    RuntimeGone,
}

impl Closed {
    pub(crate) fn new(reason: CloseReason) -> Self {
        Self { reason, exit_status: None, stderr_tail: String::new() }
    }
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection to the app-server has ended: ")?;
        match &self.reason {
            CloseReason::EndOfStream => f.write_str("the server closed its output")?,
            CloseReason::Read(kind) => write!(f, "cannot read: {kind}")?,
            CloseReason::Write(kind) => write!(f, "cannot write: {kind}")?,
            CloseReason::LineTooLong { limit } => {
                write!(f, "a line is longer than the limit of {limit} bytes")?;
            }
            CloseReason::ClosedByServer { code, reason } => {
                let reason: String = reason.chars().filter(|it| !it.is_control()).collect();
                let space = if reason.is_empty() { "" } else { ": " };
                write!(f, "the server closed it with code {code}{space}{reason}")?;
            }
            CloseReason::Cut => {
                f.write_str(
                    "it was cut without a reason, as when the server is killed, or finds ",
                )?;
                f.write_str("the client too slow")?;
            }
            CloseReason::PingTimeout { after } => {
                write!(f, "the server gave no sign of life for {after:?}")?;
            }
            CloseReason::InvalidWebSocket => {
                f.write_str("the server broke the WebSocket protocol")?;
            }
            CloseReason::Shutdown => f.write_str("it was shut down")?,
            CloseReason::RuntimeGone => f.write_str("its runtime was shut down")?,
        }
        if let Some(status) = self.exit_status {
            write!(f, " ({status})")?;
        }
        match self.stderr_tail.trim().lines().next_back() {
            Some(line) => write!(f, "; the last line of its standard error: {}", line.trim()),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Closed {}

#[cfg(test)]
mod tests {
    use super::{CloseReason, Closed};

    #[test]
    fn the_message_is_one_line_with_the_last_of_stderr() {
        let mut closed = Closed::new(CloseReason::EndOfStream);
        closed.stderr_tail = "first\nError: no such model\n".to_owned();
        assert_eq!(
            closed.to_string(),
            "the connection to the app-server has ended: the server closed its output; the last \
             line of its standard error: Error: no such model"
        );
    }
}
