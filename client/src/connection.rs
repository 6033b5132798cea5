//! Carries lines between a transport and the session: one task reads, one writes. They decide
//! nothing; the reader waits for nobody but the server.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use codex_app_protocol::RequestId;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::time::Instant;
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use crate::closed::{CloseReason, Closed};
use crate::effect::Effect;
use crate::error::Error;
use crate::frame::Lines;
use crate::options::Options;
use crate::pending::{Call, Reply};
use crate::router::StartId;
use crate::session::Session;
use crate::tap::{FrameDirection, Tap};
use crate::transport::{BoxRead, BoxWrite, Process, Transport};
use crate::turn::Subscription;

/// How often calls that were given up are looked through while others wait.
const EXPIRY: Duration = Duration::from_secs(1);
/// How long a process that has closed its output may take to exit before its waiters are told.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// How long a turn that was promised may take to begin when there is reason to doubt that it does. A
/// server takes some 50 ms; older ones, which name turns that never begin, cost their users this.
const DOUBT: Duration = Duration::from_secs(5);

/// What the handles of a connection share with its tasks.
pub(crate) struct Shared {
    session: Mutex<Session>,
    outgoing: mpsc::UnboundedSender<Outgoing>,
    in_flight: Arc<Semaphore>,
    stop: watch::Sender<bool>,
    /// Whether the tasks are done and the process, if any, is reaped.
    is_done: watch::Sender<bool>,
}

#[derive(Debug)]
enum Outgoing {
    Line(String, Option<oneshot::Sender<()>>),
    Close,
}

/// Without what it holds: the lines that wait may say anything, and every handle prints this.
impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("is_done", &*self.is_done.borrow()).finish_non_exhaustive()
    }
}

/// Starts the tasks of a connection.
pub(crate) fn open(transport: Transport, options: &Options) -> Arc<Shared> {
    let (outgoing, lines) = mpsc::unbounded_channel();
    let shared = Arc::new(Shared {
        session: Mutex::new(Session::new(options.handlers.clone())),
        outgoing,
        in_flight: Arc::new(Semaphore::new(options.max_in_flight)),
        stop: watch::Sender::new(false),
        is_done: watch::Sender::new(false),
    });
    let Transport { read, write, process, why } = transport;
    let carrier = Carrier {
        shared: Arc::clone(&shared),
        lines: Lines::new(read, options.max_line_bytes),
        limit: options.max_line_bytes,
        grace: options.shutdown_grace,
        tap: options.tap.clone(),
        process,
        why,
    };
    tokio::spawn(carrier.run(write, lines));
    shared
}

