//! A call of a tool by the model.

use crate::testing::reply::{Reply, Step};

/// A call of a tool, from [`Reply::tool_call`] and its like.
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

/// What a tool is called with.
#[derive(Clone, Debug)]
pub(crate) enum ToolInput {
    /// Text as it is, for a custom tool.
    Custom(String),
    /// The JSON text of the arguments of a function.
    Function(String),
}

impl ToolCall {
    pub(crate) fn new(name: impl Into<String>, input: ToolInput) -> Self {
        Self { call_id: None, name: name.into(), namespace: None, input }
    }

    /// The id of the call, which becomes the item's. By default it is made up.
    #[must_use]
    pub fn call_id(mut self, call_id: impl Into<String>) -> Self {
        self.call_id = Some(call_id.into());
        self
    }

    /// The namespace that the tool is in.
    #[must_use]
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    /// What the model does next, in the same response: it has not seen the tool's output.
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
