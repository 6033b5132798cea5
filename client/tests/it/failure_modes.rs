//! The table of failures (`client/tests/failure_modes.md`): what it names exists; and those of its
//! tests that belong nowhere else.

use codex_app_client::TurnHandle;
use codex_app_client::protocol::ServerNotification;
use serde_json::{Value, json};

use crate::script::{
    connected, delta, item_completed, message, start, turn_completed, with_thread,
};

#[test]
fn every_failure_in_the_table_has_its_tests() {
    let functions = crate::python_sdk::functions();
    let rows = include_str!("../failure_modes.md").lines();
    let rows: Vec<_> = rows.filter(|it| it.starts_with("| ") && !it.starts_with("| #")).collect();
    assert_eq!(rows.len(), 17);
    for row in rows {
        let tests = row.trim_end_matches('|').rsplit('|').next().unwrap();
        let names: Vec<_> = tests.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "{row}");
        for name in names {
            assert!(functions.contains(name), "{name} in: {row}");
        }
    }
}

/// The text of all deltas up to the end of the turn, and in how many pieces it came.
async fn text(turn: &mut TurnHandle, is_slow: bool) -> (String, usize) {
    let (mut text, mut n_pieces) = (String::new(), 0);
    while let Some(event) = turn.next().await {
        if let ServerNotification::ItemAgentMessageDelta(delta) = event.unwrap().body {
            text.push_str(&delta.delta.unwrap());
            n_pieces += 1;
            if is_slow {
                tokio::task::yield_now().await;
            }
        }
    }
    (text, n_pieces)
}

#[tokio::test(start_paused = true)]
async fn an_unknown_item_fails_no_request() {
    let (thread, client, mut server) = with_thread("t").await;
    let mut turn = start(&thread, &mut server, "u").await;
    let call = tokio::spawn({
        let client = client.clone();
        async move { client.request_raw("test/slow", Value::Null).await }
    });
    let request = server.expect("test/slow").await;
    let item = json!({"type": "hologram", "id": "h", "depth": {"cm": 3}});
    server.send(item_completed("t", "u", item.clone())).await;
    server.answer(&request, json!({"n": 1})).await;
    assert_eq!(call.await.unwrap().unwrap(), json!({"n": 1}));
    server.send(turn_completed("t", "u")).await;
    let result = turn.wait().await.unwrap();
    assert_eq!(serde_json::to_value(&result.items).unwrap(), json!([item]));
}

#[tokio::test(start_paused = true)]
async fn an_item_of_three_megabytes_comes_whole() {
    let (thread, _client, mut server) = with_thread("t").await;
    let mut turn = start(&thread, &mut server, "u").await;
    let long = "0123456789".repeat(300_000);
    let serve = async {
        server.send(item_completed("t", "u", message("m", &long, Some("final_answer")))).await;
        server.send(turn_completed("t", "u")).await;
    };
    let (result, ()) = tokio::join!(turn.wait(), serve);
    assert_eq!(result.unwrap().final_response.as_deref(), Some(&*long));
}

async fn flood(n_deltas: usize, is_slow: bool) -> usize {
    let (thread, _client, mut server) = with_thread("t").await;
    let mut turn = start(&thread, &mut server, "u").await;
    let serve = async {
        for n in 0..n_deltas {
            server.send(delta("t", "u", "i", &format!("{n},"))).await;
        }
        server.send(turn_completed("t", "u")).await;
    };
    let ((text, n_pieces), ()) = tokio::join!(text(&mut turn, is_slow), serve);
    let expected: String = (0..n_deltas).map(|n| format!("{n},")).collect();
    assert!(text == expected, "the text differs");
    n_pieces
}

#[tokio::test(start_paused = true)]
async fn no_delta_of_a_flood_is_lost() {
    flood(20_000, false).await;
    flood(100_000, false).await;
}

#[tokio::test(start_paused = true)]
async fn no_delta_is_lost_on_a_slow_consumer() {
    assert!(flood(20_000, true).await < 20_000);
}

#[tokio::test]
async fn whoever_subscribes_while_events_flow_gets_them_in_order() {
    let (codex, client, mut server) = connected().await;
    let thread = codex.thread("t").await.unwrap();
    let first = start(&thread, &mut server, "u").await;
    let mut handles = Vec::new();
    for n in 0..1000 {
        server.send(delta("t", "u", "i", &format!("{n},"))).await;
        // The reader is somewhere behind: which event is the first is up to it.
        handles.push(thread.turn("u").unwrap());
        if n % 7 == 0 {
            tokio::task::yield_now().await;
        }
    }
    server.send(turn_completed("t", "u")).await;
    server.barrier(&client).await;
    drop(first);
    let all: String = (0..1000).map(|n| format!("{n},")).collect();
    for mut handle in handles {
        let (text, _) = text(&mut handle, false).await;
        assert!(all.ends_with(&text), "not the end of what was told");
    }
}
