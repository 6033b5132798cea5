//! A line that a client has sent to a scripted server. It is read, not judged.

use std::fmt;

use serde_json::Value;

/// A message of the client, as a [`ScriptedServer`](crate::testing::ScriptedServer) receives it.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientLine(Value);

impl ClientLine {
    pub(crate) fn new(message: Value) -> Self {
        Self(message)
    }

    /// The method, if it is a request or a notification.
    #[must_use]
    pub fn method(&self) -> Option<&str> {
        self.0["method"].as_str()
    }

    /// The id, if it is a request or an answer; otherwise null.
    #[must_use]
    pub fn id(&self) -> &Value {
        &self.0["id"]
    }

    /// The params, if there are any; otherwise null.
    #[must_use]
    pub fn params(&self) -> &Value {
        &self.0["params"]
    }

    /// What the client has answered; null if it is no answer, or an error.
    #[must_use]
    pub fn result(&self) -> &Value {
        &self.0["result"]
    }

    /// The error that the client has answered with; otherwise null.
    #[must_use]
    pub fn error(&self) -> &Value {
        &self.0["error"]
    }

    /// The whole message.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.0
    }

    /// Whether it answers the request of the server that has this id.
    pub(crate) fn answers(&self, id: &Value) -> bool {
        self.method().is_none() && self.id() == id
    }
}

impl fmt::Display for ClientLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
