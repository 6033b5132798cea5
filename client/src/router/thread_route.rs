//! Where the events of one thread go: to the handles of its turns, to starts of turns that are not
//! answered yet, and to the subscribers of the thread. It does no I/O.

mod start;
mod unnamed;
mod waiters;

use std::sync::Arc;

use crate::error::Error;
use crate::later;
use crate::router::Attached;
use crate::router::peek::string_at;
use crate::router::phase::{Phase, Progress};
use crate::router::queue::{Entry, Queue};
use crate::router::sinks::Sinks;
use crate::router::thread_route::start::Start;
use crate::router::thread_route::waiters::Waiters;
use crate::router::turn_guard::{Answer, TurnGuard};
use crate::router::unheard::Unheard;
use crate::router::watchers::Watchers;

/// How many events of one turn are kept for a start that is not answered yet.
const MOST_EARLY_EVENTS: u16 = 4096;
/// For how many turns such events are kept.
const MOST_EARLY_TURNS: usize = 16;

/// One thread.
#[derive(Debug)]
pub(crate) struct ThreadRoute {
    pub(crate) id: Arc<str>,
    pub(crate) guard: TurnGuard,
    /// The turns that somebody follows: hardly ever more than one.
    turns: Vec<TurnRoute>,
    pub(crate) starts: Vec<Start>,
    /// What only starts have got that are not settled yet: it may be for nobody.
    pub(crate) unheard: Unheard,
    /// Who watches the thread.
    pub(crate) watchers: Watchers,
    pub(crate) waiters: Waiters,
    /// Whether the client has unsubscribed from it.
    pub(crate) is_unheard: bool,
    /// The turn that told usage last, and what it told.
    usage: Option<Box<(Box<str>, Arc<str>)>>,
    /// How many handles of the thread there are.
    pub(crate) n_handles: u32,
}

/// A turn that somebody follows.
#[derive(Debug)]
pub(crate) struct TurnRoute {
    id: Arc<str>,
    sinks: Sinks,
    phase: Arc<Progress>,
    pub(crate) interrupt_when_started: bool,
}

impl TurnRoute {
    fn new(id: Arc<str>, phase: Phase) -> Self {
        let phase = Arc::new(Progress::new(phase));
        Self { id, sinks: Sinks::default(), phase, interrupt_when_started: false }
    }

    pub(crate) fn progress(&self) -> Arc<Progress> {
        Arc::clone(&self.phase)
    }

    /// Somebody follows it no more.
    pub(crate) fn leave(&mut self, sink: u64) {
        self.sinks.remove(sink);
    }
}

impl ThreadRoute {
    pub(crate) fn new(id: Arc<str>) -> Self {
        Self {
            id,
            guard: TurnGuard::default(),
            turns: Vec::new(),
            starts: Vec::new(),
            unheard: Unheard::default(),
            watchers: Watchers::default(),
            waiters: Waiters::default(),
            is_unheard: false,
            usage: None,
            n_handles: 0,
        }
    }

    pub(crate) fn turn(&self, turn_id: &str) -> Option<&TurnRoute> {
        self.turns.iter().find(|it| &*it.id == turn_id)
    }

    pub(crate) fn turn_mut(&mut self, turn_id: &str) -> Option<&mut TurnRoute> {
        self.turns.iter_mut().find(|it| &*it.id == turn_id)
    }

    /// Begins to keep events for a start.
    pub(crate) fn begin_start(&mut self, id: u64) {
        let before = self.guard.active().map(Into::into).collect();
        self.starts.reserve_exact(1);
        self.starts.push(Start { id, since: self.unheard.count(), before, ..Start::default() });
    }

    /// The start came to nothing.
    pub(crate) fn cancel_start(&mut self, id: u64) {
        self.guard.release();
        later::drop(self.take_start(id));
    }

    /// The start was answered with a turn: whoever asked follows it from the request on.
    pub(crate) fn answer_start(&mut self, id: u64, sink: u64, turn_id: &str) -> Attached {
        let mut start = self.take_start(id).unwrap_or_default();
        let (turn_id, joined) = match self.guard.answered(turn_id, &start.before) {
            Answer::Own => (turn_id.to_owned(), false),
            Answer::Joined(running) => (running, true),
        };
        let queue = start.early.remove(&turn_id).unwrap_or_else(|| self.new_queue(&turn_id));
        queue.lift_bound();
        self.unheard.claim(&turn_id, start.since);
        let attached = self.follow(&turn_id, sink, queue, joined);
        if attached.phase.get() == Phase::Pending && !joined {
            start.promised = Some(Arc::clone(&attached.turn_id));
            self.starts.push(start);
        }
        attached
    }

