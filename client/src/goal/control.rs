//! Pausing, stopping and clearing a goal, while somebody may follow it. It reads no events.

use std::time::Duration;

use codex_app_protocol::{
    ThreadGoalClearParams, ThreadGoalGetParams, ThreadGoalSetParams, ThreadGoalStatus,
};

use crate::error::Error;
use crate::thread::Thread;

/// The server may have decided on one more turn when it is told to pause. This long it has to begin.
const SETTLING: Duration = Duration::from_millis(300);

/// Controls a goal without following it. It can be cloned and given to other tasks.
#[derive(Clone, Debug)]
pub struct GoalControl {
    thread: Thread,
}

impl GoalControl {
    pub(crate) fn new(thread: Thread) -> Self {
        Self { thread }
    }

    /// Pauses the goal, if it is at work: `thread/goal/set`. The turn that runs goes on to its end.
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the goal may or may not be paused.
    pub async fn pause(&self) -> Result<(), Error> {
        let goal = self.thread.ask(ThreadGoalGetParams::new(self.thread.id())).await?.goal;
        let status = goal.and_then(|it| it.status);
        // A goal that has ended would become one that can be resumed.
        if matches!(status, Some(ThreadGoalStatus::Active)) {
            let params = ThreadGoalSetParams::new(self.thread.id());
            self.thread.ask(params.status(ThreadGoalStatus::Paused)).await?;
        }
        Ok(())
    }

    /// Clears the goal: `thread/goal/clear`. The turn that runs goes on to its end.
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the goal may or may not be cleared.
    pub async fn clear(&self) -> Result<(), Error> {
        self.thread.ask(ThreadGoalClearParams::new(self.thread.id())).await.map(drop)
    }

    /// Stops the goal, and returns when nothing runs on the thread any more: it is paused, so that
    /// no further turn begins, then the turn that runs is interrupted, then its end is waited for.
    /// The goal is left paused, unless it had ended before.
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the goal may or may not be paused, and a turn may run: call it
    /// again.
    pub async fn stop(&self) -> Result<(), Error> {
        // Looked out for before anything is sent.
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

    /// Why the events of the thread have ended.
    pub(super) fn closed(&self) -> Error {
        let closed = || Error::ThreadClosed { thread_id: self.thread.id().to_owned() };
        self.thread.client().check_open().err().unwrap_or_else(closed)
    }
}
