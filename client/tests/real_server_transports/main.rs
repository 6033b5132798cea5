//! What matters most, over every way to a real server, and what belongs to one of them alone.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod every;
mod listening;
mod refused;
mod several;
