//! A turn that failed: what the server says of it, for people and for programs.

use std::fmt;

use codex_app_protocol::CodexErrorInfo;

use crate::error::OneLine;
use crate::turn_result::TurnResult;

/// A turn that failed. Its text is [`message`](Self::message), made one line.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TurnFailure {
    /// What the server says, as it says it. It may have several lines.
    pub message: String,
    /// What sort of failure it is, for programs.
    pub info: Option<CodexErrorInfo>,
    /// More that the server says.
    pub additional_details: Option<String>,
    /// What the turn had produced until then.
    pub result: TurnResult,
}

impl TurnFailure {
    /// The HTTP status that the model's API answered with, if the server tells: 401 for a key that is not
    /// valid, for example, or 429 for too many requests. It is part of several kinds of
    /// [`info`](Self::info); a failure that has a kind of its own, such as
    /// [`UsageLimitExceeded`](CodexErrorInfo::UsageLimitExceeded), comes without a status.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
    /// use codex_app_client::Error;
    ///
    /// match thread.run("Say hello").await {
    ///     Err(Error::TurnFailed(failure)) if failure.http_status() == Some(401) => {
    ///         println!("the model does not take the API key");
    ///     }
    ///     outcome => drop(outcome?),
    /// }
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn http_status(&self) -> Option<u16> {
        match self.info.as_ref()? {
            CodexErrorInfo::HttpConnectionFailed(it) => it.http_status_code,
            CodexErrorInfo::ResponseStreamConnectionFailed(it) => it.http_status_code,
            CodexErrorInfo::ResponseStreamDisconnected(it) => it.http_status_code,
            CodexErrorInfo::ResponseTooManyFailedAttempts(it) => it.http_status_code,
            _ => None,
        }
    }
}

impl fmt::Display for TurnFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        OneLine(&self.message).fmt(f)
    }
}

impl std::error::Error for TurnFailure {}
