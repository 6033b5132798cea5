//! What holds whichever way a server is reached. `each.rs` makes a test of each for each way.

pub(crate) mod approvals;
pub(crate) mod controlling;
pub(crate) mod ends;
pub(crate) mod threads;
pub(crate) mod turns;
