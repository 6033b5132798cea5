//! Where the bytes come from and go to: a process that is started here, or any stream. It knows
//! nothing of messages.

pub(crate) mod frame;
#[cfg(unix)]
mod paced;
mod process;
mod program;
#[cfg(feature = "ws")]
mod websocket;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use tokio::io::{AsyncRead, AsyncWrite};

use crate::error::Error;
use crate::error::closed::CloseReason;
pub use crate::transport::process::ProcessOptions;
pub(crate) use crate::transport::process::{Process, ProcessId};
#[cfg(feature = "ws")]
pub use crate::transport::websocket::WebSocketOptions;

pub(crate) type BoxRead = Box<dyn AsyncRead + Send + Unpin>;
pub(crate) type BoxWrite = Box<dyn AsyncWrite + Send + Unpin>;

/// Opens a transport, for each attempt to connect.
pub(crate) type Connect = Box<dyn Fn() -> Connecting + Send + Sync>;
type Connecting = Pin<Box<dyn Future<Output = Result<Transport, Error>> + Send>>;

pub(crate) fn connector<F>(connect: impl Fn() -> F + Send + Sync + 'static) -> Connect
where
    F: Future<Output = Result<Transport, Error>> + Send + 'static,
{
    Box::new(move || Box::pin(connect()))
}

/// A byte stream to an app-server: a child process, a WebSocket, or any other stream. Pass it to
/// [`Codex::connect`](crate::Codex::connect) or [`Client::connect`](crate::Client::connect).
///
/// # Examples
///
/// ```
/// use codex_app_client::Transport;
///
/// let (ours, _theirs) = tokio::io::duplex(4096);
/// let transport = Transport::from_stream(ours);
/// ```
pub struct Transport {
    pub(crate) read: BoxRead,
    pub(crate) write: BoxWrite,
    pub(crate) process: Option<Process>,
    /// Why it ended, if the transport knows better than its streams can say.
    pub(crate) why: Arc<OnceLock<CloseReason>>,
}

impl Transport {
    /// Starts an app-server as a child process, and uses its standard input and output.
    ///
    /// On Unix, while the server writes many short lines, as in a turn that streams, the lines are read
    /// in batches every 4 milliseconds. This saves wake-ups. For 10 milliseconds after each request, lines
    /// are read at once: quick responses are not delayed. It also applies to WebSockets. On Linux, the
    /// pipe that the server writes to gets 256 KiB.
    ///
    /// # Errors
    ///
    /// [`Error::ProgramNotFound`], [`Error::CurrentDirNotFound`] or [`Error::Spawn`] if the process
    /// cannot be started.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime.
    pub fn spawn(options: &ProcessOptions) -> Result<Self, Error> {
        let (process, stdin, stdout) = Process::spawn(options)?;
        #[cfg(unix)]
        let (stdin, stdout) = {
            let paced = paced::Paced::new(stdout);
            (paced.asked_by(stdin), paced)
        };
        let (read, write) = (Box::new(stdout), Box::new(stdin));
        Ok(Self { read, write, process: Some(process), why: Arc::default() })
    }

    /// Creates a transport that reads lines from one stream and writes lines to another.
    pub fn new(
        read: impl AsyncRead + Send + Unpin + 'static,
        write: impl AsyncWrite + Send + Unpin + 'static,
    ) -> Self {
        Self { read: Box::new(read), write: Box::new(write), process: None, why: Arc::default() }
    }

    /// Creates a transport that reads and writes lines on one stream.
    pub fn from_stream(stream: impl AsyncRead + AsyncWrite + Send + 'static) -> Self {
        let (read, write) = tokio::io::split(stream);
        Self::new(read, write)
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("process", &self.process).finish_non_exhaustive()
    }
}
