//! A real app-server, talked to in lines of JSON.

use std::process::Stdio;
use std::time::Duration;

use codex_app_client::testing::{TestHome, server_path};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

/// After this long without a message, the test has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// A started and initialised server.
pub(crate) struct Session {
    child: Child,
    stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    workspace: String,
    n_requests: u64,
}

impl Session {
    pub(crate) async fn start(home: &TestHome) -> Self {
        Self::start_with(home, json!({})).await
    }

    pub(crate) async fn start_experimental(home: &TestHome) -> Self {
        Self::start_with(home, json!({ "experimentalApi": true })).await
    }

    async fn start_with(home: &TestHome, capabilities: Value) -> Self {
        let mut command = Command::new(server_path().unwrap_or_else(|error| panic!("{error}")));
        for name in home.removed_variables() {
            command.env_remove(name);
        }
        let mut child = command
            .arg("app-server")
            .envs(home.environment())
            .current_dir(home.workspace())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let stdin = child.stdin.take().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let workspace = home.workspace().to_str().unwrap().to_owned();
        let mut session = Self { child, stdin, lines, workspace, n_requests: 0 };
        let client_info = json!({ "name": "mock-model-test", "version": "0" });
        let params = json!({ "clientInfo": client_info, "capabilities": capabilities });
        session.call("initialize", params).await;
        session.write(json!({ "method": "initialized" })).await;
        session
    }

    pub(crate) async fn start_thread(&mut self) -> String {
        self.start_thread_with(json!({})).await
    }

    pub(crate) async fn start_thread_with(&mut self, mut params: Value) -> String {
        params["cwd"] = self.workspace.as_str().into();
        let result = self.call("thread/start", params).await;
        result["thread"]["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn start_turn(&mut self, thread: &str, text: &str) {
        self.start_turn_with(thread, text, json!({})).await;
    }

    pub(crate) async fn start_turn_with(&mut self, thread: &str, text: &str, mut params: Value) {
        params["threadId"] = thread.into();
        params["input"] = json!([{ "type": "text", "text": text }]);
        self.request("turn/start", params).await;
    }

    /// Runs a turn, and gives what the server said meanwhile.
    pub(crate) async fn run(&mut self, thread: &str, text: &str) -> Vec<Value> {
        self.start_turn(thread, text).await;
        self.until("turn/completed").await
    }

    /// Sends a request and does not wait for the answer.
    pub(crate) async fn request(&mut self, method: &str, params: Value) {
        self.n_requests += 1;
        let id = self.n_requests;
        self.write(json!({ "id": id, "method": method, "params": params })).await;
    }

    /// Answers a request of the server.
    pub(crate) async fn answer(&mut self, request: &Value, result: Value) {
        self.write(json!({ "id": request["id"], "result": result })).await;
    }

    /// What the server says until something whose word begins like this.
    pub(crate) async fn until(&mut self, word_start: &str) -> Vec<Value> {
        let mut messages = Vec::new();
        loop {
            let message = self.next().await;
            let found = word(&message).starts_with(word_start);
            messages.push(message);
            if found {
                return messages;
            }
        }
    }

    /// Closes the server's input, and waits for it to exit.
    pub(crate) async fn end(self) {
        let Self { mut child, stdin, lines, .. } = self;
        drop(stdin);
        // While its output is open and not read, it does not exit.
        drop(lines);
        let status = timeout(PATIENCE, child.wait()).await;
        assert!(status.is_ok(), "the server does not exit");
    }

    async fn call(&mut self, method: &str, params: Value) -> Value {
        self.request(method, params).await;
        let id = self.n_requests;
        let mut messages = self.until(&format!("#{id}:")).await;
        let message = messages.pop().unwrap();
        assert!(message.get("result").is_some(), "{method}: {message}");
        message["result"].clone()
    }

    async fn write(&mut self, message: Value) {
        self.stdin.write_all(format!("{message}\n").as_bytes()).await.unwrap();
    }

    async fn next(&mut self) -> Value {
        let line = timeout(PATIENCE, self.lines.next_line()).await;
        let line = line.expect("the server is silent").unwrap().expect("the server has ended");
        serde_json::from_str(&line).unwrap()
    }
}

/// A message in a word: `#3:result`, `turn/completed[failed]`, `item/started[agentMessage]`, a request
/// of the server with a `?` at the end.
pub(crate) fn word(message: &Value) -> String {
    let Some(method) = message["method"].as_str() else {
        let kind = if message.get("result").is_some() { "result" } else { "error" };
        return format!("#{}:{kind}", message["id"]);
    };
    if message.get("id").is_some() {
        return format!("{method}?");
    }
    let params = &message["params"];
    let detail = match method {
        "item/started" | "item/completed" => &params["item"]["type"],
        "thread/status/changed" => &params["status"]["type"],
        "turn/completed" => &params["turn"]["status"],
        _ => &Value::Null,
    };
    detail.as_str().map_or_else(|| method.to_owned(), |detail| format!("{method}[{detail}]"))
}
