//! Recorded conversations: one JSON object for each line, with direction, time and message. This
//! module reads and writes text; it opens no connection.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use codex_app_protocol::{Json, from_str};
use serde_json::Value;

use crate::connection::tap::FrameDirection;
use crate::testing::journal::shortened;
use crate::testing::scenario::{Expected, Scenario, Step};
use crate::testing::schema_check::{self, Strictness};
use crate::testing::script_error::SchemaMismatch;

/// A recorded conversation of a client and a server, written by a
/// [`Recorder`](crate::testing::Recorder) or by hand.
///
/// Each line is a JSON object with these members. Other members are ignored, and so are lines with
/// another `dir`.
///
/// * `dir`: `"c2s"` for a line of the client, `"s2c"` for a line of the server.
/// * `msg`: the message. Or `raw`: the text of a line that is not a JSON object.
/// * `t`: the time in seconds since the start of the recording. Optional.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use codex_app_client::testing::Recording;
/// use codex_app_client::{Codex, Options};
///
/// let recording: Recording = r#"
///     {"dir":"c2s","msg":{"id":1,"method":"initialize","params":{}}}
///     {"dir":"s2c","msg":{"id":1,"result":{"userAgent":"codex/0.169.0 (test)"}}}
///     {"dir":"c2s","msg":{"method":"initialized"}}
/// "#.parse()?;
/// let (transport, run) = recording.replay()?.run();
/// let codex = Codex::connect(transport, Options::new()).await?;
/// run.finish().await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Recording {
    lines: Vec<RecordedLine>,
}

/// One line of a [`Recording`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RecordedLine {
    /// The direction of the line.
    pub direction: FrameDirection,
    /// The time since the start of the recording.
    pub at: Duration,
    /// The text, without its line feed.
    pub text: String,
    /// The line number in the file, counted from 1.
    pub line_number: usize,
}

/// Why a recording cannot be read or replayed.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordingError {
    /// A line is not a JSON object with a string `dir`.
    #[error("line {line_number} of the recording is not a JSON object with `dir`")]
    InvalidLine {
        /// The line number, counted from 1.
        line_number: usize,
    },
    /// A line has neither `msg` nor `raw`.
    #[error("line {line_number} of the recording has neither `msg` nor `raw`")]
    MissingMessage {
        /// The line number, counted from 1.
        line_number: usize,
    },
    /// The lines belong to more than one connection (`conn`).
    #[error("line {line_number} of the recording belongs to another connection")]
    MultipleConnections {
        /// The line number, counted from 1.
        line_number: usize,
    },
    /// A message of the server does not match the schema.
    #[error("line {line_number} of the recording does not match the schema, {reason}: {message}")]
    SchemaMismatch {
        /// The line number, counted from 1.
        line_number: usize,
        /// How it differs from the schema.
        reason: SchemaMismatch,
        /// The beginning of the message.
        message: String,
    },
}

impl Recording {
    /// Reads a recording from a file.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read. If it is not a recording, the error is of the kind
    /// [`InvalidData`](io::ErrorKind::InvalidData) and contains a [`RecordingError`].
    pub fn read(path: impl AsRef<Path>) -> io::Result<Self> {
        let text = fs::read_to_string(path)?;
        text.parse().map_err(|it: RecordingError| io::Error::new(io::ErrorKind::InvalidData, it))
    }

    /// Returns the lines, in order.
    #[must_use]
    pub fn lines(&self) -> &[RecordedLine] {
        &self.lines
    }

    /// Makes a scenario in which the server sends the recorded messages, each after the client has
    /// sent the lines before it.
    ///
    /// Requests of the client are matched by method: their params may differ, and ids are
    /// translated. Lines that the client sent one after another, without a line of the server
    /// between them, may come in any order. The recorded times are ignored.
    ///
    /// # Errors
    ///
    /// [`RecordingError::SchemaMismatch`] if a message of the server does not match the schema.
    /// Additional members are allowed.
    pub fn replay(&self) -> Result<Scenario, RecordingError> {
        self.scenario(true)
    }

    /// Like [`replay`](Self::replay), without checking the server's messages: for recordings of
    /// other releases.
    ///
    /// # Errors
    ///
    /// None at present.
    pub fn replay_raw(&self) -> Result<Scenario, RecordingError> {
        self.scenario(false)
    }

    fn scenario(&self, is_checked: bool) -> Result<Scenario, RecordingError> {
        let mut scenario = Scenario { steps: Vec::new(), is_recorded: true };
        let mut asked = Vec::new();
        for line in &self.lines {
            let message = serde_json::from_str::<Value>(&line.text).ok().filter(Value::is_object);
            scenario.steps.push(match (line.direction, message) {
                (FrameDirection::Sent, None) => continue,
                (FrameDirection::Sent, Some(message)) => expected(message, &mut asked),
                (FrameDirection::Received, None) => Step::Raw(line.text.clone().into_bytes()),
                (FrameDirection::Received, Some(message)) => {
                    said(line, message, &mut asked, is_checked)?
                }
            });
        }
        Ok(scenario)
    }
}

/// The requests of the client that are not yet answered: ids and methods.
type Asked = Vec<(Value, String)>;

