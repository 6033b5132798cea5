//! The least that a client can do: it reads what the server writes, and drops it. What it costs is
//! what the system takes to hand over as many small writes.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{ChildStdin, Command, Stdio};
use std::time::Duration;

use codex_app_client::testing::server_path;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _};

use super::processor_time::Times;
use crate::Failure;

const READ_SIZE: usize = 64 * 1024;

fn command() -> Result<Command, Failure> {
    let mut command = Command::new(server_path()?);
    command.arg("app-server").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    Ok(command)
}

/// With the one system call, after a rest each time if there is to be one: then that is the least that
/// a client takes which reads as rarely as ours.
pub(super) fn blocking(rest: Option<Duration>) -> Result<(), Failure> {
    let mut child = command()?.spawn()?;
    let mut stdin = child.stdin.take().ok_or("no stdin")?;
    let mut stdout = BufReader::new(child.stdout.take().ok_or("no stdout")?);
    let mut opening = Opening::start(&mut stdin)?;
    let mut line = String::new();
    while !opening.is_over(&line, &mut stdin)? {
        line.clear();
        if stdout.read_line(&mut line)? == 0 {
            return Err("the server is gone".into());
        }
    }
    let mut stdout = stdout.into_inner();
    let mut buffer = vec![0; READ_SIZE];
    let before = Times::now()?;
    let (mut n_reads, mut end) = (0, End::default());
    opening.turn(&mut stdin, "Talk.")?;
    loop {
        if let Some(rest) = rest {
            std::thread::sleep(rest);
        }
        let n_bytes = stdout.read(&mut buffer)?;
        if n_bytes == 0 {
            return Err("the server is gone".into());
        }
        n_reads += 1;
        if end.is_in(&buffer[..n_bytes]) {
            break;
        }
    }
    before.report(n_reads)?;
    // By itself it would take its time.
    child.kill()?;
    child.wait()?;
    Ok(())
}

/// With the runtime that our client runs on.
pub(super) async fn with_tokio() -> Result<(), Failure> {
    let mut child = tokio::process::Command::from(command()?).spawn()?;
    let mut stdin: ChildStdin = child.stdin.take().ok_or("no stdin")?.into_owned_fd()?.into();
    let stdout = child.stdout.take().ok_or("no stdout")?;
    let mut stdout = tokio::io::BufReader::new(stdout);
    let mut opening = Opening::start(&mut stdin)?;
    let mut line = String::new();
    while !opening.is_over(&line, &mut stdin)? {
        line.clear();
        if stdout.read_line(&mut line).await? == 0 {
            return Err("the server is gone".into());
        }
    }
    let mut stdout = stdout.into_inner();
    let mut buffer = vec![0; READ_SIZE];
    let before = Times::now()?;
    let (mut n_reads, mut end) = (0, End::default());
    opening.turn(&mut stdin, "Talk.")?;
    loop {
        let n_bytes = stdout.read(&mut buffer).await?;
        if n_bytes == 0 {
            return Err("the server is gone".into());
        }
        n_reads += 1;
        if end.is_in(&buffer[..n_bytes]) {
            break;
        }
    }
    before.report(n_reads)?;
    child.kill().await?;
    Ok(())
}

/// How the line begins that ends a turn.
const END: &[u8] = br#"{"method":"turn/completed""#;

/// Looks for the end in what is read, piece by piece.
#[derive(Default)]
struct End {
    /// The beginning of the line that is being read.
    begun: Vec<u8>,
}

impl End {
    fn is_in(&mut self, bytes: &[u8]) -> bool {
        for (index, part) in bytes.split(|it| *it == b'\n').enumerate() {
            if index > 0 {
                self.begun.clear();
            }
            let n_missing = END.len() - self.begun.len();
            self.begun.extend_from_slice(&part[..n_missing.min(part.len())]);
            if self.begun == END {
                return true;
            }
        }
        false
    }
}

/// What comes before the turn that is measured: a thread, and a first turn.
struct Opening {
    thread_id: Option<String>,
}

impl Opening {
    fn start(stdin: &mut ChildStdin) -> Result<Self, Failure> {
        let info = json!({"name": "bare", "version": "0"});
        for message in [
            json!({"id": 1, "method": "initialize", "params": {"clientInfo": info}}),
            json!({"method": "initialized"}),
            json!({"id": 2, "method": "thread/start", "params": {}}),
        ] {
            writeln!(stdin, "{message}")?;
        }
        Ok(Self { thread_id: None })
    }

    fn is_over(&mut self, line: &str, stdin: &mut ChildStdin) -> Result<bool, Failure> {
        if line.as_bytes().starts_with(END) {
            return Ok(true);
        }
        if line.starts_with('{') && self.thread_id.is_none() {
            let message: Value = serde_json::from_str(line)?;
            if message["id"] == 2 {
                let id = message["result"]["thread"]["id"].as_str().ok_or("no thread")?;
                self.thread_id = Some(id.to_owned());
                self.turn(stdin, "Warm up.")?;
            }
        }
        Ok(false)
    }

    fn turn(&self, stdin: &mut ChildStdin, text: &str) -> Result<(), Failure> {
        let input = json!([{"type": "text", "text": text}]);
        let params = json!({"threadId": self.thread_id, "input": input});
        writeln!(stdin, "{}", json!({"id": 3, "method": "turn/start", "params": params}))?;
        Ok(())
    }
}
