//! A place in the route of a turn, which a handle of the turn holds.

use std::sync::Arc;

use super::Shared;
use crate::router::phase::Progress;
use crate::router::queue::Queue;
use crate::router::{Attached, Scope};

/// A place in a turn's route. Dropping it frees the place, and interrupts the turn if it should.
#[derive(Debug)]
pub(crate) struct Subscription {
    pub(crate) shared: Arc<Shared>,
    pub(crate) id: u64,
    pub(crate) queue: Arc<Queue>,
    pub(crate) thread_id: Arc<str>,
    pub(crate) turn_id: Arc<str>,
    pub(crate) phase: Arc<Progress>,
    pub(crate) joined: bool,
    interrupt_on_drop: bool,
}

impl Subscription {
    pub(crate) fn new(shared: Arc<Shared>, attached: Attached, interrupt_on_drop: bool) -> Self {
        let Attached { id, queue, thread_id, turn_id, phase, joined } = attached;
        let interrupt_on_drop = interrupt_on_drop && !joined;
        Self { shared, id, queue, thread_id, turn_id, phase, joined, interrupt_on_drop }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let (thread_id, turn_id) = (Arc::clone(&self.thread_id), Arc::clone(&self.turn_id));
        let scope = Scope::Turn { thread_id, turn_id };
        let interrupt = self.interrupt_on_drop;
        self.shared.with(|session, effects| {
            session.router.unsubscribe(self.id, &scope, interrupt, effects);
        });
    }
}