    /// The start was answered with a turn that nobody asked for a handle of. Returns the turns that
    /// are to be found out of.
    pub(crate) fn answer_unclaimed(&mut self, id: u64, turn_id: &str) -> Vec<String> {
        let start = self.take_start(id).unwrap_or_default();
        self.guard.answered(turn_id, &start.before);
        match start.is_doubtful {
            true => self.guard.doubt(None),
            false => Vec::new(),
        }
    }

    /// What a notification says of turns that were promised: when another turn has ended, or the
    /// thread is idle, they begin soon or never. Returns those that this is to be found out of.
    pub(crate) fn doubt(
        &mut self,
        method: Option<&str>,
        turn_id: Option<&str>,
        params: &str,
    ) -> Vec<String> {
        let is_reason = match method {
            Some("turn/completed") => true,
            Some("thread/status/changed") => {
                string_at(params, &["status", "type"]).is_some_and(|it| it != "active")
            }
            _ => false,
        };
        if !is_reason {
            return Vec::new();
        }
        for start in self.starts.iter_mut().filter(|it| it.promised.is_none()) {
            start.is_doubtful = true;
        }
        self.guard.doubt(turn_id)
    }

    /// The same of a turn that was promised only afterwards.
    pub(crate) fn doubt_promised(&mut self, turn_id: &str) -> Vec<String> {
        let mut promised = self.starts.iter().filter(|it| it.promised.as_deref() == Some(turn_id));
        match promised.any(|it| it.is_doubtful) {
            true => self.guard.doubt(None),
            false => Vec::new(),
        }
    }

    /// A turn that was promised has not begun in good time. If another has ended since the request,
    /// the input went into that one; otherwise nothing is known.
    pub(crate) fn give_up(&mut self, thread_id: &str, turn_id: &str) {
        if !self.guard.give_up(turn_id) {
            return;
        }
        let Start { early, since, .. } = self.take_promised(turn_id).unwrap_or_default();
        let other = self.guard.last_finished(|it| early.contains_key(it));
        let Some((other_id, other)) = other.and_then(|it| early.get_key_value(it)) else {
            let (thread_id, turn_id) = (thread_id.to_owned(), turn_id.to_owned());
            let error = Error::NoActiveTurn { thread_id, turn_id: turn_id.clone() };
            return self.end_turn(&turn_id, Some(&error));
        };
        self.unheard.claim(other_id, since);
        let entries = other.take_all();
        for queue in self.followers(turn_id) {
            entries.iter().for_each(|it| queue.push_entry(it.clone()));
        }
        self.end_turn(turn_id, None);
    }

    /// A turn has begun that may have been promised: its start is settled.
    pub(crate) fn begun(&mut self, turn_id: &str) {
        self.take_promised(turn_id);
    }

    /// What is for nobody, as far as that is settled.
    pub(crate) fn settled(&mut self) -> Vec<String> {
        match self.starts.is_empty() {
            true => self.unheard.take_all(),
            false => self.unheard.take_excess(),
        }
    }

    /// Follows a turn from now on.
    pub(crate) fn attach(&mut self, sink: u64, turn_id: &str) -> Attached {
        let queue = self.new_queue(turn_id);
        self.follow(turn_id, sink, queue, true)
    }

    /// Makes room for an event of a turn in each start that is not answered yet.
    pub(crate) fn expect_early(&mut self, turn_id: &str) {
        if self.starts.iter().all(|it| it.early.contains_key(turn_id)) {
            return;
        }
        let baseline = self.baseline(turn_id);
        for start in &mut self.starts {
            if start.early.len() >= MOST_EARLY_TURNS {
                later::run(|| {
                    tracing::warn!(
                        "too many turns before the response to turn/start: events dropped"
                    );
                });
                start.early.pop_first();
            }
            if start.early.contains_key(turn_id) {
                continue;
            }
            let queue = Arc::new(Queue::bounded(MOST_EARLY_EVENTS));
            if let Some(baseline) = &baseline {
                queue.push_entry(Entry::Baseline(Arc::clone(baseline)));
            }
            start.early.insert(turn_id.to_owned(), queue);
        }
    }

    /// The queues of those who follow a turn.
    pub(crate) fn followers(&self, turn_id: &str) -> impl Iterator<Item = &Arc<Queue>> {
        let sinks = self.turn(turn_id).map_or(&[][..], |it| it.sinks.all());
        sinks.iter().map(|(_, queue)| queue)
    }

    /// The queues of starts that may prove to be for a turn.
    pub(crate) fn early(&self, turn_id: &str) -> impl Iterator<Item = &Arc<Queue>> {
        self.starts.iter().filter_map(|it| it.early.get(turn_id))
    }

    /// The usage of the thread has been told by a turn; for all others it is where they begin.
    pub(crate) fn note_usage(&mut self, turn_id: &str, params: &str) {
        let params = Arc::<str>::from(params);
        let others = self.turns.iter().filter(|it| &*it.id != turn_id);
        for (_, queue) in others.flat_map(|it| it.sinks.all()) {
            queue.push_entry(Entry::Baseline(Arc::clone(&params)));
        }
        self.usage = Some(Box::new((turn_id.into(), params)));
    }

