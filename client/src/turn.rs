//! The handle of one turn: its events as a stream, its result, and its controls. It routes nothing:
//! what belongs to the turn was put into its queue.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use codex_app_protocol::{ServerNotification, Turn};
use futures_core::Stream;
use tracing::Span;
use tracing::field::Empty;

use crate::client::Client;
use crate::connection::Shared;
use crate::error::Error;
use crate::event::{Event, Notification, decode};
use crate::phase::{Phase, Progress};
use crate::queue::{Entry, Queue};
use crate::router::{Attached, Scope};
use crate::turn_control::TurnControl;
use crate::turn_input::TurnInput;
use crate::turn_result::{Collector, TurnResult};

/// A place in a turn's route. Dropping it frees the place, and interrupts the turn if it should.
#[derive(Debug)]
pub(crate) struct Subscription {
    shared: Arc<Shared>,
    id: u64,
    queue: Arc<Queue>,
    thread_id: Arc<str>,
    turn_id: Arc<str>,
    phase: Arc<Progress>,
    joined: bool,
    interrupt_on_drop: bool,
}

impl Subscription {
    pub(crate) fn new(shared: Arc<Shared>, attached: Attached, interrupt_on_drop: bool) -> Self {
        let Attached { id, queue, thread_id, turn_id, phase, joined } = attached;
        let interrupt_on_drop = interrupt_on_drop && !joined;
        Self { shared, id, queue, thread_id, turn_id, phase, joined, interrupt_on_drop }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let (thread_id, turn_id) = (Arc::clone(&self.thread_id), Arc::clone(&self.turn_id));
        let scope = Scope::Turn { thread_id, turn_id };
        let interrupt = self.interrupt_on_drop;
        self.shared.with(|session, effects| {
            session.router.unsubscribe(self.id, &scope, interrupt, effects);
        });
    }
}

/// A turn.
///
/// It is a [`Stream`] of the turn's events, and of nothing else; it ends after `turn/completed`. If
/// the connection ends first, the error is its last item. Each handle of a turn has its own place in
/// the events: none takes any from another.
///
/// Dropping a handle frees everything it held. The turn goes on, unless it was started with
/// [`interrupt_on_drop`](crate::TurnInput::interrupt_on_drop).
///
/// # Examples
///
/// ```no_run
/// # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
/// use codex_app_client::protocol::ServerNotification;
///
/// let mut turn = thread.start_turn("Summarise this repository").await?;
/// while let Some(event) = turn.next().await {
///     if let ServerNotification::ItemAgentMessageDelta(delta) = event?.body {
///         print!("{}", delta.delta.unwrap_or_default());
///     }
/// }
/// let result = turn.wait().await?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct TurnHandle {
    // Before the client: the last handle interrupts its turn before it ends the connection.
    subscription: Subscription,
    client: Client,
    collector: Collector,
    /// The error that ended the stream.
    error: Option<Box<Error>>,
    /// Lasts as long as the handle, and knows how the turn ended.
    span: Span,
}

impl TurnHandle {
    pub(crate) fn new(client: Client, subscription: Subscription) -> Self {
        let (thread_id, turn_id) = (&*subscription.thread_id, &*subscription.turn_id);
        let span = tracing::debug_span!(
            "turn",
            thread_id,
            turn_id,
            joined = subscription.joined,
            status = Empty,
            duration_ms = Empty,
        );
        Self { subscription, client, collector: Collector::default(), error: None, span }
    }

    /// The thread.
    #[must_use]
    pub fn thread_id(&self) -> &str {
        &self.subscription.thread_id
    }

