//! Many turns at once on one connection: how many events pass in a second, whatever the number of
//! threads; what an open turn that nothing happens in takes; and what a consumer costs that does not
//! read.
//!
//! The server is in memory. The ratios are measured round by round in one run.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

#[path = "scale/resident.rs"]
mod resident;
#[path = "scale/server.rs"]
mod server;

use std::process::Command;
use std::time::{Duration, Instant};

use codex_app_client::protocol::ServerNotification;
use codex_app_client::{Codex, Options, Thread, TurnHandle};
use futures_util::FutureExt as _;
use tokio::runtime::{Builder, Runtime};

use crate::server::Block;

const N_THREADS: [usize; 4] = [1, 32, 1_000, 10_000];
const N_EVENTS: usize = 1_000_000;
const N_ROUNDS: usize = 5;
const MIB: f64 = 1024.0 * 1024.0;
/// Says which memory to measure.
const MEMORY: &str = "SCALE_MEMORY";
/// Says how many threads of the system there are; one, if it is not set.
const WORKERS: &str = "SCALE_WORKERS";

fn main() {
    // `cargo test` runs benchmarks to see that they run.
    let is_measured = std::env::args().any(|it| it == "--bench");
    let (n_events, n_rounds) = if is_measured { (N_EVENTS, N_ROUNDS) } else { (10_000, 1) };
    let runtime = runtime().expect("a runtime can be built");
    if let Some(of) = std::env::var_os(MEMORY) {
        let n_bytes = match of == "idle" {
            true => runtime.block_on(idle(N_THREADS[3])),
            false => runtime.block_on(stalled(n_events)),
        };
        return n_bytes.iter().for_each(|it| println!("{it}"));
    }
    let mut rounds = Vec::new();
    for _ in 0..n_rounds {
        rounds.push(N_THREADS.map(|it| runtime.block_on(interleaved(it, n_events))));
    }
    let median_of = |figure: &dyn Fn(&[Passed; 4]) -> f64| {
        let mut figures: Vec<f64> = rounds.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures[n_rounds / 2]
    };
    println!("{n_events} deltas of 8 bytes to typed events, median of {n_rounds} rounds");
    for (index, n_threads) in N_THREADS.into_iter().enumerate() {
        let each = median_of(&|it| it[index].elapsed.as_secs_f64() * 1e9 / n_events as f64);
        let ratio = median_of(&|it| it[0].elapsed.as_secs_f64() / it[index].elapsed.as_secs_f64());
        let joined =
            median_of(&|it| (n_events - it[index].n_read) as f64 * 100.0 / n_events as f64);
        println!(
            "{n_threads:>6} threads  {each:7.1} ns an event, {ratio:.2} of the throughput with one, \
             {joined:.0} % joined with the one before"
        );
    }
    let (Some(per_turn), Some(peak)) = (memory("idle"), memory("stalled")) else {
        println!("the memory is not measured: it is read from /proc");
        return;
    };
    println!(
        "an open turn in which nothing happens, its two handles included: {per_turn:.0} bytes"
    );
    println!("{n_events} unread deltas, whose text is exact: {:.1} MiB at most", peak / MIB);
}

fn runtime() -> std::io::Result<Runtime> {
    let n_workers = std::env::var(WORKERS).ok().and_then(|it| it.parse().ok());
    let mut builder = match n_workers {
        None => Builder::new_current_thread(),
        Some(_) => Builder::new_multi_thread(),
    };
    builder.worker_threads(n_workers.unwrap_or(1)).enable_all().build()
}

/// Measured in a process of its own, in which nobody has taken memory and given it back.
fn memory(of: &str) -> Option<f64> {
    let program = std::env::current_exe().expect("this program is there");
    let args = std::env::args().skip(1);
    let output = Command::new(program).args(args).env(MEMORY, of).output();
    let output = output.expect("this program can be started again");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// How long it took, and how many events consumers got.
struct Passed {
    elapsed: Duration,
    n_read: usize,
}

/// Each thread has a turn, and each turn a consumer in a task of its own.
async fn interleaved(n_threads: usize, n_events: usize) -> Passed {
    let (codex, server) = connect().await;
    let mut turns = Vec::new();
    for index in 0..n_threads {
        turns.push(open(&codex, index).await.1);
    }
    let block = Block::of_deltas(n_threads, n_events);
    let started = Instant::now();
    let consumers: Vec<_> = turns.into_iter().map(|it| tokio::spawn(read(it))).collect();
    server.send(block, n_threads);
    let (mut n_read, mut n_bytes) = (0, 0);
    for consumer in consumers {
        let (read, bytes) = consumer.await.expect("consuming does not panic");
        n_read += read;
        n_bytes += bytes;
    }
    let elapsed = started.elapsed();
    assert_eq!(n_bytes, n_events * server::TEXT.len(), "no text was lost");
    Passed { elapsed, n_read }
}

/// How many deltas a consumer gets, and how much text they have.
async fn read(mut turn: TurnHandle) -> (usize, usize) {
    let (mut n_read, mut n_bytes) = (0, 0);
    while let Some(event) = turn.next().await {
        let event = event.expect("the server is there");
        if let ServerNotification::ItemAgentMessageDelta(delta) = event.body {
            n_read += 1;
            n_bytes += delta.delta.map_or(0, |it| it.len());
        }
    }
    (n_read, n_bytes)
}

/// The bytes that an open turn takes.
async fn idle(n_turns: usize) -> Option<f64> {
    let (codex, _server) = connect().await;
    let mut held = Vec::with_capacity(n_turns);
    // What is allocated once is none of theirs.
    let warm = open(&codex, n_turns).await;
    let before = resident::now()?;
    for index in 0..n_turns {
        held.push(open(&codex, index).await);
        // It takes what has come so far, the beginning of the turn.
        held[index].1.next().await.expect("a turn begins").expect("an event");
        let more = held[index].1.next().now_or_never();
        assert!(more.is_none(), "nothing happens");
    }
    let after = resident::now()?;
    drop((held, warm));
    Some((after.saturating_sub(before)) as f64 / n_turns as f64)
}

/// The bytes at most while nobody reads a turn.
async fn stalled(n_events: usize) -> Option<f64> {
    let (codex, server) = connect().await;
    let (thread, mut turn) = open(&codex, 0).await;
    let block = Block::of_deltas(1, n_events);
    let before = resident::now()?;
    // Another handle, which does read, tells when all of it is there.
    let reading = thread.turn(turn.id()).expect("the thread is free");
    let reader = tokio::spawn(read(reading));
    server.send(block, 1);
    let mut peak = before;
    while !reader.is_finished() {
        peak = peak.max(resident::now()?);
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    reader.await.expect("reading does not panic");
    peak = peak.max(resident::now()?);
    let mut text = String::new();
    while let Some(event) = turn.next().await {
        if let ServerNotification::ItemAgentMessageDelta(delta) = event.expect("an event").body {
            text.push_str(&delta.delta.unwrap_or_default());
        }
    }
    assert_eq!(text, server::TEXT.repeat(n_events), "the text is exact");
    Some((peak - before) as f64)
}

async fn open(codex: &Codex, index: usize) -> (Thread, TurnHandle) {
    let thread = codex.thread(&server::thread_id(index)).await.expect("the server is there");
    let turn = thread.start_turn("Talk.").await.expect("the server takes it");
    (thread, turn)
}

async fn connect() -> (Codex, server::Server) {
    let (transport, server) = server::start();
    let codex = Codex::connect(transport, Options::new()).await.expect("it is initialised");
    (codex, server)
}
