//! What proves to a server who connects. It never shows the proof, and keeps none that was made for
//! one handshake.

use std::sync::Arc;

use codex_app_protocol::Secret;

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
    pub(super) fn header(&self) -> Result<String, Error> {
        let value = match self {
            Self::Fixed(token) => format!("Bearer {}", token.expose()),
            Self::Fresh(make) => format!("Bearer {}", make().expose()),
        };
        let reason = "the token cannot be in a header";
        match value.bytes().all(|it| matches!(it, b' '..=b'~' | b'\t')) {
            true => Ok(value),
            false => Err(Error::InvalidWebSocketOptions { reason }),
        }
    }
}
