//! How it behaves where a signature does not say: one page a question. There is no code here.
//!
//! * [`ordering`]: which events reach whom, in which order, and what happens to a slow consumer.
//! * [`cancellation`]: what dropping a future or a handle does, and how a turn is stopped.
//! * [`errors`]: which error means what, and what can be done about it.
//! * [`server_versions`]: living with a server that is older or newer than this crate.

pub mod cancellation;
pub mod errors;
pub mod ordering;
pub mod server_versions;
