//! The turns of a thread: start, find, wait for the next. What can be done with a running turn is
//! in its handle.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use codex_app_protocol::{ReviewStartParams, ReviewTarget};
use tokio::sync::oneshot;

use crate::connection::subscription::Subscription;
use crate::error::Error;
use crate::router::Claim;
use crate::thread::{Thread, about_thread};
use crate::turn::TurnHandle;
use crate::turn::input::TurnInput;
use crate::turn::result::TurnResult;

impl Thread {
    /// Runs a turn and waits until it has ended: starts it (`turn/start`), and returns its result
    /// with the final response.
    ///
    /// An interrupted turn is a result, a failed turn is an error. To stream the events of the
    /// turn, use [`start_turn`](Self::start_turn). By default there is no timeout; see the
    /// [guide](crate::guide::cancellation#timeouts).
    ///
    /// # Errors
    ///
    /// * [`Error::TurnActive`] if a turn is already running on the thread. Nothing is sent.
    /// * [`Error::TurnFailed`] if the turn fails, with everything it produced until then.
    /// * Otherwise as [`start_turn`](Self::start_turn) and [`TurnHandle::wait`].
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the turn is interrupted. To let it continue, use
    /// [`TurnInput::interrupt_on_drop(false)`](TurnInput::interrupt_on_drop).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
    /// let result = thread.run("Summarize this repository").await?;
    /// println!("{}", result.final_response.unwrap_or_default());
    /// # Ok(()) }
    /// ```
    pub async fn run(&self, input: impl Into<TurnInput>) -> Result<TurnResult, Error> {
        let mut input = input.into();
        input.interrupt_on_drop.get_or_insert(true);
        self.start_turn(input).await?.finish().await
    }

    /// Starts a turn and returns its handle, to stream its events, steer it or interrupt it:
    /// `turn/start`.
    ///
    /// # Errors
    ///
    /// * [`Error::TurnActive`] if a turn is already running on the thread, unless the input
    ///   [joins](TurnInput::join) it. Nothing is sent.
    /// * [`Error::InvalidInput`] if the input is not valid. Nothing is sent.
    /// * [`Error::ServerTooOld`] if the server would ignore part of the input. Nothing is sent.
    /// * [`Error::ThreadClosed`] if the program has [unsubscribed](Self::unsubscribe) from the
    ///   thread.
    /// * [`Error::ThreadRefused`] if the server refuses because of the state of the thread.
    /// * Otherwise as [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before the request is sent, nothing happens. After that, the turn
    /// runs and the thread is busy until it has ended; with [`TurnInput::interrupt_on_drop`] the
    /// turn is interrupted.
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
    pub async fn start_turn(&self, input: impl Into<TurnInput>) -> Result<TurnHandle, Error> {
        self.client.start_turn(self.id(), input).await
    }

    /// Starts a code review on this thread and returns the handle of its turn: `review/start`.
    ///
    /// # Errors
    ///
    /// * [`Error::TurnActive`] if a turn is already running on the thread. Nothing is sent.
    /// * [`Error::ThreadClosed`] if the program has [unsubscribed](Self::unsubscribe) from the
    ///   thread.
    /// * [`Error::ThreadRefused`] if the server refuses because of the state of the thread.
    /// * Otherwise as [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before the request is sent, nothing happens. After that, the review
    /// runs and the thread is busy until it has ended.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
    /// use codex_app_client::protocol::ReviewTarget;
    ///
    /// let mut review = thread.start_review(ReviewTarget::UncommittedChanges).await?;
    /// println!("{}", review.wait().await?.final_response.unwrap_or_default());
    /// # Ok(()) }
    /// ```
    pub async fn start_review(&self, target: impl Into<ReviewTarget>) -> Result<TurnHandle, Error> {
        let params = ReviewStartParams::new(self.id(), target);
        let reservation = self.hold.shared.reserve(self.id(), false, Claim::Handle)?;
        let turn = self.client.start(&params, reservation).await;
        turn.map_err(|error| about_thread(self.id(), error))
    }

    /// Returns a handle of the running turn, even if another client or the server started it, or
    /// `None` if no turn is known to be running. The handle receives the events from now on.
    #[must_use]
    pub fn active_turn(&self) -> Option<TurnHandle> {
        self.attach(None)
    }

    /// Returns a handle of the turn with an id, if it is running. The handle receives the events
    /// from now on.
    ///
    /// # Errors
    ///
    /// [`Error::NoActiveTurn`] if the turn is not running. [`Error::Closed`] if the connection has
    /// ended.
    pub fn turn(&self, turn_id: &str) -> Result<TurnHandle, Error> {
        self.client.check_open()?;
        self.attach(Some(turn_id)).ok_or_else(|| Error::NoActiveTurn {
            thread_id: self.id().to_owned(),
            turn_id: turn_id.to_owned(),
        })
    }

    /// Returns a future of the next turn that begins on this thread, even if another client or the
    /// server starts it. Its handle receives all events of the turn.
    ///
    /// The turn is watched for from this call on, so call it before the action that makes the
    /// server start the turn.
    pub fn next_turn(&self) -> NextTurn {
        let (to, turn) = oneshot::channel();
        self.hold.shared.with(|session, _| {
            if session.check_open().is_ok() {
                session.router.await_turn(self.id(), to);
            }
        });
        NextTurn { turn, thread: self.clone() }
    }

    fn attach(&self, turn_id: Option<&str>) -> Option<TurnHandle> {
        let shared = &self.hold.shared;
        let attached = shared.with(|session, _| session.router.attach(self.id(), turn_id))?;
        let subscription = Subscription::new(Arc::clone(shared), attached, false);
        Some(TurnHandle::new(self.client.clone(), subscription))
    }
}

/// A future that resolves to a handle of the next turn that begins on a thread, from
/// [`Thread::next_turn`].
///
/// # Errors
///
/// [`Error::Closed`] if the connection ends first. [`Error::ThreadClosed`] if the thread is closed
/// or unsubscribed first.
///
/// # Cancel safety
///
/// Cancel safe: the turn runs whether or not somebody waits for it.
#[derive(Debug)]
#[must_use = "a future does nothing unless it is awaited"]
pub struct NextTurn {
    // Dropped first: dropping the thread forgets what nobody waits for.
    turn: oneshot::Receiver<Subscription>,
    thread: Thread,
}

impl Future for NextTurn {
    type Output = Result<TurnHandle, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let turn = std::task::ready!(Pin::new(&mut self.turn).poll(cx));
        let client = &self.thread.client;
        Poll::Ready(match turn {
            Ok(subscription) => Ok(TurnHandle::new(client.clone(), subscription)),
            Err(_) => Err(client
                .check_open()
                .err()
                .unwrap_or_else(|| Error::ThreadClosed { thread_id: self.thread.id().to_owned() })),
        })
    }
}
