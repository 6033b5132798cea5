//! The token usage that a response reports.

use serde_json::{Value, json};

/// The token usage that a response of the mock model reports.
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
    /// Creates a usage of `input` and `output` tokens.
    #[must_use]
    pub fn new(input: u64, output: u64) -> Self {
        Self { input, cached: 0, output, reasoning: 0 }
    }

    /// Sets how many of the input tokens were cached. Default: 0.
    #[must_use]
    pub fn cached(self, cached: u64) -> Self {
        Self { cached, ..self }
    }

    /// Sets how many of the output tokens were reasoning. Default: 0.
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

/// 100 input tokens and 20 output tokens.
impl Default for ModelUsage {
    fn default() -> Self {
        Self::new(100, 20)
    }
}
