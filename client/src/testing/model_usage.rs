//! The tokens that a response is said to have cost.

use serde_json::{Value, json};

/// The tokens of one response.
///
/// # Examples
///
/// ```
/// use codex_app_client::testing::{ModelUsage, Reply};
///
/// let usage = ModelUsage::new(1000, 50).cached(900).reasoning(20);
/// let reply = Reply::message("Done").then(Reply::usage(usage));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ModelUsage {
    input: u64,
    cached: u64,
    output: u64,
    reasoning: u64,
}

impl ModelUsage {
    /// Tokens read and tokens written.
    #[must_use]
    pub fn new(input: u64, output: u64) -> Self {
        Self { input, cached: 0, output, reasoning: 0 }
    }

    /// How many of those read were cached.
    #[must_use]
    pub fn cached(self, cached: u64) -> Self {
        Self { cached, ..self }
    }

    /// How many of those written were reasoning.
    #[must_use]
    pub fn reasoning(self, reasoning: u64) -> Self {
        Self { reasoning, ..self }
    }

    pub(crate) fn to_json(self) -> Value {
        json!({
            "input_tokens": self.input,
            "input_tokens_details": { "cached_tokens": self.cached },
            "output_tokens": self.output,
            "output_tokens_details": { "reasoning_tokens": self.reasoning },
            "total_tokens": self.input + self.output,
        })
    }
}

/// 100 tokens read and 20 written.
impl Default for ModelUsage {
    fn default() -> Self {
        Self::new(100, 20)
    }
}
