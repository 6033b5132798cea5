//! The queue of events of one consumer. Pushing never waits. If the consumer lags, deltas of one
//! item are merged, and nothing is lost. It decodes nothing.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use codex_app_protocol::Header;

use crate::error::Error;
use crate::event::InvalidLine;
use crate::later;
use crate::router::merge::{Delta, Item, Span};

/// With more than this unread, deltas are joined.
const LAGGING: usize = 32;

/// To how many items at once deltas are joined.
const MOST_ITEMS: usize = 256;

/// A received line.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) is_delta: bool,
}

/// What a consumer takes out.
#[derive(Clone, Debug)]
pub(crate) enum Entry {
    Line(String),
    /// The cumulative usage of the thread before this turn: params of its notification.
    Baseline(Arc<str>),
    Invalid(Box<InvalidLine>),
    /// An item of the turn was in a line that cannot be used.
    Lost,
}

/// The queue of one consumer.
#[derive(Default)]
pub(crate) struct Queue(Mutex<State>);

/// Without the lines: they may say anything.
impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").field("n_waiting", &self.len()).finish_non_exhaustive()
    }
}

/// There is one of these for each open turn: it is kept small.
#[derive(Default)]
struct State {
    slots: VecDeque<Slot>,
    /// How many slots there may be.
    bound: Option<u16>,
    /// Whether nothing comes any more.
    is_ended: bool,
    /// How many slots were taken: indices below are absolute.
    n_taken: usize,
    /// The deltas to which others may be joined: since the last other event, the last of each item.
    run: Vec<usize>,
    /// The error of the end, until it is handed out.
    error: Option<Box<Error>>,
    waker: Option<Waker>,
}

enum Slot {
    Entry(Entry),
    Delta(Box<Delta>),
}

impl Queue {
    /// A queue that loses the oldest entries when there are too many.
    pub(crate) fn bounded(bound: u16) -> Self {
        Self(Mutex::new(State { bound: Some(bound), ..State::default() }))
    }

    /// From now on it loses nothing.
    pub(crate) fn lift_bound(&self) {
        self.state().bound = None;
    }

    /// Puts a line in. Returns whether it was joined to another.
    pub(crate) fn push(&self, line: Line) -> bool {
        let (is_joined, waker) = {
            let mut state = self.state();
            if state.is_ended {
                return false;
            }
            (state.push(line), state.waker.take())
        };
        wake(waker);
        is_joined
    }

    pub(crate) fn push_entry(&self, entry: Entry) {
        let waker = {
            let mut state = self.state();
            state.run.clear();
            state.slots.push_back(Slot::Entry(entry));
            state.waker.take()
        };
        wake(waker);
    }

    /// Nothing comes any more, except what waits already and then the error.
    pub(crate) fn end(&self, error: Option<Error>) {
        let waker = {
            let mut state = self.state();
            if !state.is_ended {
                (state.is_ended, state.error) = (true, error.map(Box::new));
            }
            state.waker.take()
        };
        wake(waker);
    }

    /// Takes the next entry. The error of the end is handed out once.
    ///
    /// Now and then it lets other tasks run, though there is more: reading on would never wait.
    pub(crate) fn poll(&self, cx: &mut Context<'_>) -> Poll<Option<Result<Entry, Error>>> {
        let budget = ready!(tokio::task::coop::poll_proceed(cx));
        let mut state = self.state();
        let next = match state.pop() {
            Some(entry) => Some(Ok(entry)),
            None if state.is_ended => state.error.take().map(|it| Err(*it)),
            None => {
                // Whoever waits needs no room, and may wait for days after a flood.
                (state.slots, state.run) = Default::default();
                state.waker = Some(cx.waker().clone());
                return Poll::Pending;
            }
        };
        budget.made_progress();
        Poll::Ready(next)
    }

    /// Takes everything that waits.
    pub(crate) fn take_all(&self) -> Vec<Entry> {
        let mut state = self.state();
        std::iter::from_fn(|| state.pop()).collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.state().slots.len()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn push(&mut self, line: Line) -> bool {
        if self.bound.is_some_and(|it| self.slots.len() >= it.into()) {
            later::run(|| {
                tracing::debug!("nobody reads the events that are kept: the oldest is dropped");
            });
            self.pop();
        }
        if self.slots.len() < LAGGING || !line.is_delta {
            return self.push_line(line.text);
        }
        let text = line.text;
        let n_taken = self.n_taken;
        self.run.retain(|index| *index >= n_taken);
        if self.join(|delta| delta.continuation_alike(&text)) {
            return true;
        }
        let Some((span, item)) = read(&text) else {
            return self.push_line(text);
        };
        if self.join(|delta| delta.continuation(&text, &span)) {
            return true;
        }
        self.begin_run(item.as_ref());
        self.run.push(n_taken + self.slots.len());
        self.slots.push_back(Slot::Delta(Box::new(Delta::new(text, span, item))));
        false
    }

    /// Another delta comes behind the run: nothing is joined any more to what it must not pass, which
    /// is what was told before of the same item, and of what cannot be told to be another.
    fn begin_run(&mut self, item: Option<&Item>) {
        let (slots, n_taken) = (&self.slots, self.n_taken);
        self.run.retain(|index| match slots.get(*index - n_taken) {
            Some(Slot::Delta(delta)) => item.is_some() && delta.is_of_another(item),
            _ => false,
        });
        if self.run.len() >= MOST_ITEMS {
            self.run.remove(0);
        }
    }

    fn push_line(&mut self, text: String) -> bool {
        self.run.clear();
        self.slots.push_back(Slot::Entry(Entry::Line(text)));
        false
    }

    /// Joins a text to the delta that it continues, if there is one and it has room.
    fn join<'a>(&mut self, text_for: impl Fn(&Delta) -> Option<&'a str>) -> bool {
        for place in (0..self.run.len()).rev() {
            let slot = self.slots.get_mut(self.run[place] - self.n_taken);
            let Some(Slot::Delta(delta)) = slot else { continue };
            let Some(text) = text_for(delta) else { continue };
            if delta.has_room() {
                delta.join(text);
                return true;
            }
            self.run.remove(place);
            break;
        }
        false
    }

    fn pop(&mut self) -> Option<Entry> {
        let slot = self.slots.pop_front()?;
        self.n_taken += 1;
        Some(match slot {
            Slot::Entry(entry) => entry,
            Slot::Delta(delta) => Entry::Line(delta.into_line()),
        })
    }
}

/// Of a line that nobody has read yet: where its parts are, and what it is about.
fn read(line: &str) -> Option<(Span, Option<Item>)> {
    let header = Header::read(line).ok()?;
    let span = Span::of(line, header.method.as_deref()?, header.params?)?;
    let item = header.thread_id.zip(header.item_id);
    Some((span, item.map(|(thread_id, item_id)| Item::new(&thread_id, &item_id))))
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        later::wake(waker);
    }
}
