//! A session, a server that obeys the protocol, and all consumers, in one place: each step is
//! applied to the session and to the truth, and then the two are compared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::{Semaphore, oneshot};
use tokio::time::Instant;

use super::consumer::{Consumer, What};
use super::step::Step;
use super::truth::{Kind, Open, Stage, Truth};
use crate::connection::pending::{Call, Reply};
use crate::connection::session::Session;
use crate::connection::subscription::Subscription;
use crate::error::Error;
use crate::error::closed::{CloseReason, Closed};
use crate::router::effect::Effect;
use crate::router::{Attached, Claim, Scope};
use crate::transport::frame::Frame;

const N_THREADS: usize = 3;
const LIMIT: usize = 1 << 20;

/// Everything.
pub(super) struct World {
    session: Session,
    permits: Arc<Semaphore>,
    pub(super) truth: Truth,
    pub(super) consumers: Vec<Consumer>,
    pub(super) n_starts: usize,
    /// Who waits for answers, by call.
    waiters: Vec<(i64, oneshot::Receiver<Result<Reply, Error>>)>,
    /// Who waits for a turn that no answer names, by call.
    unnamed: BTreeMap<i64, oneshot::Receiver<Subscription>>,
    /// Who waits for the next turn of a thread.
    pub(super) waiting: Vec<(usize, oneshot::Receiver<Subscription>)>,
    /// Who waits until no turn of a thread runs.
    awaiting_idle: Vec<(usize, oneshot::Receiver<()>)>,
    /// The turns that the session wants interrupted, and those that it has to.
    pub(super) interrupted: Vec<String>,
    pub(super) to_interrupt: Vec<String>,
    /// The turns to interrupt once they have begun.
    pub(super) when_begun: BTreeSet<usize>,
}

impl World {
    pub(super) fn new() -> Self {
        let mut world = Self {
            session: Session::default(),
            permits: Arc::new(Semaphore::new(1000)),
            truth: Truth::default(),
            consumers: Vec::new(),
            n_starts: 0,
            waiters: Vec::new(),
            unnamed: BTreeMap::new(),
            waiting: Vec::new(),
            awaiting_idle: Vec::new(),
            interrupted: Vec::new(),
            to_interrupt: Vec::new(),
            when_begun: BTreeSet::new(),
        };
        for thread in 0..N_THREADS {
            world.session.router.hold_thread(&format!("t{thread}"));
        }
        let (id, queue) = world.session.router.watch(None);
        world.add(id, Scope::Connection, What::Connection, 0, queue);
        world
    }

    /// Each consumer but the first, which watches the connection, can be dropped.
    pub(super) fn dropping(&self) -> impl Iterator<Item = Step> {
        let consumers = self.consumers.iter().enumerate().skip(1);
        consumers.filter(|(_, it)| !it.is_dropped).map(|(consumer, _)| Step::Drop { consumer })
    }

    /// Does a step to the session and to the truth.
    pub(super) fn step(&mut self, step: Step) {
        match step {
            Step::Start { thread, join, interrupt } => {
                self.start(thread, join, interrupt, Kind::Turn);
            }
            Step::Review { thread } => self.start(thread, false, false, Kind::Review),
            Step::Compact { thread } => self.start(thread, false, false, Kind::Compaction),
            Step::Shell { thread } => self.start(thread, true, false, Kind::Shell),
            Step::Abandon { open } => self.abandon(open),
            Step::Attach { thread } => self.attach(thread),
            Step::NextTurn { thread } => {
                let (to, turn) = oneshot::channel();
                self.session.router.await_turn(&format!("t{thread}"), to);
                self.waiting.push((thread, turn));
            }
            Step::AwaitIdle { thread } => {
                let (to, is_idle) = oneshot::channel();
                self.session.router.await_idle(&format!("t{thread}"), to);
                self.awaiting_idle.push((thread, is_idle));
            }
            Step::StopWaiting { next } => drop(self.waiting.remove(next)),
            Step::Watch { thread } => {
                let thread_id = format!("t{thread}");
                let (id, queue) = self.session.router.watch(Some(&thread_id));
                let since = self.truth.told.len();
                self.add(id, Scope::Thread(thread_id.into()), What::Thread(thread), since, queue);
            }
            Step::Drop { consumer } => self.drop_consumer(consumer),
            Step::Read { consumer } => self.read(consumer),
            Step::Disconnect => self.disconnect(),
            of_server => self.server_step(of_server),
        }
        assert_eq!(self.interrupted, self.to_interrupt, "after {step:?}");
        self.check_idle();
    }

