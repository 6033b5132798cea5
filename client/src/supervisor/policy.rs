//! How many times, and how fast, to retry connecting. It knows nothing of connections.

use std::time::Duration;

use crate::retry::RetryPolicy;

/// How many times, and for how long, a [`Supervisor`](crate::Supervisor) retries connecting:
/// exponential backoff with full jitter.
///
/// | Setting | Default |
/// |---|---|
/// | [`max_attempts`](Self::max_attempts) | 10 |
/// | [`initial_delay`](Self::initial_delay) | 250 milliseconds |
/// | [`max_delay`](Self::max_delay) | 30 seconds |
/// | [`deadline`](Self::deadline) | 300 seconds |
///
/// The first attempt is made without a delay.
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
    /// Creates the default policy; see the table [above](Self).
    #[must_use]
    pub fn new() -> Self {
        let retry = RetryPolicy::new()
            .max_attempts(10)
            .max_delay(Duration::from_secs(30))
            .deadline(Duration::from_secs(300));
        Self { retry }
    }

    /// Sets the maximum number of attempts to reconnect. Defaults to 10; at least 1.
    #[must_use]
    pub fn max_attempts(mut self, max_attempts: u32) -> Self {
        self.retry = self.retry.max_attempts(max_attempts);
        self
    }

    /// Sets the upper limit of the delay after the first attempt. Defaults to 250 milliseconds.
    ///
    /// The limit doubles after each further attempt, up to [`max_delay`](Self::max_delay). Each
    /// delay is random between zero and its limit (full jitter).
    #[must_use]
    pub fn initial_delay(mut self, initial_delay: Duration) -> Self {
        self.retry = self.retry.initial_delay(initial_delay);
        self
    }

    /// Sets the upper limit of any delay. Defaults to 30 seconds.
    #[must_use]
    pub fn max_delay(mut self, max_delay: Duration) -> Self {
        self.retry = self.retry.max_delay(max_delay);
        self
    }

    /// Sets how long after the first attempt to reconnect another attempt may begin. Defaults to
    /// 300 seconds.
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
