//! A goal that the server pursues by itself, as an iterator. When it has ended is decided elsewhere.

mod control;
mod thread;

use std::convert::identity;
use std::time::Duration;

pub use crate::blocking::goal::control::GoalControl;
use crate::blocking::runtime::{Iter, Runtime};
use crate::error::Error;
use crate::event::Notification;
use crate::goal::GoalResult;
use crate::turn_result::TurnResult;

/// A goal that the server pursues, and an iterator over what it tells meanwhile; see
/// [`GoalRun`](crate::GoalRun).
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

    /// A second way to control the goal, for another thread.
    #[must_use]
    pub fn control(&self) -> GoalControl {
        GoalControl::new(self.iter.stream.control(), &self.iter.runtime)
    }

    /// The next event, if it comes within this time; none after the end. Called again, it goes on
    /// where it was.
    ///
    /// # Errors
    ///
    /// [`Error::WaitTimeout`] if none comes, and the error that ended the events.
    pub fn next_within(&mut self, after: Duration) -> Option<Result<Notification, Error>> {
        self.iter.next_within(after).map(|it| it.and_then(identity))
    }

    /// See [`GoalRun::next_turn`](crate::GoalRun::next_turn).
    ///
    /// # Errors
    ///
    /// That of a turn that failed, and the error that ended the events.
    pub fn next_turn(&mut self) -> Option<Result<TurnResult, Error>> {
        let turn = self.iter.stream.next_turn();
        self.iter.runtime.wait(async { turn.await.transpose() }).transpose()
    }

    /// The same, for so long. Called again, it goes on where it was.
    ///
    /// # Errors
    ///
    /// As [`next_turn`](Self::next_turn), and [`Error::WaitTimeout`] if no turn has ended by then.
    pub fn next_turn_within(&mut self, after: Duration) -> Option<Result<TurnResult, Error>> {
        let turn = self.iter.stream.next_turn();
        self.iter.runtime.wait_within(after, async { turn.await.transpose() }).transpose()
    }

    /// See [`GoalRun::wait`](crate::GoalRun::wait).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn wait(&mut self) -> Result<GoalResult, Error> {
        self.iter.runtime.wait(self.iter.stream.wait())
    }

    /// The same, for so long. The goal goes on, and can be waited for again.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait), and [`Error::WaitTimeout`] if the goal has not ended by then.
    pub fn wait_within(&mut self, after: Duration) -> Result<GoalResult, Error> {
        self.iter.runtime.wait_within(after, self.iter.stream.wait())
    }

    /// See [`GoalRun::stop`](crate::GoalRun::stop).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn stop(&mut self) -> Result<GoalResult, Error> {
        self.iter.runtime.wait(self.iter.stream.stop())
    }

    /// The same, for so long. Call it again if a turn may still run.
    ///
    /// # Errors
    ///
    /// As [`stop`](Self::stop), and [`Error::WaitTimeout`] if it is not done by then.
    pub fn stop_within(&mut self, after: Duration) -> Result<GoalResult, Error> {
        self.iter.runtime.wait_within(after, self.iter.stream.stop())
    }

    /// See [`GoalRun::pause`](crate::GoalRun::pause).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn pause(&self) -> Result<(), Error> {
        self.iter.runtime.wait(self.iter.stream.pause())
    }

    /// See [`GoalRun::clear`](crate::GoalRun::clear).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
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
