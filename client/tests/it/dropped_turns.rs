//! Behaviour 16 where the server is slow to obey: a turn whose handle was dropped is interrupted for
//! sure, and however many there are, no more requests are in flight than may be.

use std::time::Duration;

use codex_app_client::{Codex, Options, Thread, TurnHandle, TurnInput};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::script::{
    Server, connected_with, start, turn_ended, turn_response, turn_started, with_thread,
};

const NO_TURN: &str = "no active turn to interrupt";

/// A turn that has begun, and is interrupted when its handle is dropped.
async fn begun(thread: &Thread, server: &mut Server, turn_id: &str) -> TurnHandle {
    let input = TurnInput::from("hello").interrupt_on_drop(true);
    let (turn, _) =
        tokio::join!(thread.start_turn(input), server.serve("turn/start", turn_response(turn_id)));
    server.send(turn_started(thread.id(), turn_id)).await;
    turn.unwrap()
}

/// So many turns that have begun, each on a thread of its own.
async fn many_begun(codex: &Codex, server: &mut Server, n_turns: usize) -> Vec<TurnHandle> {
    let mut turns = Vec::new();
    for n in 0..n_turns {
        let thread = codex.thread(&format!("t{n}")).await.unwrap();
        turns.push(begun(&thread, server, "u").await);
    }
    turns
}

async fn refuse_as_overloaded(server: &mut Server, request: &Value) {
    let error = json!({"code": -32001, "message": "Server overloaded; retry later."});
    server.send(json!({"error": error, "id": request["id"]})).await;
}

#[tokio::test(start_paused = true)]
async fn it_is_asked_again_while_the_server_refuses_for_now() {
    let (thread, client, mut server) = with_thread("t").await;
    let turn = begun(&thread, &mut server, "u").await;
    server.barrier(&client).await;
    drop(turn);
    // More often than somebody would wait for it.
    for n in 0..100 {
        let request = server.expect("turn/interrupt").await;
        assert_eq!(request["params"], json!({"threadId": "t", "turnId": "u"}));
        match n % 3 {
            0 => refuse_as_overloaded(&mut server, &request).await,
            _ => server.refuse(&request, NO_TURN).await,
        }
    }
    server.serve("turn/interrupt", json!({})).await;
    server.send(turn_ended("t", "u", "interrupted")).await;
    server.barrier(&client).await;
    drop(start(&thread, &mut server, "u2").await);
}

#[tokio::test(start_paused = true)]
async fn it_is_not_asked_again_once_the_turn_is_over_or_another_runs_or_for_another_reason() {
    let (thread, client, mut server) = with_thread("t").await;
    let other = "expected active turn id u2 but found x";
    for (turn_id, refusal) in [("u1", NO_TURN), ("u2", other), ("u3", "something else")] {
        let turn = begun(&thread, &mut server, turn_id).await;
        server.barrier(&client).await;
        drop(turn);
        let request = server.expect("turn/interrupt").await;
        server.refuse(&request, refusal).await;
        if turn_id != "u1" {
            assert!(timeout(Duration::from_secs(600), server.receive()).await.is_err());
        }
        server.send(turn_ended("t", turn_id, "completed")).await;
        assert!(timeout(Duration::from_secs(600), server.receive()).await.is_err());
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_the_server_has_lost_is_sent_again() {
    let (thread, client, mut server) = with_thread("t").await;
    let turn = begun(&thread, &mut server, "u").await;
    server.barrier(&client).await;
    drop(turn);
    server.expect("turn/interrupt").await;
    let again = timeout(Duration::from_secs(60), server.expect("turn/interrupt")).await;
    again.expect("it is not sent again");
    server.send(turn_ended("t", "u", "interrupted")).await;
    assert!(timeout(Duration::from_secs(600), server.receive()).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_server_that_knows_of_no_such_turn_is_not_asked_for_ever() {
    let (thread, client, mut server) = with_thread("t").await;
    let turn = begun(&thread, &mut server, "u").await;
    server.barrier(&client).await;
    drop(turn);
    let mut n_requests = 0;
    while let Ok(request) = timeout(Duration::from_secs(600), server.receive()).await {
        n_requests += 1;
        server.refuse(&request, NO_TURN).await;
    }
    assert!((100..1000).contains(&n_requests), "{n_requests}");
}

#[tokio::test(start_paused = true)]
async fn five_hundred_at_once_are_all_interrupted_and_a_hundred_in_flight() {
    let (codex, client, mut server) = connected_with(Options::new()).await;
    let turns = many_begun(&codex, &mut server, 500).await;
    server.barrier(&client).await;
    drop(turns);
    let mut in_flight = Vec::new();
    let mut interrupted = std::collections::BTreeSet::new();
    while interrupted.len() < 500 {
        // Longer than the pause before another attempt.
        while let Ok(request) = timeout(Duration::from_millis(100), server.receive()).await {
            assert_eq!(request["method"], "turn/interrupt");
            in_flight.push(request);
            assert!(in_flight.len() <= 100, "{} requests are in flight", in_flight.len());
        }
        assert!(!in_flight.is_empty(), "{} are interrupted, and no more", interrupted.len());
        for (n, request) in in_flight.drain(..).enumerate() {
            let thread_id = request["params"]["threadId"].as_str().unwrap().to_owned();
            // Some only at the second attempt.
            if n % 3 == 0 && interrupted.len() < 450 {
                server.refuse(&request, NO_TURN).await;
                continue;
            }
            server.answer(&request, json!({})).await;
            server.send(turn_ended(&thread_id, "u", "interrupted")).await;
            interrupted.insert(thread_id);
        }
    }
    server.barrier(&client).await;
    assert_eq!(client.stats().pending_requests, 0);
}

#[tokio::test(start_paused = true)]
async fn it_goes_out_though_the_connection_is_shut_down_next() {
    let (thread, client, mut server) = with_thread("t").await;
    let turn = begun(&thread, &mut server, "u").await;
    server.barrier(&client).await;
    drop(turn);
    let serve = async {
        server.expect("turn/interrupt").await;
        assert!(server.is_at_end().await);
        drop(server);
    };
    tokio::join!(client.shutdown(), serve);
}

#[tokio::test]
async fn a_handle_may_be_dropped_outside_of_the_runtime_and_by_many_threads() {
    let (codex, client, mut server) = connected_with(Options::new().max_in_flight(2)).await;
    let turns = many_begun(&codex, &mut server, 5).await;
    server.barrier(&client).await;
    let dropping: Vec<_> =
        turns.into_iter().map(|it| std::thread::spawn(move || drop(it))).collect();
    for _ in 0..5 {
        let request = server.serve("turn/interrupt", json!({})).await;
        let thread_id = request["params"]["threadId"].as_str().unwrap();
        server.send(turn_ended(thread_id, "u", "interrupted")).await;
    }
    for thread in dropping {
        thread.join().unwrap();
    }
    server.barrier(&client).await;
}

#[test]
fn a_handle_may_be_dropped_after_the_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (turn, server) = runtime.block_on(async {
        let (thread, client, mut server) = with_thread("t").await;
        let turn = begun(&thread, &mut server, "u").await;
        server.barrier(&client).await;
        (turn, server)
    });
    drop(runtime);
    drop(turn);
    drop(server);
}
