//! Why a transport has ended, where the stream of bytes cannot say it.

use std::sync::{Arc, Mutex, PoisonError};

use crate::closed::CloseReason;

/// Written by whoever carries the bytes, read when they end. The first reason counts.
#[derive(Clone, Debug, Default)]
pub(crate) struct CloseNote(Arc<Mutex<Option<CloseReason>>>);

impl CloseNote {
    #[cfg(feature = "ws")]
    pub(crate) fn write(&self, reason: CloseReason) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(reason);
    }

    pub(crate) fn take(&self) -> Option<CloseReason> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
