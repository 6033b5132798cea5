//! A WebSocket, and what a server can do with it.

use std::time::Duration;

use codex_app_client::{Client, CloseReason, Closed, Options, Transport, WebSocketOptions};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::io::DuplexStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

type Socket = WebSocketStream<DuplexStream>;

async fn connected(options: WebSocketOptions) -> (Client, Socket) {
    let (ours, theirs) = tokio::io::duplex(1 << 20);
    let (transport, socket) = tokio::join!(
        Transport::websocket_over(ours, &options),
        tokio_tungstenite::accept_async(theirs)
    );
    (Client::connect(transport.unwrap(), Options::new()), socket.unwrap())
}

fn options() -> WebSocketOptions {
    WebSocketOptions::new("ws://localhost")
}

/// The next message of the client.
async fn received(socket: &mut Socket) -> Value {
    loop {
        if let Message::Text(text) = socket.next().await.unwrap().unwrap() {
            return serde_json::from_str(&text).unwrap();
        }
    }
}

async fn say(socket: &mut Socket, text: impl ToString) {
    socket.send(Message::text(text.to_string())).await.unwrap();
}

async fn answered(client: &Client, socket: &mut Socket) {
    let call = client.request_raw("test/any", Value::Null);
    let serve = async {
        let request = received(socket).await;
        say(socket, json!({"id": request["id"], "result": {}})).await;
    };
    tokio::join!(call, serve).0.unwrap();
}

async fn end(client: &Client) -> Closed {
    client.request_raw("test/any", Value::Null).await.unwrap_err().closed().unwrap().clone()
}

#[tokio::test(start_paused = true)]
async fn each_message_is_a_line_however_it_is_written() {
    let (client, mut socket) = connected(options()).await;
    let mut events = client.events();
    answered(&client, &mut socket).await;
    // What is no message of the protocol ends nothing.
    socket.send(Message::binary(vec![1, 2, 3])).await.unwrap();
    socket.send(Message::Ping(Vec::new().into())).await.unwrap();
    say(&mut socket, "junk").await;
    say(&mut socket, "{\"method\":\"a/b\",\n\"params\":{\"n\":1}}").await;
    answered(&client, &mut socket).await;
    assert_eq!(client.stats().invalid_lines, 1);
    assert!(events.next().await.unwrap().unwrap().into_notification().is_none());
    let event = events.next().await.unwrap().unwrap().into_notification().unwrap();
    assert_eq!(event.body.method(), "a/b");
}

#[tokio::test(start_paused = true)]
async fn the_server_closes_with_a_code_and_says_why() {
    let (client, mut socket) = connected(options()).await;
    let frame = CloseFrame { code: 1008.into(), reason: "too slow".into() };
    socket.send(Message::Close(Some(frame))).await.unwrap();
    let closed = end(&client).await;
    let reason = CloseReason::ClosedByServer { code: 1008, reason: "too slow".to_owned() };
    assert_eq!(closed.reason, reason);
    assert!(closed.to_string().contains("closed it with code 1008: too slow"), "{closed}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_gone_ends_the_connection() {
    let (client, socket) = connected(options()).await;
    drop(socket);
    let reason = end(&client).await.reason;
    assert!(!matches!(reason, CloseReason::Shutdown | CloseReason::RuntimeGone), "{reason:?}");
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_pinged_and_then_given_up() {
    let pings = options().ping(Duration::from_secs(20), Duration::from_secs(60));
    let (client, mut socket) = connected(pings).await;
    // While it answers pings, it may be silent as long as it likes.
    let answering = async {
        for _ in 0..5 {
            assert!(matches!(socket.next().await.unwrap().unwrap(), Message::Ping(_)));
        }
    };
    tokio::time::timeout(Duration::from_secs(200), answering).await.unwrap();
    answered(&client, &mut socket).await;
    // Not read from any more, it answers none.
    let after = Duration::from_secs(60);
    let closed = tokio::time::timeout(Duration::from_secs(120), end(&client)).await.unwrap();
    assert_eq!(closed.reason, CloseReason::PingTimeout { after });
}

#[tokio::test(start_paused = true)]
async fn a_message_over_the_limit_ends_the_connection() {
    let (client, mut socket) = connected(options().max_message_bytes(1000)).await;
    say(&mut socket, json!({"method": "a/b", "params": {"text": "x".repeat(1000)}})).await;
    assert_eq!(end(&client).await.reason, CloseReason::LineTooLong { limit: 1000 });
}

#[tokio::test(start_paused = true)]
async fn the_client_says_farewell() {
    let (client, mut socket) = connected(options()).await;
    let serve = async {
        while let Some(Ok(message)) = socket.next().await {
            if message.is_close() {
                return true;
            }
        }
        false
    };
    let ((), is_closed) = tokio::join!(client.shutdown(), serve);
    assert!(is_closed);
    assert_eq!(end(&client).await.reason, CloseReason::Shutdown);
}
