//! What is a sign of life, and what ends a connection that gives none.

use std::time::Duration;

use codex_app_client::{Client, CloseReason, Options, Transport};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, duplex};
use tokio_tungstenite::accept_async;
use tokio_tungstenite::tungstenite::Message;

use super::{ends, introduced, local, open};

/// The limits are reached after a minute.
const LIMIT: Duration = Duration::from_secs(60);

#[tokio::test(start_paused = true)]
async fn a_server_that_takes_a_long_message_in_is_alive() {
    let (ours, theirs) = duplex(1024);
    let options = local();
    let opened = tokio::join!(Transport::websocket_over(ours, &options), accept_async(theirs));
    let (client, server) = (Client::connect(opened.0.unwrap(), Options::new()), opened.1.unwrap());
    let params = json!({"image": "x".repeat(100_000)});
    let call = tokio::spawn(async move { client.request_raw("test/upload", params).await });
    // 1 KB a second: it takes 100 seconds, and gets on all the while.
    let mut stream = server.into_inner();
    let (mut bytes, mut n_read) = (vec![0; 1024], 0);
    while n_read < 100_000 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let n_bytes = stream.read(&mut bytes).await.unwrap();
        assert!(n_bytes > 0, "cut off after {n_read} bytes: {:?}", call.await.unwrap());
        n_read += n_bytes;
    }
    // Then it is silent.
    let error = call.await.unwrap().unwrap_err();
    assert_eq!(error.closed().unwrap().reason, CloseReason::PingTimeout { after: LIMIT });
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stops_taking_a_long_message_in_is_dead() {
    let (ours, theirs) = duplex(1024);
    let options = local();
    let opened = tokio::join!(Transport::websocket_over(ours, &options), accept_async(theirs));
    let (client, _server) = (Client::connect(opened.0.unwrap(), Options::new()), opened.1.unwrap());
    let call = client.request_raw("test/upload", json!({"image": "x".repeat(100_000)}));
    let error = call.await.unwrap_err();
    assert_eq!(error.closed().unwrap().reason, CloseReason::PingTimeout { after: LIMIT });
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_without_waiting_for_room_is_no_sign_of_life() {
    // There is room for all the pings and calls.
    let options = local().ping_interval(Duration::from_secs(1));
    let (client, _server) = open(&options).await;
    let call = tokio::spawn({
        let client = client.clone();
        async move { client.request_raw("test/wait", Value::Null).await }
    });
    let busy = async {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let call = client.request_raw("test/wait", Value::Null);
            let _ = tokio::time::timeout(Duration::from_millis(1), call).await;
        }
    };
    let outcome = tokio::select! {
        outcome = call => outcome.unwrap(),
        () = busy => unreachable!(),
        () = tokio::time::sleep(3 * LIMIT) => panic!("it is taken for alive"),
    };
    assert!(matches!(
        outcome.unwrap_err().closed().unwrap().reason,
        CloseReason::PingTimeout { .. }
    ));
}

#[tokio::test(start_paused = true)]
async fn limits_may_be_as_long_as_can_be() {
    for options in [
        local().ping_timeout(Duration::MAX),
        local().ping_interval(Duration::MAX),
        local().ping_interval(Duration::MAX).ping_timeout(Duration::MAX),
    ] {
        let (client, mut server) = open(&options).await;
        introduced(&client, &mut server, |it| vec![Message::text(it)]).await;
        let waiting = client.request_raw("test/wait", Value::Null);
        assert!(tokio::time::timeout(Duration::from_secs(86_400), waiting).await.is_err());
        drop(server);
        assert_eq!(ends(&client).await, CloseReason::AbnormalClosure);
    }
}
