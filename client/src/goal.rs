//! A goal that the server pursues by itself, followed through the turns that it starts until it
//! ends. It starts no turn.

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
use crate::turn_result::TurnResult;

/// A goal that the server pursues, from [`Thread::start_goal`].
///
/// It is a [`Stream`] of what the server tells of the thread meanwhile, through all turns that it
/// starts for the goal. It ends when the goal has ended (it is reached, paused, blocked, cleared, or
/// a limit was met) and the turn that ran then is over too.
///
/// An interrupted turn ends it as well: the goal stays active then, and the server does not go on.
///
/// Dropping it stops nothing: the server goes on. To stop it, call [`stop`](Self::stop).
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

/// What has become of a goal.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GoalResult {
    /// The goal as it was last told of; none if it was cleared.
    pub goal: Option<ThreadGoal>,
    /// How many turns have ended meanwhile.
    pub n_turns: usize,
    /// What the last of them has come to.
    pub last_turn: Option<Result<TurnResult, Error>>,
}

impl GoalResult {
    /// The state of the goal; none if it was cleared. It is still [`ThreadGoalStatus::Active`] if a
    /// turn was interrupted.
    #[must_use]
    pub fn status(&self) -> Option<&ThreadGoalStatus> {
        self.goal.as_ref()?.status.as_ref()
    }

    /// Whether it was reached.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        matches!(self.status(), Some(ThreadGoalStatus::Complete))
    }

    /// The answer of the last turn, if there is one.
    #[must_use]
    pub fn final_response(&self) -> Option<&str> {
        self.last_turn.as_ref()?.as_ref().ok()?.final_response.as_deref()
    }
}

impl GoalRun {
    fn new(thread: &Thread, events: Events, progress: Progress) -> Self {
        Self { control: GoalControl::new(thread.clone()), events, progress, error: None }
    }

    /// A second way to control the goal, for another task.
    #[must_use]
    pub fn control(&self) -> GoalControl {
        self.control.clone()
    }

    /// The next that the server tells of the thread; none after the end.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Result<Notification, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// Waits for the end of the next turn, past its events, and tells what it has come to; none
    /// after the end of the goal. A turn that failed is an error with all it had produced.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
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

    /// Waits for the end of the goal, past whatever events are unread, and tells what has become of
    /// it. Called again, it tells the same.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] if the connection ended first, [`Error::ThreadClosed`] if the thread did. A
    /// failed turn is no error here: it is in the result.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing: call it again.
    pub async fn wait(&mut self) -> Result<GoalResult, Error> {
        while let Some(event) = self.next().await {
            event?;
        }
        match &self.error {
            Some(error) => Err(error.clone()),
            None => Ok(self.progress.result()),
        }
    }

    /// Stops the goal, and tells what has become of it; see [`GoalControl::stop`].
    ///
    /// # Errors
    ///
    /// As [`GoalControl::stop`] and [`wait`](Self::wait).
    ///
    /// # Cancel safety
    ///
    /// As [`GoalControl::stop`].
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
    /// As [`GoalControl::pause`].
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
    /// As [`GoalControl::clear`].
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
