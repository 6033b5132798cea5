//! The mock model's reply to one request, as a list of steps.

use std::time::Duration;

use serde_json::{Value, json};

use crate::testing::gate::Gate;
use crate::testing::message::Message;
use crate::testing::model_error::{Delivery, ModelError};
use crate::testing::model_usage::ModelUsage;
use crate::testing::reasoning::Reasoning;
use crate::testing::tool_call::{ToolCall, ToolInput};

/// How long the model waits for a command before it reads the output, in milliseconds.
const COMMAND_YIELD_MS: u64 = 5000;

/// The reply of the mock model to one request. [`then`](Self::then) joins the steps of one
/// response; the next request gets another reply.
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
    /// Ends the response with this status, and with these members besides it.
    Unfinished {
        status: &'static str,
        details: Value,
    },
    Usage(ModelUsage),
    Wait(Gate),
}

/// Messages, reasoning and tool calls.
impl Reply {
    /// Sends a response without any output.
    #[must_use]
    pub fn empty() -> Self {
        Self { steps: Vec::new() }
    }

    /// Sends a message.
    #[must_use]
    pub fn message(text: impl Into<String>) -> Message {
        Message::new(text)
    }

    /// Sends a message that is streamed as these deltas. Its text is all of them together.
    #[must_use]
    pub fn streamed<'a>(deltas: impl IntoIterator<Item = &'a str>) -> Message {
        let deltas: Vec<_> = deltas.into_iter().collect();
        Message::new(deltas.concat()).deltas(deltas)
    }

    /// Sends a long message of `n_deltas` deltas, each different and `n_bytes` bytes long.
    #[must_use]
    pub fn many_deltas(n_deltas: usize, n_bytes: usize) -> Message {
        Message::filler(n_deltas, n_bytes)
    }

    /// Sends reasoning. Each text is one part of the summary.
    #[must_use]
    pub fn reasoning(summary: impl IntoIterator<Item = impl Into<String>>) -> Reasoning {
        Reasoning::new(summary.into_iter().map(Into::into).collect())
    }

    /// Calls a function tool: `exec_command`, `request_user_input`, or a dynamic tool.
    #[must_use]
    pub fn tool_call(name: impl Into<String>, arguments: Value) -> ToolCall {
        let text = arguments.to_string();
        ToolCall::new(name, ToolInput::Function(text))
    }

    /// Calls a custom tool, whose input is text.
    #[must_use]
    pub fn custom_tool_call(name: impl Into<String>, input: impl Into<String>) -> ToolCall {
        ToolCall::new(name, ToolInput::Custom(input.into()))
    }

    /// Runs a shell command: calls `exec_command`, and waits up to 5 seconds for its output.
    #[must_use]
    pub fn command(command: &str) -> ToolCall {
        let arguments = json!({ "cmd": command, "yield_time_ms": COMMAND_YIELD_MS });
        Self::tool_call("exec_command", arguments)
    }

    /// Runs a shell command outside of the sandbox. With the approval policy `on-request`, the
    /// app-server then asks the client for approval.
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

    /// Changes files: calls `apply_patch`, which the model must have. The text begins with
    /// `*** Begin Patch`.
    #[must_use]
    pub fn patch(patch: impl Into<String>) -> ToolCall {
        Self::custom_tool_call("apply_patch", patch)
    }

    /// Adds the next step of the same response.
    #[must_use]
    pub fn then(mut self, next: impl Into<Self>) -> Self {
        self.steps.extend(next.into().steps);
        self
    }

    pub(crate) fn step(step: Step) -> Self {
        Self { steps: vec![step] }
    }
}

/// Timing, usage, headers and raw events.
impl Reply {
    /// Waits at a gate. As the first step, it waits before anything is sent.
    #[must_use]
    pub fn hold(gate: &Gate) -> Self {
        Self::step(Step::Wait(gate.clone()))
    }

    /// Waits for a while on the real clock. A [`hold`](Self::hold) makes a test more reliable.
    #[must_use]
    pub fn pause(duration: Duration) -> Self {
        Self::step(Step::Pause(duration))
    }

    /// Sets the token usage that the response reports when it is completed. Default:
    /// [`ModelUsage::default`]. Sends nothing by itself.
    #[must_use]
    pub fn usage(usage: ModelUsage) -> Self {
        Self::step(Step::Usage(usage))
    }

    /// Adds an HTTP header. Must come before any step that sends something.
    #[must_use]
    pub fn header(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self::step(Step::Header { name: name.into(), value: value.into() })
    }

    /// Sends an event of any type.
    #[must_use]
    pub fn event(event: Value) -> Self {
        Self::step(Step::Event(event))
    }

    /// Sends raw bytes, which need not be a valid event.
    #[must_use]
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self::step(Step::Bytes(bytes.into()))
    }
}

/// Failures. Each ends the reply: later steps are ignored.
impl Reply {
    /// Fails with a known error of the model's API.
    #[must_use]
    pub fn error(error: ModelError) -> Self {
        match error.delivery() {
            Delivery::Failed { code, message } => Self::failed(code, message),
            Delivery::Status { status, body } => Self::status(status, body),
        }
    }

    /// Sends an HTTP status and a body instead of a stream. If the stream has already begun, closes
    /// the connection.
    #[must_use]
    pub fn status(status: u16, body: Value) -> Self {
        Self::step(Step::Refuse { status, body })
    }

    /// Ends the response with the status `failed`.
    #[must_use]
    pub fn failed(code: &str, message: &str) -> Self {
        let details = json!({ "error": { "code": code, "message": message } });
        Self::step(Step::Unfinished { status: "failed", details })
    }

    /// Ends the response with the status `incomplete`, for a reason such as `max_output_tokens`.
    #[must_use]
    pub fn incomplete(reason: &str) -> Self {
        let details = json!({ "incomplete_details": { "reason": reason } });
        Self::step(Step::Unfinished { status: "incomplete", details })
    }

    /// Closes the connection before the response is completed.
    #[must_use]
    pub fn disconnect() -> Self {
        Self::step(Step::Cut)
    }
}
