//! What the model does in answer to one request, step by step.

use std::time::Duration;

use serde_json::{Value, json};

use crate::testing::gate::Gate;
use crate::testing::message::Message;
use crate::testing::model_error::{Delivery, ModelError};
use crate::testing::model_usage::ModelUsage;
use crate::testing::reasoning::Reasoning;
use crate::testing::tool_call::{ToolCall, ToolInput};

/// How long the model waits for a command before it looks at its output, in milliseconds.
const COMMAND_YIELD_MS: u64 = 5000;

/// What the model does in answer to one request. [`then`](Self::then) joins the steps of one
/// response; the answer to the next request is a reply of its own.
///
/// # Examples
///
/// ```
/// use codex_app_client::testing::{Gate, Reply};
/// use serde_json::json;
///
/// let gate = Gate::new();
/// let reply = Reply::reasoning(["**Planning**"])
///     .then(Reply::message("I will look.").phase("commentary"))
///     .then(Reply::hold(&gate))
///     .then(Reply::tool_call("exec_command", json!({ "cmd": "ls" })));
/// ```
#[derive(Clone, Debug)]
pub struct Reply {
    pub(crate) steps: Vec<Step>,
}

/// One step of a reply.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Bytes(Vec<u8>),
    Cut,
    /// An event that does not end the response.
    Event(Value),
    Header {
        name: String,
        value: String,
    },
    Message(Message),
    Pause(Duration),
    Reasoning(Reasoning),
    Refuse {
        status: u16,
        body: Value,
    },
    ToolCall(ToolCall),
    /// The response ends with this status, and these members beside it.
    Unfinished {
        status: &'static str,
        details: Value,
    },
    Usage(ModelUsage),
    Wait(Gate),
}

/// What the model says and does.
impl Reply {
    /// Nothing at all: the response is complete at once.
    #[must_use]
    pub fn empty() -> Self {
        Self { steps: Vec::new() }
    }

    /// Says something.
    #[must_use]
    pub fn message(text: impl Into<String>) -> Message {
        Message::new(text)
    }

    /// Says the deltas joined, streamed as they are.
    #[must_use]
    pub fn streamed<'a>(deltas: impl IntoIterator<Item = &'a str>) -> Message {
        let deltas: Vec<_> = deltas.into_iter().collect();
        Message::new(deltas.concat()).deltas(deltas)
    }

    /// Says much: so many deltas of so many bytes, each different.
    #[must_use]
    pub fn many_deltas(n_deltas: usize, n_bytes: usize) -> Message {
        Message::filler(n_deltas, n_bytes)
    }

    /// Thinks. Each text is a part of the summary.
    #[must_use]
    pub fn reasoning(summary: impl IntoIterator<Item = impl Into<String>>) -> Reasoning {
        Reasoning::new(summary.into_iter().map(Into::into).collect())
    }

    /// Calls a function: `exec_command`, `request_user_input`, a dynamic tool.
    #[must_use]
    pub fn tool_call(name: impl Into<String>, arguments: Value) -> ToolCall {
        let text = arguments.to_string();
        ToolCall::new(name, ToolInput::Function(text))
    }

    /// Calls a custom tool, which takes text.
    #[must_use]
    pub fn custom_tool_call(name: impl Into<String>, input: impl Into<String>) -> ToolCall {
        ToolCall::new(name, ToolInput::Custom(input.into()))
    }

    /// Runs a command in the shell.
    #[must_use]
    pub fn command(command: &str) -> ToolCall {
        let arguments = json!({ "cmd": command, "yield_time_ms": COMMAND_YIELD_MS });
        Self::tool_call("exec_command", arguments)
    }

    /// Asks to run a command in the shell outside the sandbox. With the approval policy
    /// `on-request`, a command approval follows.
    #[must_use]
    pub fn escalated_command(command: &str, justification: &str) -> ToolCall {
        let arguments = json!({
            "cmd": command,
            "yield_time_ms": COMMAND_YIELD_MS,
            "sandbox_permissions": "require_escalated",
            "justification": justification,
        });
        Self::tool_call("exec_command", arguments)
    }

    /// Changes files. The text begins with `*** Begin Patch`; the model must have the tool
    /// `apply_patch`.
    #[must_use]
    pub fn patch(patch: impl Into<String>) -> ToolCall {
        Self::custom_tool_call("apply_patch", patch)
    }

    /// What follows in the same response.
    #[must_use]
    pub fn then(mut self, next: impl Into<Self>) -> Self {
        self.steps.extend(next.into().steps);
        self
    }

    pub(crate) fn step(step: Step) -> Self {
        Self { steps: vec![step] }
    }
}

/// How it goes about it.
impl Reply {
    /// Waits at a gate. As the first step, before anything is sent.
    #[must_use]
    pub fn hold(gate: &Gate) -> Self {
        Self::step(Step::Wait(gate.clone()))
    }

    /// Does nothing for a while. A [`hold`](Self::hold) makes for a more reliable test.
    #[must_use]
    pub fn pause(duration: Duration) -> Self {
        Self::step(Step::Pause(duration))
    }

    /// What the response is said to have cost, when it is complete. Sends nothing by itself.
    #[must_use]
    pub fn usage(usage: ModelUsage) -> Self {
        Self::step(Step::Usage(usage))
    }

    /// Adds a header. It has to come before everything that is sent.
    #[must_use]
    pub fn header(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self::step(Step::Header { name: name.into(), value: value.into() })
    }

    /// Sends an event of any kind.
    #[must_use]
    pub fn event(event: Value) -> Self {
        Self::step(Step::Event(event))
    }

    /// Sends bytes that may be no event at all.
    #[must_use]
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self::step(Step::Bytes(bytes.into()))
    }
}

/// How it goes wrong. Each of these ends the reply: steps after it are not taken.
impl Reply {
    /// Fails with one of the known errors.
    #[must_use]
    pub fn error(error: ModelError) -> Self {
        match error.delivery() {
            Delivery::Failed { code, message } => Self::failed(code, message),
            Delivery::Status { status, body } => Self::status(status, body),
        }
    }

    /// Answers with a status and a body in place of a stream. If the stream has begun, cuts it.
    #[must_use]
    pub fn status(status: u16, body: Value) -> Self {
        Self::step(Step::Refuse { status, body })
    }

    /// Ends the response as failed.
    #[must_use]
    pub fn failed(code: &str, message: &str) -> Self {
        let details = json!({ "error": { "code": code, "message": message } });
        Self::step(Step::Unfinished { status: "failed", details })
    }

    /// Ends the response as incomplete, because of `max_output_tokens` or another reason.
    #[must_use]
    pub fn incomplete(reason: &str) -> Self {
        let details = json!({ "incomplete_details": { "reason": reason } });
        Self::step(Step::Unfinished { status: "incomplete", details })
    }

    /// Breaks the connection: the response has no end.
    #[must_use]
    pub fn cut() -> Self {
        Self::step(Step::Cut)
    }
}