    /// Whoever waits until no turn runs is told then, and not before.
    fn check_idle(&mut self) {
        let truth = &self.truth;
        self.awaiting_idle.retain_mut(|(thread, is_idle)| {
            let told = is_idle.try_recv();
            let expected = match (truth.is_closed, truth.is_busy(*thread)) {
                (true, _) => Err(oneshot::error::TryRecvError::Closed),
                (false, true) => Err(oneshot::error::TryRecvError::Empty),
                (false, false) => Ok(()),
            };
            assert_eq!(told, expected, "{truth:?}");
            told == Err(oneshot::error::TryRecvError::Empty)
        });
    }

    /// Lets the server finish everything, drops everybody, and sees to it that nothing is left.
    pub(super) fn finish(mut self) {
        self.waiting.clear();
        while !self.truth.is_closed {
            let open = self.truth.open.first();
            let active = self.truth.turns.iter().position(|it| it.stage != Stage::Over);
            let expecting = self.truth.expecting.first().map(|it| it.thread);
            let begun = open.map(|it| (it.begun.is_some(), it.kind.is_unnamed()));
            let step = match (begun, active) {
                (Some((true, false)), _) => Step::AnswerOwn { open: 0 },
                (Some((true, true)), _) => Step::AnswerUnnamed { open: 0 },
                (Some((false, _)), _) => Step::Refuse { open: 0 },
                (None, Some(turn)) if self.truth.turns[turn].stage == Stage::Promised => {
                    Step::Begin { turn }
                }
                (None, Some(turn)) => Step::Complete { turn },
                (None, None) => match expecting {
                    Some(thread) => Step::BeginByItself { thread },
                    None => break,
                },
            };
            self.step(step);
        }
        for thread in 0..N_THREADS {
            if !self.truth.is_closed {
                let start =
                    self.session.router.reserve(&format!("t{thread}"), false, Claim::Handle);
                self.session.router.cancel_start(&start.expect("the guard has leaked"));
            }
        }
        for consumer in (0..self.consumers.len()).rev() {
            if !self.consumers[consumer].is_dropped {
                self.drop_consumer(consumer);
            }
        }
        for thread in 0..N_THREADS {
            self.session.router.release_thread(&format!("t{thread}"));
        }
        self.check_delivery();
        for (call, mut answer) in self.waiters {
            answer.try_recv().unwrap_or_else(|_| panic!("nobody has answered call {call}")).ok();
        }
        assert!(self.session.router.is_empty(), "{:?}", self.session.router);
        assert_eq!((self.session.pending.len(), self.permits.available_permits()), (0, 1000));
    }

    /// Nothing that was told is lost: somebody has got it. And nobody's events are out of order.
    fn check_delivery(&self) {
        let mut seen = BTreeSet::<usize>::new();
        for consumer in &self.consumers {
            seen.extend(&consumer.got);
        }
        assert_eq!(seen.len(), self.truth.told.len(), "lost: got {seen:?} of {:?}", self.truth);
        let connection = &self.consumers[0].got;
        assert_eq!(connection.iter().collect::<BTreeSet<_>>().len(), connection.len(), "twice");
        // What somebody else has got is none of its business, unless it is of the whole thread.
        let others = self.consumers[1..].iter().flat_map(|it| &it.got);
        let others = others.filter(|it| self.truth.told[**it].turn.is_some());
        assert!(!others.clone().any(|it| connection.contains(it)), "told to two: {connection:?}");
        for turn in 0..self.truth.turns.len() {
            let of_turn = |it: &&usize| self.truth.told[**it].turn == Some(turn);
            assert!(connection.iter().filter(of_turn).is_sorted(), "out of order: {connection:?}");
        }
    }

