//! Interrupts turns that nobody follows any more. Nobody waits for it, so it does not give up before the
//! turn is over; it takes its turn among all other requests, and ends with the connection.

use std::sync::Arc;
use std::time::Duration;

use codex_app_protocol::{ClientRequest as _, RequestId, TurnInterruptParams, encode_request};

use super::{Sent, Shared};
use crate::error::Error;
use crate::router::phase::Progress;
use crate::turn::interruption::interrupt;

const METHOD: &str = TurnInterruptParams::METHOD;
/// How often it is asked for. With the pauses between them that is some minutes, after which a server
/// that knows of no such turn is right.
const MOST_ATTEMPTS: u32 = 300;
/// How long an answer may take: a server that has too much to do loses requests.
const ANSWER: Duration = Duration::from_secs(10);

/// A turn that is to be interrupted.
struct Abandoned {
    shared: Arc<Shared>,
    thread_id: String,
    turn_id: String,
    progress: Arc<Progress>,
}

/// Begins to interrupt a turn. May be called outside of the runtime, by whoever drops a handle.
pub(super) fn begin(shared: &Arc<Shared>, thread_id: String, turn_id: String) {
    let progress = shared.with(|session, _| session.router.progress(&thread_id, &turn_id));
    // Otherwise it has just ended.
    let Some(progress) = progress else { return };
    let turn = Abandoned { shared: Arc::clone(shared), thread_id, turn_id, progress };
    // Now if there is room: if the connection is shut down next, a request that is only about to be
    // sent would not be.
    let sent = shared.try_send(METHOD, |id| turn.encode(id));
    shared.runtime.spawn(turn.interrupt(sent));
}

impl Abandoned {
    async fn interrupt(self, mut sent: Option<Sent>) {
        let outcome = interrupt(&self.progress, MOST_ATTEMPTS, || self.ask(sent.take())).await;
        if outcome.is_err_and(|it| !it.is_closed()) {
            let (thread_id, turn_id) = (&self.thread_id, &self.turn_id);
            tracing::warn!(thread_id, turn_id, "a turn that nobody follows runs on");
        }
    }

    async fn ask(&self, sent: Option<Sent>) -> Result<(), Error> {
        let sent = match sent {
            Some(sent) => sent,
            None => {
                let permit = self.shared.permit(METHOD).await?;
                self.shared.send(METHOD, None, permit, |id| self.encode(id))?
            }
        };
        let answer = tokio::time::timeout(ANSWER, sent.answer()).await;
        let late = |_| Err(Error::Timeout { method: METHOD.into(), after: ANSWER });
        answer.unwrap_or_else(late).map(drop)
    }

    fn encode(&self, id: &RequestId) -> Result<String, Error> {
        // The server controls a review by another id once that is told.
        let turn_id = self
            .shared
            .with(|session, _| session.router.controlled_id(&self.thread_id, &self.turn_id));
        let params = TurnInterruptParams::new(self.thread_id.as_str(), turn_id);
        encode_request(id, &params)
            .map_err(|source| Error::Encode { method: METHOD.into(), source: Arc::new(source) })
    }
}
