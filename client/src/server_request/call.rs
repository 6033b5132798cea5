//! One request that waits for its answer. It is answered once, whatever happens: the last resort is
//! that it is dropped, and then the answer is no.

use std::fmt;
use std::sync::Arc;

use codex_app_protocol::RequestId;

use crate::connection::Shared;
use crate::effect::Effect;
use crate::error::Error;
use crate::server_request::cancellation::Cancellation;
use crate::server_request::default_answer::{Why, default_answer, report};
use crate::server_request::incoming::{Asked, Incoming};
use crate::server_request::kind::Kind;

/// What became of an answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Answered {
    /// It is on its way to the server.
    Sent,
    /// It came too late and was not sent: the server had the answer from somebody else, the turn or
    /// the connection had ended.
    Late,
}

impl Answered {
    /// Whether the answer came too late.
    #[must_use]
    pub fn is_late(self) -> bool {
        self == Self::Late
    }
}

/// A request that waits for its answer, of whatever type that is.
pub(crate) struct Call {
    pub(crate) incoming: Incoming,
    pub(crate) kind: Kind,
    shared: Arc<Shared>,
    serial: u64,
    pub(crate) cancellation: Cancellation,
    is_settled: bool,
}

impl Call {
    /// The request to be answered, the line it came in, and the one that told what it is about.
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
        // It is answered only when this is gone.
        self.cancellation.cancelled().await;
    }

    /// Sends the answer, unless it comes too late.
    pub(crate) fn answer(
        mut self,
        encode: impl FnOnce(&RequestId) -> Result<String, serde_json::Error>,
    ) -> Result<Answered, Error> {
        let line = encode(&self.incoming.id).map_err(|source| Error::Encode {
            method: self.incoming.method.as_str().into(),
            source: Arc::new(source),
        })?;
        self.is_settled = true;
        Ok(self.settle(line))
    }

    /// Gives the default answer, for this reason. It is too late for another one then.
    pub(crate) fn decline(&self, why: Why) {
        if let Ok(line) = default_answer(&self.incoming.id, &self.incoming.method)
            && self.settle(line) == Answered::Sent
        {
            self.shared.with(|session, _| session.requests.n_default += 1);
            report(self.kind, &self.incoming, why);
        }
    }

    fn settle(&self, line: String) -> Answered {
        let (id, serial) = (&self.incoming.id, self.serial);
        self.shared.with(|session, effects| {
            if session.requests.settle(id, serial) {
                effects.push(Effect::Send(line));
                Answered::Sent
            } else {
                Answered::Late
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
