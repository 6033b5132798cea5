//! A server that says what a test tells it to, and the messages it says most.

use codex_app_client::{Client, Codex, Options, Thread, Transport, TurnHandle};
use serde_json::{Value, json};
use tokio::io::{
    AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream, Lines, ReadHalf, WriteHalf,
};

/// The server's end of a connection.
pub(crate) struct Server {
    lines: Lines<BufReader<ReadHalf<DuplexStream>>>,
    write: WriteHalf<DuplexStream>,
}

impl Server {
    pub(crate) fn new() -> (Transport, Self) {
        let (ours, theirs) = tokio::io::duplex(1 << 20);
        let (read, write) = tokio::io::split(theirs);
        (Transport::from_stream(ours), Self { lines: BufReader::new(read).lines(), write })
    }

    /// The next message of the client.
    pub(crate) async fn receive(&mut self) -> Value {
        let line = self.lines.next_line().await.unwrap().expect("the client is gone");
        serde_json::from_str(&line).unwrap()
    }

    /// The next message of the client, which has to be this one.
    pub(crate) async fn expect(&mut self, method: &str) -> Value {
        let message = self.receive().await;
        assert_eq!(message["method"], method, "{message}");
        message
    }

    /// Whether the client has closed its side.
    pub(crate) async fn is_at_end(&mut self) -> bool {
        self.lines.next_line().await.unwrap().is_none()
    }

    pub(crate) async fn send(&mut self, message: Value) {
        self.send_bytes(format!("{message}\n").as_bytes()).await;
    }

    pub(crate) async fn send_all(&mut self, messages: impl IntoIterator<Item = Value>) {
        for message in messages {
            self.send(message).await;
        }
    }

    pub(crate) async fn send_bytes(&mut self, bytes: &[u8]) {
        self.write.write_all(bytes).await.unwrap();
    }

    pub(crate) async fn answer(&mut self, request: &Value, result: Value) {
        self.send(json!({"id": request["id"], "result": result})).await;
    }

    pub(crate) async fn refuse(&mut self, request: &Value, message: &str) {
        let error = json!({"code": -32600, "message": message});
        self.send(json!({"error": error, "id": request["id"]})).await;
    }

    /// Takes the next request, which has to be this one, and answers it.
    pub(crate) async fn serve(&mut self, method: &str, result: Value) -> Value {
        let request = self.expect(method).await;
        self.answer(&request, result).await;
        request
    }

    /// Introduces itself.
    pub(crate) async fn initialize(&mut self) {
        self.serve("initialize", json!({"userAgent": "codex/0.169.0 (test)"})).await;
        self.expect("initialized").await;
    }

    /// Waits until the client has read everything, and shows that it has written nothing more.
    pub(crate) async fn barrier(&mut self, client: &Client) {
        let call = client.request_raw("test/barrier", Value::Null);
        let (outcome, _) = tokio::join!(call, self.serve("test/barrier", json!({})));
        outcome.unwrap();
    }
}

/// A connection, initialised.
pub(crate) async fn connected() -> (Codex, Client, Server) {
    connected_with(Options::new()).await
}

pub(crate) async fn connected_with(options: Options) -> (Codex, Client, Server) {
    let (transport, mut server) = Server::new();
    let (codex, ()) = tokio::join!(Codex::connect(transport, options), server.initialize());
    let codex = codex.unwrap();
    let client = codex.client().await.unwrap();
    (codex, client, server)
}

/// A connection and a thread on it, known by its id.
pub(crate) async fn with_thread(id: &str) -> (Thread, Client, Server) {
    let (codex, client, server) = connected().await;
    (codex.thread(id).await.unwrap(), client, server)
}

/// Starts a turn, which the server answers.
pub(crate) async fn start(thread: &Thread, server: &mut Server, turn_id: &str) -> TurnHandle {
    let (turn, _) = tokio::join!(
        thread.start_turn("hello"),
        server.serve("turn/start", turn_response(turn_id))
    );
    turn.unwrap()
}

pub(crate) fn turn_response(turn_id: &str) -> Value {
    json!({"turn": {"id": turn_id, "rootTurnId": turn_id, "items": [], "status": "inProgress"}})
}

pub(crate) fn notification(method: &str, params: Value) -> Value {
    json!({"method": method, "params": params, "emittedAtMs": 1760000000000_i64})
}

pub(crate) fn turn_started(thread_id: &str, turn_id: &str) -> Value {
    let turn = json!({"id": turn_id, "rootTurnId": turn_id, "items": [], "status": "inProgress"});
    notification("turn/started", json!({"threadId": thread_id, "turn": turn}))
}

pub(crate) fn turn_completed(thread_id: &str, turn_id: &str) -> Value {
    turn_ended(thread_id, turn_id, "completed")
}

pub(crate) fn turn_ended(thread_id: &str, turn_id: &str, status: &str) -> Value {
    let turn = json!({
        "id": turn_id, "items": [], "itemsView": "notLoaded", "status": status, "error": null,
        "startedAt": 5, "completedAt": 7, "durationMs": 2000,
    });
    notification("turn/completed", json!({"threadId": thread_id, "turn": turn}))
}

pub(crate) fn delta(thread_id: &str, turn_id: &str, item_id: &str, text: &str) -> Value {
    notification(
        "item/agentMessage/delta",
        json!({"threadId": thread_id, "turnId": turn_id, "itemId": item_id, "delta": text}),
    )
}

pub(crate) fn item_started(thread_id: &str, turn_id: &str, item: Value) -> Value {
    let params = json!({"threadId": thread_id, "turnId": turn_id, "item": item, "startedAtMs": 1});
    notification("item/started", params)
}

pub(crate) fn item_completed(thread_id: &str, turn_id: &str, item: Value) -> Value {
    let params = json!({"threadId": thread_id, "turnId": turn_id, "item": item});
    notification("item/completed", params)
}

pub(crate) fn message(item_id: &str, text: &str, phase: Option<&str>) -> Value {
    json!({"type": "agentMessage", "id": item_id, "text": text, "phase": phase})
}

pub(crate) fn usage(thread_id: &str, turn_id: &str, total: i64, last: i64) -> Value {
    let count = |tokens: i64| {
        json!({"totalTokens": tokens, "inputTokens": tokens, "cachedInputTokens": 0,
            "outputTokens": 0, "reasoningOutputTokens": 0})
    };
    let usage = json!({"total": count(total), "last": count(last), "modelContextWindow": 1000});
    notification(
        "thread/tokenUsage/updated",
        json!({"threadId": thread_id, "turnId": turn_id, "tokenUsage": usage}),
    )
}

/// The methods of all events up to the end of the turn.
pub(crate) async fn methods(turn: &mut TurnHandle) -> Vec<String> {
    let mut methods = Vec::new();
    while let Some(event) = turn.next().await {
        methods.push(event.unwrap().body.method().to_owned());
    }
    methods
}
