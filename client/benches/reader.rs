//! What the connection costs a message: from bytes in a pipe to the queue of a consumer, and on to
//! the typed event, beside reading the same lines from the same pipe into `serde_json::Value`.
//!
//! The ratios are measured round by round in one run: on a shared machine only those say something.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use codex_app_client::protocol::Header;
use codex_app_client::{Client, Events, Options, Transport};
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream};

const N_LINES: usize = 10_000;
/// Of a hundred lines: what a streaming turn is made of.
const DELTAS_PER_HUNDRED: usize = 90;
const N_ROUNDS: usize = 31;
/// Some thirty messages: the consumer keeps up, and no deltas are joined.
const PIPE: usize = 8 * 1024;
const END: &str = "{\"method\":\"bench/end\"}\n";
/// The client's first request has the id 1: its answer comes behind all lines.
const ANSWER: &str = "{\"id\":1,\"result\":null}\n";

fn main() {
    // `cargo test` runs benchmarks to see that they run.
    let n_rounds = if std::env::args().any(|it| it == "--bench") { N_ROUNDS } else { 1 };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime can be built");
    let corpus = corpus();
    let mut rounds = Vec::new();
    for _ in 0..n_rounds {
        rounds.push(runtime.block_on(async {
            [value(&corpus).await, routed(&corpus, false).await, routed(&corpus, true).await]
        }));
    }
    let median_of = |figure: &dyn Fn(&[Duration; 3]) -> f64| {
        let mut figures: Vec<f64> = rounds.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures[n_rounds / 2]
    };
    println!("{N_LINES} lines, {DELTAS_PER_HUNDRED} % deltas, median of {n_rounds} rounds");
    let names = ["pipe to serde_json::Value", "pipe to routed event", "pipe to typed event"];
    for (index, name) in names.into_iter().enumerate() {
        let each = median_of(&|it| it[index].as_secs_f64() * 1e9 / N_LINES as f64);
        let ratio = median_of(&|it| it[index].as_secs_f64() / it[0].as_secs_f64());
        println!("{name:<26} {each:7.1} ns a message, {ratio:.2} of Value");
    }
}

/// Writes the lines, and then whatever ends the round.
async fn feed(mut pipe: DuplexStream, corpus: String, last: String) -> DuplexStream {
    pipe.write_all(corpus.as_bytes()).await.expect("the reader reads");
    pipe.write_all(last.as_bytes()).await.expect("the reader reads");
    pipe
}

async fn value(corpus: &str) -> Duration {
    let (ours, theirs) = tokio::io::duplex(PIPE);
    let feeding = tokio::spawn(feed(theirs, corpus.to_owned(), String::new()));
    let started = Instant::now();
    let mut lines = BufReader::new(ours).lines();
    for _ in 0..N_LINES {
        let line = lines.next_line().await.expect("the pipe works").expect("a line");
        std::hint::black_box(serde_json::from_str::<Value>(&line).expect("a line is JSON"));
    }
    let elapsed = started.elapsed();
    feeding.await.expect("feeding does not panic");
    elapsed
}

/// With a consumer that reads each event as it comes, or one that leaves them in its queue.
async fn routed(corpus: &str, consume: bool) -> Duration {
    let (ours, theirs) = tokio::io::duplex(PIPE);
    let client = Client::connect(Transport::from_stream(ours), Options::new());
    let mut events = client.events();
    let started = Instant::now();
    let barrier = client.request_raw("bench/barrier", Value::Null);
    let feeding = tokio::spawn(feed(theirs, corpus.to_owned(), [END, ANSWER].concat()));
    // A task, so that it takes turns with the reader, and no deltas are joined meanwhile.
    let consuming = tokio::spawn(async move {
        if consume {
            consume_all(&mut events).await;
        }
        events
    });
    barrier.await.expect("the barrier is answered");
    drop(consuming.await.expect("consuming does not panic"));
    let elapsed = started.elapsed();
    feeding.await.expect("feeding does not panic");
    elapsed
}

async fn consume_all(events: &mut Events) {
    let mut n_events = 0;
    loop {
        let event = events.next().await.expect("open").expect("an event");
        if event.into_notification().is_some_and(|it| it.body.method() == "bench/end") {
            break;
        }
        n_events += 1;
    }
    assert_eq!(n_events, N_LINES, "no deltas were joined");
}

/// A line of a recording.
#[derive(serde::Deserialize)]
struct Recorded<'a> {
    dir: &'a str,
    #[serde(borrow)]
    msg: &'a RawValue,
}

/// Recorded notifications, repeated, a line each: deltas, and between them the rest.
fn corpus() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/tests/traces");
    let mut recordings: Vec<_> = fs::read_dir(folder)
        .expect("the recordings are in protocol/tests/traces")
        .map(|entry| entry.expect("a readable folder").path())
        .collect();
    recordings.sort();
    let (mut deltas, mut others) = (Vec::new(), Vec::new());
    for path in recordings.iter().filter(|it| it.extension().is_some_and(|it| it == "jsonl")) {
        let text = fs::read_to_string(path).expect("a readable recording");
        for line in text.lines() {
            let recorded: Recorded<'_> = serde_json::from_str(line).expect("a recorded line");
            let header = Header::read(recorded.msg.get());
            let Ok(header) = header else { continue };
            match header.method.as_deref() {
                Some("item/agentMessage/delta") => deltas.push(recorded.msg.get().to_owned()),
                Some(_) if recorded.dir == "s2c" && header.id.is_none() => {
                    others.push(recorded.msg.get().to_owned());
                }
                _ => {}
            }
        }
    }
    let (mut deltas, mut others) = (deltas.iter().cycle(), others.iter().cycle());
    let lines = (0..N_LINES).map(|index| match index % 100 < DELTAS_PER_HUNDRED {
        true => deltas.next().expect("recordings have deltas").as_str(),
        false => others.next().expect("recordings have more").as_str(),
    });
    lines.flat_map(|line| [line, "\n"]).collect()
}
