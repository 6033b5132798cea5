//! The output of a tool for the model.

use codex_app_protocol::{
    DynamicToolCallOutputContentItem, InputImageDynamicToolCallOutputContentItem,
    InputTextDynamicToolCallOutputContentItem,
};
use serde_json::Value;

/// The output of a tool for the model: texts and images, in order.
///
/// Functions of a [`Tool`](crate::Tool) can also return a `String`, a `&str` or a
/// [`Value`](serde_json::Value), which convert into one text.
#[derive(Clone, Debug, Default)]
pub struct ToolOutput(pub(super) Vec<DynamicToolCallOutputContentItem>);

impl ToolOutput {
    /// Creates an empty output.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.0.push(InputTextDynamicToolCallOutputContentItem::new(text).into());
        self
    }

    /// Adds an image by its URL. A `data:` URL contains the image itself.
    #[must_use]
    pub fn image_url(mut self, url: impl Into<String>) -> Self {
        self.0.push(InputImageDynamicToolCallOutputContentItem::new(url).into());
        self
    }

    /// Adds any content item of the protocol, audio for example.
    #[must_use]
    pub fn item(mut self, item: impl Into<DynamicToolCallOutputContentItem>) -> Self {
        self.0.push(item.into());
        self
    }
}

impl From<&str> for ToolOutput {
    fn from(text: &str) -> Self {
        Self::new().text(text)
    }
}

impl From<String> for ToolOutput {
    fn from(text: String) -> Self {
        Self::new().text(text)
    }
}

/// Converts the value into one text: its JSON.
impl From<Value> for ToolOutput {
    fn from(value: Value) -> Self {
        Self::new().text(value.to_string())
    }
}
