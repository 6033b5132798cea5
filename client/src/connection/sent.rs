//! A request on its way, as whoever waits for its answer has it.

use std::sync::Arc;

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::Shared;
use crate::connection::pending::Reply;
use crate::error::Error;

/// A request that was sent. Dropping it tells the session that nobody waits for the answer any more.
pub(super) struct Sent {
    pub(super) shared: Arc<Shared>,
    pub(super) id: i64,
    pub(super) reply: oneshot::Receiver<Result<Reply, Error>>,
    pub(super) is_answered: bool,
}

impl Sent {
    /// Waits for the answer.
    pub(super) async fn answer(mut self) -> Result<Reply, Error> {
        let outcome = (&mut self.reply).await;
        self.is_answered = true;
        outcome.unwrap_or_else(|_| Err(self.shared.end_of_stream()))
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        if !self.is_answered {
            self.shared.with(|session, _| session.pending.abandon(self.id, Instant::now()));
        }
    }
}
