//! The goal of a thread, blocking: set, cleared, started, resumed, followed.

use codex_app_protocol::{ThreadGoalGetResponse, ThreadGoalSetParams, ThreadGoalSetResponse};

use crate::blocking::goal::{GoalControl, GoalRun};
use crate::blocking::thread::Thread;
use crate::error::Error;

impl Thread {
    /// Returns the goal of the thread, if it has one: `thread/goal/get`. See
    /// [`Thread::goal`](crate::Thread::goal).
    ///
    /// # Errors
    ///
    /// As [`Thread::goal`](crate::Thread::goal), and [`Error::InsideRuntime`] in an async runtime.
    pub fn goal(&self) -> Result<ThreadGoalGetResponse, Error> {
        self.runtime.wait(self.thread.goal())
    }

    /// Sets the objective of the goal, without following it: `thread/goal/set`. See
    /// [`Thread::set_goal`](crate::Thread::set_goal).
    ///
    /// # Errors
    ///
    /// As [`Thread::set_goal`](crate::Thread::set_goal), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn set_goal(&self, objective: impl Into<String>) -> Result<ThreadGoalSetResponse, Error> {
        self.runtime.wait(self.thread.set_goal(objective))
    }

    /// Clears the goal: `thread/goal/clear`. See [`Thread::clear_goal`](crate::Thread::clear_goal).
    ///
    /// # Errors
    ///
    /// As [`Thread::clear_goal`](crate::Thread::clear_goal), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn clear_goal(&self) -> Result<(), Error> {
        self.runtime.wait(self.thread.clear_goal())
    }

    /// Returns a handle that pauses, stops or clears the thread's goal. See
    /// [`Thread::goal_control`](crate::Thread::goal_control).
    #[must_use]
    pub fn goal_control(&self) -> GoalControl {
        GoalControl::new(self.thread.goal_control(), &self.runtime)
    }

    /// Starts a new goal, and follows it: `thread/goal/clear`, then `thread/goal/set`. See
    /// [`Thread::start_goal`](crate::Thread::start_goal).
    ///
    /// # Errors
    ///
    /// As [`Thread::start_goal`](crate::Thread::start_goal), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn start_goal(&self, objective: impl Into<String>) -> Result<GoalRun, Error> {
        self.runtime
            .wait(self.thread.start_goal(objective))
            .map(|it| GoalRun::new(it, &self.runtime))
    }

    /// Starts a new goal with changed params, such as a token budget, and follows it. See
    /// [`Thread::start_goal_with`](crate::Thread::start_goal_with).
    ///
    /// # Errors
    ///
    /// As [`Thread::start_goal_with`](crate::Thread::start_goal_with), and [`Error::InsideRuntime`]
    /// in an async runtime.
    pub fn start_goal_with(
        &self,
        objective: impl Into<String>,
        change: impl FnOnce(ThreadGoalSetParams) -> ThreadGoalSetParams,
    ) -> Result<GoalRun, Error> {
        let run = self.runtime.wait(self.thread.start_goal_with(objective, change))?;
        Ok(GoalRun::new(run, &self.runtime))
    }

    /// Makes the server continue the goal, and follows it: `thread/goal/set`. See
    /// [`Thread::resume_goal`](crate::Thread::resume_goal).
    ///
    /// # Errors
    ///
    /// As [`Thread::resume_goal`](crate::Thread::resume_goal), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn resume_goal(&self) -> Result<GoalRun, Error> {
        self.runtime.wait(self.thread.resume_goal()).map(|it| GoalRun::new(it, &self.runtime))
    }

    /// Follows the active goal; `None` if no goal is active. See
    /// [`Thread::follow_goal`](crate::Thread::follow_goal).
    ///
    /// # Errors
    ///
    /// As [`Thread::follow_goal`](crate::Thread::follow_goal), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn follow_goal(&self) -> Result<Option<GoalRun>, Error> {
        let run = self.runtime.wait(self.thread.follow_goal())?;
        Ok(run.map(|it| GoalRun::new(it, &self.runtime)))
    }
}
