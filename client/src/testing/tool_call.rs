//! A tool call of the model.

use crate::testing::reply::{Reply, Step};

/// A tool call of the model, from [`Reply::tool_call`], [`Reply::command`] and others.
///
/// # Examples
///
/// ```
/// use codex_app_client::testing::Reply;
/// use serde_json::json;
///
/// let call = Reply::tool_call("lookup_ticket", json!({ "id": "T-1" })).call_id("call_ticket");
/// ```
#[derive(Clone, Debug)]
pub struct ToolCall {
    pub(crate) call_id: Option<String>,
    pub(crate) name: String,
    pub(crate) namespace: Option<String>,
    pub(crate) input: ToolInput,
}

/// The input of a tool call.
#[derive(Clone, Debug)]
pub(crate) enum ToolInput {
    /// Text, for a custom tool.
    Custom(String),
    /// The arguments of a function, as JSON text.
    Function(String),
}

impl ToolCall {
    pub(crate) fn new(name: impl Into<String>, input: ToolInput) -> Self {
        Self { call_id: None, name: name.into(), namespace: None, input }
    }

    /// Sets the id of the call, which is also the id of the item. Default: a generated id.
    #[must_use]
    pub fn call_id(mut self, call_id: impl Into<String>) -> Self {
        self.call_id = Some(call_id.into());
        self
    }

    /// Sets the namespace of the tool.
    #[must_use]
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    /// Adds the next step of the same response. The model has not seen the output of the tool
    /// there.
    #[must_use]
    pub fn then(self, next: impl Into<Reply>) -> Reply {
        Reply::from(self).then(next)
    }
}

impl From<ToolCall> for Reply {
    fn from(call: ToolCall) -> Self {
        Self::step(Step::ToolCall(call))
    }
}