    /// The turn.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.subscription.turn_id
    }

    /// Whether this handle came to a turn that somebody else had started: the input went into it, or
    /// it was adopted. Then only the events since are here.
    ///
    /// Servers before 0.150 do not say that the input went into another turn. There it shows in
    /// [`TurnResult::joined`](crate::TurnResult::joined), some seconds after that turn has ended.
    #[must_use]
    pub fn joined(&self) -> bool {
        self.subscription.joined
    }

    /// Whether the turn is over; events of it may still be unread.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.subscription.phase.get() == Phase::Ended
    }

    /// The next event; none after the end.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Result<Notification, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// Waits for the end of the turn, past whatever events are unread, and tells what it has come
    /// to. Events read before count too. Called again, it tells the same.
    ///
    /// # Errors
    ///
    /// [`Error::TurnFailed`] if the turn failed, with all it had produced;
    /// [`Error::UnexpectedTurnStatus`] if it ended otherwise than completed or interrupted;
    /// [`Error::NoActiveTurn`] if it had ended before this handle was made, or has not begun though the
    /// thread has been idle for some seconds, as is so of threads that are not heard;
    /// [`Error::Closed`] if the connection ended first.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing: call it again.
    pub async fn wait(&mut self) -> Result<TurnResult, Error> {
        self.read_to_end().await?;
        let (thread_id, turn_id) = (self.thread_id(), self.id());
        let result = self.collector.result(thread_id, turn_id, self.joined());
        result.unwrap_or_else(|| Err(self.without_result()))
    }

    /// The same, once.
    pub(crate) async fn finish(mut self) -> Result<TurnResult, Error> {
        self.read_to_end().await?;
        let collector = std::mem::take(&mut self.collector);
        let result = collector.into_result(self.thread_id(), self.id(), self.joined());
        result.unwrap_or_else(|| Err(self.without_result()))
    }

    async fn read_to_end(&mut self) -> Result<(), Error> {
        while let Some(event) = std::future::poll_fn(|cx| self.poll_event(cx)).await {
            self.collector.take(event?.body);
        }
        Ok(())
    }

    fn without_result(&self) -> Error {
        self.error.as_deref().cloned().unwrap_or_else(|| Error::NoActiveTurn {
            thread_id: self.thread_id().to_owned(),
            turn_id: self.id().to_owned(),
        })
    }

    /// A second way to control the turn, for another task. It has no place in the events.
    #[must_use]
    pub fn control(&self) -> TurnControl {
        TurnControl::new(
            self.client.clone(),
            Arc::clone(&self.subscription.thread_id),
            Arc::clone(&self.subscription.turn_id),
            Arc::clone(&self.subscription.phase),
        )
    }

    /// See [`TurnControl::steer`].
    ///
    /// # Errors
    ///
    /// As [`TurnControl::steer`].
    ///
    /// # Cancel safety
    ///
    /// As [`TurnControl::steer`].
    pub async fn steer(&self, input: impl Into<TurnInput>) -> Result<(), Error> {
        self.control().steer(input).await
    }

    /// See [`TurnControl::interrupt`].
    ///
    /// # Errors
    ///
    /// As [`TurnControl::interrupt`].
    ///
    /// # Cancel safety
    ///
    /// As [`TurnControl::interrupt`].
    pub async fn interrupt(&self) -> Result<(), Error> {
        self.control().interrupt().await
    }

    /// See [`TurnControl::interrupt_and_wait`].
    ///
    /// # Errors
    ///
    /// As [`TurnControl::interrupt_and_wait`].
    ///
    /// # Cancel safety
    ///
    /// As [`TurnControl::interrupt_and_wait`].
    pub async fn interrupt_and_wait(&self) -> Result<(), Error> {
        self.control().interrupt_and_wait().await
    }
}

impl Stream for TurnHandle {
    type Item = Result<Notification, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let event = std::task::ready!(self.poll_event(cx));
        if let Some(Ok(notification)) = &event {
            self.collector.event(&notification.body);
        }
        Poll::Ready(event)
    }
}

impl TurnHandle {
    /// The next event. Whoever takes it puts it into the collector.
    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Notification, Error>>> {
        loop {
            let next = std::task::ready!(self.subscription.queue.poll(cx));
            let entry = match next {
                Some(Ok(entry)) => entry,
                end => {
                    let id = self.subscription.id;
                    self.subscription.shared.with(|session, _| session.router.stream_ended(id));
                    let error = end.and_then(Result::err);
                    if let Some(error) = &error {
                        self.error = Some(Box::new(error.clone()));
                    }
                    return Poll::Ready(error.map(Err));
                }
            };
            match &entry {
                Entry::Baseline(params) => {
                    self.collector.baseline(params);
                    continue;
                }
                Entry::Lost => {
                    self.collector.item_lost();
                    continue;
                }
                Entry::Line(_) | Entry::Invalid(_) => {}
            }
            let shared = &self.subscription.shared;
            match decode(entry, shared) {
                Some(Event::Notification(notification)) => {
                    self.trace(&notification.body);
                    return Poll::Ready(Some(Ok(notification)));
                }
                // It is not known to be of this turn: the connection's watchers are told.
                Some(Event::InvalidLine(line)) => {
                    shared.with(|session, _| session.router.invalid(&line));
                }
                None => {}
            }
        }
    }

    fn trace(&self, event: &ServerNotification) {
        match event {
            ServerNotification::TurnCompleted(completed) => record_end(&self.span, &completed.turn),
            // Whoever only waits would not know why nothing happens.
            ServerNotification::Error(error) if error.will_retry == Some(true) => {
                let (thread_id, turn_id) = (self.thread_id(), self.id());
                tracing::warn!(
                    thread_id,
                    turn_id,
                    "the server cannot reach the model, and tries again: an `error` event says why"
                );
            }
            _ => {}
        }
    }
}

fn record_end(span: &Span, turn: &Turn) {
    if let Some(status) = &turn.status {
        span.record("status", status.as_str());
    }
    if let Some(duration_ms) = turn.duration_ms {
        span.record("duration_ms", duration_ms);
    }
}
