//! Goals, followed and stopped from plain threads.

use std::time::Duration;

use codex_app_client::blocking::{GoalRun, Thread};
use codex_app_client::protocol::ThreadGoalStatus;
use codex_app_client::{Error, GoalResult};
use serde_json::{Value, json};

use super::is_wait_timeout;
use crate::script::{
    Server, item_completed, message, notification, turn_completed, turn_ended, turn_started,
};
use crate::served::{meet, with_thread};

const SHORT: Duration = Duration::from_millis(5);
const LONG: Duration = Duration::from_secs(60);

fn goal(status: &str) -> Value {
    json!({"threadId": "t", "objective": "o", "status": status})
}

fn updated(status: &str) -> Value {
    let params = json!({"threadId": "t", "turnId": null, "goal": goal(status)});
    notification("thread/goal/updated", params)
}

async fn serve_goal(server: &mut Server) {
    server.serve("thread/goal/clear", json!({"cleared": true})).await;
    let request = server.serve("thread/goal/set", json!({"goal": goal("active")})).await;
    assert_eq!(request["params"], json!({"objective": "o", "status": "active", "threadId": "t"}));
    server.send(updated("active")).await;
}

async fn serve_turn(server: &mut Server, turn_id: &str, text: &str) {
    server.send(turn_started("t", turn_id)).await;
    let answer = message("m", text, Some("final_answer"));
    server.send(item_completed("t", turn_id, answer)).await;
    server.send(turn_completed("t", turn_id)).await;
}

fn is_paused(result: &GoalResult) -> bool {
    result.status() == Some(&ThreadGoalStatus::Paused)
}

#[test]
fn a_goal_is_followed_through_its_turns() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        serve_goal(server).await;
        server.meet().await;
        serve_turn(server, "u1", "One.").await;
        server.meet().await;
        server.send_all([turn_started("t", "u2"), updated("complete")]).await;
        serve_turn(server, "u2", "Two.").await;
    });
    let mut run = thread.start_goal("o").unwrap();
    assert!(is_wait_timeout(&run.next_turn_within(SHORT).unwrap().unwrap_err()));
    assert!(is_wait_timeout(&run.next_within(SHORT).unwrap().unwrap_err()));
    meet(&thread.client());
    let first = run.next_turn().unwrap().unwrap();
    assert_eq!((&*first.id, first.final_response.as_deref()), ("u1", Some("One.")));
    assert!(is_wait_timeout(&run.wait_within(SHORT).unwrap_err()));
    meet(&thread.client());
    let result = run.wait_within(LONG).unwrap();
    assert!(result.is_complete());
    assert_eq!((result.turn_count, result.final_response()), (2, Some("Two.")));
    assert!(run.next().is_none() && run.next_turn().is_none());
    assert_eq!(run.wait().unwrap().turn_count, 2);
}

#[test]
fn a_goal_is_stopped_while_another_thread_follows_it() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        serve_goal(server).await;
        server.send(turn_started("t", "u1")).await;
        server.meet().await;
        server.serve("thread/goal/get", json!({"goal": goal("active")})).await;
        let request = server.serve("thread/goal/set", json!({"goal": goal("paused")})).await;
        assert_eq!(request["params"], json!({"status": "paused", "threadId": "t"}));
        server.send(updated("paused")).await;
        server.serve("turn/interrupt", json!({})).await;
        server.send(turn_ended("t", "u1", "interrupted")).await;
    });
    let run = thread.start_goal("o").unwrap();
    meet(&thread.client());
    assert!(matches!(thread.start_goal("another"), Err(Error::TurnActive { .. })));
    let control = run.control();
    let following = std::thread::spawn(move || { run }.wait().unwrap());
    control.stop_within(LONG).unwrap();
    let result = following.join().unwrap();
    assert!(is_paused(&result) && result.turn_count == 1);
}

#[test]
fn a_goal_is_stopped_by_who_follows_it() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        serve_goal(server).await;
        server.meet().await;
        server.serve("thread/goal/get", json!({"goal": goal("active")})).await;
        server.serve("thread/goal/set", json!({"goal": goal("paused")})).await;
        server.send_all([updated("paused"), turn_started("t", "u")]).await;
        server.serve("turn/interrupt", json!({})).await;
        server.send(turn_ended("t", "u", "interrupted")).await;
    });
    let mut run = thread.start_goal("o").unwrap();
    meet(&thread.client());
    assert!(is_paused(&run.stop_within(LONG).unwrap()));
}

/// Whether a goal that is followed in some way ends when it is paused.
fn ends(run: GoalRun) -> bool {
    is_paused(&{ run }.wait().unwrap())
}

#[test]
fn a_goal_is_set_read_paused_resumed_followed_and_cleared() {
    let (thread, _serving) = with_thread(async |server: &mut Server| {
        let request = server.serve("thread/goal/set", json!({"goal": goal("active")})).await;
        assert_eq!(request["params"], json!({"objective": "o", "threadId": "t"}));
        server.serve("thread/goal/get", json!({"goal": goal("active")})).await;
        server.serve("thread/goal/get", json!({"goal": goal("active")})).await;
        server.serve("thread/goal/set", json!({"goal": goal("paused")})).await;
        let request = server.serve("thread/goal/set", json!({"goal": goal("active")})).await;
        assert_eq!(request["params"], json!({"status": "active", "threadId": "t"}));
        server.send_all([updated("active"), updated("paused")]).await;
        server.serve("thread/goal/get", json!({"goal": goal("active")})).await;
        server.send(updated("paused")).await;
        server.serve("thread/goal/get", json!({"goal": null})).await;
        server.serve("thread/goal/clear", json!({"cleared": true})).await;
        server.serve("thread/goal/clear", json!({"cleared": true})).await;
        server.serve("thread/goal/clear", json!({"cleared": true})).await;
        let request = server.expect("thread/goal/set").await;
        assert_eq!(request["params"]["tokenBudget"], 5);
        server.answer(&request, json!({"goal": goal("active")})).await;
    });
    thread.set_goal("o").unwrap();
    assert!(thread.goal().unwrap().goal.is_some());
    thread.goal_control().pause().unwrap();
    assert!(ends(thread.resume_goal().unwrap()));
    assert!(ends(thread.follow_goal().unwrap().unwrap()));
    assert!(thread.follow_goal().unwrap().is_none());
    thread.clear_goal().unwrap();
    thread.goal_control().clear().unwrap();
    thread.start_goal_with("o", |params| params.token_budget(5)).unwrap();
}

#[test]
fn a_goal_ends_with_the_connection() {
    let (thread, serving) = with_thread(async |server: &mut Server| {
        serve_goal(server).await;
        server.send(turn_started("t", "u1")).await;
    });
    let started = |thread: &Thread| thread.start_goal("o").unwrap();
    let mut run = started(&thread);
    serving.join();
    assert!(run.wait().unwrap_err().is_closed());
    assert!(run.next_turn().is_none());
}
