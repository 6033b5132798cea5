//! Decides which consumers receive a notification: by its thread and turn, never by who asks first.
//! It does no I/O, waits for nobody, and wakes consumers through their queues.

mod delivery;
pub(crate) mod effect;
pub(crate) mod merge;
pub(crate) mod peek;
pub(crate) mod phase;
pub(crate) mod queue;
pub(crate) mod sinks;
#[cfg(test)]
mod tests;
pub(crate) mod thread_route;
mod threads;
pub(crate) mod turn_guard;
pub(crate) mod unheard;
mod unnamed;
pub(crate) mod watchers;

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::oneshot;

use crate::connection::subscription::Subscription;
use crate::error::Error;
use crate::event::InvalidLine;
use crate::router::effect::Effect;
use crate::router::phase::Progress;
use crate::router::queue::{Entry, Queue};
use crate::router::thread_route::TurnRoute;
use crate::router::threads::Threads;
pub(crate) use crate::router::unnamed::is_unnamed;
use crate::router::watchers::Watchers;

/// How many notifications are kept for `next_notification` before its first call.
const MOST_UNASKED: u16 = 1024;

/// What becomes of the turn that a call starts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Claim {
    /// Whoever called gets a handle of it.
    Handle,
    /// The same, and it is interrupted if they are gone.
    HandleOrInterrupt,
    /// Nobody has asked for a handle: its events are for whoever listens.
    Nothing,
}

/// Routes of all threads of a connection.
#[derive(Debug, Default)]
pub(crate) struct Router {
    threads: Threads,
    /// Who watches the connection.
    watchers: Watchers,
    /// The open streams of turns.
    streams: BTreeMap<u64, (Arc<str>, Arc<str>)>,
    /// What waits for `next_notification`, bounded until the first call.
    pull: Option<Arc<Queue>>,
    next_id: u64,
    /// How many deltas were joined to another.
    pub(crate) n_joined: u64,
}

/// What somebody subscribed to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Scope {
    Connection,
    Thread(Arc<str>),
    Turn { thread_id: Arc<str>, turn_id: Arc<str> },
}

/// A subscription to a turn that was made.
#[derive(Debug)]
pub(crate) struct Attached {
    pub(crate) id: u64,
    pub(crate) queue: Arc<Queue>,
    pub(crate) thread_id: Arc<str>,
    pub(crate) turn_id: Arc<str>,
    pub(crate) phase: Arc<Progress>,
    pub(crate) joined: bool,
}

/// A start that reserved its thread.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct StartId {
    thread_id: Arc<str>,
    id: u64,
}

impl Router {
    /// Begins to keep notifications for `next_notification`.
    pub(crate) fn keep_for_pull(&mut self) {
        self.pull = Some(Arc::new(Queue::bounded(MOST_UNASKED)));
    }

    /// The queue of `next_notification`.
    ///
    /// # Errors
    ///
    /// Fails while the stream of a turn is open.
    pub(crate) fn pull(&mut self) -> Result<Arc<Queue>, Error> {
        if let Some((thread_id, turn_id)) = self.streams.values().next() {
            let (thread_id, turn_id) = (thread_id.to_string(), turn_id.to_string());
            return Err(Error::TurnStreamActive { thread_id, turn_id });
        }
        let queue = self.pull.get_or_insert_default();
        queue.lift_bound();
        Ok(Arc::clone(queue))
    }

    /// Reserves a thread for a turn that is about to be started.
    ///
    /// # Errors
    ///
    /// Fails while a turn runs, unless it is to be joined, and if the turn would be followed and nothing
    /// is heard of it.
    pub(crate) fn reserve(
        &mut self,
        thread_id: &str,
        join: bool,
        claim: Claim,
    ) -> Result<StartId, Error> {
        let id = self.next_id();
        let thread = self.threads.get_or_insert(thread_id);
        if thread.is_unheard && claim != Claim::Nothing {
            return Err(Error::ThreadClosed { thread_id: thread_id.to_owned() });
        }
        if join {
            thread.guard.reserve_to_join();
        } else if let Err(turn_id) = thread.guard.reserve() {
            return Err(Error::TurnActive { thread_id: thread_id.to_owned(), turn_id });
        }
        thread.begin_start(id);
        Ok(StartId { thread_id: Arc::clone(&thread.id), id })
    }

    /// The start was refused or never sent.
    pub(crate) fn cancel_start(&mut self, start: &StartId) {
        let Some(thread) = self.threads.get_mut(&start.thread_id) else { return };
        thread.cancel_start(start.id);
        self.settle(&start.thread_id);
        self.forget_if_idle(&start.thread_id);
    }

