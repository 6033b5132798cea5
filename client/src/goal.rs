//! A goal that the server pursues by itself, followed until it ends through all turns that the
//! server starts for it. This module starts no turn.

mod control;
mod progress;
mod thread;

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use codex_app_protocol::{ThreadGoal, ThreadGoalStatus};
use futures_core::Stream;

use crate::error::Error;
use crate::event::{Event, Events, Notification};
pub use crate::goal::control::GoalControl;
use crate::goal::progress::Progress;
use crate::thread::Thread;
use crate::turn::result::TurnResult;

/// A goal that the server pursues, from [`Thread::start_goal`]: the server starts turns by itself
/// until the goal is reached.
///
/// It is a [`Stream`] of the thread's notifications during all of those turns. The stream ends when
/// the goal has ended and its last turn is over. A goal ends when it is reached, paused, blocked or
/// cleared, or reaches its token budget or a usage limit.
///
/// The stream also ends after an interrupted turn. The goal then stays active, but the server does
/// not continue it: see [`Thread::resume_goal`].
///
/// Dropping the stream does not stop the goal. Call [`stop`](Self::stop) for that.
///
/// # Examples
///
/// ```no_run
/// # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
/// let mut goal = thread.start_goal("All tests pass").await?;
/// while let Some(turn) = goal.next_turn().await {
///     println!("{}", turn?.final_response.unwrap_or_default());
/// }
/// let result = goal.wait().await?;
/// println!("reached: {}", result.is_complete());
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct GoalRun {
    control: GoalControl,
    events: Events,
    progress: Progress,
    /// The error that ended the stream.
    error: Option<Error>,
}

/// The outcome of a goal.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GoalResult {
    /// The latest state of the goal, or `None` if it was cleared.
    pub goal: Option<ThreadGoal>,
    /// How many turns ended while the goal was followed.
    pub turn_count: usize,
    /// The outcome of the last of these turns.
    pub last_turn: Option<Result<TurnResult, Error>>,
}

impl GoalResult {
    /// Returns the status of the goal, or `None` if it was cleared. After an interrupted turn it is
    /// still [`ThreadGoalStatus::Active`].
    #[must_use]
    pub fn status(&self) -> Option<&ThreadGoalStatus> {
        self.goal.as_ref()?.status.as_ref()
    }

    /// Returns whether the goal was reached.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        matches!(self.status(), Some(ThreadGoalStatus::Complete))
    }

    /// Returns the final response of the last turn, if it has one.
    #[must_use]
    pub fn final_response(&self) -> Option<&str> {
        self.last_turn.as_ref()?.as_ref().ok()?.final_response.as_deref()
    }
}

impl GoalRun {
    fn new(thread: &Thread, events: Events, progress: Progress) -> Self {
        Self { control: GoalControl::new(thread.clone()), events, progress, error: None }
    }

    /// Returns a handle that pauses, clears or stops the goal from another task.
    #[must_use]
    pub fn control(&self) -> GoalControl {
        self.control.clone()
    }

    /// Returns the next notification of the thread, or `None` after the end of the goal or the
    /// thread.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] or [`Error::ThreadClosed`], once, if the events ended before the goal.
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe: dropping the future loses no notification.
    pub async fn next(&mut self) -> Option<Result<Notification, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// Waits until the next turn ends, skips its notifications, and returns its result. Returns
    /// `None` after the end of the goal or the thread.
    ///
    /// # Errors
    ///
    /// [`Error::TurnFailed`] if the turn failed, [`Error::UnexpectedTurnStatus`] if it ended with
    /// an unknown status; both contain its result. Otherwise as [`next`](Self::next).
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe: call it again.
    pub async fn next_turn(&mut self) -> Option<Result<TurnResult, Error>> {
        let n_turns = self.progress.n_turns();
        while let Some(event) = self.next().await {
            if let Err(error) = event {
                return Some(Err(error));
            }
            if self.progress.n_turns() > n_turns {
                return self.progress.last_turn().cloned();
            }
        }
        None
    }

    /// Waits until the goal has ended, skips unread notifications, and returns the outcome. Called
    /// again, it returns the same outcome.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] if the connection ended first, [`Error::ThreadClosed`] if the thread was
    /// closed. A failed turn is not an error here: see [`GoalResult::last_turn`].
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe: call it again.
    pub async fn wait(&mut self) -> Result<GoalResult, Error> {
        while let Some(event) = self.next().await {
            event?;
        }
        match &self.error {
            Some(error) => Err(error.clone()),
            None => Ok(self.progress.result()),
        }
    }

    /// Stops the goal and returns the outcome: pauses it, interrupts its turn, and waits until that
    /// is over. See [`GoalControl::stop`].
    ///
    /// # Errors
    ///
    /// As [`GoalControl::stop`] and [`wait`](Self::wait).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the goal may or may not be paused, and a turn may still run: call
    /// it again.
    pub async fn stop(&mut self) -> Result<GoalResult, Error> {
        self.control.stop().await?;
        self.wait().await
    }

    /// Pauses the goal; see [`GoalControl::pause`].
    ///
    /// # Errors
    ///
    /// As [`GoalControl::pause`].
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the goal may or may not be paused.
    pub async fn pause(&self) -> Result<(), Error> {
        self.control.pause().await
    }

    /// Clears the goal; see [`GoalControl::clear`].
    ///
    /// # Errors
    ///
    /// As [`GoalControl::clear`].
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the goal may or may not be cleared.
    pub async fn clear(&self) -> Result<(), Error> {
        self.control.clear().await
    }
}

impl Stream for GoalRun {
    type Item = Result<Notification, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if self.error.is_some() || self.progress.is_over() {
                return Poll::Ready(None);
            }
            let event = match ready!(Pin::new(&mut self.events).poll_next(cx)) {
                Some(Ok(event)) => event,
                end => {
                    let gone = || self.control.closed();
                    let error = end.and_then(Result::err).unwrap_or_else(gone);
                    self.error = Some(error.clone());
                    return Poll::Ready(Some(Err(error)));
                }
            };
            if let Event::Notification(notification) = event {
                if self.progress.event(&notification.body) {
                    let error = self.control.closed();
                    self.error = Some(error);
                }
                return Poll::Ready(Some(Ok(notification)));
            }
        }
    }
}
