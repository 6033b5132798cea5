//! Behaviour 16: whatever is dropped, nothing leaks and nobody is blocked.

use codex_app_client::{Options, TurnInput};
use serde_json::json;

use crate::script::{
    connected_with, delta, start, turn_completed, turn_ended, turn_response, turn_started,
    with_thread,
};

#[tokio::test(start_paused = true)]
async fn a_dropped_run_interrupts_its_turn() {
    let (thread, client, mut server) = with_thread("t").await;
    let run = tokio::spawn({
        let thread = thread.clone();
        async move { thread.run("hello").await }
    });
    server.serve("turn/start", turn_response("u")).await;
    server.send(turn_started("t", "u")).await;
    server.barrier(&client).await;
    run.abort();
    let request = server.expect("turn/interrupt").await;
    assert_eq!(request["params"], json!({"threadId": "t", "turnId": "u"}));
    server.answer(&request, json!({})).await;
    server.send(turn_ended("t", "u", "interrupted")).await;
    server.barrier(&client).await;
    drop(start(&thread, &mut server, "u2").await);
}

#[tokio::test(start_paused = true)]
async fn a_run_dropped_before_its_turn_has_begun_interrupts_it_when_it_does() {
    let (thread, client, mut server) = with_thread("t").await;
    let run = tokio::spawn({
        let thread = thread.clone();
        async move { thread.run("hello").await }
    });
    let request = server.expect("turn/start").await;
    run.abort();
    assert!(run.await.unwrap_err().is_cancelled());
    server.answer(&request, turn_response("u")).await;
    server.barrier(&client).await;
    // The thread is held all the while.
    assert!(thread.start_turn("no").await.is_err());
    server.send(turn_started("t", "u")).await;
    server.serve("turn/interrupt", json!({})).await;
    server.send(turn_ended("t", "u", "interrupted")).await;
    server.barrier(&client).await;
    drop(start(&thread, &mut server, "u2").await);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_run_leaves_its_turn_alone_if_asked_to() {
    let (thread, client, mut server) = with_thread("t").await;
    let run = tokio::spawn({
        let thread = thread.clone();
        async move { thread.run(TurnInput::from("hello").interrupt_on_drop(false)).await }
    });
    server.serve("turn/start", turn_response("u")).await;
    server.send(turn_started("t", "u")).await;
    server.barrier(&client).await;
    run.abort();
    assert!(run.await.unwrap_err().is_cancelled());
    server.barrier(&client).await;
}

#[tokio::test(start_paused = true)]
async fn a_run_that_has_ended_interrupts_nothing() {
    let (thread, client, mut server) = with_thread("t").await;
    let serve = async {
        server.serve("turn/start", turn_response("u")).await;
        server.send(turn_started("t", "u")).await;
        server.send(turn_completed("t", "u")).await;
    };
    let (result, ()) = tokio::join!(thread.run("hello"), serve);
    result.unwrap();
    server.barrier(&client).await;
}

#[tokio::test(start_paused = true)]
async fn a_dropped_start_holds_the_thread_until_its_turn_has_ended() {
    let (thread, client, mut server) = with_thread("t").await;
    let starting = tokio::spawn({
        let thread = thread.clone();
        async move { thread.start_turn("hello").await }
    });
    let request = server.expect("turn/start").await;
    starting.abort();
    assert!(starting.await.unwrap_err().is_cancelled());
    assert!(thread.start_turn("no").await.is_err());
    server.answer(&request, turn_response("u")).await;
    server.send(turn_started("t", "u")).await;
    server.barrier(&client).await;
    // The turn nobody follows can be adopted.
    assert_eq!(thread.active_turn().unwrap().id(), "u");
    server.send(turn_completed("t", "u")).await;
    server.barrier(&client).await;
    drop(start(&thread, &mut server, "u2").await);
}

#[tokio::test(start_paused = true)]
async fn a_start_dropped_while_it_waits_its_turn_sends_nothing() {
    let (codex, client, mut server) = connected_with(Options::new().max_in_flight(1)).await;
    let thread = codex.thread("t").await.unwrap();
    let slow = tokio::spawn({
        let client = client.clone();
        async move { client.request_raw("slow", json!({})).await }
    });
    let request = server.expect("slow").await;
    let starting = tokio::spawn({
        let thread = thread.clone();
        async move { thread.start_turn("hello").await }
    });
    tokio::task::yield_now().await;
    assert!(thread.start_turn("no").await.is_err());
    starting.abort();
    assert!(starting.await.unwrap_err().is_cancelled());
    server.answer(&request, json!({})).await;
    slow.await.unwrap().unwrap();
    // Nothing was sent, and the thread is free.
    server.barrier(&client).await;
    drop(start(&thread, &mut server, "u").await);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_handle_leaves_other_handles_intact() {
    let (thread, client, mut server) = with_thread("t").await;
    let one = start(&thread, &mut server, "u").await;
    let mut two = thread.turn("u").unwrap();
    server.send(delta("t", "u", "i", "a")).await;
    server.barrier(&client).await;
    drop(one);
    server.send(turn_completed("t", "u")).await;
    assert_eq!(
        crate::script::methods(&mut two).await,
        ["item/agentMessage/delta", "turn/completed"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_dropped_next_loses_no_event() {
    let (thread, client, mut server) = with_thread("t").await;
    let mut turn = start(&thread, &mut server, "u").await;
    for _ in 0..3 {
        let next = tokio::time::timeout(std::time::Duration::from_secs(1), turn.next());
        assert!(next.await.is_err());
    }
    server.send(turn_completed("t", "u")).await;
    server.barrier(&client).await;
    assert_eq!(crate::script::methods(&mut turn).await, ["turn/completed"]);
}

#[tokio::test(start_paused = true)]
async fn the_last_handle_closes_the_connection() {
    let (thread, client, mut server) = with_thread("t").await;
    let turn = start(&thread, &mut server, "u").await;
    drop(thread);
    server.barrier(&client).await;
    drop(client);
    drop(turn);
    assert!(server.is_at_end().await);
}
