//! A request that waits for its reply. It is answered exactly once: if it is dropped unanswered,
//! that sends the default reply.

use std::fmt;
use std::sync::Arc;

use codex_app_protocol::RequestId;

use crate::connection::Shared;
use crate::error::Error;
use crate::router::effect::Effect;
use crate::server_request::cancellation::Cancellation;
use crate::server_request::default_answer::{Why, default_answer, report};
use crate::server_request::incoming::{Asked, Incoming};
use crate::server_request::kind::Kind;

/// Whether a reply was sent or came too late.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ReplyStatus {
    /// The reply is on its way to the server.
    Sent,
    /// The reply was not sent, because the server no longer waits for it: it got a reply from
    /// elsewhere, the turn or thread ended, or the connection ended.
    Late,
}

impl ReplyStatus {
    /// Returns whether the reply came too late and was not sent.
    #[must_use]
    pub fn is_late(self) -> bool {
        self == Self::Late
    }
}

/// A request that waits for its reply, whatever the type of that is.
pub(crate) struct Call {
    pub(crate) incoming: Incoming,
    pub(crate) kind: Kind,
    shared: Arc<Shared>,
    serial: u64,
    pub(crate) cancellation: Cancellation,
    is_settled: bool,
}

impl Call {
    /// The request, the line it came in, and the line of its file changes.
    pub(crate) fn new(shared: Arc<Shared>, asked: Asked) -> (Self, String, Option<String>) {
        let Asked { incoming, kind, serial, text, changes, cancellation } = asked;
        let call = Self { incoming, kind, shared, serial, cancellation, is_settled: false };
        (call, text, changes)
    }

    pub(crate) fn id(&self) -> &RequestId {
        &self.incoming.id
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancellation.is_cancelled()
    }

    pub(crate) async fn cancelled(&self) {
        // While `self` exists, the request is not answered: only a cancellation can end the wait.
        self.cancellation.cancelled().await;
    }

    /// Sends the reply, unless it is too late.
    pub(crate) fn answer(
        mut self,
        encode: impl FnOnce(&RequestId) -> Result<String, serde_json::Error>,
    ) -> Result<ReplyStatus, Error> {
        let line = encode(&self.incoming.id).map_err(|source| Error::Encode {
            method: self.incoming.method.as_str().into(),
            source: Arc::new(source),
        })?;
        self.is_settled = true;
        Ok(self.settle(line))
    }

    /// Sends the default reply, for this reason. Any later reply is too late.
    pub(crate) fn decline(&self, why: Why) {
        if let Ok(line) = default_answer(&self.incoming.id, &self.incoming.method)
            && self.settle(line) == ReplyStatus::Sent
        {
            self.shared.with(|session, _| session.requests.n_default += 1);
            report(self.kind, &self.incoming, why);
        }
    }

    fn settle(&self, line: String) -> ReplyStatus {
        let (id, serial) = (&self.incoming.id, self.serial);
        self.shared.with(|session, effects| {
            if session.requests.settle(id, serial) {
                effects.push(Effect::Send(line));
                ReplyStatus::Sent
            } else {
                ReplyStatus::Late
            }
        })
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if !self.is_settled {
            self.decline(Why::Dropped);
        }
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Call");
        debug.field("id", &self.incoming.id).field("method", &self.incoming.method);
        debug.field("is_cancelled", &self.is_cancelled()).finish_non_exhaustive()
    }
}
