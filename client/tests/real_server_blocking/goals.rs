//! Goals, through the turns that the server starts by itself, followed from plain threads.

use codex_app_client::protocol::{ThreadGoalStatus, TurnStatus};
use codex_app_client::testing::{Gate, Reply};
use serde_json::json;

use crate::{answer, held, reached, setup};

fn complete() -> Reply {
    Reply::tool_call("update_goal", json!({"status": "complete"})).into()
}

#[test]
fn a_goal_is_followed_through_all_its_turns() {
    let it = setup();
    let thread = it.thread();
    for reply in [answer("One."), complete(), answer("Done.")] {
        it.model.push(reply);
    }
    let mut goal = thread.start_goal("Count.").unwrap();
    let mut answers = Vec::new();
    while let Some(turn) = goal.next_turn() {
        answers.push(turn.unwrap().final_response.unwrap());
    }
    assert_eq!(answers, ["One.", "Done."]);
    let result = goal.wait().unwrap();
    assert!(result.is_complete() && result.turn_count == 2);
    it.codex.shutdown().unwrap();
}

#[test]
fn a_goal_is_stopped_by_another_thread_and_resumed() {
    let it = setup();
    let thread = it.thread();
    let gate = Gate::new();
    it.model.push(held(&gate, "Never said."));
    let mut goal = thread.start_goal("Go on for ever.").unwrap();
    reached(&gate);
    let control = goal.control();
    let stopping = std::thread::spawn(move || control.stop().unwrap());
    let result = goal.wait().unwrap();
    stopping.join().unwrap();
    gate.open();
    assert_eq!(result.status(), Some(&ThreadGoalStatus::Paused));
    assert_eq!(result.last_turn.unwrap().unwrap().status, TurnStatus::Interrupted);
    it.model.push(complete());
    assert!(thread.resume_goal().unwrap().wait().unwrap().is_complete());
    assert!(thread.follow_goal().unwrap().is_none());
    it.codex.shutdown().unwrap();
}
