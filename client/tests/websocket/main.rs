//! WebSocket over a pipe in memory, against a server that says what a test tells it to.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod handshake;
mod pings;
mod secrets;
#[cfg(feature = "tls")]
mod tls;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use codex_app_client::{
    Client, CloseReason, Error, Options, ServerInfo, Transport, WebSocketOptions,
};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::frame::{CloseFrame, Frame};
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_tungstenite::{WebSocketStream, accept_async};

type Server = WebSocketStream<DuplexStream>;

fn local() -> WebSocketOptions {
    WebSocketOptions::new("ws://127.0.0.1:1")
}

async fn open(options: &WebSocketOptions) -> (Client, Server) {
    let (ours, theirs) = duplex(1 << 20);
    let opened = tokio::join!(Transport::websocket_over(ours, options), accept_async(theirs));
    (Client::connect(opened.0.unwrap(), Options::new()), opened.1.unwrap())
}

async fn request(server: &mut Server) -> Value {
    loop {
        match server.next().await.unwrap().unwrap() {
            Message::Text(text) => return serde_json::from_str(&text).unwrap(),
            Message::Ping(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

fn introduction(request: &Value) -> String {
    let result = json!({"userAgent": "codex/0.169.0 (test)"});
    json!({"id": request["id"], "result": result}).to_string()
}

/// Initialises, with the answer sent as the test likes.
async fn introduced(client: &Client, server: &mut Server, by: impl Fn(String) -> Vec<Message>) {
    let answer = async {
        let request = request(server).await;
        for message in by(introduction(&request)) {
            server.send(message).await.unwrap();
        }
    };
    let (info, ()): (Result<ServerInfo, Error>, ()) = tokio::join!(client.initialize(), answer);
    assert_eq!(info.unwrap().version, "0.169.0");
}

async fn ends(client: &Client) -> CloseReason {
    let error = client.request_raw("test/wait", Value::Null).await.unwrap_err();
    error.closed().unwrap().reason.clone()
}

fn part(opcode: Data, text: &str, is_final: bool) -> Message {
    Message::Frame(Frame::message(text.to_owned(), OpCode::Data(opcode), is_final))
}

#[tokio::test]
async fn a_message_may_be_text_or_binary_or_come_in_fragments() {
    let (client, mut server) = open(&local()).await;
    introduced(&client, &mut server, |it| vec![Message::text(it)]).await;
    let (client, mut server) = open(&local()).await;
    introduced(&client, &mut server, |it| vec![Message::binary(it)]).await;
    let (client, mut server) = open(&local()).await;
    introduced(&client, &mut server, |it| {
        let (one, two) = it.split_at(9);
        let ping = Message::Ping(Bytes::from_static(b"between"));
        vec![part(Data::Text, one, false), ping, part(Data::Continue, two, true)]
    })
    .await;
}

#[tokio::test]
async fn line_ends_inside_a_message_do_not_cut_it() {
    let (client, mut server) = open(&local()).await;
    introduced(&client, &mut server, |it| vec![Message::text(it.replace(':', ":\r\n "))]).await;
}

#[tokio::test]
async fn a_ping_of_the_server_is_answered_while_nothing_is_sent() {
    let (client, mut server) = open(&local()).await;
    server.send(Message::Ping(Bytes::from_static(b"there?"))).await.unwrap();
    let pong = server.next().await.unwrap().unwrap();
    assert_eq!(pong, Message::Pong(Bytes::from_static(b"there?")));
    drop(client);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_answers_pings_is_alive() {
    let (client, mut server) = open(&local()).await;
    let reading = tokio::spawn(async move { while let Some(Ok(_)) = server.next().await {} });
    let limit = Duration::from_secs(600);
    let waiting = client.request_raw("test/wait", Value::Null);
    assert!(tokio::time::timeout(limit, waiting).await.is_err());
    client.shutdown().await;
    reading.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_server_that_gives_no_sign_of_life_is_dead() {
    let options =
        local().ping_interval(Duration::from_secs(20)).ping_timeout(Duration::from_secs(5));
    let (client, _server) = open(&options).await;
    let after = Duration::from_secs(25);
    assert_eq!(ends(&client).await, CloseReason::PingTimeout { after });
}

#[tokio::test]
async fn a_close_by_the_server_is_reported_with_code_and_reason() {
    let (client, mut server) = open(&local()).await;
    let frame = CloseFrame { code: CloseCode::Policy, reason: "too slow".into() };
    server.send(Message::Close(Some(frame))).await.unwrap();
    let reason = CloseReason::ClosedByServer { code: 1008, reason: "too slow".to_owned() };
    assert_eq!(ends(&client).await, reason);
    let message = client.request_raw("test/late", Value::Null).await.unwrap_err().to_string();
    assert!(message.ends_with("the server closed it with code 1008: too slow"), "{message}");
    // The client has answered the close.
    while let Some(Ok(message)) = server.next().await {
        assert!(!matches!(message, Message::Binary(_)), "{message:?}");
    }
}

#[tokio::test]
async fn the_end_without_a_close_and_what_is_not_websocket_are_told_apart() {
    let (client, server) = open(&local()).await;
    drop(server);
    assert_eq!(ends(&client).await, CloseReason::AbnormalClosure);
    let (client, mut server) = open(&local()).await;
    // A reserved opcode, with nothing in it.
    server.get_mut().write_all(&[0x83, 0x00]).await.unwrap();
    assert_eq!(ends(&client).await, CloseReason::InvalidWebSocket);
}

#[tokio::test]
async fn a_message_longer_than_the_limit_ends_the_connection() {
    let (client, mut server) = open(&local().max_message_bytes(1000)).await;
    server.send(Message::text("x".repeat(1001))).await.unwrap();
    assert_eq!(ends(&client).await, CloseReason::LineTooLong { limit: 1000 });
}

#[tokio::test]
async fn a_shutdown_sends_what_was_written_and_closes() {
    let (client, mut server) = open(&local()).await;
    introduced(&client, &mut server, |it| vec![Message::text(it)]).await;
    let read = async {
        let mut messages = Vec::new();
        while let Some(Ok(message)) = server.next().await {
            messages.push(message);
        }
        messages
    };
    let ((), messages) = tokio::join!(client.shutdown(), read);
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(messages[0].to_text().unwrap().contains("initialized"));
    assert!(messages[1].is_close());
}

/// What connecting comes to when the server answers the handshake like this, and what was asked.
async fn answered(options: &WebSocketOptions, answer: &str) -> (Error, String) {
    let (ours, mut theirs) = duplex(4096);
    let serve = async {
        let mut asked = vec![0; 4096];
        let n_bytes = theirs.read(&mut asked).await.unwrap();
        theirs.write_all(answer.as_bytes()).await.unwrap();
        drop(theirs);
        asked.truncate(n_bytes);
        String::from_utf8(asked).unwrap()
    };
    let (opened, asked) = tokio::join!(Transport::websocket_over(ours, options), serve);
    (opened.unwrap_err(), asked)
}

#[tokio::test]
async fn a_refused_handshake_says_why() {
    let no_token = "HTTP/1.1 401 Unauthorized\r\ncontent-length: 8\r\n\r\nno token";
    let options = local().bearer_token("sesame");
    let (error, asked) = answered(&options, no_token).await;
    assert!(matches!(&error, Error::Unauthorized { reason } if reason == "no token"), "{error:?}");
    assert!(asked.to_lowercase().contains("authorization: bearer sesame"));
    assert!(!asked.to_lowercase().contains("sec-websocket-extensions"));
    let (error, _) = answered(&local(), "HTTP/1.1 403 Forbidden\r\n\r\n").await;
    assert_eq!(error.to_string(), "the WebSocket handshake failed with HTTP status 403: Forbidden");
    let (error, _) = answered(&local(), "{\"id\": 1}\r\n\r\n").await;
    assert!(matches!(error, Error::Handshake { status: None, .. }), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_answer_the_handshake_is_given_up() {
    let (ours, _theirs) = duplex(4096);
    let error = Transport::websocket_over(ours, &local()).await.unwrap_err();
    let Error::Connect { source, .. } = error else { panic!("{error:?}") };
    assert_eq!(source.kind(), std::io::ErrorKind::TimedOut);
}

#[tokio::test]
async fn a_token_goes_only_where_nobody_else_reads_it() {
    for url in
        ["ws://example.com:4500", "ws://192.0.2.1", "ws://[2001:db8::1]:1", "ws://127.example"]
    {
        let options = WebSocketOptions::new(url).bearer_token("sesame");
        let (ours, mut theirs) = duplex(4096);
        let error = Transport::websocket_over(ours, &options).await.unwrap_err();
        assert!(matches!(error, Error::InsecureToken { .. }), "{url}: {error:?}");
        // Nothing was sent.
        assert_eq!(theirs.read(&mut [0; 1]).await.unwrap(), 0);
        let forced = options.dangerously_send_token_in_the_clear();
        let (error, _) = answered(&forced, "HTTP/1.1 403 Forbidden\r\n\r\n").await;
        assert!(matches!(error, Error::Handshake { status: Some(403), .. }), "{error:?}");
    }
    for url in ["ws://localhost:1", "ws://[::1]:1", "ws://127.8.8.8:1", "wss://example.com"] {
        let options = WebSocketOptions::new(url).bearer_token("sesame");
        let (error, _) = answered(&options, "HTTP/1.1 403 Forbidden\r\n\r\n").await;
        assert!(matches!(error, Error::Handshake { status: Some(403), .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_fresh_token_is_made_once_a_handshake_and_only_if_it_may_be_sent() {
    let n_made = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&n_made);
    let make = move || format!("sesame-{}", counter.fetch_add(1, Ordering::Relaxed));
    let options = local().bearer_token_with(make.clone());
    for n in 0..3 {
        let (_, asked) = answered(&options, "HTTP/1.1 403 Forbidden\r\n\r\n").await;
        assert!(asked.contains(&format!("Bearer sesame-{n}\r\n")), "{asked}");
    }
    let options = WebSocketOptions::new("ws://example.com").bearer_token_with(make);
    let (ours, _theirs) = duplex(4096);
    let error = Transport::websocket_over(ours, &options).await.unwrap_err();
    assert!(matches!(error, Error::InsecureToken { .. }), "{error:?}");
    assert_eq!(n_made.load(Ordering::Relaxed), 3);
    assert!(!format!("{options:?}").contains("sesame"), "{options:?}");
}

#[tokio::test]
async fn a_token_that_cannot_be_in_a_header_is_refused() {
    let options = local().bearer_token("sesame\r\nx-admin: yes");
    let (ours, mut theirs) = duplex(4096);
    let error = Transport::websocket_over(ours, &options).await.unwrap_err();
    assert!(matches!(error, Error::InvalidWebSocketOptions { .. }), "{error:?}");
    assert_eq!(theirs.read(&mut [0; 1]).await.unwrap(), 0);
}

#[tokio::test]
async fn an_address_that_cannot_be_is_refused() {
    for url in ["", "http://127.0.0.1", "ws://", "ws://user:sesame@127.0.0.1", "unix://", "a b"] {
        let options = WebSocketOptions::new(url);
        let error = Transport::websocket(&options).await.unwrap_err();
        assert!(matches!(error, Error::InvalidAddress { .. }), "{url}: {error:?}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_an_address_is_told_without_secrets() {
    for (url, expected) in [
        ("http://127.0.0.1:4500", " http://127.0.0.1:4500: it does not begin with ws://, "),
        ("127.0.0.1:4500", " 127.0.0.1:4500: it does not begin with ws://, "),
        ("ws://user:sesame@codex.example.com:1", " ws://codex.example.com:1: it names a user: "),
        ("http://codex.example.com/sesame?t=sesame", " http://codex.example.com: it does not "),
        ("UNIX://", " unix://: unix:// needs a path; "),
        ("sesame", ": it does not begin with ws://, "),
        ("ws://sesame sesame", ": it is not a URL"),
    ] {
        let error = Transport::websocket(&WebSocketOptions::new(url)).await.unwrap_err();
        let (text, debug) = (error.to_string(), format!("{error:?}"));
        assert!(text.starts_with(&format!("invalid server address{expected}")), "{url}: {text}");
        assert!(!text.contains("sesame") && !debug.contains("sesame"), "{url}: {debug}");
    }
}

#[tokio::test]
async fn the_scheme_of_an_address_may_have_capital_letters() {
    for url in ["WS://127.0.0.1:1", "Wss://127.0.0.1:1", "Unix:///tmp/x"] {
        let options = WebSocketOptions::new(url);
        let (ours, theirs) = duplex(4096);
        let opened = tokio::join!(Transport::websocket_over(ours, &options), accept_async(theirs));
        drop((opened.0.unwrap(), opened.1.unwrap()));
    }
}

#[cfg(not(feature = "tls"))]
#[tokio::test]
async fn wss_needs_its_feature_before_anything_is_connected() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let options = WebSocketOptions::new(format!("wss://127.0.0.1:{port}"));
    let error = Transport::websocket(&options).await.unwrap_err();
    let expected = format!("address wss://127.0.0.1:{port}: wss:// needs the feature `tls`");
    assert!(error.to_string().contains(&expected), "{error}");
    assert!(listener.accept().is_err(), "it has connected");
}

#[test]
fn neither_tokens_nor_addresses_are_shown() {
    for url in ["ws://127.0.0.1:1/?token=sesame", "ws://user:sesame@127.0.0.1", "sesame"] {
        let options = WebSocketOptions::new(url).bearer_token("sesame");
        assert!(!format!("{options:?}").contains("sesame"), "{options:?}");
    }
}
