//! What waits for one consumer. Pushing never waits; a consumer that lags has deltas of one item
//! joined, and loses nothing. It decodes nothing.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use codex_app_protocol::Header;

use crate::error::Error;
use crate::event::InvalidLine;
use crate::merge::{Delta, Span};

/// With more than this unread, deltas are joined.
const LAGGING: usize = 32;

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
    /// The deltas since the last other event: only with those may others be joined.
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
    pub(crate) fn poll(&self, cx: &Context<'_>) -> Poll<Option<Result<Entry, Error>>> {
        let mut state = self.state();
        if let Some(entry) = state.pop() {
            return Poll::Ready(Some(Ok(entry)));
        }
        if state.is_ended {
            return Poll::Ready(state.error.take().map(|it| Err(*it)));
        }
        // Whoever waits needs no room, and may wait for days after a flood.
        (state.slots, state.run) = Default::default();
        state.waker = Some(cx.waker().clone());
        Poll::Pending
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
            tracing::debug!("nobody reads the events that are kept: the oldest is dropped");
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
        let Some(span) = span(&text) else {
            return self.push_line(text);
        };
        if self.join(|delta| delta.continuation(&text, &span)) {
            return true;
        }
        self.run.push(n_taken + self.slots.len());
        self.slots.push_back(Slot::Delta(Box::new(Delta::new(text, span))));
        false
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

fn span(line: &str) -> Option<Span> {
    let header = Header::read(line).ok()?;
    Span::of(line, header.method.as_deref()?, header.params?)
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::task::{Context, Poll, Waker};

    use codex_app_protocol::{Header, ServerMessage, ServerNotification};

    use super::{Entry, LAGGING, Line, Queue, State};

    fn line(text: String) -> Line {
        let is_delta = crate::peek::is_delta(Header::read(&text).unwrap().method.as_deref());
        Line { text, is_delta }
    }

    fn delta(item: &str, text: &str) -> Line {
        let ids = format!(r#""threadId":"t","turnId":"u","itemId":"{item}""#);
        line(format!(
            r#"{{"method":"item/agentMessage/delta","params":{{{ids},"delta":"{text}"}}}}"#
        ))
    }

    fn event() -> Line {
        line(r#"{"method":"thread/closed","params":{"threadId":"t"}}"#.to_owned())
    }

    fn next(queue: &Queue) -> Option<String> {
        match queue.poll(&Context::from_waker(Waker::noop())) {
            Poll::Ready(Some(Ok(Entry::Line(line)))) => Some(line),
            Poll::Ready(None) | Poll::Pending => None,
            other => panic!("{other:?}"),
        }
    }

    fn texts(queue: &Queue) -> BTreeMap<String, String> {
        let mut texts = BTreeMap::<_, String>::new();
        while let Some(line) = next(queue) {
            if let ServerMessage::Notification(message) = ServerMessage::from_line(line).unwrap()
                && let ServerNotification::ItemAgentMessageDelta(delta) = message.body
            {
                texts.entry(delta.item_id).or_default().push_str(&delta.delta.unwrap());
            }
        }
        texts
    }

    #[test]
    fn a_consumer_that_keeps_up_gets_each_delta() {
        let queue = Queue::default();
        for n in 0..1000 {
            queue.push(delta("i", &n.to_string()));
            assert_eq!(next(&queue), Some(delta("i", &n.to_string()).text));
            assert_eq!(queue.len(), 0);
        }
    }

    #[test]
    fn a_lagging_consumer_gets_the_exact_text_in_few_pieces() {
        let queue = Queue::default();
        let mut expected = BTreeMap::<String, String>::new();
        for n in 0..100_000 {
            let item = ["a", "b", "c"][n % 3];
            queue.push(delta(item, &format!("{n},")));
            expected.entry(item.to_owned()).or_default().push_str(&format!("{n},"));
        }
        assert!(queue.len() < LAGGING + 20, "{}", queue.len());
        assert_eq!(texts(&queue), expected);
    }

    #[test]
    fn reading_in_between_loses_nothing() {
        let queue = Queue::default();
        let mut text = String::new();
        let mut expected = String::new();
        for n in 0..10_000 {
            queue.push(delta("i", &format!("{n},")));
            expected.push_str(&format!("{n},"));
            if n % 7 == 0
                && let Some(line) = next(&queue)
            {
                let header = Header::read(&line).unwrap();
                text.push_str(&crate::peek::string_at(header.params.unwrap(), &["delta"]).unwrap());
            }
        }
        text.push_str(&texts(&queue)["i"]);
        assert_eq!(text, expected);
    }

    #[test]
    fn other_events_are_all_kept_and_no_delta_passes_one() {
        let queue = Queue::default();
        for n in 0..1000 {
            queue.push(delta("i", &n.to_string()));
            queue.push(delta("i", "x"));
            queue.push(event());
        }
        let mut n_events = 0;
        let mut text = String::new();
        while let Some(line) = next(&queue) {
            if line == event().text {
                assert_eq!(text, format!("{n_events}x"));
                text.clear();
                n_events += 1;
            } else {
                let header = Header::read(&line).unwrap();
                text.push_str(&crate::peek::string_at(header.params.unwrap(), &["delta"]).unwrap());
            }
        }
        assert_eq!(n_events, 1000);
    }

    #[test]
    fn who_waits_after_a_flood_keeps_no_room_for_another() {
        let queue = Queue::default();
        for _ in 0..1000 {
            queue.push(event());
            queue.push(delta("i", "x"));
        }
        while next(&queue).is_some() {}
        {
            let State { slots, run, .. } = &*queue.state();
            assert_eq!((slots.capacity(), run.capacity()), (0, 0));
        }
        queue.push(delta("i", "y"));
        assert_eq!(next(&queue), Some(delta("i", "y").text));
    }

    #[test]
    fn a_bounded_queue_keeps_the_newest_until_the_bound_is_lifted() {
        let queue = Queue::bounded(2);
        for n in 0..5 {
            queue.push(line(format!(r#"{{"method":"m","params":{{"n":{n}}}}}"#)));
        }
        queue.lift_bound();
        queue.push(event());
        assert!(next(&queue).unwrap().contains("\"n\":3"));
        assert!(next(&queue).unwrap().contains("\"n\":4"));
        assert_eq!(next(&queue), Some(event().text));
        assert_eq!(next(&queue), None);
    }

    #[test]
    fn what_waits_is_read_before_the_end() {
        let queue = Queue::default();
        queue.push(event());
        queue.end(None);
        queue.push(event());
        assert_eq!(next(&queue), Some(event().text));
        assert_eq!(next(&queue), None);
    }
}
