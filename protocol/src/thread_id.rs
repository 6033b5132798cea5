//! A thread's id is enough to resume or fork it: hand-written beside the generated params.

use crate::{ThreadForkParams, ThreadResumeParams};

impl From<&str> for ThreadResumeParams {
    fn from(thread_id: &str) -> Self {
        Self::new(thread_id)
    }
}

impl From<String> for ThreadResumeParams {
    fn from(thread_id: String) -> Self {
        Self::new(thread_id)
    }
}

impl From<&str> for ThreadForkParams {
    fn from(thread_id: &str) -> Self {
        Self::new(thread_id)
    }
}

impl From<String> for ThreadForkParams {
    fn from(thread_id: String) -> Self {
        Self::new(thread_id)
    }
}
