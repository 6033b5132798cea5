//! The handle of one turn: its events as a stream, its result, and its controls. It routes nothing:
//! the router has put the events of the turn into its queue.

pub(crate) mod control;
pub(crate) mod final_response;
pub(crate) mod input;
pub(crate) mod interruption;
pub(crate) mod result;
pub(crate) mod usage;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use codex_app_protocol::{ServerNotification, Turn};
use futures_core::Stream;
use tracing::Span;
use tracing::field::Empty;

use crate::client::Client;
use crate::connection::subscription::Subscription;
use crate::error::Error;
use crate::event::{Event, Notification, decode};
use crate::router::phase::Phase;
use crate::router::queue::Entry;
use crate::turn::control::TurnControl;
use crate::turn::input::TurnInput;
use crate::turn::result::{Collector, TurnResult};

/// A handle of a running turn: streams its events, waits for its result, steers and interrupts it.
///
/// A turn is one input, and everything the agent does until its final response. The handle is
/// returned by [`Thread::start_turn`](crate::Thread::start_turn) and similar methods.
///
/// It is a [`Stream`] of the events of this turn only, in the order in which the server sent them.
/// It ends after `turn/completed`. If the connection ends first, the last item is the error.
/// Several handles of one turn each receive all events from the moment they were created.
///
/// Dropping the handle frees what is queued for it. The turn continues, and its thread stays busy
/// until it ends, unless the turn was started with
/// [`interrupt_on_drop`](crate::TurnInput::interrupt_on_drop).
///
/// # Examples
///
/// ```no_run
/// # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
/// use codex_app_client::protocol::ServerNotification;
///
/// let mut turn = thread.start_turn("Summarize this repository").await?;
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
        let (thread_id, turn_id) =
            (&*subscription.attached.thread_id, &*subscription.attached.turn_id);
        let span = tracing::debug_span!(
            "turn",
            thread_id,
            turn_id,
            joined = subscription.attached.joined,
            status = Empty,
            duration_ms = Empty,
        );
        Self { subscription, client, collector: Collector::default(), error: None, span }
    }

    /// Returns the id of the thread.
    #[must_use]
    pub fn thread_id(&self) -> &str {
        &self.subscription.attached.thread_id
    }

    /// Returns the id of the turn.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.subscription.attached.turn_id
    }

    /// Returns whether the turn was already running when this handle was created: the input joined
    /// it ([`TurnInput::join`]), or the handle is of
    /// [`Thread::active_turn`](crate::Thread::active_turn) or similar. Then the handle receives
    /// only the events since.
    ///
    /// Servers before 0.150 do not report that an input joined another turn. With these, only
    /// [`TurnResult::joined`](crate::TurnResult::joined) tells, a few seconds after that turn has
    /// ended.
    #[must_use]
    pub fn is_joined(&self) -> bool {
        self.subscription.attached.joined
    }

    /// Returns whether the turn has ended. Some of its events may still be unread.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.subscription.attached.phase.get() == Phase::Ended
    }

    /// Waits for the next event of the turn. Returns `None` after the last one.
    ///
    /// # Errors
    ///
    /// The error that ended the events early, once; see [`wait`](Self::wait). For example
    /// [`Error::Closed`] if the connection has ended.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped, no event is lost. Call it again to continue.
    pub async fn next(&mut self) -> Option<Result<Notification, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// Waits until the turn has ended, and returns its result. Reads and discards the remaining
    /// events.
    ///
    /// The result includes events that were read before with [`next`](Self::next). It can be called
    /// again, and then returns the same.
    ///
    /// # Errors
    ///
    /// * [`Error::TurnFailed`] if the turn failed, with everything it produced until then.
    /// * [`Error::UnexpectedTurnStatus`] if it ended with a status other than completed, failed or
    ///   interrupted.
    /// * [`Error::ItemsLost`] if items of the turn were in lines that could not be used.
    /// * [`Error::TurnEndTooLong`] or [`Error::InvalidTurnEnd`] if its `turn/completed` could not
    ///   be used.
    /// * [`Error::NoActiveTurn`] if it had ended before this handle was created, or did not begin:
    ///   the server named it, but the thread has been idle for 5 seconds since.
    /// * [`Error::ThreadClosed`] if the thread was closed or unsubscribed first.
    /// * [`Error::Closed`] if the connection ended first.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped, the turn continues. Call it again to continue
    /// waiting.
    pub async fn wait(&mut self) -> Result<TurnResult, Error> {
        self.read_to_end().await?;
        let (thread_id, turn_id) = (self.thread_id(), self.id());
        let result = self.collector.result(thread_id, turn_id, self.is_joined());
        result.unwrap_or_else(|| Err(self.without_result()))
    }

    /// Like [`wait`](Self::wait), but consumes the handle.
    pub(crate) async fn finish(mut self) -> Result<TurnResult, Error> {
        self.read_to_end().await?;
        let collector = std::mem::take(&mut self.collector);
        let result = collector.into_result(self.thread_id(), self.id(), self.is_joined());
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

    /// Returns a [`TurnControl`], with which another task can steer or interrupt the turn. It does
    /// not consume events.
    #[must_use]
    pub fn control(&self) -> TurnControl {
        TurnControl::new(
            self.client.clone(),
            Arc::clone(&self.subscription.attached.thread_id),
            Arc::clone(&self.subscription.attached.turn_id),
            Arc::clone(&self.subscription.attached.phase),
        )
    }

    /// Sends further input to the turn while it is running: `turn/steer`. See
    /// [`TurnControl::steer`].
    ///
    /// # Errors
    ///
    /// * [`Error::NoActiveTurn`] if the turn has ended.
    /// * [`Error::TurnNotSteerable`] if the turn does not accept input, as a review does not.
    /// * Otherwise as [`TurnControl::steer`].
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the input may or may not have been sent.
    pub async fn steer(&self, input: impl Into<TurnInput>) -> Result<(), Error> {
        self.control().steer(input).await
    }

    /// Interrupts (cancels) the turn, and returns once the server has acknowledged it:
    /// `turn/interrupt`. See [`TurnControl::interrupt`].
    ///
    /// Does nothing if the turn has ended. To wait until it has ended, use
    /// [`interrupt_and_wait`](Self::interrupt_and_wait).
    ///
    /// # Errors
    ///
    /// The same errors as [`TurnControl::interrupt`].
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the turn may or may not be interrupted.
    pub async fn interrupt(&self) -> Result<(), Error> {
        self.control().interrupt().await
    }

    /// Interrupts (cancels) the turn, and returns once it has ended: `turn/interrupt`. Its last
    /// events can still be read.
    ///
    /// # Errors
    ///
    /// The same errors as [`TurnControl::interrupt`].
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the turn may or may not be interrupted.
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
            let next = std::task::ready!(self.subscription.attached.queue.poll(cx));
            let entry = match next {
                Some(Ok(entry)) => entry,
                end => {
                    let id = self.subscription.attached.id;
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
                    "the server cannot reach the model and will retry: see the `error` event"
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
