//! How often, and how fast, a connection is made again. It knows nothing of connections.

use std::time::Duration;

use crate::retry::RetryPolicy;

/// How often, and for how long, it is tried to connect again; see
/// [`Supervisor`](crate::Supervisor).
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use codex_app_client::ReconnectPolicy;
///
/// let policy = ReconnectPolicy::new().max_attempts(20).max_delay(Duration::from_secs(10));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReconnectPolicy {
    pub(super) retry: RetryPolicy,
}

impl ReconnectPolicy {
    /// Ten attempts in five minutes, the first at once, with pauses of up to half a minute.
    #[must_use]
    pub fn new() -> Self {
        let retry = RetryPolicy::new()
            .max_attempts(10)
            .max_delay(Duration::from_secs(30))
            .deadline(Duration::from_secs(300));
        Self { retry }
    }

    /// How many attempts follow the end of a connection, at least one.
    #[must_use]
    pub fn max_attempts(mut self, max_attempts: u32) -> Self {
        self.retry = self.retry.max_attempts(max_attempts);
        self
    }

    /// How long the first pause may be; see [`RetryPolicy::initial_delay`].
    #[must_use]
    pub fn initial_delay(mut self, initial_delay: Duration) -> Self {
        self.retry = self.retry.initial_delay(initial_delay);
        self
    }

    /// How long any pause may be.
    #[must_use]
    pub fn max_delay(mut self, max_delay: Duration) -> Self {
        self.retry = self.retry.max_delay(max_delay);
        self
    }

    /// How long after the end of the connection another attempt may begin.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.retry = self.retry.deadline(deadline);
        self
    }
}

impl Default for ReconnectPolicy {
    fn default() -> Self {
        Self::new()
    }
}
