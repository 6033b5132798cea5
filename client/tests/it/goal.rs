//! Goals whose course is told line by line.

use codex_app_client::protocol::ThreadGoalStatus;
use codex_app_client::{Error, GoalRun, Thread};
use serde_json::{Value, json};

use crate::script::{
    Server, item_completed, message, notification, turn_completed, turn_ended, turn_started,
    with_thread,
};

fn goal(status: &str) -> Value {
    json!({"threadId": "t", "objective": "o", "status": status})
}

fn updated(status: &str) -> Value {
    let params = json!({"threadId": "t", "turnId": null, "goal": goal(status)});
    notification("thread/goal/updated", params)
}

fn cleared() -> Value {
    notification("thread/goal/cleared", json!({"threadId": "t"}))
}

async fn start_goal(thread: &Thread, server: &mut Server) -> GoalRun {
    let serve = async {
        server.serve("thread/goal/clear", json!({"cleared": true})).await;
        // Told of the goal before, and late.
        server.send(cleared()).await;
        let request = server.expect("thread/goal/set").await;
        let expected = json!({"objective": "o", "status": "active", "threadId": "t"});
        assert_eq!(request["params"], expected);
        server.answer(&request, json!({"goal": goal("active")})).await;
        server.send(updated("active")).await;
    };
    let (run, ()) = tokio::join!(thread.start_goal("o"), serve);
    run.unwrap()
}

#[tokio::test]
async fn a_goal_before_does_not_end_the_one_that_is_started() {
    let (thread, _client, mut server) = with_thread("t").await;
    let mut run = start_goal(&thread, &mut server).await;
    server
        .send_all([
            turn_started("t", "u1"),
            item_completed("t", "u1", message("m1", "One.", Some("final_answer"))),
            turn_completed("t", "u1"),
            turn_started("t", "u2"),
            updated("complete"),
            item_completed("t", "u2", message("m2", "Two.", Some("final_answer"))),
            turn_completed("t", "u2"),
        ])
        .await;
    let first = run.next_turn().await.unwrap().unwrap();
    assert_eq!((&*first.id, first.final_response.as_deref()), ("u1", Some("One.")));
    let result = run.wait().await.unwrap();
    assert!(result.is_complete());
    assert_eq!((result.turn_count, result.final_response()), (2, Some("Two.")));
    assert!(run.next().await.is_none() && run.next_turn().await.is_none());
    assert_eq!(run.wait().await.unwrap().turn_count, 2);
}

#[tokio::test]
async fn stopping_pauses_then_interrupts_then_waits() {
    let (thread, client, mut server) = with_thread("t").await;
    let mut run = start_goal(&thread, &mut server).await;
    server.send(turn_started("t", "u1")).await;
    server.barrier(&client).await;
    let serve = async {
        server.serve("thread/goal/get", json!({"goal": goal("active")})).await;
        let request = server.expect("thread/goal/set").await;
        assert_eq!(request["params"], json!({"status": "paused", "threadId": "t"}));
        server.answer(&request, json!({"goal": goal("paused")})).await;
        server.send(updated("paused")).await;
        let request = server.serve("turn/interrupt", json!({})).await;
        assert_eq!(request["params"], json!({"threadId": "t", "turnId": "u1"}));
        server.send(turn_ended("t", "u1", "interrupted")).await;
    };
    let (result, ()) = tokio::join!(run.stop(), serve);
    let result = result.unwrap();
    assert_eq!(result.status(), Some(&ThreadGoalStatus::Paused));
    assert_eq!(result.turn_count, 1);
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_begins_just_after_the_pause_is_interrupted_too() {
    let (thread, client, mut server) = with_thread("t").await;
    let mut run = start_goal(&thread, &mut server).await;
    server.send_all([turn_started("t", "u1"), turn_completed("t", "u1")]).await;
    server.barrier(&client).await;
    let serve = async {
        server.serve("thread/goal/get", json!({"goal": goal("active")})).await;
        server.serve("thread/goal/set", json!({"goal": goal("paused")})).await;
        server.send_all([updated("paused"), turn_started("t", "u2")]).await;
        server.serve("turn/interrupt", json!({})).await;
        server.send(turn_ended("t", "u2", "interrupted")).await;
    };
    let (result, ()) = tokio::join!(run.stop(), serve);
    assert_eq!(result.unwrap().status(), Some(&ThreadGoalStatus::Paused));
}

#[tokio::test(start_paused = true)]
async fn a_goal_that_has_ended_is_not_paused() {
    let (thread, client, mut server) = with_thread("t").await;
    let mut run = start_goal(&thread, &mut server).await;
    server.send(updated("complete")).await;
    let serve = server.serve("thread/goal/get", json!({"goal": goal("complete")}));
    let (result, _) = tokio::join!(run.stop(), serve);
    assert!(result.unwrap().is_complete());
    server.barrier(&client).await;
}

#[tokio::test]
async fn a_goal_ends_with_its_thread_and_with_the_connection() {
    let (thread, client, mut server) = with_thread("t").await;
    let mut run = start_goal(&thread, &mut server).await;
    server.send(notification("thread/deleted", json!({"threadId": "t"}))).await;
    assert!(matches!(run.wait().await, Err(Error::ThreadClosed { .. })));
    let mut run = start_goal(&thread, &mut server).await;
    server.send(turn_started("t", "u1")).await;
    server.barrier(&client).await;
    drop(server);
    assert!(run.wait().await.unwrap_err().is_closed());
    assert!(run.wait().await.unwrap_err().is_closed());
}

#[tokio::test]
async fn a_goal_is_not_started_while_a_turn_runs() {
    let (thread, client, mut server) = with_thread("t").await;
    server.send(turn_started("t", "u1")).await;
    server.barrier(&client).await;
    let error = thread.start_goal("o").await.unwrap_err();
    assert!(matches!(error, Error::TurnActive { .. }), "{error:?}");
    server.barrier(&client).await;
}

#[tokio::test]
async fn a_goal_that_is_at_work_is_followed_from_now_on() {
    let (thread, client, mut server) = with_thread("t").await;
    server.send(turn_started("t", "u1")).await;
    server.barrier(&client).await;
    let serve = server.serve("thread/goal/get", json!({"goal": goal("active")}));
    let (run, _) = tokio::join!(thread.follow_goal(), serve);
    let mut run = run.unwrap().unwrap();
    // Paused: it is over with the turn that ran already.
    server.send_all([updated("paused"), turn_completed("t", "u1")]).await;
    assert_eq!(run.wait().await.unwrap().turn_count, 1);
    let serve = server.serve("thread/goal/get", json!({"goal": null}));
    let (run, _) = tokio::join!(thread.follow_goal(), serve);
    assert!(run.unwrap().is_none());
}
