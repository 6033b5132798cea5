//! Recorded conversations: one JSON object a line, with the direction, the time and the message. It
//! reads and writes text; it opens no connection.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use codex_app_protocol::{Json, from_str};
use serde_json::Value;

use crate::tap::FrameDirection;
use crate::testing::journal::shortened;
use crate::testing::scenario::{Expected, Scenario, Step};
use crate::testing::schema_check::{self, Strictness};
use crate::testing::script_error::Refusal;

/// A conversation, as a [`Recorder`](crate::testing::Recorder) wrote it, or written by hand.
///
/// Each line is an object with these members; others, and lines with another `dir`, are passed over.
///
/// * `dir`: `"c2s"` for what the client sent, `"s2c"` for what the server did.
/// * `msg`: the message. Or `raw`: the text of a line that is no JSON object.
/// * `t`: when, in seconds since the recording began; may be left out.
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

/// A line of a conversation.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RecordedLine {
    /// Which way it went.
    pub direction: FrameDirection,
    /// When, since the recording began.
    pub at: Duration,
    /// The text, without its line feed.
    pub text: String,
    /// The place in the file, the first line being 1.
    pub line_number: usize,
}

/// Why a recording cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordingError {
    /// A line is no JSON object with a `dir`.
    #[error("line {line_number} of the recording is no line of a recording")]
    NoLine {
        /// Which, the first being 1.
        line_number: usize,
    },
    /// A line goes some way, but there is neither `msg` nor `raw`.
    #[error("line {line_number} of the recording says nothing: it has neither `msg` nor `raw`")]
    Nothing {
        /// Which, the first being 1.
        line_number: usize,
    },
    /// There is more than one connection (`conn`).
    #[error("line {line_number} of the recording is of another connection")]
    OtherConnection {
        /// Which, the first being 1.
        line_number: usize,
    },
    /// A message of the server that the schema does not know.
    #[error("line {line_number} of the recording is what no server says, {reason}: {message}")]
    Refused {
        /// Which, the first being 1.
        line_number: usize,
        /// What is wrong with it.
        reason: Refusal,
        /// The message, cut short.
        message: String,
    },
}

impl Recording {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read; with a [`RecordingError`] inside if it is no recording.
    pub fn read(path: impl AsRef<Path>) -> io::Result<Self> {
        let text = fs::read_to_string(path)?;
        text.parse().map_err(|it: RecordingError| io::Error::new(io::ErrorKind::InvalidData, it))
    }

    /// The lines, in order.
    #[must_use]
    pub fn lines(&self) -> &[RecordedLine] {
        &self.lines
    }

    /// A scenario in which the server says what it said then, when the client has sent what it sent
    /// then. Requests are told by their methods, their params may differ; ids are adapted. What the
    /// client sent without a word of the server in between may come in any order. It does not take
    /// the time that it took.
    ///
    /// # Errors
    ///
    /// Fails if the server said what the schema does not know; members that are new are let through.
    pub fn replay(&self) -> Result<Scenario, RecordingError> {
        self.scenario(true)
    }

    /// [`replay`](Self::replay), whatever the server said: for recordings of other releases.
    ///
    /// # Errors
    ///
    /// None as yet.
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

/// The requests of the client that were not answered yet: ids and methods.
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
            RecordingError::Refused { line_number: line.line_number, reason, message }
        })?;
    }
    // An answer to nothing that was recorded is said as it is.
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
            let no_line = || RecordingError::NoLine { line_number };
            let members: BTreeMap<String, Json> = from_str(line).map_err(|_| no_line())?;
            let value = |name| members.get(name).map(Json::to_value).unwrap_or_default();
            let direction = match value("dir").as_str().ok_or_else(no_line)? {
                "c2s" => FrameDirection::Sent,
                "s2c" => FrameDirection::Received,
                _ => continue,
            };
            let conn = value("conn");
            if *connection.get_or_insert_with(|| conn.clone()) != conn {
                return Err(RecordingError::OtherConnection { line_number });
            }
            let text = match (members.get("msg"), value("raw")) {
                (Some(message), _) => message.get().to_owned(),
                (None, Value::String(raw)) => raw,
                (None, _) => return Err(RecordingError::Nothing { line_number }),
            };
            let seconds = value("t").as_f64().unwrap_or_default();
            let at = Duration::try_from_secs_f64(seconds).unwrap_or_default();
            lines.push(RecordedLine { direction, at, text, line_number });
        }
        Ok(Self { lines })
    }
}

/// A line of a recording, without its line feed. The message is JSON text on one line, or, as
/// `raw`, any text.
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
        assert!(refused("\n{").starts_with("line 2 of the recording is no line"));
        assert!(refused(r#"{"dir":"s2c"}"#).starts_with("line 1 of the recording says nothing"));
        let two =
            "{\"dir\":\"c2s\",\"conn\":1,\"msg\":{}}\n{\"dir\":\"c2s\",\"conn\":2,\"msg\":{}}";
        assert!(refused(two).starts_with("line 2 of the recording is of another"));
        let unknown = r#"{"dir":"s2c","msg":{"method":"brand/new","params":{}}}"#;
        let refusal = refused(unknown);
        assert!(refusal.contains("line 1") && refusal.contains("unknown method"), "{refusal}");
        assert_eq!(unknown.parse::<Recording>().unwrap().replay_raw().unwrap().steps.len(), 1);
    }
}
