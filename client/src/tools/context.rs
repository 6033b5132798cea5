//! Who calls a tool, and whether they still wait. It answers nothing.

use crate::server_request::{Cancellation, ToolCallRequest};

/// Who calls a tool: the thread, the turn and the call; for functions of
/// [`Tool::with_context`](crate::Tool::with_context). It can be cloned and moved to other tasks.
#[derive(Clone, Debug)]
pub struct ToolContext {
    thread_id: String,
    turn_id: String,
    call_id: String,
    tool: String,
    cancellation: Cancellation,
}

impl ToolContext {
    pub(super) fn of(request: &ToolCallRequest) -> Self {
        let params = &request.params;
        Self {
            thread_id: params.thread_id.clone(),
            turn_id: params.turn_id.clone(),
            call_id: params.call_id.clone().unwrap_or_default(),
            tool: params.tool.clone().unwrap_or_default(),
            cancellation: request.cancellation(),
        }
    }

    /// The thread whose agent calls.
    #[must_use]
    pub fn thread_id(&self) -> &str {
        &self.thread_id
    }

    /// The turn in which it calls.
    #[must_use]
    pub fn turn_id(&self) -> &str {
        &self.turn_id
    }

    /// The id of the call. The item of the call in the turn's events has the same.
    #[must_use]
    pub fn call_id(&self) -> &str {
        &self.call_id
    }

    /// The name of the tool, for functions that serve several.
    #[must_use]
    pub fn tool_name(&self) -> &str {
        &self.tool
    }

    /// Whether nobody waits for the outcome any more; see [`cancelled`](Self::cancelled).
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancellation.is_over()
    }

    /// Waits until nobody waits for the outcome any more: the turn or the connection has ended, the
    /// [timeout](crate::Tool::timeout) has passed, or the function has returned. The future of the
    /// function is dropped by itself then; this is for what it has started elsewhere, such as a task or
    /// a thread.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn cancelled(&self) {
        self.cancellation.cancelled().await;
    }
}
