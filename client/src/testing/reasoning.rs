//! Reasoning of the model.

use crate::testing::reply::{Reply, Step};

/// Reasoning of the model, from [`Reply::reasoning`].
///
/// # Examples
///
/// ```
/// use codex_app_client::testing::Reply;
///
/// let reply = Reply::reasoning(["**Looking around**"]).then(Reply::message("Found it."));
/// ```
#[derive(Clone, Debug)]
pub struct Reasoning {
    pub(crate) summary: Vec<String>,
    pub(crate) content: Option<Vec<String>>,
}

impl Reasoning {
    pub(crate) fn new(summary: Vec<String>) -> Self {
        Self { summary, content: None }
    }

    /// Adds the reasoning text itself, besides its summary.
    #[must_use]
    pub fn content(mut self, content: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.content = Some(content.into_iter().map(Into::into).collect());
        self
    }

    /// Adds the next step of the same response.
    #[must_use]
    pub fn then(self, next: impl Into<Reply>) -> Reply {
        Reply::from(self).then(next)
    }
}

impl From<Reasoning> for Reply {
    fn from(reasoning: Reasoning) -> Self {
        Self::step(Step::Reasoning(reasoning))
    }
}