    /// The start was answered.
    pub(crate) fn answer_start(
        &mut self,
        start: &StartId,
        turn_id: &str,
        is_review: bool,
        effects: &mut Vec<Effect>,
    ) -> Attached {
        let id = self.next_id();
        let thread_id = &*start.thread_id;
        let thread = self.threads.get_or_insert(thread_id);
        let attached = thread.answer_start(start.id, id, turn_id);
        if is_review {
            thread.guard.is_review(turn_id);
        }
        effects.extend(Effect::doubt(thread_id, thread.doubt_promised(turn_id)));
        if thread.is_unheard {
            thread.end_all();
            thread.guard.lose_sight();
        }
        self.settle(thread_id);
        self.forget_if_idle(thread_id);
        self.note_stream(&attached);
        attached
    }

    /// The start was answered, and nobody wants a handle of its turn.
    pub(crate) fn answer_unclaimed(
        &mut self,
        start: &StartId,
        turn_id: &str,
        is_review: bool,
        effects: &mut Vec<Effect>,
    ) {
        let thread_id = &*start.thread_id;
        let thread = self.threads.get_or_insert(thread_id);
        let doubtful = thread.answer_unclaimed(start.id, turn_id);
        if is_review {
            thread.guard.is_review(turn_id);
        }
        effects.extend(Effect::doubt(thread_id, doubtful));
        self.settle(thread_id);
        self.forget_if_idle(thread_id);
    }

    /// Follows a running turn from now on: the one that is named, or else the first.
    pub(crate) fn attach(&mut self, thread_id: &str, turn_id: Option<&str>) -> Option<Attached> {
        let id = self.next_id();
        let thread = self.threads.get_mut(thread_id)?;
        let active = thread.guard.active().find(|it| turn_id.is_none_or(|id| id == *it))?;
        let turn_id = active.to_owned();
        let attached = thread.attach(id, &turn_id);
        self.note_stream(&attached);
        Some(attached)
    }

    /// Tells when no turn runs on the thread, and none is being started.
    pub(crate) fn await_idle(&mut self, thread_id: &str, to: oneshot::Sender<()>) {
        let thread = self.threads.get_or_insert(thread_id);
        thread.waiters.await_idle(to);
        self.forget_if_idle(thread_id);
    }

    /// Hands over the next turn that starts on the thread.
    pub(crate) fn await_turn(&mut self, thread_id: &str, to: oneshot::Sender<Subscription>) {
        let thread = self.threads.get_or_insert(thread_id);
        thread.waiters.await_turn(to);
    }

    /// A turn is known to run though its start was not seen.
    pub(crate) fn observe_turn(&mut self, thread_id: &str, turn_id: &str) {
        let thread = self.threads.get_or_insert(thread_id);
        thread.guard.observed(turn_id);
    }

    /// Watches the connection, or a thread.
    pub(crate) fn watch(&mut self, thread_id: Option<&str>) -> (u64, Arc<Queue>) {
        let id = self.next_id();
        let queue = Arc::<Queue>::default();
        let watchers = match thread_id {
            Some(thread_id) => &mut self.threads.get_or_insert(thread_id).watchers,
            None => &mut self.watchers,
        };
        watchers.add(id, Arc::clone(&queue));
        (id, queue)
    }

    /// Somebody is gone; for whom a turn may have to be interrupted.
    pub(crate) fn unsubscribe(
        &mut self,
        id: u64,
        scope: &Scope,
        interrupt: bool,
        effects: &mut Vec<Effect>,
    ) {
        self.streams.remove(&id);
        match scope {
            Scope::Connection => self.watchers.remove(id),
            Scope::Thread(thread_id) => {
                if let Some(thread) = self.threads.get_mut(thread_id) {
                    thread.watchers.remove(id);
                }
                self.forget_if_idle(thread_id);
            }
            Scope::Turn { thread_id, turn_id } => {
                let Some(thread) = self.threads.get_mut(thread_id) else { return };
                let has_started = thread.guard.has_started(turn_id);
                let Some(turn) = thread.turn_mut(turn_id) else { return };
                turn.leave(id);
                if interrupt && has_started {
                    let (thread_id, turn_id) = (thread_id.to_string(), turn_id.to_string());
                    effects.push(Effect::Interrupt { thread_id, turn_id });
                } else {
                    turn.interrupt_when_started |= interrupt;
                }
            }
        }
    }

    /// The id under which the server controls a turn.
    pub(crate) fn controlled_id(&self, thread_id: &str, turn_id: &str) -> String {
        let thread = self.threads.get(thread_id);
        thread.map_or(turn_id, |it| it.guard.controlled_id(turn_id)).to_owned()
    }

    /// How far a turn is that somebody follows or has followed; none if it is over.
    pub(crate) fn progress(&self, thread_id: &str, turn_id: &str) -> Option<Arc<Progress>> {
        self.threads.get(thread_id)?.turn(turn_id).map(TurnRoute::progress)
    }

