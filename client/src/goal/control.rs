//! Pauses, stops and clears a goal, also while it is followed elsewhere. It reads no events.

use std::time::Duration;

use codex_app_protocol::{
    ThreadGoalClearParams, ThreadGoalGetParams, ThreadGoalSetParams, ThreadGoalStatus,
};

use crate::error::Error;
use crate::thread::Thread;

/// When the server gets the request to pause, it may already have decided on another turn. This is
/// how long that turn has to begin.
const SETTLING: Duration = Duration::from_millis(300);

/// Pauses, stops or clears a goal without following it. It can be cloned and moved to other tasks.
#[derive(Clone, Debug)]
pub struct GoalControl {
    thread: Thread,
}

impl GoalControl {
    pub(crate) fn new(thread: Thread) -> Self {
        Self { thread }
    }

    /// Pauses the goal if it is active: `thread/goal/set`. A running turn continues until it ends.
    ///
    /// # Errors
    ///
    /// [`Error::ThreadRefused`] if the thread has no goals or cannot be used. Otherwise as
    /// [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the goal may or may not be paused.
    pub async fn pause(&self) -> Result<(), Error> {
        let goal = self.thread.ask(ThreadGoalGetParams::new(self.thread.id())).await?.goal;
        let status = goal.and_then(|it| it.status);
        // Pausing a goal that has ended would make it resumable.
        if matches!(status, Some(ThreadGoalStatus::Active)) {
            let params = ThreadGoalSetParams::new(self.thread.id());
            self.thread.ask(params.status(ThreadGoalStatus::Paused)).await?;
        }
        Ok(())
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
    pub async fn clear(&self) -> Result<(), Error> {
        self.thread.ask(ThreadGoalClearParams::new(self.thread.id())).await.map(drop)
    }

    /// Stops the goal, and returns when no turn runs on the thread.
    ///
    /// It pauses the goal, so that no further turn begins, then interrupts the running turn and
    /// waits for its end. The goal stays paused, unless it had ended before.
    ///
    /// # Errors
    ///
    /// [`Error::ThreadRefused`] if the thread has no goals or cannot be used;
    /// [`Error::ThreadClosed`] if the thread is closed meanwhile. Otherwise as
    /// [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the goal may or may not be paused, and a turn may still run: call
    /// it again.
    pub async fn stop(&self) -> Result<(), Error> {
        // Waiting begins before anything is sent, so that no turn is missed.
        let mut next = self.thread.next_turn();
        self.pause().await?;
        if let Some(turn) = self.thread.active_turn() {
            return turn.control().interrupt_and_wait().await;
        }
        match tokio::time::timeout(SETTLING, &mut next).await {
            Ok(turn) => turn?.control().interrupt_and_wait().await,
            Err(_) => Ok(()),
        }
    }

    /// Why the events of the thread ended.
    pub(super) fn closed(&self) -> Error {
        let closed = || Error::ThreadClosed { thread_id: self.thread.id().to_owned() };
        self.thread.client().check_open().err().unwrap_or_else(closed)
    }
}
