//! The goal of a thread, blocking: set, followed, resumed. It decides nothing itself.

use codex_app_protocol::{ThreadGoalGetResponse, ThreadGoalSetParams, ThreadGoalSetResponse};

use crate::blocking::goal::{GoalControl, GoalRun};
use crate::blocking::thread::Thread;
use crate::error::Error;

impl Thread {
    /// See [`Thread::goal`](crate::Thread::goal).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn goal(&self) -> Result<ThreadGoalGetResponse, Error> {
        self.runtime.wait(self.thread.goal())
    }

    /// See [`Thread::set_goal`](crate::Thread::set_goal).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn set_goal(&self, objective: impl Into<String>) -> Result<ThreadGoalSetResponse, Error> {
        self.runtime.wait(self.thread.set_goal(objective))
    }

    /// See [`Thread::clear_goal`](crate::Thread::clear_goal).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn clear_goal(&self) -> Result<(), Error> {
        self.runtime.wait(self.thread.clear_goal())
    }

    /// See [`Thread::goal_control`](crate::Thread::goal_control).
    #[must_use]
    pub fn goal_control(&self) -> GoalControl {
        GoalControl::new(self.thread.goal_control(), &self.runtime)
    }

    /// See [`Thread::start_goal`](crate::Thread::start_goal).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn start_goal(&self, objective: impl Into<String>) -> Result<GoalRun, Error> {
        self.runtime
            .wait(self.thread.start_goal(objective))
            .map(|it| GoalRun::new(it, &self.runtime))
    }

    /// See [`Thread::start_goal_with`](crate::Thread::start_goal_with).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn start_goal_with(
        &self,
        objective: impl Into<String>,
        change: impl FnOnce(ThreadGoalSetParams) -> ThreadGoalSetParams,
    ) -> Result<GoalRun, Error> {
        let run = self.runtime.wait(self.thread.start_goal_with(objective, change))?;
        Ok(GoalRun::new(run, &self.runtime))
    }

    /// See [`Thread::resume_goal`](crate::Thread::resume_goal).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn resume_goal(&self) -> Result<GoalRun, Error> {
        self.runtime.wait(self.thread.resume_goal()).map(|it| GoalRun::new(it, &self.runtime))
    }

    /// See [`Thread::follow_goal`](crate::Thread::follow_goal).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn follow_goal(&self) -> Result<Option<GoalRun>, Error> {
        let run = self.runtime.wait(self.thread.follow_goal())?;
        Ok(run.map(|it| GoalRun::new(it, &self.runtime)))
    }
}
