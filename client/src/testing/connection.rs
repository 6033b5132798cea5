//! One connection to the model server: one request, and the reply to it.

use std::io;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::testing::action::Action;
use crate::testing::http::{self, HttpRequest};
use crate::testing::mock_model::Shared;
use crate::testing::model_request::ModelRequest;
use crate::testing::{response, sse};

/// Generated deltas are sent in blocks of this size.
const BLOCK_BYTES: usize = 64 * 1024;

/// Serves a connection until the reply is sent or the client has disconnected.
pub(crate) async fn serve(mut stream: TcpStream, shared: Arc<Shared>) {
    // A client may disconnect, or send something that is not HTTP.
    if let Err(error) = try_serve(&mut stream, &shared).await {
        tracing::debug!(%error, "a connection to the model ended early");
    }
}

async fn try_serve(stream: &mut TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let request = http::read_request(stream).await?;
    let actions = actions(request, shared);
    let mut outgoing = Outgoing { stream, headers: Vec::new(), has_head: false };
    for action in actions {
        outgoing.perform(action).await?;
    }
    outgoing.stream.shutdown().await
}

fn actions(request: HttpRequest, shared: &Shared) -> Vec<Action> {
    let is_response = request.path.ends_with("/responses");
    match request.method.as_str() {
        "POST" if is_response => match serde_json::from_slice(&request.body) {
            Ok(body) => {
                let request = ModelRequest::new(request.headers, body);
                response::actions(shared.reply_to(request), shared.ids())
            }
            Err(_) => vec![refusal(400, "the body is not JSON")],
        },
        "GET" if request.path.ends_with("/models") => {
            let body = json!({ "object": "list", "data": [] });
            vec![Action::Respond { status: 200, body }]
        }
        _ => vec![refusal(404, "no such method or path")],
    }
}

fn refusal(status: u16, message: &str) -> Action {
    Action::Respond { status, body: json!({ "error": { "message": message } }) }
}

/// A reply that is being sent.
struct Outgoing<'a> {
    stream: &'a mut TcpStream,
    headers: Vec<(String, String)>,
    has_head: bool,
}

impl Outgoing<'_> {
    async fn perform(&mut self, action: Action) -> io::Result<()> {
        match action {
            // It is the last action, and the connection is closed after that.
            Action::Cut => Ok(()),
            Action::FillerDeltas { item_id, output_index, n_deltas, n_bytes } => {
                self.send_filler(&item_id, output_index, n_deltas, n_bytes).await
            }
            Action::Header { name, value } => {
                self.headers.push((name, value));
                Ok(())
            }
            Action::Pause(duration) => self.unless_gone(tokio::time::sleep(duration)).await,
            Action::Respond { status, body } => self.respond(status, &body).await,
            Action::Send(bytes) => self.send(&bytes).await,
            Action::Wait(gate) => self.unless_gone(gate.pass()).await,
        }
    }

    async fn send_filler(
        &mut self,
        item_id: &str,
        output_index: usize,
        n_deltas: usize,
        n_bytes: usize,
    ) -> io::Result<()> {
        let mut block = String::with_capacity(BLOCK_BYTES + 1024);
        for number in 0..n_deltas {
            let delta = sse::filler(number, n_bytes);
            sse::write_event(&mut block, &sse::text_delta(item_id, output_index, &delta));
            if block.len() >= BLOCK_BYTES {
                self.send(block.as_bytes()).await?;
                block.clear();
            }
        }
        self.send(block.as_bytes()).await
    }

    async fn respond(&mut self, status: u16, body: &Value) -> io::Result<()> {
        let text = http::json_response(status, &self.headers, body);
        self.stream.write_all(text.as_bytes()).await
    }

    async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !self.has_head {
            self.has_head = true;
            let head = http::stream_head(&self.headers);
            self.stream.write_all(head.as_bytes()).await?;
        }
        self.stream.write_all(bytes).await
    }

    /// Waits, and fails if the client disconnects meanwhile.
    async fn unless_gone(&mut self, waiting: impl Future<Output = ()>) -> io::Result<()> {
        let mut byte = [0];
        tokio::select! {
            () = waiting => Ok(()),
            // After the one request, only the end of the connection is valid.
            read = self.stream.read(&mut byte) => match read {
                Ok(0) => Err(io::ErrorKind::ConnectionAborted.into()),
                Ok(_) => Err(io::ErrorKind::InvalidData.into()),
                Err(error) => Err(error),
            },
        }
    }
}
