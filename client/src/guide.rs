//! Guide: how the client behaves, one topic per page. There is no code here.
//!
//! * [`ordering`]: which events reach which stream, in which order, and what happens to a slow
//!   consumer (backpressure).
//! * [`cancellation`]: what dropping a future or a handle does, how to interrupt a turn, and
//!   timeouts.
//! * [`approvals`]: server requests such as approvals: when the server asks, who answers, and what
//!   happens if nobody does.
//! * [`errors`]: which error means what, how to react to it, retries and reconnecting.
//! * [`server_versions`]: working with a server that is older or newer than this crate, and the
//!   experimental API.

pub mod approvals;
pub mod cancellation;
pub mod errors;
pub mod ordering;
pub mod server_versions;
