//! The ids of responses, items and calls. They are counted, so that runs are repeatable.

use std::sync::atomic::{AtomicU64, Ordering};

/// A counter shared by all kinds of ids.
#[derive(Debug, Default)]
pub(crate) struct Ids(AtomicU64);

impl Ids {
    /// A new id, such as `msg_000001`.
    pub(crate) fn next(&self, kind: &str) -> String {
        let n_given = self.0.fetch_add(1, Ordering::Relaxed);
        format!("{kind}_{:06}", n_given + 1)
    }
}
