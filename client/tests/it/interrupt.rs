//! Behaviour 13: interrupting works in every state, and never hits another turn.

use codex_app_client::protocol::TurnStatus;
use serde_json::json;

use crate::script::{start, turn_completed, turn_ended, turn_started, with_thread};

#[tokio::test(start_paused = true)]
async fn it_waits_until_the_server_has_begun_the_turn() {
    let (thread, client, mut server) = with_thread("t").await;
    let mut turn = start(&thread, &mut server, "u").await;
    let control = turn.control();
    let interrupt = tokio::spawn(async move { control.interrupt().await });
    // Nothing is sent before the turn has begun.
    server.barrier(&client).await;
    assert!(!interrupt.is_finished());
    server.send(turn_started("t", "u")).await;
    let request = server.serve("turn/interrupt", json!({})).await;
    assert_eq!(request["params"], json!({"threadId": "t", "turnId": "u"}));
    interrupt.await.unwrap().unwrap();
    server.send(turn_ended("t", "u", "interrupted")).await;
    assert_eq!(turn.wait().await.unwrap().status, TurnStatus::Interrupted);
}

#[tokio::test(start_paused = true)]
async fn it_returns_with_the_acknowledgement_or_with_the_end() {
    let (thread, client, mut server) = with_thread("t").await;
    let turn = start(&thread, &mut server, "u").await;
    server.send(turn_started("t", "u")).await;
    let (outcome, _) = tokio::join!(turn.interrupt(), server.serve("turn/interrupt", json!({})));
    outcome.unwrap();
    assert!(!turn.is_finished());
    let control = turn.control();
    let to_the_end = tokio::spawn(async move { control.interrupt_and_wait().await });
    server.serve("turn/interrupt", json!({})).await;
    server.barrier(&client).await;
    assert!(!to_the_end.is_finished());
    server.send(turn_ended("t", "u", "interrupted")).await;
    to_the_end.await.unwrap().unwrap();
    assert!(turn.is_finished());
}

#[tokio::test(start_paused = true)]
async fn after_the_end_it_does_nothing() {
    let (thread, client, mut server) = with_thread("t").await;
    let turn = start(&thread, &mut server, "u1").await;
    server.send(turn_started("t", "u1")).await;
    server.send(turn_completed("t", "u1")).await;
    server.barrier(&client).await;
    let newer = start(&thread, &mut server, "u2").await;
    turn.interrupt().await.unwrap();
    turn.interrupt_and_wait().await.unwrap();
    server.barrier(&client).await;
    assert!(!newer.is_finished());
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_ends_before_it_begins_is_not_waited_for() {
    let (thread, _, mut server) = with_thread("t").await;
    let turn = start(&thread, &mut server, "u").await;
    let (outcome, ()) =
        tokio::join!(turn.interrupt_and_wait(), server.send(turn_completed("t", "u")));
    outcome.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_early_refusal_is_tried_again() {
    let (thread, _, mut server) = with_thread("t").await;
    let turn = start(&thread, &mut server, "u").await;
    server.send(turn_started("t", "u")).await;
    let serve = async {
        for _ in 0..3 {
            let request = server.expect("turn/interrupt").await;
            server.refuse(&request, "no active turn to interrupt").await;
        }
        server.serve("turn/interrupt", json!({})).await;
    };
    let (outcome, ()) = tokio::join!(turn.interrupt(), serve);
    outcome.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_too_busy_is_asked_again_but_not_for_ever() {
    let (thread, _, mut server) = with_thread("t").await;
    let turn = start(&thread, &mut server, "u").await;
    server.send(turn_started("t", "u")).await;
    let busy = json!({"code": -32001, "message": "Server overloaded; retry later."});
    let serve = async {
        for _ in 0..3 {
            let request = server.expect("turn/interrupt").await;
            server.send(json!({"error": busy, "id": request["id"]})).await;
        }
        server.serve("turn/interrupt", json!({})).await;
    };
    let (outcome, ()) = tokio::join!(turn.interrupt(), serve);
    outcome.unwrap();
    let refuse = async {
        loop {
            let request = server.expect("turn/interrupt").await;
            server.send(json!({"error": busy, "id": request["id"]})).await;
        }
    };
    tokio::select! {
        outcome = turn.interrupt() => assert!(outcome.unwrap_err().is_overloaded()),
        () = refuse => {}
    }
}

#[tokio::test(start_paused = true)]
async fn it_returns_with_the_end_though_the_acknowledgement_is_lost() {
    let (thread, client, mut server) = with_thread("t").await;
    let turn = start(&thread, &mut server, "u").await;
    server.send(turn_started("t", "u")).await;
    let serve = async {
        let request = server.expect("turn/interrupt").await;
        server.send(turn_ended("t", "u", "interrupted")).await;
        request
    };
    let (outcome, request) = tokio::join!(turn.interrupt(), serve);
    outcome.unwrap();
    server.answer(&request, json!({})).await;
    server.barrier(&client).await;
    assert_eq!(client.stats().pending_requests, 0);
}

#[tokio::test(start_paused = true)]
async fn losing_the_race_against_the_end_is_no_error() {
    let (thread, _, mut server) = with_thread("t").await;
    let turn = start(&thread, &mut server, "u").await;
    server.send(turn_started("t", "u")).await;
    let serve = async {
        let request = server.expect("turn/interrupt").await;
        server.refuse(&request, "no active turn to interrupt").await;
        server.send(turn_completed("t", "u")).await;
    };
    let (outcome, ()) = tokio::join!(turn.interrupt(), serve);
    outcome.unwrap();
}

#[tokio::test(start_paused = true)]
async fn another_turn_by_now_is_left_alone() {
    let (thread, client, mut server) = with_thread("t").await;
    let turn = start(&thread, &mut server, "u").await;
    server.send(turn_started("t", "u")).await;
    let serve = async {
        let request = server.expect("turn/interrupt").await;
        server.refuse(&request, "expected active turn id u but found x").await;
    };
    let (outcome, ()) = tokio::join!(turn.interrupt(), serve);
    outcome.unwrap();
    server.barrier(&client).await;
}

#[tokio::test(start_paused = true)]
async fn other_refusals_and_the_end_of_the_connection_are_errors() {
    let (thread, _, mut server) = with_thread("t").await;
    let turn = start(&thread, &mut server, "u").await;
    server.send(turn_started("t", "u")).await;
    let serve = async {
        let request = server.expect("turn/interrupt").await;
        server.refuse(&request, "something else").await;
    };
    let (outcome, ()) = tokio::join!(turn.interrupt(), serve);
    assert_eq!(outcome.unwrap_err().rpc().unwrap().message, "something else");
    let (outcome, ()) = tokio::join!(turn.interrupt_and_wait(), async { drop(server) });
    assert!(outcome.unwrap_err().is_closed());
}
