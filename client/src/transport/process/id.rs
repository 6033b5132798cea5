//! The id of a process for as long as it is that of this process. The system gives it to another one once
//! the process was reaped.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// The id of a process that runs, or none. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProcessId(Arc<AtomicU32>);

/// No process that can be started has this id.
const NONE: u32 = 0;

impl ProcessId {
    pub(super) fn new(id: Option<u32>) -> Self {
        Self(Arc::new(AtomicU32::new(id.unwrap_or(NONE))))
    }

    pub(crate) fn get(&self) -> Option<u32> {
        Some(self.0.load(Ordering::Relaxed)).filter(|it| *it != NONE)
    }

    /// The process has exited.
    pub(super) fn clear(&self) {
        self.0.store(NONE, Ordering::Relaxed);
    }
}
