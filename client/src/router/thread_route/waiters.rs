//! Who waits for something to happen on a thread: for its next turn, or until no turn is running.
//! Most threads have no waiters, and there is one such list for each thread.

use tokio::sync::oneshot;

use crate::connection::subscription::Subscription;
use crate::later;

/// Who waits for something to happen on a thread.
#[derive(Debug, Default)]
pub(crate) struct Waiters(Option<Box<Lists>>);

#[derive(Debug, Default)]
struct Lists {
    next_turn: Vec<oneshot::Sender<Subscription>>,
    idle: Vec<oneshot::Sender<()>>,
}

impl Waiters {
    pub(crate) fn await_turn(&mut self, to: oneshot::Sender<Subscription>) {
        let waiting = &mut self.0.get_or_insert_default().next_turn;
        waiting.retain(|it| !it.is_closed());
        waiting.push(to);
    }

    pub(crate) fn await_idle(&mut self, to: oneshot::Sender<()>) {
        let waiting = &mut self.0.get_or_insert_default().idle;
        waiting.retain(|it| !it.is_closed());
        waiting.push(to);
    }

    /// Those who want the turn that begins now.
    pub(crate) fn take_turn(&mut self) -> Vec<oneshot::Sender<Subscription>> {
        let mut waiting = self.0.as_mut().map(|it| std::mem::take(&mut it.next_turn));
        waiting.iter_mut().for_each(|it| it.retain(|to| !to.is_closed()));
        waiting.unwrap_or_default()
    }

    /// No turn runs.
    pub(crate) fn tell_idle(&mut self) {
        let waiting = self.0.as_mut().map(|it| std::mem::take(&mut it.idle));
        for to in waiting.into_iter().flatten() {
            // Whoever is gone need not know.
            later::run(move || to.send(()).unwrap_or_default());
        }
    }

    /// No turn will begin: nobody waits for one any more.
    pub(crate) fn drop_turn(&mut self) {
        later::drop(self.take_turn());
    }

    /// Nobody waits for anything any more.
    pub(crate) fn clear(&mut self) {
        later::drop(self.0.take());
    }

    /// Whether nobody waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|it| {
            it.next_turn.iter().all(oneshot::Sender::is_closed)
                && it.idle.iter().all(oneshot::Sender::is_closed)
        })
    }
}
