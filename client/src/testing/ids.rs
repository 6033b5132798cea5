//! The ids that a mock gives to responses, items and calls: counted, so that a run can be repeated.

use std::sync::atomic::{AtomicU64, Ordering};

/// A counter shared by all kinds of ids.
#[derive(Debug, Default)]
pub(crate) struct Ids(AtomicU64);

impl Ids {
    /// An id that was not given before, as `msg_000001`.
    pub(crate) fn next(&self, kind: &str) -> String {
        let n_given = self.0.fetch_add(1, Ordering::Relaxed);
        format!("{kind}_{:06}", n_given + 1)
    }
}
