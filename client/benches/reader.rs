//! What a message costs: from bytes to the consumer it is for, undecoded; the same, decoded to the
//! typed event; and the same, parsed to `serde_json::Value`. All beside parsing alone, of lines that
//! were cut and checked before.
//!
//! The ratios are measured round by round in one run: on a shared machine only those say something.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

#[path = "reader/corpus.rs"]
mod corpus;
#[path = "reader/pipe.rs"]
mod pipe;

use std::time::{Duration, Instant};

use codex_app_client::{Codex, Event, Events, Options};
use serde_json::Value;

use crate::pipe::Server;

const N_LINES: usize = 10_000;
const N_ROUNDS: usize = 31;
/// With so many threads, each consumer keeps up, and no deltas are joined.
const N_THREADS: usize = 8;
/// Longer lines are not the last.
const SHORT: usize = 100;
const LAST: &str = "bench/last";

fn main() {
    // `cargo test` runs benchmarks to see that they run.
    let n_rounds = if std::env::args().any(|it| it == "--bench") { N_ROUNDS } else { 1 };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime can be built");
    let lines = corpus::lines(N_LINES, N_THREADS);
    let mut rounds = Vec::new();
    for _ in 0..n_rounds {
        rounds.push([
            parsed(&lines),
            runtime.block_on(consumed(&lines, undecoded)),
            runtime.block_on(consumed(&lines, typed)),
            runtime.block_on(consumed(&lines, value)),
        ]);
    }
    let median_of = |figure: &dyn Fn(&[Duration; 4]) -> f64| {
        let mut figures: Vec<f64> = rounds.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures[n_rounds / 2]
    };
    println!("{N_LINES} lines, {} % deltas, median of {n_rounds} rounds", corpus::PERCENT_DELTAS);
    let names = [
        "lines to serde_json::Value",
        "bytes to routed event",
        "bytes to typed event",
        "bytes to event as Value",
    ];
    for (index, name) in names.into_iter().enumerate() {
        let each = median_of(&|it| it[index].as_secs_f64() * 1e9 / N_LINES as f64);
        let ratio = median_of(&|it| it[index].as_secs_f64() / it[0].as_secs_f64());
        println!("{name:<27} {each:7.1} ns a message, {ratio:.2} of Value");
    }
}

fn parsed(lines: &[String]) -> Duration {
    let started = Instant::now();
    for line in lines {
        std::hint::black_box(serde_json::from_str::<Value>(line).expect("a line is JSON"));
    }
    started.elapsed()
}

/// Each thread has a consumer in a task of its own, which reads on as events come.
async fn consumed<F>(lines: &[String], consume: impl Fn(Events) -> F) -> Duration
where
    F: Future<Output = usize> + Send + 'static,
{
    let (codex, server) = connect().await;
    let mut bytes = Server::chunks(lines);
    for thread_id in corpus::thread_ids(N_THREADS) {
        let params = format!(r#"{{"threadId":"{thread_id}"}}"#);
        let last = format!("{{\"method\":\"{LAST}\",\"params\":{params}}}\n");
        bytes.push(last.into_bytes());
    }
    let consumers = watch(&codex).await.into_iter();
    let started = Instant::now();
    let consumers: Vec<_> = consumers.map(|events| tokio::spawn(consume(events))).collect();
    server.send(bytes);
    let mut n_events = 0;
    for consumer in consumers {
        n_events += consumer.await.expect("consuming does not panic");
    }
    let elapsed = started.elapsed();
    assert_eq!(n_events, lines.len(), "no deltas were joined");
    elapsed
}

async fn undecoded(mut events: Events) -> usize {
    let mut n_events = 0;
    loop {
        let line = std::hint::black_box(events.next_line().await.expect("open").expect("a line"));
        if line.len() < SHORT && line.contains(LAST) {
            return n_events;
        }
        n_events += 1;
    }
}

/// What a consumer would get that asks for no types.
async fn value(mut events: Events) -> usize {
    let mut n_events = 0;
    loop {
        let line = events.next_line().await.expect("open").expect("a line");
        let value: Value = serde_json::from_str(&line).expect("a line is JSON");
        if std::hint::black_box(value)["method"] == LAST {
            return n_events;
        }
        n_events += 1;
    }
}

async fn typed(mut events: Events) -> usize {
    let mut n_events = 0;
    loop {
        let event = events.next().await.expect("open").expect("an event");
        if let Event::Notification(it) = std::hint::black_box(event)
            && it.body.method() == LAST
        {
            return n_events;
        }
        n_events += 1;
    }
}

async fn connect() -> (Codex, Server) {
    let (transport, server) = pipe::pipe();
    server.send(vec![
        br#"{"id":1,"result":{"userAgent":"codex/1.0.0 (os)","codexHome":"/","platformFamily":"unix","platformOs":"linux"}}"#
            .to_vec(),
        b"\n".to_vec(),
    ]);
    let codex = Codex::connect(transport, Options::new()).await.expect("it is initialised");
    (codex, server)
}

async fn watch(codex: &Codex) -> Vec<Events> {
    let mut events = Vec::new();
    for thread_id in corpus::thread_ids(N_THREADS) {
        events.push(codex.thread(&thread_id).await.expect("the server is there").events());
    }
    events
}
