//! A goal that the server pursues by itself, as an iterator. The async one decides when it has
//! ended.

mod control;
mod thread;

use std::convert::identity;
use std::time::Duration;

pub use crate::blocking::goal::control::GoalControl;
use crate::blocking::runtime::{Iter, Runtime};
use crate::error::Error;
use crate::event::Notification;
use crate::goal::GoalResult;
use crate::turn::result::TurnResult;

/// A goal that the server pursues, and a blocking iterator over the thread's notifications during
/// it; see [`GoalRun`](crate::GoalRun).
///
/// # Examples
///
/// ```no_run
/// # fn example(thread: codex_app_client::blocking::Thread) -> Result<(), codex_app_client::Error> {
/// let mut goal = thread.start_goal("All tests pass")?;
/// while let Some(turn) = goal.next_turn() {
///     println!("{}", turn?.final_response.unwrap_or_default());
/// }
/// let result = goal.wait()?;
/// println!("reached: {}", result.is_complete());
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct GoalRun {
    iter: Iter<crate::GoalRun>,
}

impl GoalRun {
    pub(crate) fn new(run: crate::GoalRun, runtime: &Runtime) -> Self {
        Self { iter: Iter::new(run, runtime) }
    }

    /// Returns a handle that pauses, clears or stops the goal from another thread.
    #[must_use]
    pub fn control(&self) -> GoalControl {
        GoalControl::new(self.iter.stream.control(), &self.iter.runtime)
    }

    /// Returns the next notification, with a timeout; `None` after the end. None is lost: call it
    /// again.
    ///
    /// # Errors
    ///
    /// [`Error::WaitTimeout`] if none arrives in time; otherwise as
    /// [`GoalRun::next`](crate::GoalRun::next), and [`Error::InsideRuntime`] in an async runtime.
    pub fn next_within(&mut self, timeout: Duration) -> Option<Result<Notification, Error>> {
        self.iter.next_within(timeout).map(|it| it.and_then(identity))
    }

    /// Waits until the next turn ends, and returns its result; `None` after the end of the goal.
    /// See [`GoalRun::next_turn`](crate::GoalRun::next_turn).
    ///
    /// # Errors
    ///
    /// As [`GoalRun::next_turn`](crate::GoalRun::next_turn), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn next_turn(&mut self) -> Option<Result<TurnResult, Error>> {
        let turn = self.iter.stream.next_turn();
        self.iter.runtime.wait(async { turn.await.transpose() }).transpose()
    }

    /// Like [`next_turn`](Self::next_turn), with a timeout. No turn is lost: call it again.
    ///
    /// # Errors
    ///
    /// [`Error::WaitTimeout`] if no turn has ended in time. Otherwise as
    /// [`next_turn`](Self::next_turn).
    pub fn next_turn_within(&mut self, timeout: Duration) -> Option<Result<TurnResult, Error>> {
        let turn = self.iter.stream.next_turn();
        self.iter.runtime.wait_within(timeout, async { turn.await.transpose() }).transpose()
    }

    /// Waits until the goal has ended, and returns the outcome. See
    /// [`GoalRun::wait`](crate::GoalRun::wait).
    ///
    /// # Errors
    ///
    /// As [`GoalRun::wait`](crate::GoalRun::wait), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn wait(&mut self) -> Result<GoalResult, Error> {
        self.iter.runtime.wait(self.iter.stream.wait())
    }

    /// Like [`wait`](Self::wait), with a timeout. The goal continues after the timeout: call it
    /// again.
    ///
    /// # Errors
    ///
    /// [`Error::WaitTimeout`] if the goal has not ended in time. Otherwise as [`wait`](Self::wait).
    pub fn wait_within(&mut self, timeout: Duration) -> Result<GoalResult, Error> {
        self.iter.runtime.wait_within(timeout, self.iter.stream.wait())
    }

    /// Stops the goal, waits until its turn is over, and returns the outcome. See
    /// [`GoalRun::stop`](crate::GoalRun::stop).
    ///
    /// # Errors
    ///
    /// As [`GoalRun::stop`](crate::GoalRun::stop), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn stop(&mut self) -> Result<GoalResult, Error> {
        self.iter.runtime.wait(self.iter.stream.stop())
    }

    /// Like [`stop`](Self::stop), with a timeout. After the timeout a turn may still run: call it
    /// again.
    ///
    /// # Errors
    ///
    /// [`Error::WaitTimeout`] if the goal was not stopped in time. Otherwise as
    /// [`stop`](Self::stop).
    pub fn stop_within(&mut self, timeout: Duration) -> Result<GoalResult, Error> {
        self.iter.runtime.wait_within(timeout, self.iter.stream.stop())
    }

    /// Pauses the goal: `thread/goal/set`. A running turn continues until it ends. See
    /// [`GoalRun::pause`](crate::GoalRun::pause).
    ///
    /// # Errors
    ///
    /// As [`GoalRun::pause`](crate::GoalRun::pause), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn pause(&self) -> Result<(), Error> {
        self.iter.runtime.wait(self.iter.stream.pause())
    }

    /// Clears the goal: `thread/goal/clear`. A running turn continues until it ends. See
    /// [`GoalRun::clear`](crate::GoalRun::clear).
    ///
    /// # Errors
    ///
    /// As [`GoalRun::clear`](crate::GoalRun::clear), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn clear(&self) -> Result<(), Error> {
        self.iter.runtime.wait(self.iter.stream.clear())
    }
}

impl Iterator for GoalRun {
    type Item = Result<Notification, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.iter.next().map(|it| it.and_then(identity))
    }
}
