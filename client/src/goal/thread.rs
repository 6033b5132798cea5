//! The goal of a thread: set, cleared, started, resumed, followed.

use codex_app_protocol::{
    ThreadGoalClearParams, ThreadGoalGetParams, ThreadGoalGetResponse, ThreadGoalSetParams,
    ThreadGoalSetResponse, ThreadGoalStatus,
};

use crate::error::Error;
use crate::goal::progress::Progress;
use crate::goal::{GoalControl, GoalRun};
use crate::thread::Thread;

impl Thread {
    /// Returns the goal of the thread, if it has one: `thread/goal/get`.
    ///
    /// # Errors
    ///
    /// [`Error::ThreadRefused`] if the thread has no goals or cannot be used. Otherwise as
    /// [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    pub async fn goal(&self) -> Result<ThreadGoalGetResponse, Error> {
        self.ask(ThreadGoalGetParams::new(self.id())).await
    }

    /// Sets the objective of the thread's goal, without following it: `thread/goal/set`. The server
    /// starts turns for the goal by itself.
    ///
    /// A goal that has ended keeps its status, and the server starts nothing. To start a new goal
    /// and follow it, use [`start_goal`](Self::start_goal).
    ///
    /// # Errors
    ///
    /// [`Error::ThreadRefused`] if the thread has no goals or cannot be used. Otherwise as
    /// [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the goal may or may not be set.
    pub async fn set_goal(
        &self,
        objective: impl Into<String>,
    ) -> Result<ThreadGoalSetResponse, Error> {
        self.ask(ThreadGoalSetParams::new(self.id()).objective(objective.into())).await
    }

    /// Clears the goal: `thread/goal/clear`. A running turn continues until it ends.
    ///
    /// # Errors
    ///
    /// [`Error::ThreadRefused`] if the thread has no goals or cannot be used. Otherwise as
    /// [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the goal may or may not be cleared.
    pub async fn clear_goal(&self) -> Result<(), Error> {
        self.goal_control().clear().await
    }

    /// Returns a handle that pauses, stops or clears the thread's goal. Nothing is sent.
    #[must_use]
    pub fn goal_control(&self) -> GoalControl {
        GoalControl::new(self.clone())
    }

    /// Starts a new goal in place of an earlier one, and follows it until it ends:
    /// `thread/goal/clear`, then `thread/goal/set`.
    ///
    /// # Errors
    ///
    /// [`Error::TurnActive`] while a turn runs; nothing was sent. [`Error::ThreadRefused`] if the
    /// thread has no goals, as an ephemeral one, or cannot be used. Otherwise as
    /// [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the goal may or may not be set.
    pub async fn start_goal(&self, objective: impl Into<String>) -> Result<GoalRun, Error> {
        self.start_goal_with(objective, |params| params).await
    }

    /// Like [`start_goal`](Self::start_goal), with changed params: a token budget, for example.
    ///
    /// # Errors
    ///
    /// As [`start_goal`](Self::start_goal).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the goal may or may not be set.
    pub async fn start_goal_with(
        &self,
        objective: impl Into<String>,
        change: impl FnOnce(ThreadGoalSetParams) -> ThreadGoalSetParams,
    ) -> Result<GoalRun, Error> {
        if let Some(turn) = self.active_turn() {
            let (thread_id, turn_id) = (self.id().to_owned(), Some(turn.id().to_owned()));
            return Err(Error::TurnActive { thread_id, turn_id });
        }
        let params = ThreadGoalSetParams::new(self.id())
            .objective(objective.into())
            .status(ThreadGoalStatus::Active);
        let run = GoalRun::new(self, self.events(), Progress::of_new(self.id()));
        // The usage of an earlier goal would count toward the budget of this one.
        self.ask(ThreadGoalClearParams::new(self.id())).await?;
        self.ask(change(params)).await?;
        Ok(run)
    }

    /// Makes the server continue the goal, and follows it until it ends: `thread/goal/set`.
    ///
    /// The goal may be paused or blocked, may have reached a limit that has since been raised, or
    /// may have lost its turn to an interruption.
    ///
    /// # Errors
    ///
    /// [`Error::ThreadRefused`] if the thread has no goals or cannot be used. Otherwise as
    /// [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the server may or may not continue the goal.
    pub async fn resume_goal(&self) -> Result<GoalRun, Error> {
        let events = self.events();
        let progress = Progress::of_new(self.id()).running(self.running_id());
        let params = ThreadGoalSetParams::new(self.id()).status(ThreadGoalStatus::Active);
        self.ask(params).await?;
        Ok(GoalRun::new(self, events, progress))
    }

    /// Follows the active goal until it ends, even if another client set it: `thread/goal/get`.
    /// Returns `None` if no goal is active.
    ///
    /// # Errors
    ///
    /// [`Error::ThreadRefused`] if the thread has no goals or cannot be used. Otherwise as
    /// [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    pub async fn follow_goal(&self) -> Result<Option<GoalRun>, Error> {
        let events = self.events();
        let progress = Progress::of_new(self.id()).running(self.running_id());
        let goal = self.goal().await?.goal;
        let active = goal.filter(|it| matches!(it.status, Some(ThreadGoalStatus::Active)));
        Ok(active.map(|goal| GoalRun::new(self, events, progress.begun(goal))))
    }

    fn running_id(&self) -> Option<String> {
        self.active_turn().map(|it| it.id().to_owned())
    }
}
