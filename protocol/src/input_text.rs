//! Shorthands for text input: hand-written additions to the generated [`UserInput`].

use crate::{TextUserInput, UserInput};

impl UserInput {
    /// Creates an input of plain text.
    ///
    /// # Examples
    ///
    /// ```
    /// use codex_app_protocol::{TurnStartParams, UserInput};
    ///
    /// let params = TurnStartParams::new("thread-1", [UserInput::text("Hello")]);
    /// // A `&str` or `String` converts into plain text.
    /// assert_eq!(params, TurnStartParams::new("thread-1", ["Hello"]));
    /// ```
    pub fn text(text: impl Into<String>) -> Self {
        TextUserInput::new(text).into()
    }
}

impl From<&str> for UserInput {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for UserInput {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<&String> for UserInput {
    fn from(text: &String) -> Self {
        Self::text(text)
    }
}
