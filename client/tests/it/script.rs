//! A server that says what a test tells it to, and the messages it says most.

use codex_app_client::{Client, Codex, Options, Thread, Transport, TurnHandle};
use serde_json::{Value, json};
use tokio::io::{
    AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream, Lines, ReadHalf, WriteHalf,
};

/// The messages of the test kit, which needs a feature that these tests do without.
#[path = "../../src/testing/wire.rs"]
#[expect(dead_code, unreachable_pub, reason = "it is a module of a library there")]
mod wire;

pub(crate) use self::wire::{
    agent_message as message, agent_message_delta as delta, item_completed, item_started,
    notification, token_usage as usage, turn_completed, turn_ended, turn_response, turn_started,
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
        self.initialize_as("0.169.0").await;
    }

    /// The same, as a server of some version.
    pub(crate) async fn initialize_as(&mut self, version: &str) {
        let user_agent = format!("codex/{version} (test)");
        self.serve("initialize", json!({"userAgent": user_agent})).await;
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

/// The methods of all events up to the end of the turn.
pub(crate) async fn methods(turn: &mut TurnHandle) -> Vec<String> {
    let mut methods = Vec::new();
    while let Some(event) = turn.next().await {
        methods.push(event.unwrap().body.method().to_owned());
    }
    methods
}
