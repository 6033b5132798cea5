//! Decoding the same lines three ways: to this crate's types, to `serde_json::Value`, and to a
//! closed enum as one would write it by hand with serde.
//!
//! Prints medians (by divan) and then the ratios, measured in turn in one run: on a shared machine
//! only those say something.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

#[path = "decode/closed.rs"]
mod closed;
#[path = "decode/corpus.rs"]
mod corpus;

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use codex_app_protocol::ServerMessage;
use serde_json::Value;

use crate::corpus::PERCENT_DELTAS;

const N_LINES: usize = 10_000;

fn main() {
    divan::main();
    ratios();
}

#[divan::bench]
fn typed(bencher: divan::Bencher<'_, '_>) {
    let lines = corpus();
    bencher
        .counter(divan::counter::ItemsCount::new(lines.len()))
        .with_inputs(|| lines.clone())
        .bench_values(decode_typed);
}

#[divan::bench]
fn value(bencher: divan::Bencher<'_, '_>) {
    let lines = corpus();
    bencher
        .counter(divan::counter::ItemsCount::new(lines.len()))
        .with_inputs(|| lines.clone())
        .bench_values(decode_value);
}

#[divan::bench]
fn closed_enum(bencher: divan::Bencher<'_, '_>) {
    let lines = corpus();
    bencher
        .counter(divan::counter::ItemsCount::new(lines.len()))
        .with_inputs(|| lines.clone())
        .bench_values(decode_closed);
}

/// Each way takes the lines, as a reader of a pipe hands them over, and is done with them when it
/// returns. Here they are moved into the messages, which go.
fn decode_typed(lines: Vec<String>) {
    for line in lines {
        black_box(ServerMessage::from_line(line).expect("a line of a recording"));
    }
}

fn decode_value(lines: Vec<String>) {
    for line in lines {
        black_box(serde_json::from_str::<Value>(&line).expect("a line of a recording"));
    }
}

fn decode_closed(lines: Vec<String>) {
    for line in lines {
        black_box(serde_json::from_str::<closed::Notification>(&line).expect("a known method"));
    }
}

fn ratios() {
    const N_ROUNDS: usize = 41;
    let lines = corpus();
    let mut rounds: Vec<[Duration; 3]> = Vec::new();
    for _ in 0..N_ROUNDS {
        let [first, second, third] = [lines.clone(), lines.clone(), lines.clone()];
        rounds.push([
            time(|| decode_typed(first)),
            time(|| decode_value(second)),
            time(|| decode_closed(third)),
        ]);
    }
    // The machine's speed drifts: what is compared was measured back to back.
    let median_of = |figure: &dyn Fn(&[Duration; 3]) -> f64| {
        let mut figures: Vec<f64> = rounds.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures[N_ROUNDS / 2]
    };
    let per_message =
        |index: usize| median_of(&|round| round[index].as_secs_f64() * 1e9 / N_LINES as f64);
    let ratio =
        |index: usize| median_of(&|round| round[index].as_secs_f64() / round[0].as_secs_f64());
    println!("\n{N_LINES} lines, {PERCENT_DELTAS} % deltas, median of {N_ROUNDS} rounds");
    println!("typed enum         {:7.1} ns a message", per_message(0));
    println!("serde_json::Value  {:7.1} ns, {:.2} times as long", per_message(1), ratio(1));
    println!("closed serde enum  {:7.1} ns, {:.2} times as long", per_message(2), ratio(2));
}

fn time(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

fn corpus() -> Vec<String> {
    let traces = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traces");
    corpus::lines(&traces, closed::METHODS, N_LINES)
}
