//! Goals, through the turns that the server starts by itself.

use codex_app_client::Error;
use codex_app_client::protocol::{ServerNotification, ThreadGoalStatus, TurnStatus};
use codex_app_client::testing::{Gate, ModelError, Reply};
use serde_json::json;

use crate::{answer, setup};

fn reached() -> Reply {
    Reply::tool_call("update_goal", json!({"status": "complete"})).into()
}

#[tokio::test]
async fn a_goal_is_followed_through_all_its_turns() {
    let it = setup().await;
    let thread = it.thread().await;
    for reply in [answer("One."), answer("Two."), reached(), answer("Done.")] {
        it.model.push(reply);
    }
    let mut goal = thread.start_goal("Count to three.").await.unwrap();
    let mut answers = Vec::new();
    while let Some(turn) = goal.next_turn().await {
        answers.push(turn.unwrap().final_response.unwrap());
    }
    assert_eq!(answers, ["One.", "Two.", "Done."]);
    let result = goal.wait().await.unwrap();
    assert!(result.is_complete() && result.turn_count == 3);
    assert_eq!(result.final_response(), Some("Done."));
    assert_eq!(result.goal.unwrap().objective.as_deref(), Some("Count to three."));
    // The thread is free again, and takes a second goal.
    it.model.push(answer("As you like."));
    thread.run("Something else.").await.unwrap();
    it.model.push(reached());
    let mut goal = thread.start_goal("Again.").await.unwrap();
    let mut n_started = 0;
    while let Some(event) = goal.next().await {
        n_started += usize::from(matches!(event.unwrap().body, ServerNotification::TurnStarted(_)));
    }
    assert_eq!(n_started, 1);
    let result = goal.wait().await.unwrap();
    assert!(result.is_complete() && result.turn_count == 1);
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_goal_is_stopped_for_good_and_can_be_resumed() {
    let it = setup().await;
    let thread = it.thread().await;
    let gate = Gate::new();
    it.model.push(answer("One."));
    it.model.push(Reply::hold(&gate).then(Reply::message("Never said.")));
    let mut goal = thread.start_goal("Go on for ever.").await.unwrap();
    gate.reached(1).await;
    assert!(matches!(thread.start_goal("Another.").await, Err(Error::TurnActive { .. })));
    let result = goal.stop().await.unwrap();
    gate.open();
    assert_eq!(result.status(), Some(&ThreadGoalStatus::Paused));
    assert_eq!(result.turn_count, 2);
    assert_eq!(result.last_turn.unwrap().unwrap().status, TurnStatus::Interrupted);
    assert!(thread.active_turn().is_none());
    // Stopping what is stopped does nothing.
    goal.stop().await.unwrap();
    let n_requests = it.model.requests().len();
    it.model.push(reached());
    it.model.push(answer("Done."));
    let mut resumed = thread.resume_goal().await.unwrap();
    let result = resumed.wait().await.unwrap();
    assert!(result.is_complete(), "{result:?}");
    assert_eq!(it.model.requests().len(), n_requests + 2);
    assert!(thread.follow_goal().await.unwrap().is_none());
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_goal_can_be_stopped_at_any_moment() {
    let it = setup().await;
    let thread = it.thread().await;
    for n in 0..8 {
        let mut goal = thread.start_goal("Go on for ever.").await.unwrap();
        // Another moment each time: just set, in a turn, between two.
        for _ in 0..n {
            goal.next().await.unwrap().unwrap();
        }
        let result = goal.stop().await.unwrap();
        assert_eq!(result.status(), Some(&ThreadGoalStatus::Paused), "{result:?}");
        // Nothing runs: a turn can be started.
        thread.run("Still there?").await.unwrap();
    }
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_paused_goal_ends_with_its_turn_and_a_cleared_one_too() {
    let it = setup().await;
    let thread = it.thread().await;
    for clears in [false, true] {
        let gate = Gate::new();
        it.model.push(Reply::hold(&gate).then(answer("Last words.")));
        let mut goal = thread.start_goal("Go on for ever.").await.unwrap();
        gate.reached(1).await;
        if clears { goal.clear().await } else { goal.pause().await }.unwrap();
        assert!(thread.follow_goal().await.unwrap().is_none());
        gate.open();
        let result = goal.wait().await.unwrap();
        let expected = (!clears).then_some(&ThreadGoalStatus::Paused);
        assert_eq!((result.status(), result.turn_count), (expected, 1));
        assert_eq!(result.final_response(), Some("Last words."));
    }
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_goal_ends_at_its_budget_at_a_failure_and_at_an_interruption() {
    let it = setup().await;
    let thread = it.thread().await;
    let mut goal = thread.start_goal_with("Spend it all.", |it| it.token_budget(1)).await.unwrap();
    let result = goal.wait().await.unwrap();
    assert_eq!(result.status(), Some(&ThreadGoalStatus::BudgetLimited));

    it.model.push(Reply::error(ModelError::UsageLimitReached));
    let mut goal = thread.start_goal("Fail.").await.unwrap();
    let result = goal.wait().await.unwrap();
    assert_eq!(result.status(), Some(&ThreadGoalStatus::UsageLimited));
    assert!(result.last_turn.unwrap().unwrap_err().turn_failure().is_some());

    let gate = Gate::new();
    it.model.push(Reply::hold(&gate).then(answer("Never said.")));
    let mut goal = thread.start_goal("Be interrupted.").await.unwrap();
    gate.reached(1).await;
    thread.active_turn().unwrap().interrupt().await.unwrap();
    let result = goal.wait().await.unwrap();
    gate.open();
    assert_eq!(result.status(), Some(&ThreadGoalStatus::Active));
    it.codex.shutdown().await;
}

#[tokio::test]
async fn a_goal_can_be_followed_by_several() {
    let it = setup().await;
    let thread = it.thread().await;
    let gate = Gate::new();
    it.model.push(Reply::hold(&gate).then(reached()));
    it.model.push(answer("Done."));
    let mut first = thread.start_goal("Be seen.").await.unwrap();
    gate.reached(1).await;
    let mut second = thread.follow_goal().await.unwrap().unwrap();
    gate.open();
    let (first, second) = tokio::join!(first.wait(), second.wait());
    assert!(first.unwrap().is_complete() && second.unwrap().is_complete());
    it.codex.shutdown().await;
}
