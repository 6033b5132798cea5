//! An app-server in memory that a test controls line by line. It decides nothing by itself, and
//! sends nothing that does not match the schema, unless it is told to.

mod saying;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{
    AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream, Lines, ReadHalf, WriteHalf,
};

use crate::testing::client_line::ClientLine;
use crate::testing::journal::{Journal, shortened};
use crate::testing::schema_check::Strictness;
use crate::testing::script_error::{ScriptError, ScriptErrorKind};
use crate::transport::Transport;

/// The capacity of the pipe, before a writer has to wait.
const PIPE_BYTES: usize = 1 << 20;
/// How long `finish` waits for the client to close its side.
const LAST_LINES: Duration = Duration::from_secs(5);

/// An app-server in memory that a test controls: it receives the client's lines and responds to
/// them one by one. To run the server beside the code under test, write a
/// [`Scenario`](crate::testing::Scenario) instead.
///
/// Messages to the client are checked against the schema: an unknown method, member or value is
/// refused, unless it is sent with [`send_raw`](Self::send_raw). Members may be missing, as with
/// older servers.
///
/// The first failure is stored. Every later call returns it, including [`finish`](Self::finish). If
/// the server is dropped without `finish` after a failure, it panics with the report. A failure is
/// therefore seen even if the client ignores it.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use codex_app_client::testing::ScriptedServer;
/// use codex_app_client::{Codex, Options, ThreadOptions};
/// use serde_json::json;
///
/// let (transport, mut server) = ScriptedServer::new();
/// let (codex, greeted) = tokio::join!(
///     Codex::connect(transport, Options::new()),
///     server.initialize(),
/// );
/// let (codex, ()) = (codex?, greeted?);
/// let (thread, asked) = tokio::join!(
///     codex.start_thread(ThreadOptions::default()),
///     server.serve("thread/start", json!({"thread": {"id": "t1"}})),
/// );
/// assert_eq!(thread?.id(), "t1");
/// assert_eq!(asked?.params(), &json!({}));
/// server.finish().await?;
/// # Ok(()) }
/// ```
pub struct ScriptedServer {
    lines: Lines<BufReader<ReadHalf<DuplexStream>>>,
    write: WriteHalf<DuplexStream>,
    journal: Journal,
    /// The methods of unanswered requests of the client, by id.
    asked: BTreeMap<String, String>,
    strictness: Strictness,
    failure: Option<ScriptError>,
    is_finished: bool,
}

impl ScriptedServer {
    /// Creates a server, and the transport to connect to it.
    #[must_use]
    pub fn new() -> (Transport, Self) {
        let (ours, theirs) = tokio::io::duplex(PIPE_BYTES);
        let (read, write) = tokio::io::split(theirs);
        let server = Self {
            lines: BufReader::new(read).lines(),
            write,
            journal: Journal::default(),
            asked: BTreeMap::new(),
            strictness: Strictness::Members,
            failure: None,
            is_finished: false,
        };
        (Transport::from_stream(ours), server)
    }

    /// Leaves the report of failures to the caller.
    pub(crate) fn report_nothing(&mut self) {
        self.is_finished = true;
    }

    /// The lines so far, as they are printed.
    pub(crate) fn before(&self) -> Vec<String> {
        self.journal.lines()
    }

    /// Allows unknown members, for recorded messages.
    pub(crate) fn allow_unknown_members(&mut self) {
        self.strictness = Strictness::Values;
    }
}

/// Receiving from the client.
impl ScriptedServer {
    /// Receives the next line of the client, whatever it is.
    ///
    /// # Errors
    ///
    /// [`ScriptErrorKind::ClientGone`] if the client has disconnected;
    /// [`ScriptErrorKind::Unexpected`] if the line is not JSON.
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe: dropping the future loses no line.
    pub async fn receive(&mut self) -> Result<ClientLine, ScriptError> {
        self.take("a line").await
    }

    /// Receives the next line, which has to be this request or notification.
    ///
    /// # Errors
    ///
    /// [`ScriptErrorKind::Unexpected`] if it is another line; [`ScriptErrorKind::ClientGone`] if
    /// the client has disconnected.
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe: dropping the future loses no line.
    pub async fn expect(&mut self, method: &str) -> Result<ClientLine, ScriptError> {
        let line = self.take(method).await?;
        if line.method() == Some(method) { Ok(line) } else { Err(self.unexpected(method, &line)) }
    }

    /// Receives the next line, which has to be the reply to the server's request with this id.
    ///
    /// # Errors
    ///
    /// [`ScriptErrorKind::Unexpected`] if it is another line; [`ScriptErrorKind::ClientGone`] if
    /// the client has disconnected.
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe: dropping the future loses no line.
    pub async fn expect_reply(&mut self, id: impl Into<Value>) -> Result<ClientLine, ScriptError> {
        let id = id.into();
        let expected = format!("the reply to {id}");
        let line = self.take(&expected).await?;
        if line.answers(&id) { Ok(line) } else { Err(self.unexpected(&expected, &line)) }
    }

