//! Behaviour 19: many turns at once, consumers that lag, and how much memory they cost.

use codex_app_client::TurnHandle;
use codex_app_client::protocol::ServerNotification;

use crate::script::{
    connected, delta, item_completed, item_started, message, start, turn_completed, turn_response,
    turn_started, with_thread,
};

/// All text of a turn's deltas, and how many other events there were.
async fn text_of(turn: &mut TurnHandle) -> (String, usize) {
    let (mut text, mut n_others) = (String::new(), 0);
    while let Some(event) = turn.next().await {
        match event.unwrap().body {
            ServerNotification::ItemAgentMessageDelta(delta) => {
                text.push_str(&delta.delta.unwrap());
            }
            _ => n_others += 1,
        }
    }
    (text, n_others)
}

#[tokio::test(start_paused = true)]
async fn a_thousand_turns_run_at_once_without_crosstalk() {
    let (codex, _, mut server) = connected().await;
    let mut turns = Vec::new();
    for n in 0..1000 {
        let thread = codex.thread(&format!("t{n}")).await.unwrap();
        turns.push(tokio::spawn(async move { thread.run(format!("{n}")).await.unwrap() }));
    }
    let mut requests = Vec::new();
    // Only a hundred are in flight at a time.
    for _ in 0..1000 {
        let request = server.expect("turn/start").await;
        let thread_id = request["params"]["threadId"].as_str().unwrap().to_owned();
        server.answer(&request, turn_response("u")).await;
        requests.push(thread_id);
    }
    for round in 0..3 {
        for thread_id in &requests {
            let event = match round {
                0 => turn_started(thread_id, "u"),
                1 => item_completed(thread_id, "u", message("i", thread_id, None)),
                _ => turn_completed(thread_id, "u"),
            };
            server.send(event).await;
        }
    }
    for (n, turn) in turns.into_iter().enumerate() {
        let result = turn.await.unwrap();
        assert_eq!(result.thread_id, format!("t{n}"));
        assert_eq!(result.final_response, Some(format!("t{n}")));
        assert_eq!(result.items.len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_stalled_consumer_slows_nobody_and_loses_nothing() {
    let (codex, client, mut server) = connected().await;
    let (slow, fast) = (codex.thread("slow").await.unwrap(), codex.thread("fast").await.unwrap());
    let mut stalled = start(&slow, &mut server, "u").await;
    let mut expected = String::new();
    server.send(turn_started("slow", "u")).await;
    for n in 0..50 {
        server.send(item_started("slow", "u", message(&n.to_string(), "", None))).await;
        for m in 0..200 {
            let text = format!("{n}.{m} é\n");
            expected.push_str(&text);
            server.send(delta("slow", "u", &n.to_string(), &text)).await;
        }
        server.send(item_completed("slow", "u", message(&n.to_string(), "", None))).await;
    }
    server.send(turn_completed("slow", "u")).await;
    // Another thread is served meanwhile.
    let mut turn = start(&fast, &mut server, "u").await;
    server.send(turn_completed("fast", "u")).await;
    turn.wait().await.unwrap();
    server.barrier(&client).await;
    assert_eq!(text_of(&mut stalled).await, (expected, 102));
    assert_eq!(stalled.wait().await.unwrap().items.len(), 50);
}

#[tokio::test(start_paused = true)]
async fn two_consumers_of_one_turn_lag_each_on_its_own() {
    let (thread, client, mut server) = with_thread("t").await;
    let mut reading = start(&thread, &mut server, "u").await;
    let mut stalled = thread.turn("u").unwrap();
    let mut expected = String::new();
    for n in 0..1000 {
        let text = format!("{n},");
        server.send(delta("t", "u", "i", &text)).await;
        let event = reading.next().await.unwrap().unwrap();
        let ServerNotification::ItemAgentMessageDelta(delta) = event.body else { panic!() };
        assert_eq!(delta.delta.as_deref(), Some(&*text));
        expected.push_str(&text);
    }
    server.send(turn_completed("t", "u")).await;
    server.barrier(&client).await;
    assert_eq!(text_of(&mut stalled).await, (expected, 1));
}
