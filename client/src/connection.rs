//! What the handles of a connection share with the tasks that carry its lines: the session behind its
//! lock, and the way to the writer. It decides nothing: what the session decides is carried out here.

mod carrier;
mod interrupts;
pub(crate) mod pending;
mod permits;
mod reservation;
mod sent;
pub(crate) mod session;
pub(crate) mod stats;
pub(crate) mod subscription;
pub(crate) mod tap;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use codex_app_protocol::{ClientRequest as _, RequestId, ThreadUnsubscribeParams};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot, watch};
use tokio::time::Instant;
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use crate::connection::pending::{Call, Reply};
use crate::connection::permits::Permits;
pub(crate) use crate::connection::reservation::Reservation;
use crate::connection::sent::Sent;
use crate::connection::session::Session;
use crate::connection::subscription::Subscription;
use crate::error::Error;
use crate::error::closed::{CloseReason, Closed};
use crate::later;
use crate::options::Options;
use crate::router::effect::Effect;
use crate::router::peek::string_at;
use crate::router::{Claim, Router, StartId};
use crate::transport::{Process, ProcessId, Transport};

/// How often calls that were given up are looked through while others wait.
const EXPIRY: Duration = Duration::from_secs(1);
/// How long a turn that was promised may take to begin when there is reason to doubt that it does. A
/// server takes some 50 ms; older ones, which name turns that never begin, cost their users this.
const DOUBT: Duration = Duration::from_secs(5);

/// How long a turn may take to begin that the server was asked for and has not named. It takes some
/// milliseconds; a server that never begins it must not hold the thread for ever.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the handles of a connection share with its tasks.
pub(crate) struct Shared {
    session: Mutex<Session>,
    outgoing: mpsc::UnboundedSender<Outgoing>,
    in_flight: Permits,
    /// Where the tasks of the connection run: handles may be dropped elsewhere.
    runtime: Handle,
    process_id: ProcessId,
    stop: watch::Sender<bool>,
    stage: watch::Sender<Stage>,
}

/// How far a connection has come.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Stage {
    Open,
    /// It has ended, and the session knows why.
    Closed,
    /// The tasks are done, and the process, if any, is reaped.
    Done,
}

#[derive(Debug)]
enum Outgoing {
    Line(String, Option<oneshot::Sender<()>>),
    Close,
}

/// Without what it holds: the lines that wait may say anything, and every handle prints this.
impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("stage", &*self.stage.borrow()).finish_non_exhaustive()
    }
}

/// Starts the tasks of a connection.
pub(crate) fn open(transport: Transport, options: &Options) -> Arc<Shared> {
    let (outgoing, lines) = mpsc::unbounded_channel();
    let shared = Arc::new(Shared {
        session: Mutex::new(Session::new(options.handlers.clone())),
        outgoing,
        in_flight: Permits::new(options.max_in_flight),
        runtime: Handle::current(),
        process_id: transport.process.as_ref().map(Process::id).unwrap_or_default(),
        stop: watch::Sender::new(false),
        stage: watch::Sender::new(Stage::Open),
    });
    carrier::carry(&shared, transport, lines, options);
    shared
}

impl Shared {
    /// Runs a decision, and then what follows from it, unlocked.
    pub(crate) fn with<T>(
        self: &Arc<Self>,
        decide: impl FnOnce(&mut Session, &mut Vec<Effect>) -> T,
    ) -> T {
        let mut effects = Vec::new();
        let value = later::after(|| {
            let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
            decide(&mut session, &mut effects)
        });
        for effect in effects {
            self.carry_out(effect);
        }
        value
    }