    /// Waits until the client closes its side, and returns `true`; or until it sends a line, which
    /// is discarded, and returns `false`.
    ///
    /// # Errors
    ///
    /// The error of an earlier failure.
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe: dropping the future loses no line.
    pub async fn is_at_end(&mut self) -> Result<bool, ScriptError> {
        self.check()?;
        Ok(self.next_line().await.is_none())
    }
}

/// Closing the connection.
impl ScriptedServer {
    /// Closes the connection at once, without waiting for the client.
    ///
    /// # Errors
    ///
    /// The error of an earlier failure.
    pub fn disconnect(mut self) -> Result<(), ScriptError> {
        self.is_finished = true;
        self.check()
    }

    /// Closes the connection, and checks that the client sends nothing more. Waits up to 5 seconds
    /// for the client to close its side.
    ///
    /// # Errors
    ///
    /// The error of an earlier failure, or [`ScriptErrorKind::ExtraLines`] if the client sent more
    /// lines.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, an earlier failure is lost.
    pub async fn finish(mut self) -> Result<(), ScriptError> {
        self.is_finished = true;
        self.check()?;
        // The client may be gone.
        let _ = self.write.shutdown().await;
        let mut left: Option<String> = None;
        let mut line_count = 0;
        // A client that has not closed its side by then is taken to have sent everything.
        let _ = tokio::time::timeout(LAST_LINES, async {
            while let Some(line) = self.next_line().await {
                left.get_or_insert(line);
                line_count += 1;
            }
        })
        .await;
        match left {
            None => Ok(()),
            Some(got) => {
                Err(self.fail(ScriptErrorKind::ExtraLines { got: shortened(&got), line_count }))
            }
        }
    }
}

/// Internals.
impl ScriptedServer {
    pub(crate) async fn take(&mut self, expected: &str) -> Result<ClientLine, ScriptError> {
        self.check()?;
        let Some(line) = self.next_line().await else {
            let expected = expected.to_owned();
            return Err(self.fail(ScriptErrorKind::ClientGone { expected }));
        };
        let Ok(message) = serde_json::from_str(&line) else {
            let (expected, got) = (expected.to_owned(), shortened(&line));
            return Err(self.fail(ScriptErrorKind::Unexpected { expected, got }));
        };
        let message = ClientLine::new(message);
        self.journal.received(&line);
        if let (Some(method), false) = (message.method(), message.id().is_null()) {
            self.asked.insert(message.id().to_string(), method.to_owned());
        }
        Ok(message)
    }

    pub(crate) fn unexpected(&mut self, expected: &str, line: &ClientLine) -> ScriptError {
        self.journal.forget_last();
        let (expected, got) = (expected.to_owned(), shortened(&line.to_string()));
        self.fail(ScriptErrorKind::Unexpected { expected, got })
    }

    /// The next line that the script does not expect; `None` if the client closes its side.
    pub(crate) async fn unforeseen(&mut self) -> Option<String> {
        self.next_line().await
    }

    pub(crate) fn left_over(&mut self, line: &str) -> ScriptError {
        self.fail(ScriptErrorKind::ExtraLines { got: shortened(line), line_count: 1 })
    }

    async fn next_line(&mut self) -> Option<String> {
        // Reading from a pipe in memory fails only if the other side is gone.
        self.lines.next_line().await.unwrap_or_default()
    }

    async fn write(&mut self, mut bytes: Vec<u8>) -> Result<(), ScriptError> {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        bytes.push(b'\n');
        if self.write.write_all(&bytes).await.is_err() {
            let expected = shortened(&text);
            return Err(self.fail(ScriptErrorKind::ClientGone { expected }));
        }
        self.journal.sent(&text);
        Ok(())
    }

    fn check(&self) -> Result<(), ScriptError> {
        self.failure.clone().map_or(Ok(()), Err)
    }

    fn fail(&mut self, kind: ScriptErrorKind) -> ScriptError {
        let error = ScriptError::new(kind, self.journal.lines());
        self.failure.get_or_insert(error).clone()
    }
}

/// The response to `initialize` of a server of the pinned release.
pub(crate) fn introduction() -> Value {
    let user_agent = format!("codex/{} (scripted)", codex_app_protocol::SCHEMA_VERSION);
    json!({"userAgent": user_agent})
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        if let Some(error) = &self.failure
            && !self.is_finished
            && !std::thread::panicking()
        {
            panic!("{error:?}");
        }
    }
}

impl fmt::Debug for ScriptedServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptedServer").field("failure", &self.failure).finish_non_exhaustive()
    }
}
