//! Tests the session against a reference model: in whatever order turns are started, answered,
//! begun, reported, followed, dropped and cut off, every consumer gets exactly its own events, and
//! nothing is left behind. It does no I/O.
#![expect(clippy::unwrap_used, reason = "what is not as it should be has to panic")]

mod consumer;
#[cfg(test)]
mod orders;
mod server;
mod step;
mod truth;
mod world;

use step::{Bounds, possible};
use world::World;

// No more turns than are remembered: a start answered later than that is given up after a time.
const LARGE: Bounds =
    Bounds { n_threads: 3, n_turns: 15, n_starts: 60, n_told: 400, n_consumers: 60, is_rich: true };

/// Plays the steps that the bytes choose, and ends in good order.
pub(crate) fn play_choices(choices: &[u8]) {
    let mut world = World::new();
    for choice in choices {
        let steps = possible(&world, LARGE);
        let Some(step) = steps.get(usize::from(*choice) % steps.len().max(1)) else { break };
        world.step(*step);
    }
    world.finish();
}
