//! Passes every line on the wire to a function of the program, for [`Options::on_frame`]. It
//! changes nothing.
//!
//! [`Options::on_frame`]: crate::Options::on_frame

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// The direction of a line, for [`Options::on_frame`](crate::Options::on_frame).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a line comes or goes")]
pub enum FrameDirection {
    /// From the server to the client.
    Received,
    /// From the client to the server.
    Sent,
}

type See = dyn Fn(FrameDirection, &[u8]) + Send + Sync;

/// What sees all lines.
#[derive(Clone)]
pub(crate) struct Tap(Arc<See>);

impl Tap {
    pub(crate) fn new(see: impl Fn(FrameDirection, &[u8]) + Send + Sync + 'static) -> Self {
        Self(Arc::new(see))
    }

    /// A function that panics takes nothing along.
    pub(crate) fn see(&self, direction: FrameDirection, line: &[u8]) {
        if catch_unwind(AssertUnwindSafe(|| (self.0)(direction, line))).is_err() {
            tracing::error!("the function of `Options::on_frame` panicked");
        }
    }
}

impl fmt::Debug for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tap").finish_non_exhaustive()
    }
}
