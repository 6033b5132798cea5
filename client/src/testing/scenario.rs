//! A conversation that is written down beforehand and played beside the code under test. It says
//! what happens in which order; how it is said is the scripted server's affair.

use std::time::Duration;

use codex_app_protocol::RpcError;
use serde_json::{Value, json};

use crate::testing::gate::Gate;
use crate::testing::scenario_run::ScenarioRun;
use crate::testing::scripted_server::introduction;
use crate::testing::wire;
use crate::transport::Transport;

/// What a server expects and says, one thing after the other.
///
/// [`run`](Self::run) plays it in a task of its own. What it sends is checked as by a
/// [`ScriptedServer`](crate::testing::ScriptedServer), what the client sends has to come in this
/// order, and [`ScenarioRun::finish`] tells whether all went as it is written.
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
    /// Whether it was said once, and not made up: then members that are not known may be there.
    pub(crate) is_recorded: bool,
}

/// One thing that happens.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Expect(Expected),
    /// Answers what was expected last, or under a key: the message without its id.
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

/// A line of the client that has to come.
#[derive(Clone, Debug)]
pub(crate) enum Expected {
    /// A request or notification; of the params, the members given have to be equal.
    Method { method: String, params: Option<Value>, key: Option<Value> },
    /// The answer to a request of the server with this id, with this result if one is given.
    Answer { id: Value, result: Option<Value> },
}

impl Scenario {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The client introduces itself, and the server does.
    pub fn initialize(self) -> Self {
        self.serve("initialize", introduction()).expect("initialized")
    }

    /// The client starts a thread, which gets this id.
    pub fn thread(self, thread_id: &str) -> Self {
        self.serve("thread/start", json!({"thread": {"id": thread_id}}))
    }

    /// The client starts a turn, which gets this id, answers this and is completed.
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

    /// The client sends this request or notification. Where several follow each other, they may come
    /// in any order.
    pub fn expect(self, method: &str) -> Self {
        let method = method.to_owned();
        self.step(Step::Expect(Expected::Method { method, params: None, key: None }))
    }

    /// The client sends this request or notification, with at least these params: members that are
    /// not named here may have any value.
    pub fn expect_with(self, method: &str, params: Value) -> Self {
        let (method, params) = (method.to_owned(), Some(params));
        self.step(Step::Expect(Expected::Method { method, params, key: None }))
    }

    /// The client sends this request, and the server answers it.
    pub fn serve(self, method: &str, result: Value) -> Self {
        self.expect(method).answer(result)
    }

    /// The server answers the request that was expected last.
    pub fn answer(self, result: Value) -> Self {
        self.step(Step::Answer { key: None, body: json!({"result": result}) })
    }

    /// The server refuses the request that was expected last.
    pub fn refuse(self, error: &RpcError) -> Self {
        let error = serde_json::to_value(error).unwrap_or_default();
        self.step(Step::Answer { key: None, body: json!({"error": error}) })
    }

    /// The server tells something.
    pub fn notify(self, method: &str, params: Value) -> Self {
        self.send(json!({"method": method, "params": params}))
    }

    /// The server asks something.
    pub fn ask(self, id: impl Into<Value>, method: &str, params: Value) -> Self {
        self.send(json!({"id": id.into(), "method": method, "params": params}))
    }

    /// The client answers the server's request with this id, whatever it says.
    pub fn expect_answer(self, id: impl Into<Value>) -> Self {
        self.step(Step::Expect(Expected::Answer { id: id.into(), result: None }))
    }

    /// The client answers the server's request with this id, with at least this result.
    pub fn expect_answer_with(self, id: impl Into<Value>, result: Value) -> Self {
        self.step(Step::Expect(Expected::Answer { id: id.into(), result: Some(result) }))
    }

    /// The server sends a whole message, such as those of [`wire`].
    pub fn send(self, message: Value) -> Self {
        self.step(Step::Send(message))
    }

    /// The server sends bytes and a line feed, unchecked.
    pub fn send_raw(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.step(Step::Raw(bytes.into()))
    }

    /// The server waits at a gate.
    pub fn hold(self, gate: &Gate) -> Self {
        self.step(Step::Hold(gate.clone()))
    }

    /// The server does nothing for a while, by the clock of the test, which may be paused.
    pub fn pause(self, duration: Duration) -> Self {
        self.step(Step::Pause(duration))
    }

    /// The server goes away. What follows does not happen.
    pub fn disconnect(self) -> Self {
        self.step(Step::Disconnect)
    }

    /// Another scenario follows.
    pub fn then(mut self, next: Self) -> Self {
        self.is_recorded |= next.is_recorded;
        self.steps.extend(next.steps);
        self
    }

    /// Begins to play it, and gives the way to the server.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub fn run(self) -> (Transport, ScenarioRun) {
        ScenarioRun::start(self)
    }

    pub(crate) fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }
}
