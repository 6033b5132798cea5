//! A server for the tests of cancellation: it answers whatever is asked in the same way, and runs the
//! turns that it is asked for, with steps in between at which the other side may go away.

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream, WriteHalf};

/// Serves until the other side is gone.
pub(super) async fn serve(stream: DuplexStream) {
    let (read, write) = tokio::io::split(stream);
    let mut lines = BufReader::new(read).lines();
    let mut server = Server { write, n_turns: 0, held: None };
    while let Ok(Some(line)) = lines.next_line().await {
        let message: Value = serde_json::from_str(&line).unwrap();
        if let Some(method) = message["method"].as_str()
            && !message["id"].is_null()
        {
            server.request(method, &message).await;
        }
    }
}

struct Server {
    write: WriteHalf<DuplexStream>,
    n_turns: usize,
    /// The turn that runs until it is interrupted.
    held: Option<String>,
}

impl Server {
    async fn request(&mut self, method: &str, message: &Value) {
        let is_unnamed = ["thread/compact/start", "thread/shellCommand"].contains(&method);
        let is_start = ["turn/start", "review/start", "test/begin", "thread/goal/set"];
        let is_start = is_start.contains(&method) && message["params"]["status"] != "paused";
        let is_start = is_start || is_unnamed;
        if is_start {
            self.n_turns += 1;
        }
        let turn_id = format!("u{}", self.n_turns);
        let result = match is_unnamed {
            true => json!({}),
            false => anything(&turn_id, &message["params"]),
        };
        self.send(json!({"id": message["id"], "result": result})).await;
        match method {
            "turn/interrupt" => self.end_held().await,
            "account/login/start" => {
                let params = json!({"loginId": "l", "success": true, "error": null});
                self.notify("account/login/completed", params).await;
            }
            "thread/goal/set" => self.goal(&message["params"]["status"]).await,
            _ => {}
        }
        if is_start {
            let is_held = message["params"]["input"][0]["text"] == "hold";
            self.run(turn_id, is_held).await;
        }
        if method == "thread/goal/set" && is_start {
            self.goal(&json!("complete")).await;
            self.end_held().await;
        }
    }

    async fn run(&mut self, turn_id: String, is_held: bool) {
        let turn = json!({"id": turn_id, "rootTurnId": turn_id, "items": []});
        self.notify("turn/started", json!({"threadId": "t", "turn": turn})).await;
        let params = json!({"threadId": "t", "turnId": turn_id, "itemId": "i", "delta": "a"});
        self.notify("item/agentMessage/delta", params).await;
        self.held = Some(turn_id);
        if !is_held {
            self.end_held().await;
        }
    }

    async fn end_held(&mut self) {
        if let Some(turn_id) = self.held.take() {
            let turn = json!({"id": turn_id, "items": [], "status": "completed"});
            self.notify("turn/completed", json!({"threadId": "t", "turn": turn})).await;
        }
    }

    async fn goal(&mut self, status: &Value) {
        let goal = json!({"threadId": "t", "objective": "o", "status": status});
        self.notify("thread/goal/updated", json!({"threadId": "t", "goal": goal})).await;
    }

    async fn notify(&mut self, method: &str, params: Value) {
        self.send(json!({"method": method, "params": params})).await;
    }

    async fn send(&mut self, message: Value) {
        tokio::task::yield_now().await;
        // The other side may be gone.
        let _ = self.write.write_all(format!("{message}\n").as_bytes()).await;
    }
}

/// An answer to any request.
fn anything(turn_id: &str, params: &Value) -> Value {
    // Lists have a second page, and no third.
    let next = if params["cursor"].is_null() { json!("second") } else { Value::Null };
    json!({
        "userAgent": "codex/0.169.0 (test)",
        "turn": {"id": turn_id, "rootTurnId": turn_id, "items": [], "status": "inProgress"},
        "turnId": turn_id,
        "thread": {"id": "t", "turns": []},
        "data": [],
        "nextCursor": next,
        "goal": {"threadId": "t", "objective": "o", "status": "active"},
        "cleared": true,
        "type": "chatgpt", "loginId": "l", "authUrl": "https://example.com",
        "status": "canceled",
        "requiresOpenaiAuth": false,
    })
}
