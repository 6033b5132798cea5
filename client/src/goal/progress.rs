//! The state of a goal, derived from the thread's notifications. It does no I/O and waits for
//! nothing.

use codex_app_protocol::{ServerNotification, ThreadGoal, ThreadGoalStatus, Turn, TurnStatus};

use crate::error::Error;
use crate::goal::GoalResult;
use crate::turn::result::{Collector, TurnResult};

/// The state of a goal.
#[derive(Debug)]
pub(super) struct Progress {
    thread_id: String,
    /// Whether the goal was seen active: earlier notifications are about an earlier goal.
    has_begun: bool,
    goal: Option<ThreadGoal>,
    running: Option<String>,
    /// Whether the last turn was interrupted: the server then does not continue by itself.
    is_stalled: bool,
    collector: Collector,
    n_turns: usize,
    last_turn: Option<Result<TurnResult, Error>>,
}

impl Progress {
    /// For a goal that is about to be set.
    pub(super) fn of_new(thread_id: &str) -> Self {
        Self {
            thread_id: thread_id.to_owned(),
            has_begun: false,
            goal: None,
            running: None,
            is_stalled: false,
            collector: Collector::default(),
            n_turns: 0,
            last_turn: None,
        }
    }

    /// Adds the turn that already runs.
    pub(super) fn running(mut self, turn_id: Option<String>) -> Self {
        self.running = turn_id;
        self
    }

    /// Adds the goal that is already active.
    pub(super) fn begun(mut self, goal: ThreadGoal) -> Self {
        self.has_begun = true;
        self.goal = Some(goal);
        self
    }

    pub(super) fn n_turns(&self) -> usize {
        self.n_turns
    }

    pub(super) fn last_turn(&self) -> Option<&Result<TurnResult, Error>> {
        self.last_turn.as_ref()
    }

    pub(super) fn result(&self) -> GoalResult {
        let (goal, last_turn) = (self.goal.clone(), self.last_turn.clone());
        GoalResult { goal, turn_count: self.n_turns, last_turn }
    }

    /// Whether the server does nothing more by itself.
    pub(super) fn is_over(&self) -> bool {
        let status = self.goal.as_ref().and_then(|it| it.status.as_ref());
        let is_active = matches!(status, Some(ThreadGoalStatus::Active));
        self.has_begun && self.running.is_none() && (!is_active || self.is_stalled)
    }

    /// Handles a notification. Returns whether it says that the thread was closed.
    pub(super) fn event(&mut self, event: &ServerNotification) -> bool {
        self.collector.event(event);
        match event {
            ServerNotification::ThreadGoalUpdated(updated) => {
                if let Some(goal) = &updated.goal {
                    self.has_begun |= matches!(goal.status, Some(ThreadGoalStatus::Active));
                    self.goal = Some(goal.clone());
                }
            }
            ServerNotification::ThreadGoalCleared(_) if self.has_begun => self.goal = None,
            ServerNotification::TurnStarted(started) => {
                self.running = Some(root_of(&started.turn).to_owned());
                self.is_stalled = false;
                self.collector = Collector::default();
            }
            ServerNotification::TurnCompleted(completed) => self.turn_completed(&completed.turn),
            ServerNotification::ThreadClosed(_) | ServerNotification::ThreadDeleted(_) => {
                return true;
            }
            _ => {}
        }
        false
    }

    fn turn_completed(&mut self, turn: &Turn) {
        self.running = None;
        self.is_stalled = matches!(turn.status, Some(TurnStatus::Interrupted));
        self.n_turns += 1;
        let collector = std::mem::take(&mut self.collector);
        self.last_turn = collector.into_result(&self.thread_id, &turn.id, false);
    }
}

/// A review has turns nested in its own.
fn root_of(turn: &Turn) -> &str {
    turn.root_turn_id.as_deref().unwrap_or(&turn.id)
}

#[cfg(test)]
mod tests {
    use codex_app_protocol::ServerMessage;

    use super::Progress;

    fn goal(status: &str) -> String {
        format!(
            r#"{{"method":"thread/goal/updated","params":{{"threadId":"t","turnId":null,"goal":{{
                "threadId":"t","objective":"o","status":"{status}"}}}}}}"#
        )
    }

    fn turn(method: &str, status: &str) -> String {
        format!(
            r#"{{"method":"turn/{method}","params":{{"threadId":"t","turn":{{"id":"u",
                "items":[],"status":"{status}"}}}}}}"#
        )
    }

    const CLEARED: &str = r#"{"method":"thread/goal/cleared","params":{"threadId":"t"}}"#;

    /// After which event it is over, counted from one.
    fn over_after(events: &[&str]) -> Option<usize> {
        let mut progress = Progress::of_new("t");
        for (n, event) in events.iter().enumerate() {
            match ServerMessage::from_line((*event).to_owned()).unwrap() {
                ServerMessage::Notification(event) => progress.event(&event.body),
                other => panic!("{other:?}"),
            };
            if progress.is_over() {
                return Some(n + 1);
            }
        }
        None
    }

    #[test]
    fn a_goal_is_over_when_it_has_ended_and_its_turn_too() {
        let (active, complete) = (goal("active"), goal("complete"));
        let (started, ended) = (turn("started", "inProgress"), turn("completed", "completed"));
        let run = [&*active, &started, &active, &ended, &started, &complete, &ended];
        assert_eq!(over_after(&run), Some(7));
        assert_eq!(over_after(&[&active, &started, CLEARED, &ended]), Some(4));
        assert_eq!(over_after(&[&active, &goal("paused")]), Some(2));
    }

    #[test]
    fn what_is_told_of_an_earlier_goal_does_not_count() {
        let (active, complete) = (goal("active"), goal("complete"));
        assert_eq!(over_after(&[&complete, CLEARED, &active]), None);
        assert_eq!(over_after(&[&complete, CLEARED, &active, CLEARED]), Some(4));
    }

    #[test]
    fn an_interrupted_turn_stalls_a_goal() {
        let (active, started) = (goal("active"), turn("started", "inProgress"));
        let run = [&*active, &started, &turn("completed", "interrupted")];
        assert_eq!(over_after(&run), Some(3));
        assert_eq!(over_after(&[&active, &started, &turn("completed", "failed")]), None);
    }
}