impl Shared {
    /// Runs a decision, and then what follows from it, unlocked.
    pub(crate) fn with<T>(
        self: &Arc<Self>,
        decide: impl FnOnce(&mut Session, &mut Vec<Effect>) -> T,
    ) -> T {
        let mut effects = Vec::new();
        let value = {
            let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
            decide(&mut session, &mut effects)
        };
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
                let line = self.with(|session, _| session.interruption(thread_id, turn_id));
                if let Some(line) = line {
                    self.write(line, None);
                }
            }
            Effect::Doubt { thread_id, turn_ids } => {
                let shared = Arc::downgrade(self);
                tokio::spawn(async move {
                    tokio::time::sleep(DOUBT).await;
                    if let Some(shared) = shared.upgrade() {
                        shared.with(|session, _| session.router.give_up(&thread_id, &turn_ids));
                    }
                });
            }
            Effect::Ask(asked, answerer) => answerer.ask(self, asked),
            Effect::Release(handlers) => drop(handlers),
        }
    }

    /// Sends a line and waits until it is written.
    pub(crate) async fn send_and_wait(self: &Arc<Self>, line: String) -> Result<(), Error> {
        self.with(|session, _| session.check_open())?;
        let (written, is_written) = oneshot::channel();
        self.write(line, Some(written));
        match is_written.await {
            Ok(()) => Ok(()),
            Err(_) => self.with(|session, _| session.check_open()),
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
        let mut start = start;
        let permit = self.permit().await?;
        let (waiter, reply) = oneshot::channel();
        let id = self.with(|session, _| session.pending.next_id());
        span.record("id", id);
        // Not under the lock: an image is megabytes, and the reader would wait.
        let line = encode(&id.into())?;
        self.with(|session, effects| {
            session.check_open()?;
            // From here on the pending call frees the thread. A reservation that is not handed over
            // is dropped by the caller: dropping it takes the lock that is held here.
            let start = start.as_mut().and_then(|it| it.start.take());
            session.pending.insert(id, Call::new(method, waiter, start, permit));
            effects.push(Effect::Send(line));
            Ok::<_, Error>(())
        })?;
        let mut given_up = GivenUp { shared: self, id: Some(id) };
        let outcome = reply.await;
        given_up.id = None;
        match outcome {
            Ok(outcome) => outcome,
            Err(_) => {
                self.with(|session, _| session.check_open())?;
                Err(Arc::new(Closed::new(CloseReason::EndOfStream)).into())
            }
        }
    }

    async fn permit(self: &Arc<Self>) -> Result<tokio::sync::OwnedSemaphorePermit, Error> {
        self.with(|session, _| session.check_open())?;
        let permit = Arc::clone(&self.in_flight).acquire_owned();
        tokio::pin!(permit);
        loop {
            tokio::select! {
                biased;
                permit = &mut permit => {
                    return match permit {
                        Ok(permit) => Ok(permit),
                        Err(_) => {
                            self.with(|session, _| session.check_open())?;
                            Err(Arc::new(Closed::new(CloseReason::Shutdown)).into())
                        }
                    };
                }
                () = tokio::time::sleep(EXPIRY) => {
                    self.with(|session, _| session.pending.expire(Instant::now()));
                }
            }
        }
    }

    /// Reserves a thread before anything is written.
    pub(crate) fn reserve(
        self: &Arc<Self>,
        thread_id: &str,
        join: bool,
        interrupt: bool,
    ) -> Result<Reservation, Error> {
        let start = self.with(|session, _| {
            session.check_open()?;
            session.router.reserve(thread_id, join)
        })?;
        Ok(Reservation { shared: Arc::clone(self), start: Some((start, interrupt)) })
    }

    /// Ends the connection; does not wait.
    pub(crate) fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Waits until everything is over.
    pub(crate) async fn done(&self) {
        // The sender is in `self`, so waiting cannot fail.
        let _ = self.is_done.subscribe().wait_for(|it| *it).await;
    }

    fn write(&self, line: String, written: Option<oneshot::Sender<()>>) {
        // If the writer is gone, so is the connection, and all waiters know.
        let _ = self.outgoing.send(Outgoing::Line(line, written));
    }

    fn close(self: &Arc<Self>, closed: Closed) {
        self.in_flight.close();
        self.with(|session, effects| session.close(closed, effects));
    }
}

/// A thread that is reserved for a start that was not sent yet. Dropping it frees the thread.
#[derive(Debug)]
pub(crate) struct Reservation {
    shared: Arc<Shared>,
    start: Option<(StartId, bool)>,
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if let Some((start, _)) = self.start.take() {
            self.shared.with(|session, _| session.router.cancel_start(&start));
        }
    }
}

/// Tells the session when a caller stops waiting.
struct GivenUp<'a> {
    shared: &'a Arc<Shared>,
    id: Option<i64>,
}

impl Drop for GivenUp<'_> {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            self.shared.with(|session, _| session.pending.abandon(id, Instant::now()));
        }
    }
}

/// The task that reads.
struct Carrier {
    shared: Arc<Shared>,
    lines: Lines<BoxRead>,
    limit: usize,
    grace: Duration,
    tap: Option<Tap>,
    process: Option<Process>,
    why: Arc<OnceLock<CloseReason>>,
}

