//! A tap between the client and the app-server: runs the process, and records every line in both
//! directions.

use std::error::Error;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};

use codex_app_client::Transport;
use codex_app_client::testing::TestHome;
use serde_json::value::RawValue;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

/// What stands in a recording for the folder of the run.
const FOLDER: &str = "/home/dev/run/smoke";

/// Who sent a line, and the line.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) is_from_server: bool,
    pub(crate) text: String,
}

/// Every line of a run, over all its processes.
#[derive(Clone, Debug)]
pub(crate) struct Tap {
    lines: Arc<Mutex<Vec<Line>>>,
    /// The folder of the run, which is another one each time.
    folder: String,
}

/// A server behind the tap.
pub(crate) struct Server {
    child: Child,
    carriers: [JoinHandle<()>; 2],
}

impl Tap {
    pub(crate) fn new(home: &TestHome) -> Self {
        let workspace = home.workspace();
        let folder = workspace.parent().unwrap_or(&workspace).display().to_string();
        Self { lines: Arc::default(), folder }
    }

    /// Starts a server in this home.
    pub(crate) fn spawn(
        &self,
        program: &Path,
        home: &TestHome,
    ) -> Result<(Transport, Server), Box<dyn Error>> {
        let mut command = Command::new(program);
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
            .spawn()?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let (Some(stdin), Some(stdout)) = (stdin, stdout) else {
            return Err("the server has no pipes".into());
        };
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        let (from_client, to_client) = tokio::io::split(theirs);
        let carriers = [
            tokio::spawn(self.clone().carry(true, stdout, to_client)),
            tokio::spawn(self.clone().carry(false, from_client, stdin)),
        ];
        Ok((Transport::from_stream(ours), Server { child, carriers }))
    }

    /// Notes every line on its way; ends with either side.
    async fn carry(
        self,
        is_from_server: bool,
        from: impl AsyncRead + Unpin,
        mut to: impl AsyncWrite + Unpin,
    ) {
        let mut lines = BufReader::new(from).lines();
        while let Ok(Some(text)) = lines.next_line().await {
            let line = format!("{text}\n");
            self.lock().push(Line { is_from_server, text });
            if to.write_all(line.as_bytes()).await.is_err() || to.flush().await.is_err() {
                break;
            }
        }
        // The other side is gone then, which is what this is to tell it.
        let _ = to.shutdown().await;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every line so far, in order.
    pub(crate) fn lines(&self) -> Vec<Line> {
        self.lock().clone()
    }

    /// The run as a text: a line of JSON for each message, with who sent it.
    pub(crate) fn recording(&self) -> String {
        let mut text = String::new();
        for line in self.lines() {
            let direction = if line.is_from_server { "s2c" } else { "c2s" };
            let message = line.text.replace(&self.folder, FOLDER);
            if RawValue::from_string(message.clone()).is_ok() {
                text.push_str(&format!("{{\"dir\":\"{direction}\",\"msg\":{message}}}\n"));
            }
        }
        text
    }
}

impl Server {
    /// Waits until the server has ended and every line of it is noted.
    pub(crate) async fn ended(mut self) {
        for carrier in &mut self.carriers {
            // A carrier that has panicked has noted what it could.
            let _ = carrier.await;
        }
        // However it ended, it has.
        let _ = self.child.wait().await;
    }
}
