//! A server that says what a test tells it to, over a pipe in memory. It decides nothing, and says
//! nothing that no server would say, unless it is told to do so.

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

/// How much fits into the pipe before its writer has to wait.
const PIPE_BYTES: usize = 1 << 20;
/// How long `finish` waits for the client to close its side.
const LAST_LINES: Duration = Duration::from_secs(5);

/// An app-server in memory, played by a test: what the client sends is taken and answered line by
/// line. To play it beside the code under test rather than in turns with it, write a
/// [`Scenario`](crate::testing::Scenario).
///
/// What it sends is checked: a method, member or value that the schema does not know is refused,
/// unless it is sent with [`send_raw`](Self::send_raw). Members may be missing, as they are from
/// older servers.
///
/// The first thing that goes wrong is kept. Every call after it fails with it, so does
/// [`finish`](Self::finish), and a server that is dropped without `finish` panics with the report:
/// that a client has put up with an answer that never came does not hide it.
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
    /// The methods of what was asked and not answered yet, by id.
    asked: BTreeMap<String, String>,
    strictness: Strictness,
    failure: Option<ScriptError>,
    is_finished: bool,
}

impl ScriptedServer {
    /// A server, and the way to it.
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

    /// Leaves it to others to tell of failures.
    pub(crate) fn report_nothing(&mut self) {
        self.is_finished = true;
    }

    /// The lines so far, as they are printed.
    pub(crate) fn before(&self) -> Vec<String> {
        self.journal.lines()
    }

    /// Plays what was said, rather than what was made up.
    pub(crate) fn allow_unknown_members(&mut self) {
        self.strictness = Strictness::Values;
    }
}

/// What the client sends.
impl ScriptedServer {
    /// Takes the next line, whatever it is.
    ///
    /// # Errors
    ///
    /// Fails if the client is gone, or sends no JSON.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn receive(&mut self) -> Result<ClientLine, ScriptError> {
        self.take("a line").await
    }

    /// Takes the next line, which has to be this request or notification.
    ///
    /// # Errors
    ///
    /// Fails if it is something else, or the client is gone.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn expect(&mut self, method: &str) -> Result<ClientLine, ScriptError> {
        let line = self.take(method).await?;
        if line.method() == Some(method) { Ok(line) } else { Err(self.unexpected(method, &line)) }
    }

    /// Takes the next line, which has to be the answer to the server's request with this id.
    ///
    /// # Errors
    ///
    /// Fails if it is something else, or the client is gone.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn expect_answer(&mut self, id: impl Into<Value>) -> Result<ClientLine, ScriptError> {
        let id = id.into();
        let expected = format!("the answer to {id}");
        let line = self.take(&expected).await?;
        if line.answers(&id) { Ok(line) } else { Err(self.unexpected(&expected, &line)) }
    }

    /// Whether the client has closed its side. Waits until it has, or sends a line, which is taken.
    ///
    /// # Errors
    ///
    /// Fails if something has failed before.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn is_at_end(&mut self) -> Result<bool, ScriptError> {
        self.check()?;
        Ok(self.next_line().await.is_none())
    }
}

/// How it ends.
impl ScriptedServer {
    /// Goes away, in the middle of everything, and waits for nothing.
    ///
    /// # Errors
    ///
    /// With what has failed before.
    pub fn disconnect(mut self) -> Result<(), ScriptError> {
        self.is_finished = true;
        self.check()
    }

    /// Closes the connection, and shows that the client has sent nothing beyond what was taken.
    ///
    /// # Errors
    ///
    /// With what has failed before, or if there are more lines.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, what has failed before is lost.
    pub async fn finish(mut self) -> Result<(), ScriptError> {
        self.is_finished = true;
        self.check()?;
        // The client may be gone.
        let _ = self.write.shutdown().await;
        let mut left: Option<String> = None;
        let mut n_lines = 0;
        // A client that does not close its side has sent all that it is going to.
        let _ = tokio::time::timeout(LAST_LINES, async {
            while let Some(line) = self.next_line().await {
                left.get_or_insert(line);
                n_lines += 1;
            }
        })
        .await;
        match left {
            None => Ok(()),
            Some(got) => {
                Err(self.fail(ScriptErrorKind::LeftOver { got: shortened(&got), n_lines }))
            }
        }
    }
}

/// How it goes about it.
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

    /// The next line that nobody expects; none if the client closes its side.
    pub(crate) async fn unforeseen(&mut self) -> Option<String> {
        self.next_line().await
    }

    pub(crate) fn left_over(&mut self, line: &str) -> ScriptError {
        self.fail(ScriptErrorKind::LeftOver { got: shortened(line), n_lines: 1 })
    }

    async fn next_line(&mut self) -> Option<String> {
        // A pipe in memory that cannot be read has no other side any more.
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

/// How a server of the pinned release introduces itself.
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
