//! Tells a tool's function which call it serves, and whether the outcome is still wanted. It sends
//! no reply.

use crate::server_request::{Cancellation, ToolCallRequest};

/// The context of a tool call: the ids of the thread, the turn and the call, for functions of
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

    /// Returns the id of the thread whose agent called the tool.
    #[must_use]
    pub fn thread_id(&self) -> &str {
        &self.thread_id
    }

    /// Returns the id of the turn in which the tool was called.
    #[must_use]
    pub fn turn_id(&self) -> &str {
        &self.turn_id
    }

    /// Returns the id of the call. The item of the call in the turn's events has the same id.
    #[must_use]
    pub fn call_id(&self) -> &str {
        &self.call_id
    }

    /// Returns the name of the tool, for functions that serve several tools.
    #[must_use]
    pub fn tool_name(&self) -> &str {
        &self.tool
    }

    /// Returns whether the output of the call is no longer wanted; see
    /// [`cancelled`](Self::cancelled).
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancellation.is_over()
    }

    /// Waits until the output of the call is no longer wanted: the turn or the connection has
    /// ended, the [timeout](crate::Tool::timeout) has passed, or the function has returned.
    ///
    /// The function's own future is dropped then. Use this method in tasks and threads that the
    /// function has started.
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe: it only watches the call.
    pub async fn cancelled(&self) {
        self.cancellation.cancelled().await;
    }
}
