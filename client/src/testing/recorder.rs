//! Records a connection in both directions while it runs. It does not change what is sent.

use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde_json::Value;

use crate::connection::tap::FrameDirection;
use crate::options::Options;
use crate::testing::recording;
use crate::testing::redaction::Redaction;

/// Writes the lines of a connection to a file, in both directions: to replay a real session in a
/// unit test, or to report a bug. A [`Recording`](crate::testing::Recording) reads the file.
///
/// It writes synchronously where lines are read and written, so a slow disk slows down the
/// connection. Of a received line longer than the [limit](Options::max_line_bytes), only the
/// beginning is written.
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use codex_app_client::testing::{Recorder, Recording, Redaction};
/// use codex_app_client::{Codex, Options, ProcessOptions, ThreadOptions};
///
/// let recorder = Recorder::create("session.jsonl", Redaction::new().replace("/home/me", "~"))?;
/// let codex = Codex::spawn_with(ProcessOptions::new(), recorder.attach(Options::new())).await?;
/// let thread = codex.start_thread(ThreadOptions::default()).await?;
/// thread.run("Say hello.").await?;
/// codex.shutdown().await;
/// recorder.finish()?;
///
/// // In a test:
/// let (transport, run) = Recording::read("session.jsonl")?.replay()?.run();
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Recorder {
    shared: Arc<Shared>,
}

struct Shared {
    redaction: Redaction,
    began: Instant,
    state: Mutex<State>,
}

struct State {
    out: Box<dyn Write + Send>,
    /// The first error. Nothing is written after it.
    error: Option<io::Error>,
}

impl Recorder {
    /// Creates a file, or truncates an existing one, and writes the recording to it.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be created.
    pub fn create(path: impl AsRef<Path>, redaction: Redaction) -> io::Result<Self> {
        Ok(Self::new(BufWriter::new(File::create(path)?), redaction))
    }

    /// Writes the recording to any writer.
    #[must_use]
    pub fn new(out: impl Write + Send + 'static, redaction: Redaction) -> Self {
        let state = Mutex::new(State { out: Box::new(out), error: None });
        Self { shared: Arc::new(Shared { redaction, began: Instant::now(), state }) }
    }

    /// Returns the options of a connection to record. A function set with [`Options::on_frame`] is
    /// still called. Use one recorder for each connection.
    #[must_use]
    pub fn attach(&self, options: Options) -> Options {
        let shared = Arc::clone(&self.shared);
        let other = options.tap.clone();
        options.on_frame(move |direction, line| {
            shared.record(direction, line);
            if let Some(other) = &other {
                other.see(direction, line);
            }
        })
    }

    /// Flushes buffered output.
    ///
    /// # Errors
    ///
    /// The first error of writing, once.
    pub fn finish(&self) -> io::Result<()> {
        let mut state = self.shared.state();
        match state.error.take() {
            Some(error) => Err(error),
            None => state.out.flush(),
        }
    }
}

impl Shared {
    fn record(&self, direction: FrameDirection, line: &[u8]) {
        let at = self.began.elapsed();
        let text = String::from_utf8_lossy(line);
        let message = serde_json::from_slice::<Value>(line).ok().filter(Value::is_object);
        let recorded = match message {
            None => recording::line(direction, at, Err(&self.redaction.redact_text(&text))),
            Some(mut message) => {
                if self.redaction.redact(&mut message) {
                    recording::line(direction, at, Ok(&message.to_string()))
                } else {
                    // Unchanged, with the order of its members and the digits of its numbers.
                    recording::line(direction, at, Ok(&text))
                }
            }
        };
        let mut state = self.state();
        if state.error.is_none() {
            state.error = writeln!(state.out, "{recorded}").err();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").finish_non_exhaustive()
    }
}