impl Carrier {
    async fn run(mut self, write: BoxWrite, outgoing: mpsc::UnboundedReceiver<Outgoing>) {
        let (broken, mut is_broken) = oneshot::channel();
        let tap = self.tap.clone();
        let writer = tokio::spawn(async move {
            if let Err(error) = write_lines(write, outgoing, tap.as_ref()).await {
                // The reader may be gone already.
                let _ = broken.send(error.kind());
            }
        });
        let mut stop = self.shared.stop.subscribe();
        let reason = tokio::select! {
            biased;
            _ = stop.wait_for(|it| *it) => CloseReason::Shutdown,
            Ok(kind) = &mut is_broken => CloseReason::Write(kind),
            reason = read_lines(&mut self.lines, self.limit, &self.shared, self.tap.as_ref()) => reason,
        };
        let reason = match self.why.get() {
            Some(why) if reason != CloseReason::Shutdown => why.clone(),
            _ => reason,
        };
        tracing::debug!(?reason, "the connection ends");
        self.end(reason).await;
        writer.abort();
    }

    async fn end(&mut self, reason: CloseReason) {
        let is_wanted = reason == CloseReason::Shutdown;
        let deadline = Instant::now() + self.grace;
        let mut closed = Closed::new(reason);
        if is_wanted {
            self.shared.close(closed);
            // If the writer is gone, the input is closed already.
            let _ = self.shared.outgoing.send(Outgoing::Close);
            // A server that cannot write does not exit: read to the end.
            let _ = tokio::time::timeout_at(deadline, self.lines.drain()).await;
        } else {
            let _ = self.shared.outgoing.send(Outgoing::Close);
            if let Some(process) = &mut self.process {
                closed.exit_status = process.exit_within(LAST_WORDS).await;
                closed.stderr_tail = process.stderr_tail().await;
            }
            self.shared.close(closed);
        }
        if let Some(process) = &mut self.process {
            process.end(deadline, self.grace).await;
        }
    }
}

impl Drop for Carrier {
    fn drop(&mut self) {
        self.shared.close(Closed::new(CloseReason::RuntimeGone));
        // The process goes first: whoever waits for the end expects it to be gone.
        drop(self.process.take());
        self.shared.is_done.send_replace(true);
    }
}

async fn read_lines(
    lines: &mut Lines<BoxRead>,
    limit: usize,
    shared: &Arc<Shared>,
    tap: Option<&Tap>,
) -> CloseReason {
    loop {
        let mut frame = match lines.next().await {
            Ok(Some(frame)) => frame,
            Ok(None) => return CloseReason::EndOfStream,
            Err(error) => return CloseReason::Read(error.kind()),
        };
        if let Some(tap) = tap {
            tap.see(FrameDirection::Received, frame.bytes());
        }
        // What has been received together is decided together: the lock is taken once for it. Not
        // under the eyes of a tap, which may do anything.
        let known = shared.with(|session, effects| {
            loop {
                session.frame(frame, limit, effects)?;
                if tap.is_some() {
                    return Ok(());
                }
                match lines.received() {
                    Some(next) => frame = next,
                    None => return Ok(()),
                }
            }
        });
        if let Err(()) = known {
            return CloseReason::LineTooLong { limit };
        }
    }
}

async fn write_lines(
    mut write: BoxWrite,
    mut outgoing: mpsc::UnboundedReceiver<Outgoing>,
    tap: Option<&Tap>,
) -> std::io::Result<()> {
    while let Some(Outgoing::Line(mut line, written)) = outgoing.recv().await {
        if let Some(tap) = tap {
            tap.see(FrameDirection::Sent, line.as_bytes());
        }
        line.push('\n');
        write.write_all(line.as_bytes()).await?;
        if outgoing.is_empty() || written.is_some() {
            write.flush().await?;
        }
        if let Some(written) = written {
            // Nobody may be waiting any more.
            let _ = written.send(());
        }
    }
    write.shutdown().await
}
