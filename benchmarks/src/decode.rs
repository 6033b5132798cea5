//! The same lines, decoded by each crate to its own typed event: how long a line takes, and how many
//! come out typed.

#[path = "../../protocol/benches/decode/closed.rs"]
mod closed;
#[path = "../../protocol/benches/decode/corpus.rs"]
mod corpus;
pub mod decoders;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use decoders::{DECODERS, Decoder, OURS, Outcome};

pub const N_LINES: usize = 10_000;
const N_ROUNDS: usize = 41;

pub fn main() {
    let lines = lines();
    let mut rounds: Vec<Vec<Duration>> = Vec::new();
    for _ in 0..N_ROUNDS {
        rounds.push(DECODERS.iter().map(|it| time(it, &lines)).collect());
    }
    // The machine's speed drifts: what is compared was measured back to back.
    let median_of = |figure: &dyn Fn(&[Duration]) -> f64| {
        let mut figures: Vec<f64> = rounds.iter().map(|it| figure(it)).collect();
        figures.sort_by(f64::total_cmp);
        figures[N_ROUNDS / 2]
    };
    let recorded = corpus::recorded(&traces());
    println!("{N_LINES} lines, {} % deltas, median of {N_ROUNDS} rounds", corpus::PERCENT_DELTAS);
    println!("and all {} notifications of the recordings\n", recorded.len());
    println!("| | ns a message | times ours | typed | failed | all recorded: typed | failed |");
    println!("|---|--:|--:|--:|--:|--:|--:|");
    for (index, decoder) in DECODERS.iter().enumerate() {
        let each = median_of(&|it| it[index].as_secs_f64() * 1e9 / N_LINES as f64);
        let ratio = median_of(&|it| it[index].as_secs_f64() / it[OURS].as_secs_f64());
        let (typed, failed) = shares(decoder, &lines);
        let (all_typed, all_failed) = shares(decoder, &recorded);
        println!(
            "| {} | {each:.0} | {ratio:.2} | {typed:.1} % | {failed:.1} % | {all_typed:.1} % | {all_failed:.1} % |",
            decoder.name
        );
    }
}

pub fn lines() -> Vec<String> {
    corpus::lines(&traces(), closed::METHODS, N_LINES)
}

fn traces() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/tests/traces")
}

/// Each gets the lines as a reader of a pipe hands them over, and is done with them and with what it
/// made of them at the end.
fn time(decoder: &Decoder, lines: &[String]) -> Duration {
    let lines = lines.to_vec();
    let started = Instant::now();
    for line in lines {
        (decoder.decode)(line);
    }
    started.elapsed()
}

/// In hundredths: what becomes a type with the members of its method, and what becomes nothing.
fn shares(decoder: &Decoder, lines: &[String]) -> (f64, f64) {
    let outcomes: Vec<Outcome> = lines.iter().map(|it| (decoder.decode)(it.clone())).collect();
    let share = |outcome| {
        outcomes.iter().filter(|it| **it == outcome).count() as f64 * 100.0 / lines.len() as f64
    };
    (share(Outcome::Typed), share(Outcome::Failed))
}
