//! The errors of the model's API that the app-server distinguishes.

use serde_json::{Value, json};

/// An error of the model's API, for [`Reply::error`](crate::testing::Reply::error).
///
/// Each fails the turn, with the `codexErrorInfo` that is named here.
///
/// # Examples
///
/// ```
/// use codex_app_client::testing::{ModelError, Reply};
///
/// let reply = Reply::error(ModelError::UsageLimitReached);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ModelError {
    /// HTTP status 400: `other`.
    BadRequest,
    /// The stream fails because the input is too long: `contextWindowExceeded`.
    ContextLengthExceeded,
    /// HTTP status 503, the model is at capacity: `serverOverloaded`.
    Overloaded,
    /// HTTP status 429, too many requests: `responseTooManyFailedAttempts`.
    RateLimited,
    /// HTTP status 500: `internalServerError`.
    ServerError,
    /// HTTP status 401: `httpConnectionFailed`. App-servers 0.140 and 0.150 report `other`.
    Unauthorized,
    /// HTTP status 429, the plan's usage limit is reached: `usageLimitExceeded`.
    UsageLimitReached,
}

/// How an error is sent to the app-server.
pub(crate) enum Delivery {
    /// As the event `response.failed`.
    Failed { code: &'static str, message: &'static str },
    /// As a status and a body.
    Status { status: u16, body: Value },
}

impl ModelError {
    pub(crate) fn delivery(self) -> Delivery {
        let (status, kind, code, message) = match self {
            Self::BadRequest => (400, "invalid_request_error", "invalid_value", "invalid value"),
            Self::ContextLengthExceeded => {
                let message = "the input exceeds the context window of this model";
                return Delivery::Failed { code: "context_length_exceeded", message };
            }
            Self::Overloaded => (503, "server_error", "server_is_overloaded", "at capacity"),
            Self::RateLimited => (429, "requests", "rate_limit_exceeded", "too many requests"),
            Self::ServerError => (500, "server_error", "server_error", "an internal error"),
            Self::Unauthorized => (401, "invalid_request_error", "invalid_api_key", "bad key"),
            Self::UsageLimitReached => {
                return Delivery::Status { status: 429, body: usage_limit() };
            }
        };
        let body = json!({ "error": { "type": kind, "code": code, "message": message } });
        Delivery::Status { status, body }
    }
}

/// The app-server distinguishes this error from other 429s by its type.
fn usage_limit() -> Value {
    json!({ "error": {
        "type": "usage_limit_reached",
        "message": "the usage limit has been reached",
        "plan_type": "plus",
    } })
}
