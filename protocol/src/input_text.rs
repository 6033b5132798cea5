//! Shorter ways to say what a user says: hand-written beside the generated [`UserInput`].

use crate::{TextUserInput, UserInput};

impl UserInput {
    /// Plain text.
    ///
    /// # Examples
    ///
    /// ```
    /// use codex_app_protocol::{TurnStartParams, UserInput};
    ///
    /// let params = TurnStartParams::new("thread-1", [UserInput::text("Hello")]);
    /// // A `&str` or `String` is plain text by itself.
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
