//! A scripted conversation that runs beside the code under test. It decides what happens in which
//! order; the scripted server sends and checks the messages.

use std::time::Duration;

use codex_app_protocol::RpcError;
use serde_json::{Value, json};

use crate::testing::gate::Gate;
use crate::testing::scenario_run::ScenarioRun;
use crate::testing::scripted_server::introduction;
use crate::testing::wire;
use crate::transport::Transport;

/// A script for an app-server in memory: what the client has to send, and what the server sends, in
/// order.
///
/// [`run`](Self::run) plays it in a task of its own. The server's messages are checked against the
/// schema, as by a [`ScriptedServer`](crate::testing::ScriptedServer). [`ScenarioRun::finish`]
/// returns an error if the conversation differed from the script.
///
/// # Examples
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use codex_app_client::testing::Scenario;
/// use codex_app_client::{Codex, Options, ThreadOptions};
///
/// let scenario = Scenario::new().initialize().thread("t1").turn("t1", "u1", "It works.");
/// let (transport, run) = scenario.run();
///
/// let codex = Codex::connect(transport, Options::new()).await?;
/// let thread = codex.start_thread(ThreadOptions::default()).await?;
/// let result = thread.run("Does it work?").await?;
/// assert_eq!(result.final_response.as_deref(), Some("It works."));
///
/// run.finish().await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a scenario does nothing until it is run"]
pub struct Scenario {
    pub(crate) steps: Vec<Step>,
    /// Whether it is from a recording: the server's messages may then have unknown members.
    pub(crate) is_recorded: bool,
}

/// One step of a scenario.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Expect(Expected),
    /// Answers the request that was expected last, or the one with this key. The body has no id.
    Answer {
        key: Option<Value>,
        body: Value,
    },
    Send(Value),
    Raw(Vec<u8>),
    Hold(Gate),
    Pause(Duration),
    Disconnect,
}

/// A line that the client has to send.
#[derive(Clone, Debug)]
pub(crate) enum Expected {
    /// A request or notification. The given params have to match; other members may have any value.
    Method { method: String, params: Option<Value>, key: Option<Value> },
    /// The reply to a request of the server, with this result if one is given.
    Answer { id: Value, result: Option<Value> },
}

impl Scenario {
    /// Creates an empty scenario.
    pub fn new() -> Self {
        Self::default()
    }

    /// The client initializes the connection: `initialize`, then `initialized`.
    pub fn initialize(self) -> Self {
        self.serve("initialize", introduction()).expect("initialized")
    }

    /// The client starts a thread, which gets this id: `thread/start`.
    pub fn thread(self, thread_id: &str) -> Self {
        self.serve("thread/start", json!({"thread": {"id": thread_id}}))
    }

    /// The client starts a turn, which gets this id: `turn/start`. The server sends `answer` as its
    /// final response, and completes the turn.
    pub fn turn(self, thread_id: &str, turn_id: &str, answer: &str) -> Self {
        let item_id = format!("{turn_id}-message");
        let message = |text| wire::agent_message(&item_id, text, Some("final_answer"));
        self.serve("turn/start", wire::turn_response(turn_id))
            .send(wire::turn_started(thread_id, turn_id))
            .send(wire::item_started(thread_id, turn_id, message("")))
            .send(wire::agent_message_delta(thread_id, turn_id, &item_id, answer))
            .send(wire::item_completed(thread_id, turn_id, message(answer)))
            .send(wire::turn_completed(thread_id, turn_id))
    }

    /// The client sends this request or notification.
    ///
    /// Several expectations in a row, of any kind, may be met in any order.
    pub fn expect(self, method: &str) -> Self {
        let method = method.to_owned();
        self.step(Step::Expect(Expected::Method { method, params: None, key: None }))
    }

    /// The client sends this request or notification with at least these params. Members that are
    /// not named may have any value.
    pub fn expect_with(self, method: &str, params: Value) -> Self {
        let (method, params) = (method.to_owned(), Some(params));
        self.step(Step::Expect(Expected::Method { method, params, key: None }))
    }

    /// The client sends this request, and the server responds with this result.
    pub fn serve(self, method: &str, result: Value) -> Self {
        self.expect(method).respond(result)
    }

    /// The server responds to the request that was expected last.
    pub fn respond(self, result: Value) -> Self {
        self.step(Step::Answer { key: None, body: json!({"result": result}) })
    }

    /// The server responds with an error to the request that was expected last.
    pub fn respond_with_error(self, error: &RpcError) -> Self {
        let error = serde_json::to_value(error).unwrap_or_default();
        self.step(Step::Answer { key: None, body: json!({"error": error}) })
    }

    /// The server sends a notification.
    pub fn notify(self, method: &str, params: Value) -> Self {
        self.send(json!({"method": method, "params": params}))
    }

    /// The server sends a request, an approval for example.
    pub fn request(self, id: impl Into<Value>, method: &str, params: Value) -> Self {
        self.send(json!({"id": id.into(), "method": method, "params": params}))
    }

    /// The client replies to the server's request with this id, with any result or error.
    pub fn expect_reply(self, id: impl Into<Value>) -> Self {
        self.step(Step::Expect(Expected::Answer { id: id.into(), result: None }))
    }

    /// The client replies to the server's request with this id, with a result that has at least
    /// these members.
    pub fn expect_reply_with(self, id: impl Into<Value>, result: Value) -> Self {
        self.step(Step::Expect(Expected::Answer { id: id.into(), result: Some(result) }))
    }

    /// The server sends a whole message, such as those of [`wire`].
    pub fn send(self, message: Value) -> Self {
        self.step(Step::Send(message))
    }

    /// The server sends bytes and a line feed, without a check against the schema.
    pub fn send_raw(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.step(Step::Raw(bytes.into()))
    }

    /// The server waits at a gate.
    pub fn hold(self, gate: &Gate) -> Self {
        self.step(Step::Hold(gate.clone()))
    }

    /// The server waits for a while, by tokio's clock, which a test can pause.
    pub fn pause(self, duration: Duration) -> Self {
        self.step(Step::Pause(duration))
    }

    /// The server closes the connection. Later steps are ignored.
    pub fn disconnect(self) -> Self {
        self.step(Step::Disconnect)
    }

    /// Appends another scenario.
    pub fn then(mut self, next: Self) -> Self {
        self.is_recorded |= next.is_recorded;
        self.steps.extend(next.steps);
        self
    }

    /// Starts to play the scenario in a task of its own, and returns the transport to its server.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime.
    pub fn run(self) -> (Transport, ScenarioRun) {
        ScenarioRun::start(self)
    }

    pub(crate) fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }
}
