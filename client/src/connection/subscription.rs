//! A place in the route of a turn, which a handle of the turn holds.

use std::sync::Arc;

use super::Shared;
use crate::router::{Attached, Scope};

/// A place in a turn's route. Dropping it frees the place, and interrupts the turn if it should.
#[derive(Debug)]
pub(crate) struct Subscription {
    pub(crate) shared: Arc<Shared>,
    pub(crate) attached: Attached,
    interrupt_on_drop: bool,
}

impl Subscription {
    pub(crate) fn new(shared: Arc<Shared>, attached: Attached, interrupt_on_drop: bool) -> Self {
        let interrupt_on_drop = interrupt_on_drop && !attached.joined;
        Self { shared, attached, interrupt_on_drop }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let Attached { id, thread_id, turn_id, .. } = &self.attached;
        let (thread_id, turn_id) = (Arc::clone(thread_id), Arc::clone(turn_id));
        let scope = Scope::Turn { thread_id, turn_id };
        self.shared.with(|session, effects| {
            session.router.unsubscribe(*id, &scope, self.interrupt_on_drop, effects);
        });
    }
}
