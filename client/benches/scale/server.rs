//! A server in memory that starts any turn, and then talks in all of them by turns.

use codex_app_client::Transport;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader, DuplexStream};
use tokio::sync::mpsc;

/// What each delta says.
pub(crate) const TEXT: &str = "12345678";
const TURN_ID: &str = "019f0c2e-9a00-7000-9000-000000000001";
/// As much as a pipe of Linux holds.
const PIPE: usize = 64 * 1024;
/// What is written at once: fewer messages than a consumer may lag behind.
const CHUNK: usize = 6 * 1024;
/// Lines that are made before they are sent; repeated until there are enough.
const N_MADE: usize = 10_000;

pub(crate) fn thread_id(index: usize) -> String {
    format!("019f0c2e-9a00-7000-8000-{index:012}")
}

/// Deltas, thread by thread.
pub(crate) struct Block {
    lines: Vec<String>,
    n_events: usize,
}

impl Block {
    /// Of `n_threads` threads that take turns, `n_events` in all.
    pub(crate) fn of_deltas(n_threads: usize, n_events: usize) -> Self {
        let n_lines = N_MADE.next_multiple_of(n_threads);
        Self { lines: (0..n_lines).map(|it| delta(&thread_id(it % n_threads))).collect(), n_events }
    }
}

/// Says what it is told to.
pub(crate) struct Server(mpsc::UnboundedSender<(Block, usize)>);

impl Server {
    /// Sends the deltas, and then the end of the turn of each of the threads.
    pub(crate) fn send(&self, block: Block, n_threads: usize) {
        self.0.send((block, n_threads)).expect("the client reads");
    }
}

/// A connection.
pub(crate) fn start() -> (Transport, Server) {
    let (client, server) = tokio::io::duplex(PIPE);
    let (reader, writer) = tokio::io::split(client);
    let (sender, blocks) = mpsc::unbounded_channel();
    tokio::spawn(serve(server, blocks));
    (Transport::new(reader, writer), Server(sender))
}

async fn serve(stream: DuplexStream, mut blocks: mpsc::UnboundedReceiver<(Block, usize)>) {
    let (reader, mut writer) = tokio::io::split(stream);
    let mut lines = BufReader::new(reader).lines();
    loop {
        tokio::select! {
            line = lines.next_line() => {
                let Ok(Some(line)) = line else { return };
                let request: Value = serde_json::from_str(&line).expect("the client sends JSON");
                if !request["id"].is_null() {
                    write(&mut writer, &format!("{}\n", answer(&request))).await;
                }
                if let Some(thread_id) = request["params"]["threadId"].as_str() {
                    write(&mut writer, &begun(thread_id)).await;
                }
            }
            block = blocks.recv() => {
                let Some((block, n_threads)) = block else { return };
                send(&mut writer, block, n_threads).await;
            }
        }
    }
}

async fn send(writer: &mut (impl AsyncWrite + Unpin), block: Block, n_threads: usize) {
    let mut chunk = String::new();
    for line in block.lines.iter().cycle().take(block.n_events) {
        chunk.push_str(line);
        if chunk.len() > CHUNK {
            write(writer, &chunk).await;
            chunk.clear();
            tokio::task::yield_now().await;
        }
    }
    for index in 0..n_threads {
        chunk.push_str(&completed(&thread_id(index)));
    }
    write(writer, &chunk).await;
}

async fn write(writer: &mut (impl AsyncWrite + Unpin), text: &str) {
    writer.write_all(text.as_bytes()).await.expect("the client reads");
}

fn answer(request: &Value) -> Value {
    let result = match request["method"].as_str() {
        Some("initialize") => json!({
            "userAgent": "codex/1.0.0 (os)",
            "codexHome": "/",
            "platformFamily": "unix",
            "platformOs": "linux",
        }),
        _ => json!({"turn": {"id": TURN_ID, "items": [], "status": "inProgress", "error": null}}),
    };
    json!({"id": request["id"], "result": result})
}

fn delta(thread_id: &str) -> String {
    let params =
        json!({"threadId": thread_id, "turnId": TURN_ID, "itemId": "msg_1", "delta": TEXT});
    // With the method first, as the server has it.
    format!(r#"{{"method":"item/agentMessage/delta","params":{params},"emittedAtMs":1}}"#) + "\n"
}

fn begun(thread_id: &str) -> String {
    let turn = json!({"id": TURN_ID, "items": [], "status": "inProgress", "error": null});
    let params = json!({"threadId": thread_id, "turn": turn});
    format!(r#"{{"method":"turn/started","params":{params},"emittedAtMs":1}}"#) + "\n"
}

fn completed(thread_id: &str) -> String {
    let turn = json!({"id": TURN_ID, "items": [], "status": "completed", "error": null});
    let params = json!({"threadId": thread_id, "turn": turn});
    format!(r#"{{"method":"turn/completed","params":{params},"emittedAtMs":1}}"#) + "\n"
}
