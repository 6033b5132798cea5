//! Retries with backoff when the server is overloaded. Nothing else is ever retried: whether a
//! request that failed for another reason was carried out is not known.

use std::collections::hash_map::RandomState;
use std::future::Future;
use std::hash::{BuildHasher as _, Hasher as _};
use std::time::Duration;

use tokio::time::Instant;

use crate::error::Error;

/// How many times, and for how long, [`retry_on_overload`] retries: exponential backoff with full
/// jitter.
///
/// | Setting | Default |
/// |---|---|
/// | [`max_attempts`](Self::max_attempts) | 5 |
/// | [`initial_delay`](Self::initial_delay) | 250 milliseconds |
/// | [`max_delay`](Self::max_delay) | 2 seconds |
/// | [`deadline`](Self::deadline) | 30 seconds |
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use codex_app_client::RetryPolicy;
///
/// let policy = RetryPolicy::new().max_attempts(5).deadline(Duration::from_secs(10));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RetryPolicy {
    max_attempts: u32,
    initial_delay: Duration,
    max_delay: Duration,
    deadline: Duration,
}

impl RetryPolicy {
    /// Creates the default policy; see the table [above](Self).
    #[must_use]
    pub fn new() -> Self {
        Self {
            max_attempts: 5,
            initial_delay: Duration::from_millis(250),
            max_delay: Duration::from_secs(2),
            deadline: Duration::from_secs(30),
        }
    }

    /// Sets the maximum number of attempts, including the first one. Defaults to 5; at least 1.
    #[must_use]
    pub fn max_attempts(mut self, max_attempts: u32) -> Self {
        self.max_attempts = max_attempts.max(1);
        self
    }

    /// Sets the upper limit of the delay after the first attempt. Defaults to 250 milliseconds.
    ///
    /// The limit doubles after each further attempt, up to [`max_delay`](Self::max_delay). Each
    /// delay is random between zero and its limit (full jitter).
    #[must_use]
    pub fn initial_delay(mut self, initial_delay: Duration) -> Self {
        self.initial_delay = initial_delay;
        self
    }

    /// Sets the upper limit of any delay. Defaults to 2 seconds.
    #[must_use]
    pub fn max_delay(mut self, max_delay: Duration) -> Self {
        self.max_delay = max_delay;
        self
    }

    /// Sets how long after the first attempt began another attempt may begin. Defaults to 30
    /// seconds.
    ///
    /// An attempt that has begun is not cut off; for that, use a timeout.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// How long the pause after an attempt may be, counted from zero.
    fn longest_pause(&self, attempt: u32) -> Duration {
        let factor = 2_u32.checked_pow(attempt).unwrap_or(u32::MAX);
        self.initial_delay.saturating_mul(factor).min(self.max_delay)
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new()
    }
}

/// Retries an operation with backoff while the server is overloaded.
///
/// `operation` is called again only after [`Error::Overloaded`]: then the server has not accepted
/// the request, so nothing happens twice. All other outcomes are returned at once. The delay
/// between two attempts grows exponentially and is random (full jitter), so that many clients do
/// not retry at the same time. This crate never retries by itself.
///
/// # Errors
///
/// [`Error::Overloaded`] after the last attempt, or if the next attempt would begin after the
/// [deadline](RetryPolicy::deadline). Any other error of `operation`, at once.
///
/// # Cancel safety
///
/// If the future is dropped, no further attempt is made. An attempt that is in progress is dropped,
/// with the effect that dropping the future of `operation` has.
///
/// # Examples
///
/// ```no_run
/// # async fn example(codex: codex_app_client::Codex) -> Result<(), codex_app_client::Error> {
/// use codex_app_client::{RetryPolicy, retry_on_overload};
///
/// let models = retry_on_overload(&RetryPolicy::new(), || codex.models()).await?;
/// # Ok(()) }
/// ```
pub async fn retry_on_overload<T, F>(
    policy: &RetryPolicy,
    mut operation: impl FnMut() -> F,
) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    let begin = Instant::now();
    let mut attempts = Attempts::new(policy);
    loop {
        let error = match operation().await {
            Err(error) if error.is_overloaded() => error,
            outcome => return outcome,
        };
        let Some(pause) = attempts.pause_after(begin.elapsed()) else { return Err(error) };
        tokio::time::sleep(pause).await;
    }
}

/// Counts the attempts, and says how long to pause before the next one. It knows no clock.
pub(crate) struct Attempts<'a> {
    policy: &'a RetryPolicy,
    lot: Lot,
    n_failed: u32,
}

impl<'a> Attempts<'a> {
    pub(crate) fn new(policy: &'a RetryPolicy) -> Self {
        Self { policy, lot: Lot::new(), n_failed: 0 }
    }

    /// The pause after an attempt that failed so long after the beginning; none if it was the last.
    pub(crate) fn pause_after(&mut self, elapsed: Duration) -> Option<Duration> {
        let pause = self.lot.up_to(self.policy.longest_pause(self.n_failed));
        self.n_failed += 1;
        let is_in_time = elapsed.saturating_add(pause) <= self.policy.deadline;
        (self.n_failed < self.policy.max_attempts && is_in_time).then_some(pause)
    }
}

/// Draws by lot. It is no good for secrets.
struct Lot(u64);

impl Lot {
    fn new() -> Self {
        // The standard library seeds each hasher of maps differently, which is random enough.
        Self(RandomState::new().build_hasher().finish())
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn up_to(&mut self, limit: Duration) -> Duration {
        let nanos = u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX);
        Duration::from_nanos(self.next() % nanos.saturating_add(1).max(1))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Lot, RetryPolicy};

    #[test]
    fn pauses_grow_to_their_limit() {
        let policy = RetryPolicy::new();
        let pauses: Vec<_> = (0..5).map(|it| policy.longest_pause(it).as_millis()).collect();
        assert_eq!(pauses, [250, 500, 1000, 2000, 2000]);
        assert_eq!(policy.longest_pause(u32::MAX).as_millis(), 2000);
    }

    #[test]
    fn a_pause_is_anything_up_to_its_limit() {
        let mut lot = Lot::new();
        let limit = Duration::from_millis(1000);
        let drawn: Vec<_> = (0..1000).map(|_| lot.up_to(limit)).collect();
        assert!(drawn.iter().all(|it| *it <= limit));
        assert!(drawn.iter().any(|it| *it < limit / 4));
        assert!(drawn.iter().any(|it| *it > limit / 4 * 3));
        assert_eq!(lot.up_to(Duration::ZERO), Duration::ZERO);
    }
}
