//! Retrying while the server is overloaded, blocking. The async module computes the delays.

use std::time::Instant;

use tokio::runtime::Handle;

use crate::error::Error;
use crate::retry::{Attempts, RetryPolicy};

/// Calls `operation`, and retries it with exponential backoff while the server is overloaded; see
/// [`retry_on_overload`](crate::retry_on_overload).
///
/// # Errors
///
/// As [`retry_on_overload`](crate::retry_on_overload). Inside an async runtime
/// [`Error::InsideRuntime`]; `operation` is not called then.
///
/// # Examples
///
/// ```no_run
/// # fn example(codex: codex_app_client::blocking::Codex) -> Result<(), codex_app_client::Error> {
/// use codex_app_client::RetryPolicy;
/// use codex_app_client::blocking::retry_on_overload;
///
/// let models = retry_on_overload(&RetryPolicy::new(), || codex.models())?;
/// # Ok(()) }
/// ```
pub fn retry_on_overload<T>(
    policy: &RetryPolicy,
    mut operation: impl FnMut() -> Result<T, Error>,
) -> Result<T, Error> {
    if Handle::try_current().is_ok() {
        return Err(Error::InsideRuntime);
    }
    let begin = Instant::now();
    let mut attempts = Attempts::new(policy);
    loop {
        let error = match operation() {
            Err(error) if error.is_overloaded() => error,
            outcome => return outcome,
        };
        let Some(pause) = attempts.pause_after(begin.elapsed()) else { return Err(error) };
        std::thread::sleep(pause);
    }
}