    fn carry_out(self: &Arc<Self>, effect: Effect) {
        match effect {
            Effect::Send(line) => self.write(line, None),
            Effect::Answer { waiter, outcome, started } => {
                let turn = started.map(|(attached, interrupt)| {
                    Subscription::new(Arc::clone(self), attached, interrupt)
                });
                let outcome = outcome.map(|raw| Reply::new(raw, turn));
                if let Some(waiter) = waiter {
                    // If the caller is gone, what it would have got is dropped, which is enough.
                    let _ = waiter.send(outcome);
                }
            }
            Effect::HandOver { to, attached } => {
                let _ = to.send(Subscription::new(Arc::clone(self), attached, false));
            }
            Effect::Interrupt { thread_id, turn_id } => {
                interrupts::begin(self, thread_id, turn_id);
            }
            Effect::Doubt { thread_id, turn_ids } => self.decide_after(DOUBT, move |session| {
                session.router.give_up(&thread_id, &turn_ids);
            }),
            Effect::Expect(start) => self.decide_after(PATIENCE, move |session| {
                session.router.give_up_start(&start);
            }),
            Effect::Ask(asked, answerer) => answerer.ask(self, asked),
            Effect::Release(handlers) => drop(handlers),
        }
    }

    /// Runs a decision in a while, if the connection is still there.
    fn decide_after(
        self: &Arc<Self>,
        pause: Duration,
        decide: impl FnOnce(&mut Session) + Send + 'static,
    ) {
        let shared = Arc::downgrade(self);
        self.runtime.spawn(async move {
            tokio::time::sleep(pause).await;
            if let Some(shared) = shared.upgrade() {
                shared.with(|session, _| decide(session));
            }
        });
    }

    /// Sends a line and waits until it is written.
    pub(crate) async fn send_and_wait(self: &Arc<Self>, line: String) -> Result<(), Error> {
        self.with(|session, _| session.check_open())?;
        let (written, is_written) = oneshot::channel();
        self.write(line, Some(written));
        tokio::select! {
            biased;
            Ok(()) = is_written => Ok(()),
            // A line that cannot be written is the end of the connection, which has one reason.
            () = self.at_least(Stage::Closed) => Err(self.end_of_stream()),
        }
    }

    /// Calls a method and waits for the answer, within a span that lasts as long.
    pub(crate) async fn call(
        self: &Arc<Self>,
        method: &str,
        start: Option<Reservation>,
        encode: impl FnOnce(&RequestId) -> Result<String, Error>,
    ) -> Result<Reply, Error> {
        let span =
            tracing::debug_span!("request", method, id = Empty, duration_ms = Empty, ok = Empty);
        if span.is_disabled() {
            return self.call_within(&span, method, start, encode).await;
        }
        let began = Instant::now();
        let called = self.call_within(&span, method, start, encode);
        let outcome = called.instrument(span.clone()).await;
        span.record("duration_ms", began.elapsed().as_millis());
        span.record("ok", outcome.is_ok());
        outcome
    }

    async fn call_within(
        self: &Arc<Self>,
        span: &Span,
        method: &str,
        start: Option<Reservation>,
        encode: impl FnOnce(&RequestId) -> Result<String, Error>,
    ) -> Result<Reply, Error> {
        let permit = self.permit(method).await?;
        let sent = self.send(method, start, permit, encode)?;
        span.record("id", sent.id);
        sent.answer().await
    }

    /// Sends a request for which there is room.
    fn send(
        self: &Arc<Self>,
        method: &str,
        mut start: Option<Reservation>,
        permit: OwnedSemaphorePermit,
        encode: impl FnOnce(&RequestId) -> Result<String, Error>,
    ) -> Result<Sent, Error> {
        let (waiter, reply) = oneshot::channel();
        let id = self.with(|session, _| session.pending.next_id());
        // Not under the lock: an image is megabytes, and the reader would wait.
        let line = encode(&id.into())?;
        let unsubscribes = match method == ThreadUnsubscribeParams::METHOD {
            true => string_at(&line, &["params", "threadId"]).map(Into::into),
            false => None,
        };
        self.with(|session, effects| {
            session.check_open()?;
            // A reservation that is not handed over is dropped later: dropping it takes the lock that
            // is held here.
            let start = start.as_mut().and_then(Reservation::hand_over);
            session.expire(Instant::now());
            let mut call = Call::new(method, waiter, start, permit);
            call.unsubscribes = unsubscribes;
            session.pending.insert(id, call);
            effects.push(Effect::Send(line));
            Ok::<_, Error>(())
        })?;
        Ok(Sent { shared: Arc::clone(self), id, reply, is_answered: false })
    }

