//! The goal of a thread: set, followed, resumed.

use codex_app_protocol::{
    ThreadGoalClearParams, ThreadGoalGetParams, ThreadGoalGetResponse, ThreadGoalSetParams,
    ThreadGoalSetResponse, ThreadGoalStatus,
};

use crate::error::Error;
use crate::goal::progress::Progress;
use crate::goal::{GoalControl, GoalRun};
use crate::thread::Thread;

impl Thread {
    /// The goal that the server pursues by itself: `thread/goal/get`.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    pub async fn goal(&self) -> Result<ThreadGoalGetResponse, Error> {
        self.ask(ThreadGoalGetParams::new(self.id())).await
    }

    /// Sets the goal: `thread/goal/set`. The server starts turns for it by itself. A goal that had
    /// ended keeps its state, and the server does nothing for it: use
    /// [`start_goal`](Self::start_goal), which also follows it.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
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

    /// Clears the goal: `thread/goal/clear`. A turn that runs for it goes on.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the goal may or may not be cleared.
    pub async fn clear_goal(&self) -> Result<(), Error> {
        self.goal_control().clear().await
    }

    /// Controls the goal, whoever set it.
    #[must_use]
    pub fn goal_control(&self) -> GoalControl {
        GoalControl::new(self.clone())
    }

    /// Starts a goal in place of the one before, and follows it until it ends: `thread/goal/clear`,
    /// then `thread/goal/set`.
    ///
    /// # Errors
    ///
    /// [`Error::TurnActive`] while a turn runs, without a byte being sent; [`Error::ThreadRefused`]
    /// if the thread is ephemeral, and has no goals; otherwise as
    /// [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the goal may or may not be set.
    pub async fn start_goal(&self, objective: impl Into<String>) -> Result<GoalRun, Error> {
        self.start_goal_with(objective, |params| params).await
    }

    /// The same with settings, a budget of tokens for example.
    ///
    /// # Errors
    ///
    /// As [`start_goal`](Self::start_goal).
    ///
    /// # Cancel safety
    ///
    /// As [`start_goal`](Self::start_goal).
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
        // What the goal before has used would count for this one.
        self.ask(ThreadGoalClearParams::new(self.id())).await?;
        self.ask(change(params)).await?;
        Ok(run)
    }

    /// Has the server go on with the goal, and follows it until it ends: `thread/goal/set`. It may be
    /// paused, blocked, at a limit that is no longer there, or have lost its turn to an interruption.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the server may or may not go on.
    pub async fn resume_goal(&self) -> Result<GoalRun, Error> {
        let events = self.events();
        let progress = Progress::of_new(self.id()).running(self.running_id());
        let params = ThreadGoalSetParams::new(self.id()).status(ThreadGoalStatus::Active);
        self.ask(params).await?;
        Ok(GoalRun::new(self, events, progress))
    }

    /// Follows the goal that is at work, whoever set it, until it ends; none if there is none at
    /// work.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
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