fn expected(message: Value, asked: &mut Asked) -> Step {
    let id = message.get("id").cloned();
    Step::Expect(match (message["method"].as_str(), id) {
        (Some(method), id) => {
            if let Some(id) = &id {
                asked.push((id.clone(), method.to_owned()));
            }
            Expected::Method { method: method.to_owned(), params: None, key: id }
        }
        (None, id) => Expected::Answer { id: id.unwrap_or_default(), result: None },
    })
}

fn said(
    line: &RecordedLine,
    mut message: Value,
    asked: &mut Asked,
    is_checked: bool,
) -> Result<Step, RecordingError> {
    let is_answer = message.get("method").is_none();
    let place = asked.iter().position(|it| is_answer && Some(&it.0) == message.get("id"));
    let found = place.map(|place| asked.remove(place));
    if is_checked {
        let method = found.as_ref().map(|it| &*it.1);
        schema_check::check(&message, method, Strictness::Values).map_err(|reason| {
            let message = shortened(&line.text);
            RecordingError::SchemaMismatch { line_number: line.line_number, reason, message }
        })?;
    }
    // A response without a recorded request is sent unchanged.
    let Some((key, _)) = found else { return Ok(Step::Raw(line.text.clone().into_bytes())) };
    if let Some(body) = message.as_object_mut() {
        body.remove("id");
    }
    Ok(Step::Answer { key: Some(key), body: message })
}

impl std::str::FromStr for Recording {
    type Err = RecordingError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut lines = Vec::new();
        let mut connection = None;
        for (index, line) in text.lines().enumerate().filter(|(_, it)| !it.trim().is_empty()) {
            let line_number = index + 1;
            let invalid = || RecordingError::InvalidLine { line_number };
            let members: BTreeMap<String, Json> = from_str(line).map_err(|_| invalid())?;
            let value = |name| members.get(name).map(Json::to_value).unwrap_or_default();
            let direction = match value("dir").as_str().ok_or_else(invalid)? {
                "c2s" => FrameDirection::Sent,
                "s2c" => FrameDirection::Received,
                _ => continue,
            };
            let conn = value("conn");
            if *connection.get_or_insert_with(|| conn.clone()) != conn {
                return Err(RecordingError::MultipleConnections { line_number });
            }
            let text = match (members.get("msg"), value("raw")) {
                (Some(message), _) => message.get().to_owned(),
                (None, Value::String(raw)) => raw,
                (None, _) => return Err(RecordingError::MissingMessage { line_number }),
            };
            let seconds = value("t").as_f64().unwrap_or_default();
            let at = Duration::try_from_secs_f64(seconds).unwrap_or_default();
            lines.push(RecordedLine { direction, at, text, line_number });
        }
        Ok(Self { lines })
    }
}

/// A line of a recording, without its line feed. `Ok` has the JSON text of a message on one line,
/// `Err` any other text, for `raw`.
pub(crate) fn line(direction: FrameDirection, at: Duration, message: Result<&str, &str>) -> String {
    let dir = match direction {
        FrameDirection::Sent => "c2s",
        FrameDirection::Received => "s2c",
    };
    let (name, json) = match message {
        Ok(json) => ("msg", json.to_owned()),
        Err(raw) => ("raw", Value::from(raw).to_string()),
    };
    format!(r#"{{"t":{:.6},"dir":"{dir}","{name}":{json}}}"#, at.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let written = [
            line(FrameDirection::Sent, Duration::from_millis(1500), Ok(r#"{"method":"a"}"#)),
            line(FrameDirection::Received, Duration::from_secs(2), Err("not \"JSON\"")),
            r#"{"dir":"stderr","msg":"passed over"}"#.to_owned(),
        ];
        let recording: Recording = written.join("\n").parse().unwrap();
        let [sent, received] = recording.lines() else { panic!("{recording:?}") };
        assert_eq!((sent.direction, sent.at.as_millis()), (FrameDirection::Sent, 1500));
        assert_eq!(sent.text, r#"{"method":"a"}"#);
        assert_eq!((received.text.as_str(), received.line_number), ("not \"JSON\"", 2));
    }

    #[test]
    fn what_is_no_recording_is_refused_with_its_place() {
        let refused = |text: &str| match text.parse::<Recording>() {
            Ok(recording) => recording.replay().unwrap_err().to_string(),
            Err(error) => error.to_string(),
        };
        assert!(refused("\n{").starts_with("line 2 of the recording is not a JSON"));
        assert!(refused(r#"{"dir":"s2c"}"#).starts_with("line 1 of the recording has neither"));
        let two =
            "{\"dir\":\"c2s\",\"conn\":1,\"msg\":{}}\n{\"dir\":\"c2s\",\"conn\":2,\"msg\":{}}";
        assert!(refused(two).starts_with("line 2 of the recording belongs to another"));
        let unknown = r#"{"dir":"s2c","msg":{"method":"brand/new","params":{}}}"#;
        let refusal = refused(unknown);
        assert!(refusal.contains("line 1") && refusal.contains("unknown method"), "{refusal}");
        assert_eq!(unknown.parse::<Recording>().unwrap().replay_raw().unwrap().steps.len(), 1);
    }
}