    fn start(&mut self, thread: usize, join: bool, interrupt: bool, kind: Kind) {
        self.n_starts += 1;
        let (thread_id, router) = (format!("t{thread}"), &mut self.session.router);
        let (to, turn) = oneshot::channel();
        let reserved = match kind.is_unnamed() {
            true => router.reserve_unnamed(&thread_id, kind.method(), to),
            false => router.reserve(&thread_id, join, Claim::Handle),
        };
        assert_eq!(reserved.is_ok(), join || !self.truth.is_busy(thread), "{:?}", self.truth);
        let Ok(start) = reserved else { return };
        let (waiter, answer) = oneshot::channel();
        let permit = Arc::clone(&self.permits).try_acquire_owned().unwrap();
        let call = self.session.pending.next_id();
        let claim = if interrupt { Claim::HandleOrInterrupt } else { Claim::Handle };
        let pending = Call::new(kind.method(), waiter, Some((start, claim)), permit);
        self.session.pending.insert(call, pending);
        self.waiters.push((call, answer));
        self.unnamed.insert(call, turn);
        let (since, before) = (self.truth.told.len(), self.truth.active(thread).collect());
        let (begun, is_abandoned) = (None, false);
        let open = Open { thread, call, since, before, begun, interrupt, is_abandoned, kind };
        self.truth.open.push(open);
    }

    fn abandon(&mut self, open: usize) {
        let open = &mut self.truth.open[open];
        open.is_abandoned = true;
        self.waiters.retain(|it| it.0 != open.call);
        self.unnamed.remove(&open.call);
        self.session.pending.abandon(open.call, Instant::now());
    }