    /// Sends a request at once, or not at all if there is no room.
    fn try_send(
        self: &Arc<Self>,
        method: &str,
        encode: impl FnOnce(&RequestId) -> Result<String, Error>,
    ) -> Option<Sent> {
        let permit = self.in_flight.try_acquire(method)?;
        self.send(method, None, permit, encode).ok()
    }

    async fn permit(self: &Arc<Self>, method: &str) -> Result<OwnedSemaphorePermit, Error> {
        self.with(|session, _| session.check_open())?;
        let permit = self.in_flight.acquire(method);
        tokio::pin!(permit);
        loop {
            tokio::select! {
                biased;
                permit = &mut permit => return permit.map_err(|_| self.end_of_stream()),
                () = tokio::time::sleep(EXPIRY) => {
                    self.with(|session, _| session.expire(Instant::now()));
                }
            }
        }
    }

    /// Reserves a thread before anything is written.
    pub(crate) fn reserve(
        self: &Arc<Self>,
        thread_id: &str,
        join: bool,
        claim: Claim,
    ) -> Result<Reservation, Error> {
        self.reserve_with(claim, |router| router.reserve(thread_id, join, claim))
    }

    /// Reserves a thread for a request whose turn the answer will not name; `to` gets that turn.
    pub(crate) fn reserve_unnamed(
        self: &Arc<Self>,
        thread_id: &str,
        method: &str,
        to: oneshot::Sender<Subscription>,
    ) -> Result<Reservation, Error> {
        self.reserve_with(Claim::Handle, |router| router.reserve_unnamed(thread_id, method, to))
    }

    fn reserve_with(
        self: &Arc<Self>,
        claim: Claim,
        reserve: impl FnOnce(&mut Router) -> Result<StartId, Error>,
    ) -> Result<Reservation, Error> {
        let start = self.with(|session, _| {
            session.check_open()?;
            session.expire(Instant::now());
            reserve(&mut session.router)
        })?;
        Ok(Reservation::new(self, start, claim))
    }

    /// The process at the other end, if there is one and it runs.
    pub(crate) fn process_id(&self) -> Option<u32> {
        self.process_id.get()
    }

    /// Ends the connection; does not wait.
    pub(crate) fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Waits until it is to end.
    async fn stopped(&self) {
        // The sender is in `self`, so waiting cannot fail.
        let _ = self.stop.subscribe().wait_for(|it| *it).await;
    }

    /// Waits until everything is over.
    pub(crate) async fn done(&self) {
        self.at_least(Stage::Done).await;
    }

    async fn at_least(&self, stage: Stage) {
        // This sender is in `self` too.
        let _ = self.stage.subscribe().wait_for(|it| *it >= stage).await;
    }

    fn reach(&self, stage: Stage) {
        self.stage.send_modify(|it| *it = stage.max(*it));
    }

    /// Why the connection has ended, for whoever would wait for ever otherwise.
    fn end_of_stream(self: &Arc<Self>) -> Error {
        self.end_or(CloseReason::EndOfStream)
    }

    /// Why the connection has ended; this, if it does not know of its end.
    pub(crate) fn end_or(self: &Arc<Self>, reason: CloseReason) -> Error {
        let state = self.with(|session, _| session.check_open());
        state.err().unwrap_or_else(|| Error::ended(reason))
    }

    fn write(&self, line: String, written: Option<oneshot::Sender<()>>) {
        // If the writer is gone, so is the connection, and all waiters know.
        let _ = self.outgoing.send(Outgoing::Line(line, written));
    }

    fn close(self: &Arc<Self>, closed: Closed) {
        self.with(|session, effects| session.close(closed, effects));
        // Only now: whoever is woken by these asks why.
        self.in_flight.close();
        self.reach(Stage::Closed);
    }
}
