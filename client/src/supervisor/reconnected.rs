//! A new connection in the place of one that has ended, and the threads that are resumed on it.

use std::sync::Arc;

use crate::closed::Closed;
use crate::codex::Codex;
use crate::error::Error;
use crate::thread::Thread;

/// A new connection in the place of one that has ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Reconnected {
    /// Which connection it is: the first was 0.
    pub epoch: u64,
    /// The server, initialised.
    pub codex: Codex,
    /// Why the connection before has ended.
    pub closed: Arc<Closed>,
    /// The threads that are followed. They are not yet resumed.
    pub thread_ids: Vec<String>,
}

impl Reconnected {
    /// Subscribes to the followed threads again: `thread/resume` for each. The server then sends
    /// the requests that are open, with the ids that they had: whoever wants to answer them from a
    /// stream asks for it before this.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, some are resumed. Doing it again does no harm.
    pub async fn resume(&self) -> Vec<(String, Result<Thread, Error>)> {
        let mut threads = Vec::new();
        for thread_id in &self.thread_ids {
            let thread = self.codex.resume_thread(thread_id.as_str()).await;
            threads.push((thread_id.clone(), thread));
        }
        threads
    }
}