    pub(super) fn answer(&mut self, open: usize, turn: usize) {
        let open = self.truth.open.remove(open);
        if open.kind == Kind::Review && self.truth.turns[turn].stage == Stage::Promised {
            self.truth.turns[turn].inner = Some(format!("{}-inner", self.truth.turns[turn].id));
        }
        let id = &self.truth.turns[turn].id;
        let line = format!(r#"{{"id":{},"result":{{"turn":{{"id":"{id}"}}}}}}"#, open.call);
        let n_consumers = self.consumers.len();
        self.receive_for(line, turn, &[open.since]);
        if open.is_abandoned && !open.interrupt {
            assert_eq!(self.consumers.len(), n_consumers, "a handle that nobody wants");
            return;
        }
        assert_eq!(self.consumers.len(), n_consumers + 1, "an answer makes one handle");
        let joined = open.before.contains(&turn);
        if let What::Turn { interrupt, .. } = &mut self.consumers[n_consumers].what {
            *interrupt = open.interrupt && !joined;
        }
        if open.is_abandoned {
            self.drop_consumer(n_consumers);
        }
    }

    pub(super) fn answer_unnamed(&mut self, open: usize) {
        let open = self.truth.open.remove(open);
        let line = format!(r#"{{"id":{},"result":{{}}}}"#, open.call);
        let since = [open.since];
        let since = if open.is_abandoned { &[][..] } else { &since };
        let n_consumers = self.consumers.len();
        self.receive_for(line, open.begun.unwrap_or(usize::MAX), since);
        let n_new = self.consumers.len() - n_consumers;
        assert_eq!(n_new, usize::from(open.begun.is_some() && !open.is_abandoned));
        if open.begun.is_none() {
            self.truth.expecting.push(open);
        }
    }

    fn attach(&mut self, thread: usize) {
        let attached = self.session.router.attach(&format!("t{thread}"), None);
        let active = self.truth.active(thread).next();
        assert_eq!(attached.is_some(), active.is_some(), "{:?}", self.truth);
        if let Some((attached, turn)) = attached.zip(active) {
            let since = self.truth.told.len();
            self.follow(attached, turn, since);
        }
    }

    fn disconnect(&mut self) {
        self.truth.is_closed = true;
        self.truth.open.clear();
        self.truth.expecting.clear();
        self.when_begun.clear();
        let mut effects = Vec::new();
        self.session.close(Closed::new(CloseReason::EndOfStream), &mut effects);
        self.carry_out(effects, None, &[]);
        for (_, mut waiting) in self.waiting.drain(..) {
            assert_eq!(waiting.try_recv().unwrap_err(), oneshot::error::TryRecvError::Closed);
        }
    }

    fn drop_consumer(&mut self, place: usize) {
        self.read(place);
        self.consumers[place].is_dropped = true;
        let mut effects = Vec::new();
        let consumer = &self.consumers[place];
        let mut is_interrupting = false;
        if let What::Turn { turn, interrupt: true, .. } = &consumer.what
            && !self.truth.is_closed
        {
            is_interrupting = true;
            match self.truth.turns[*turn].stage {
                Stage::Promised => drop(self.when_begun.insert(*turn)),
                Stage::Running => self.to_interrupt.push(self.truth.turns[*turn].id.clone()),
                Stage::Over => {}
            }
        }
        let (id, scope) = (consumer.id, consumer.scope.clone());
        self.session.router.unsubscribe(id, &scope, is_interrupting, &mut effects);
        self.carry_out(effects, None, &[]);
    }

    fn read(&mut self, consumer: usize) {
        let consumer = &mut self.consumers[consumer];
        if !consumer.is_dropped {
            consumer.read();
            consumer.check(&self.truth);
            if consumer.end.is_some() {
                self.session.router.stream_ended(consumer.id);
            }
        }
    }

    /// The session receives a line; whoever follows a turn because of it follows this one.
    pub(super) fn receive_for(&mut self, line: String, turn: usize, since: &[usize]) {
        let mut effects = Vec::new();
        self.session.frame(Frame::Line(line), LIMIT, &mut effects).unwrap();
        self.carry_out(effects, Some(turn), since);
    }

    /// `since` is of each handle that the effects make, in their order.
    fn carry_out(&mut self, effects: Vec<Effect>, turn: Option<usize>, since: &[usize]) {
        let mut since = since.iter().copied();
        for effect in effects {
            match effect {
                Effect::Answer { waiter, outcome, started } => {
                    if let Some(waiter) = waiter {
                        drop(waiter.send(outcome.map(|raw| Reply::new(raw, None))));
                    }
                    if let Some((attached, _)) = started {
                        self.follow(attached, turn.unwrap(), since.next().unwrap());
                    }
                }
                Effect::HandOver { to, attached } => {
                    assert!(!to.is_closed(), "a handle that nobody wants");
                    self.follow(attached, turn.unwrap(), since.next().unwrap());
                }
                Effect::Interrupt { turn_id, .. } => self.interrupted.push(turn_id),
                Effect::Doubt { .. } | Effect::Expect(_) | Effect::Release(_) => {}
                Effect::Send(_) | Effect::Ask(..) => panic!("{effect:?}"),
            }
        }
    }

    fn follow(&mut self, attached: Attached, turn: usize, since: usize) {
        let Attached { id, queue, thread_id, turn_id, phase, .. } = attached;
        assert_eq!(*turn_id, *self.truth.turns[turn].id);
        let scope = Scope::Turn { thread_id, turn_id };
        self.add(id, scope, What::Turn { turn, phase, interrupt: false }, since, queue);
    }

    fn add(
        &mut self,
        id: u64,
        scope: Scope,
        what: What,
        since: usize,
        queue: Arc<crate::router::queue::Queue>,
    ) {
        let (got, end, is_dropped) = (Vec::new(), None, false);
        self.consumers.push(Consumer { id, scope, what, since, queue, got, end, is_dropped });
    }
}
