//! What proves to a server who connects. It never shows the proof, and keeps none that was made for
//! one handshake.

use std::sync::Arc;

use codex_app_protocol::Secret;
use tokio_tungstenite::tungstenite::http::HeaderValue;

use crate::error::Error;

/// Where the token of a handshake comes from.
#[derive(Clone)]
pub(super) enum Token {
    Fixed(Secret),
    /// Made anew for each handshake.
    Fresh(Arc<dyn Fn() -> Secret + Send + Sync>),
}

impl Token {
    /// What the header says. Called once a handshake, when it is known that the token may be sent.
    pub(super) fn header(&self) -> Result<HeaderValue, Error> {
        let invalid = Error::InvalidAddress { reason: "the token cannot be in a header" };
        let value = match self {
            Self::Fixed(token) => format!("Bearer {}", token.expose()),
            Self::Fresh(make) => format!("Bearer {}", make().expose()),
        };
        let mut value = HeaderValue::from_str(&value).map_err(|_| invalid)?;
        value.set_sensitive(true);
        Ok(value)
    }
}
