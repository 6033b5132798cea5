//! A thread that is reserved for a start, up to the moment at which the start is sent.

use std::sync::Arc;

use super::Shared;
use crate::router::{Claim, StartId};

/// A thread that is reserved for a start that was not sent yet. Dropping it frees the thread.
#[derive(Debug)]
pub(crate) struct Reservation {
    shared: Arc<Shared>,
    start: Option<(StartId, Claim)>,
}

impl Reservation {
    pub(super) fn new(shared: &Arc<Shared>, start: StartId, claim: Claim) -> Self {
        Self { shared: Arc::clone(shared), start: Some((start, claim)) }
    }

    /// From here on the pending call frees the thread.
    pub(super) fn hand_over(&mut self) -> Option<(StartId, Claim)> {
        self.start.take()
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if let Some((start, _)) = self.start.take() {
            self.shared.with(|session, _| session.router.cancel_start(&start));
        }
    }
}
