//! A line that the client sent to a scripted server. It is parsed, not checked.

use std::fmt;

use serde_json::Value;

/// A message of the client, as a [`ScriptedServer`](crate::testing::ScriptedServer) receives it.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientLine(Value);

impl ClientLine {
    pub(crate) fn new(message: Value) -> Self {
        Self(message)
    }

    /// Returns the method of a request or notification; `None` for a response.
    #[must_use]
    pub fn method(&self) -> Option<&str> {
        self.0["method"].as_str()
    }

    /// Returns the id of a request or response; otherwise null.
    #[must_use]
    pub fn id(&self) -> &Value {
        &self.0["id"]
    }

    /// Returns the params, or null without any.
    #[must_use]
    pub fn params(&self) -> &Value {
        &self.0["params"]
    }

    /// Returns the result of a response; null for an error and other messages.
    #[must_use]
    pub fn result(&self) -> &Value {
        &self.0["result"]
    }

    /// Returns the error of a response; otherwise null.
    #[must_use]
    pub fn error(&self) -> &Value {
        &self.0["error"]
    }

    /// Returns the whole message.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.0
    }

    /// Whether this is the reply to the server's request with this id.
    pub(crate) fn answers(&self, id: &Value) -> bool {
        self.method().is_none() && self.id() == id
    }
}

impl fmt::Display for ClientLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
