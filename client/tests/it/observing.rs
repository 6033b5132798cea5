//! What a program can see of its connection: counters, lines, and spans.

use std::sync::{Arc, Mutex};

use codex_app_client::protocol::ModelListParams;
use codex_app_client::{Client, FrameDirection, Options, Transport};
use serde_json::{Value, json};

use crate::captured::Captured;
use crate::script::{
    Server, connected, connected_with, delta, notification, start, turn_completed, turn_started,
    with_thread,
};

#[tokio::test(start_paused = true)]
async fn what_is_not_understood_is_counted() {
    let (_codex, client, mut server) = connected().await;
    let before = client.stats();
    let mut events = client.events();
    server.send_bytes(b"junk\n").await;
    server.send(notification("brand/new", json!({}))).await;
    server.send(json!({"id": 77, "result": {}})).await;
    server.send(json!({"id": 0, "method": "brand/newer", "params": {}})).await;
    server.receive().await;
    server.barrier(&client).await;
    let stats = client.stats();
    assert_eq!(stats.invalid_lines - before.invalid_lines, 1);
    assert_eq!((stats.unclaimed_responses, stats.default_replies), (1, 1));
    assert_eq!((stats.pending_server_requests, stats.pending_requests), (0, 0));
    assert_eq!(stats.received_lines - before.received_lines, 5);
    // Those who read decode, and find what is unknown.
    assert_eq!(stats.unknown_parts, 0);
    for _ in 0..2 {
        events.next().await.unwrap().unwrap();
    }
    assert_eq!(client.stats().unknown_parts, 1);
}

#[tokio::test(start_paused = true)]
async fn deltas_that_were_joined_are_counted() {
    let (thread, client, mut server) = with_thread("t").await;
    let mut turn = start(&thread, &mut server, "u").await;
    server.send(turn_started("t", "u")).await;
    for _ in 0..200 {
        server.send(delta("t", "u", "i", "x")).await;
    }
    server.send(turn_completed("t", "u")).await;
    server.barrier(&client).await;
    let mut n_events = 0;
    while let Some(event) = turn.next().await {
        event.unwrap();
        n_events += 1;
    }
    assert_eq!(client.stats().merged_deltas + n_events, 202);
    assert!(n_events < 100, "{n_events}");
}

#[tokio::test(start_paused = true)]
async fn calls_and_requests_that_are_open_are_counted() {
    let (codex, client, mut server) = connected().await;
    let mut requests = client.server_requests();
    let call = tokio::spawn(async move { codex.request(ModelListParams::default()).await });
    let asked = server.expect("model/list").await;
    server
        .send(json!({"id": 0, "method": "item/tool/requestUserInput", "params": {
        "threadId": "t", "turnId": "u", "itemId": "i", "questions": []}}))
        .await;
    let request = requests.next().await.unwrap();
    let stats = client.stats();
    assert_eq!((stats.pending_server_requests, stats.pending_requests), (1, 1));
    drop(request);
    server.receive().await;
    server.answer(&asked, json!({"data": []})).await;
    call.await.unwrap().unwrap();
    let stats = client.stats();
    assert_eq!((stats.pending_server_requests, stats.pending_requests), (0, 0));
}

type Seen = Arc<Mutex<Vec<(FrameDirection, String)>>>;

fn tapped() -> (Options, Seen) {
    let seen = Seen::default();
    let inner = Arc::clone(&seen);
    let options = Options::new().on_frame(move |direction, line| {
        let line = String::from_utf8_lossy(line).into_owned();
        inner.lock().unwrap().push((direction, line));
    });
    (options, seen)
}

#[tokio::test(start_paused = true)]
async fn a_tap_sees_every_line_both_ways_as_it_is() {
    let (options, seen) = tapped();
    let (_codex, client, mut server) = connected_with(options).await;
    server.send_all([notification("a/b", json!({"n": 1})), notification("a/c", json!({}))]).await;
    server.send_bytes(b"junk \xff\n").await;
    server.barrier(&client).await;
    let seen = seen.lock().unwrap();
    let sent: Vec<Value> = seen
        .iter()
        .filter(|it| it.0 == FrameDirection::Sent)
        .map(|it| serde_json::from_str(&it.1).unwrap())
        .collect();
    assert_eq!(
        (&sent[0]["method"], &sent[1]["method"]),
        (&json!("initialize"), &json!("initialized"))
    );
    let received: Vec<&str> =
        seen.iter().filter(|it| it.0 == FrameDirection::Received).map(|it| &*it.1).collect();
    let has = |line: &str| received.contains(&line);
    assert!(has(&notification("a/b", json!({"n": 1})).to_string()), "{received:?}");
    assert!(has("junk \u{fffd}"), "{received:?}");
}

#[tokio::test(start_paused = true)]
async fn a_tap_may_use_the_client_and_may_panic() {
    let (transport, mut server) = Server::new();
    let client: Arc<Mutex<Option<Client>>> = Arc::default();
    let inner = Arc::clone(&client);
    let options = Options::new().on_frame(move |direction, line| {
        if let Some(client) = &*inner.lock().unwrap() {
            assert!(client.stats().received_lines < 1_000);
        }
        assert!(direction == FrameDirection::Sent || !line.starts_with(b"{\"method\":\"bad"));
    });
    let connected = open(transport, options);
    *client.lock().unwrap() = Some(connected.clone());
    let (info, ()) = tokio::join!(connected.initialize(), server.initialize());
    info.unwrap();
    server.send_bytes(b"{\"method\":\"bad/one\",\"params\":{}}\n").await;
    server.barrier(&connected).await;
    client.lock().unwrap().take();
}

fn open(transport: Transport, options: Options) -> Client {
    Client::connect(transport, options)
}

#[tokio::test(start_paused = true)]
async fn requests_and_turns_have_spans_with_ids_and_durations() {
    let (captured, _guard) = Captured::begin();
    let (thread, client, mut server) = with_thread("t").await;
    let mut turn = start(&thread, &mut server, "u").await;
    server.send(turn_completed("t", "u")).await;
    turn.wait().await.unwrap();
    server.barrier(&client).await;
    let text = captured.text();
    for part in [
        "request method=\"turn/start\"",
        "id=",
        "duration_ms=",
        "ok=true",
        "turn_id=\"u\"",
        "status=\"completed\"",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}
