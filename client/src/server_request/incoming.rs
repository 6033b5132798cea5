//! A request as it was received: the parts that are known without decoding its params.

use codex_app_protocol::{Header, RequestId};

use crate::router::peek::string_at;
use crate::server_request::cancellation::Cancellation;
use crate::server_request::kind::Kind;

/// The id, the method, and the ids of what a request is about.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub(crate) id: RequestId,
    pub(crate) method: String,
    pub(crate) thread_id: Option<String>,
    pub(crate) turn_id: Option<String>,
    pub(crate) item_id: Option<String>,
}

/// A request that is passed on for a reply.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) incoming: Incoming,
    pub(crate) kind: Kind,
    /// Distinguishes it from another request with the same id.
    pub(crate) serial: u64,
    /// The request's line.
    pub(crate) text: String,
    /// The line of the item that has the file changes to approve.
    pub(crate) changes: Option<String>,
    /// Tells whether it was cancelled.
    pub(crate) cancellation: Cancellation,
}

impl Incoming {
    /// Reads the header of a request.
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
