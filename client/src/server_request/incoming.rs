//! A request of the server as it was received: what is known of it without decoding it.

use codex_app_protocol::{Header, RequestId};

use crate::peek::string_at;
use crate::server_request::cancellation::Cancellation;
use crate::server_request::kind::Kind;

/// Whom a request concerns, and under which id it is answered.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub(crate) id: RequestId,
    pub(crate) method: String,
    pub(crate) thread_id: Option<String>,
    pub(crate) turn_id: Option<String>,
    pub(crate) item_id: Option<String>,
}

/// A request that is to be answered by somebody.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) incoming: Incoming,
    pub(crate) kind: Kind,
    /// Tells it from another request with the same id.
    pub(crate) serial: u64,
    /// The line.
    pub(crate) text: String,
    /// The line that told which files are to be changed.
    pub(crate) changes: Option<String>,
    /// Whether it was cancelled.
    pub(crate) cancellation: Cancellation,
}

impl Incoming {
    /// What the header of a request tells.
    pub(crate) fn of(header: &Header<'_>) -> Option<Self> {
        let owned = |it: &Option<_>| it.as_deref().map(str::to_owned);
        let legacy_thread = || {
            let id = string_at(header.params?, &["conversationId"])?;
            Some(id.into_owned())
        };
        Some(Self {
            id: header.id.clone()?,
            method: header.method.as_deref()?.to_owned(),
            thread_id: owned(&header.thread_id).or_else(legacy_thread),
            turn_id: owned(&header.turn_id),
            item_id: owned(&header.item_id),
        })
    }
}
