//! This project's client, as the client of a whole turn.

use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use codex_app_client::protocol::ServerNotification;
use codex_app_client::testing::server_path;
use codex_app_client::{Codex, Options, ProcessOptions, Thread, ThreadOptions, WebSocketOptions};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

use super::n_bytes_expected;
use super::processor_time::Times;
use crate::Failure;

/// Reads every event, typed.
pub(super) async fn events() -> Result<(), Failure> {
    let (codex, thread) = start(Options::new()).await?;
    read(thread).await?;
    codex.shutdown().await;
    Ok(())
}

/// The same over a WebSocket.
pub(super) async fn events_by_websocket() -> Result<(), Failure> {
    let mut command = Command::new(server_path()?);
    command.args(["app-server", "--listen", "ws://127.0.0.1:0"]);
    command.stdin(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut server = command.spawn()?;
    let mut stderr = BufReader::new(server.stderr.take().ok_or("no stderr")?).lines();
    let url = loop {
        let line = stderr.next_line().await?.ok_or("the server is gone")?;
        if let Some((_, url)) = line.split_once("listening on: ") {
            break url.trim().to_owned();
        }
    };
    let codex = Codex::connect_ws(WebSocketOptions::new(url), Options::new()).await?;
    let thread = codex.start_thread(ThreadOptions::default()).await?;
    thread.run("Warm up.").await?;
    read(thread).await?;
    codex.shutdown().await;
    server.kill().await?;
    Ok(())
}

async fn read(thread: Thread) -> Result<(), Failure> {
    let before = Times::now()?;
    let mut turn = thread.start_turn("Talk.").await?;
    let (mut n_events, mut n_bytes) = (0, 0);
    while let Some(event) = turn.next().await {
        n_events += 1;
        if let ServerNotification::ItemAgentMessageDelta(delta) = event?.body {
            n_bytes += delta.delta.map_or(0, |it| it.len());
        }
    }
    before.report(n_events)?;
    check(n_bytes)
}

/// Waits for the result.
pub(super) async fn run() -> Result<(), Failure> {
    let (codex, thread) = start(Options::new()).await?;
    let before = Times::now()?;
    let result = thread.run("Talk.").await?;
    before.report(1)?;
    check(result.final_response.map_or(0, |it| it.len()))?;
    codex.shutdown().await;
    Ok(())
}

/// Tells how long after the last delta, and after the end of the turn, the result is there.
pub(super) async fn latency() -> Result<(), Failure> {
    let seen = Arc::new(Mutex::new((Instant::now(), Instant::now())));
    let sees = Arc::clone(&seen);
    let options = Options::new().on_frame(move |_, line| {
        let Ok(mut seen) = sees.lock() else { return };
        if line.starts_with(br#"{"method":"item/agentMessage/delta""#) {
            seen.0 = Instant::now();
        } else if line.starts_with(br#"{"method":"turn/completed""#) {
            seen.1 = Instant::now();
        }
    });
    let (codex, thread) = start(options).await?;
    thread.run("Talk.").await?;
    let (delta, end) = *seen.lock().map_err(|_| "the function panicked")?;
    println!("{} {} 0 0 0", delta.elapsed().as_nanos(), end.elapsed().as_nanos());
    codex.shutdown().await;
    Ok(())
}

async fn start(options: Options) -> Result<(Codex, Thread), Failure> {
    let process = ProcessOptions::new().program(server_path()?);
    let codex = Codex::spawn_with(process, options).await?;
    let thread = codex.start_thread(ThreadOptions::default()).await?;
    thread.run("Warm up.").await?;
    Ok((codex, thread))
}

fn check(n_bytes: usize) -> Result<(), Failure> {
    match n_bytes == n_bytes_expected()? {
        true => Ok(()),
        false => Err("deltas were lost".into()),
    }
}
