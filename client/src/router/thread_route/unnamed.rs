//! Starts of turns whose response does not name the turn: they wait until the turn has begun.

use tokio::sync::oneshot;

use super::ThreadRoute;
use super::start::{Start, Unnamed};
use crate::connection::subscription::Subscription;
use crate::router::Attached;

impl ThreadRoute {
    /// The answer to the last start will not name a turn: whoever does the work is handed over.
    pub(crate) fn expect_unnamed(&mut self, to: oneshot::Sender<Subscription>) {
        if let Some(start) = self.starts.last_mut() {
            start.unnamed = Some(Unnamed::new(to));
        }
    }

    /// A start was answered without a turn. Returns the turn if it has begun already; `Err` if the
    /// answer should have named it.
    pub(crate) fn answer_unnamed(&mut self, id: u64) -> Result<Option<String>, ()> {
        let start = self.starts.iter_mut().find(|it| it.id == id && it.unnamed.is_some());
        start.map(Start::answered).ok_or(())
    }

    /// A turn has begun, or does what was asked of the thread while it ran: it is that of all starts
    /// which the server does not name one for. Returns those that wait for nothing else.
    pub(crate) fn unnamed_begun(&mut self, turn_id: &str, ran_before: bool) -> Vec<u64> {
        let is_of = |it: &&mut Start| !ran_before || it.before.iter().any(|id| id == turn_id);
        let starts = self.starts.iter_mut().filter(is_of);
        starts.filter_map(|it| it.has_begun(turn_id).then_some(it.id)).collect()
    }

    /// Hands the turn of a start over that was answered without one.
    pub(crate) fn hand_over(
        &mut self,
        id: u64,
        sink: u64,
        turn_id: &str,
    ) -> Option<(oneshot::Sender<Subscription>, Attached)> {
        let start = self.starts.iter_mut().find(|it| it.id == id)?;
        let to = start.take_receiver().filter(|it| !it.is_closed());
        if to.is_none() {
            self.cancel_start(id);
        }
        to.map(|to| (to, self.answer_start(id, sink, turn_id)))
    }

    /// Whether there is a start that the server does not name a turn for.
    pub(crate) fn has_unnamed(&self) -> bool {
        self.starts.iter().any(|it| it.unnamed.is_some())
    }

    /// The turns of starts that were answered without one will not begin.
    pub(crate) fn cancel_waiting(&mut self) {
        let waiting = self.starts.iter().filter(|it| it.is_waiting());
        for id in waiting.map(|it| it.id).collect::<Vec<_>>() {
            self.cancel_start(id);
        }
    }

    /// Whether the start still waits for its turn.
    pub(crate) fn is_waiting(&self, id: u64) -> bool {
        self.starts.iter().any(|it| it.id == id && it.is_waiting())
    }
}
