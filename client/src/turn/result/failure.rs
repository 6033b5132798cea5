//! A failed turn: what the server says about it, for people and for programs.

use std::fmt;

use codex_app_protocol::CodexErrorInfo;

use crate::error::OneLine;
use crate::turn::result::TurnResult;

/// A failed turn, in [`Error::TurnFailed`](crate::Error::TurnFailed). `Display` prints
/// [`message`](Self::message) on one line.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TurnFailure {
    /// The server's message for the user. It may have several lines.
    pub message: String,
    /// The kind of failure, for programs, such as [`CodexErrorInfo::UsageLimitExceeded`].
    pub info: Option<CodexErrorInfo>,
    /// Further details from the server.
    pub additional_details: Option<String>,
    /// Everything the turn produced until it failed.
    pub result: TurnResult,
}

impl TurnFailure {
    /// Returns the HTTP status of the model API's response, if the server reports it: for example
    /// 401 for an invalid API key, or 429 for too many requests.
    ///
    /// Several kinds of [`info`](Self::info) carry it. A failure that has a kind of its own, such
    /// as [`UsageLimitExceeded`](CodexErrorInfo::UsageLimitExceeded), comes without a status.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
    /// use codex_app_client::Error;
    ///
    /// match thread.run("Say hello").await {
    ///     Err(Error::TurnFailed(failure)) if failure.http_status() == Some(401) => {
    ///         println!("the API key is not valid");
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
