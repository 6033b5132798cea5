//! What a tool has for the model.

use codex_app_protocol::{
    DynamicToolCallOutputContentItem, InputImageDynamicToolCallOutputContentItem,
    InputTextDynamicToolCallOutputContentItem,
};
use serde_json::Value;

/// What a tool has for the model.
#[derive(Clone, Debug, Default)]
pub struct ToolOutput(pub(super) Vec<DynamicToolCallOutputContentItem>);

impl ToolOutput {
    /// Nothing.
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

    /// Adds an image, by its address: a `data:` URL has the image in it.
    #[must_use]
    pub fn image_url(mut self, url: impl Into<String>) -> Self {
        self.0.push(InputImageDynamicToolCallOutputContentItem::new(url).into());
        self
    }

    /// Adds anything that the protocol has for this.
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

/// As JSON text.
impl From<Value> for ToolOutput {
    fn from(value: Value) -> Self {
        Self::new().text(value.to_string())
    }
}