    /// The turn that an inner turn belongs to, or the turn itself.
    pub(crate) fn outer_id<'a>(&'a self, thread_id: &str, turn_id: &'a str) -> &'a str {
        self.threads.get(thread_id).map_or(turn_id, |it| it.guard.outer_of(turn_id))
    }

    /// The stream of a turn has handed out its last event.
    pub(crate) fn stream_ended(&mut self, id: u64) {
        self.streams.remove(&id);
    }

    /// A handle of a thread was made: it shares this id.
    pub(crate) fn hold_thread(&mut self, thread_id: &str) -> Arc<str> {
        let thread = self.threads.get_or_insert(thread_id);
        thread.n_handles += 1;
        Arc::clone(&thread.id)
    }

    /// A handle of a thread is gone.
    pub(crate) fn release_thread(&mut self, thread_id: &str) {
        if let Some(thread) = self.threads.get_mut(thread_id) {
            thread.n_handles = thread.n_handles.saturating_sub(1);
        }
        self.forget_if_idle(thread_id);
    }

    /// The client has unsubscribed from the thread: whoever follows a turn of it would wait for ever.
    pub(crate) fn unsubscribed(&mut self, thread_id: &str) {
        if let Some(thread) = self.threads.get_mut(thread_id) {
            thread.is_unheard = true;
            thread.end_all();
            thread.guard.lose_sight();
        }
        self.settle(thread_id);
        self.forget_if_idle(thread_id);
    }

    /// The server tells of the thread from now on.
    pub(crate) fn thread_is_heard(&mut self, thread_id: &str) {
        if let Some(thread) = self.threads.get_mut(thread_id) {
            thread.is_unheard = false;
        }
    }

    /// Events of the thread come no more: its turns are over for this client.
    pub(crate) fn close_thread(&mut self, thread_id: &str) {
        let Some(thread) = self.threads.get_mut(thread_id) else { return };
        thread.end_all();
        thread.guard.clear();
        self.settle(thread_id);
        self.forget_if_idle(thread_id);
    }

    /// Tells of a line that cannot be used.
    pub(crate) fn invalid(&self, line: &InvalidLine) {
        for queue in self.watchers.queues() {
            queue.push_entry(Entry::Invalid(Box::new(line.clone())));
        }
    }

    /// An item of a turn was told in a line that cannot be used: what the turn comes to lacks it.
    pub(crate) fn item_lost(&mut self, thread_id: &str, turn_id: &str) {
        let Some(thread) = self.threads.get_mut(thread_id) else { return };
        let turn_id = thread.guard.outer_of(turn_id).to_owned();
        thread.expect_early(&turn_id);
        for queue in thread.followers(&turn_id).chain(thread.early(&turn_id)) {
            queue.push_entry(Entry::Lost);
        }
    }

    /// The end of a turn was told in a line that cannot be used.
    pub(crate) fn turn_end_lost(&mut self, thread_id: &str, turn_id: &str, error: &Error) {
        let Some(thread) = self.threads.get_mut(thread_id) else { return };
        for turn_id in
            thread.guard.completed(turn_id).folded.iter().map(|it| &**it).chain([turn_id])
        {
            thread.end_turn(turn_id, Some(error));
        }
        self.settle(thread_id);
        self.forget_if_idle(thread_id);
    }

    /// Turns that were promised and in doubt have had their time.
    pub(crate) fn give_up(&mut self, thread_id: &str, turn_ids: &[String]) {
        if let Some(thread) = self.threads.get_mut(thread_id) {
            for turn_id in turn_ids {
                thread.give_up(thread_id, turn_id);
            }
        }
        self.settle(thread_id);
        self.forget_if_idle(thread_id);
    }

    /// The connection has ended.
    pub(crate) fn end(&mut self, error: &Error) {
        for mut thread in self.threads.take_all() {
            thread.end(error);
            self.give_to_watchers(thread.settled());
        }
        self.watchers.end(error);
        // Also for whoever asks only now.
        self.pull.get_or_insert_default().end(None);
    }

    /// Whether nothing is known of any thread, and nobody listens.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn is_empty(&self) -> bool {
        self.threads.is_empty() && self.watchers.is_empty() && self.streams.is_empty()
    }

    fn forget_if_idle(&mut self, thread_id: &str) {
        if let Some(thread) = self.threads.get_mut(thread_id) {
            thread.tell_if_idle();
        }
        if self.threads.get(thread_id).is_some_and(|it| it.is_forgettable()) {
            self.threads.remove(thread_id);
        }
    }

    fn note_stream(&mut self, of: &Attached) {
        self.streams.insert(of.id, (Arc::clone(&of.thread_id), Arc::clone(&of.turn_id)));
    }

    fn next_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }
}