    pub(crate) fn turn_started(&mut self, turn_id: &str) -> bool {
        let Some(turn) = self.turn_mut(turn_id) else { return false };
        turn.phase.set(Phase::Started);
        std::mem::take(&mut turn.interrupt_when_started)
    }

    /// A turn is over. It is so before anybody reads of it: who does, in whichever thread, would
    /// otherwise find it running.
    pub(crate) fn announce_end(&self, turn_id: &str) {
        if let Some(turn) = self.turn(turn_id) {
            turn.phase.set(Phase::Ended);
        }
    }

    /// Nothing comes any more for a turn.
    pub(crate) fn end_turn(&mut self, turn_id: &str, error: Option<&Error>) {
        self.take_promised(turn_id);
        self.announce_end(turn_id);
        let Some(place) = self.turns.iter().position(|it| &*it.id == turn_id) else { return };
        for (_, queue) in self.turns.remove(place).sinks.all() {
            queue.end(error.cloned());
        }
    }

    /// Nothing comes any more for any turn.
    pub(crate) fn end_turns(&mut self, error: &Error) {
        while let Some(turn_id) = self.turns.first().map(|it| Arc::clone(&it.id)) {
            self.end_turn(&turn_id, Some(error));
        }
    }

    /// Nothing comes any more for any turn, and none is waited for: the thread is closed.
    pub(crate) fn end_all(&mut self) {
        self.end_turns(&Error::ThreadClosed { thread_id: self.id.as_ref().into() });
        self.cancel_waiting();
        self.waiters.drop_turn();
    }

    /// Tells who waits for it that no turn runs, if that is so.
    pub(crate) fn tell_if_idle(&mut self) {
        if self.guard.is_idle() {
            self.waiters.tell_idle();
        }
    }

    /// Nothing comes any more at all.
    pub(crate) fn end(&mut self, error: &Error) {
        later::drop(std::mem::take(&mut self.starts));
        self.end_turns(error);
        self.watchers.end(error);
        self.waiters.clear();
    }

    /// Whether the thread can be forgotten.
    pub(crate) fn is_forgettable(&self) -> bool {
        self.n_handles == 0
            && self.guard.is_idle()
            && self.turns.is_empty()
            && self.starts.is_empty()
            && self.watchers.is_empty()
            && self.waiters.is_empty()
    }

    fn follow(&mut self, turn_id: &str, sink: u64, queue: Arc<Queue>, joined: bool) -> Attached {
        let thread_id = Arc::clone(&self.id);
        let Some(active) = self.guard.active_id(turn_id) else {
            queue.end(None);
            let (turn_id, phase) = (turn_id.into(), Arc::new(Progress::new(Phase::Ended)));
            return Attached { id: sink, queue, thread_id, turn_id, phase, joined };
        };
        let phase = match self.guard.has_started(turn_id) {
            true => Phase::Started,
            false => Phase::Pending,
        };
        let known = self.turns.iter().position(|it| &*it.id == turn_id);
        let place = known.unwrap_or_else(|| {
            self.turns.reserve_exact(1);
            self.turns.push(TurnRoute::new(Arc::clone(active), phase));
            self.turns.len() - 1
        });
        let turn = &mut self.turns[place];
        turn.sinks.add(sink, Arc::clone(&queue));
        let (turn_id, phase) = (Arc::clone(&turn.id), Arc::clone(&turn.phase));
        Attached { id: sink, queue, thread_id, turn_id, phase, joined }
    }

    fn new_queue(&self, turn_id: &str) -> Arc<Queue> {
        let queue = Arc::<Queue>::default();
        if let Some(baseline) = self.baseline(turn_id) {
            queue.push_entry(Entry::Baseline(baseline));
        }
        queue
    }

    /// What the thread had used before a turn, if another turn told.
    fn baseline(&self, turn_id: &str) -> Option<Arc<str>> {
        let (teller, params) = &**self.usage.as_ref()?;
        (&**teller != turn_id).then(|| Arc::clone(params))
    }

    /// Takes the starts that the turn was promised to, which are several if inputs were joined, and
    /// returns the first.
    fn take_promised(&mut self, turn_id: &str) -> Option<Start> {
        let starts = std::mem::take(&mut self.starts).into_iter();
        let (promised, others): (Vec<_>, Vec<_>) =
            starts.partition(|it| it.promised.as_deref() == Some(turn_id));
        self.starts = others;
        promised.into_iter().next()
    }

    fn take_start(&mut self, id: u64) -> Option<Start> {
        let place = self.starts.iter().position(|it| it.id == id)?;
        Some(self.starts.remove(place))
    }
}
