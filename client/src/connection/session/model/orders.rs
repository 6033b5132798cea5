//! Orders in which things happen: every short one, many long ones, and those that were once wrong.

use super::LARGE;
use super::step::{Bounds, Step, possible};
use super::world::World;

const SMALL: Bounds =
    Bounds { n_threads: 1, n_turns: 2, n_starts: 2, n_told: 4, n_consumers: 4, is_rich: false };

fn play(steps: &[Step]) -> World {
    let mut world = World::new();
    for step in steps {
        world.step(*step);
    }
    world
}

/// Plays every order of steps of that length, and ends each in good order.
fn play_all(length: usize) -> usize {
    let mut n_orders = 0;
    let mut prefixes = vec![Vec::new()];
    while let Some(prefix) = prefixes.pop() {
        let world = match std::panic::catch_unwind(|| play(&prefix)) {
            Ok(world) => world,
            Err(panic) => resume(&prefix, panic),
        };
        if prefix.len() < length {
            let steps = possible(&world, SMALL);
            if !steps.is_empty() {
                prefixes.extend(steps.into_iter().map(|step| [&*prefix, &[step]].concat()));
                continue;
            }
        }
        let end = std::panic::AssertUnwindSafe(|| world.finish());
        if let Err(panic) = std::panic::catch_unwind(end) {
            resume(&prefix, panic);
        }
        n_orders += 1;
    }
    n_orders
}

fn resume(steps: &[Step], panic: Box<dyn std::any::Any + Send>) -> ! {
    let what = panic.downcast_ref::<String>();
    panic!("after {steps:?}: {}", what.map_or("", |it| it));
}

/// Numbers that look random, and are the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % bound
    }
}

#[test]
fn a_dropped_wait_for_the_next_turn_leaves_nothing() {
    play(&[Step::NextTurn { thread: 0 }, Step::StopWaiting { next: 0 }]).finish();
}

#[test]
fn a_thread_closed_under_a_start_whose_turn_has_begun_is_free_after_the_answer() {
    let start = Step::Start { thread: 0, join: false, interrupt: false };
    play(&[start, Step::BeginEarly { open: 0 }, Step::CloseThread { thread: 0 }]).finish();
}

#[test]
fn what_was_kept_for_a_start_is_told_though_the_connection_ends() {
    let start = Step::Start { thread: 0, join: false, interrupt: false };
    play(&[start, Step::BeginEarly { open: 0 }, Step::Disconnect]).finish();
}

#[test]
fn what_was_kept_for_a_start_is_told_though_others_follow_from_then_on() {
    let start = Step::Start { thread: 0, join: true, interrupt: false };
    let begin = Step::BeginByItself { thread: 0 };
    for follow in [start, Step::Watch { thread: 0 }, Step::Attach { thread: 0 }] {
        play(&[start, begin, follow, Step::Delta { turn: 0 }]).finish();
    }
}

#[test]
fn a_turn_promised_to_two_starts_leaves_neither_behind() {
    let start = Step::Start { thread: 0, join: true, interrupt: false };
    let answers = [Step::AnswerOwn { open: 0 }, Step::AnswerJoined { open: 0, turn: 0 }];
    play(&[start, start, answers[0], answers[1]]).finish();
}

#[test]
fn in_every_short_order_everybody_gets_exactly_what_is_theirs() {
    let length = std::env::var("MODEL_LENGTH").map_or(5, |it| it.parse().unwrap());
    let n_orders = play_all(length);
    assert!(n_orders > 10_000, "{n_orders} orders");
}

#[test]
fn in_long_random_orders_everybody_gets_exactly_what_is_theirs() {
    let n_orders = std::env::var("MODEL_ORDERS").map_or(1000, |it| it.parse().unwrap());
    for seed in 1..=n_orders {
        let mut random = Random(u64::wrapping_mul(seed, 0x9E37_79B9_7F4A_7C15));
        let mut steps = Vec::new();
        let mut world = World::new();
        for _ in 0..200 {
            let mut next = possible(&world, LARGE);
            // The connection ends once in a while, and a thread is closed not too often.
            let is_rare = |it: &Step| matches!(it, Step::Disconnect | Step::CloseThread { .. });
            if random.below(100) > 0 {
                next.retain(|it| !is_rare(it));
            }
            let Some(step) = next.get(random.below(next.len().max(1))).copied() else { break };
            steps.push(step);
            let played = std::panic::AssertUnwindSafe(|| world.step(step));
            if let Err(panic) = std::panic::catch_unwind(played) {
                resume(&steps, panic);
            }
        }
        let end = std::panic::AssertUnwindSafe(|| world.finish());
        if let Err(panic) = std::panic::catch_unwind(end) {
            resume(&steps, panic);
        }
    }
}

#[test]
fn what_was_found_by_fuzzing_stays_right() {
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus/router");
    let mut n_files = 0;
    for file in std::fs::read_dir(corpus).unwrap() {
        crate::fuzz_session(&std::fs::read(file.unwrap().path()).unwrap());
        n_files += 1;
    }
    assert!(n_files > 0);
}
