//! A connection that replaces one that has ended, and the threads to resume over it.

use std::sync::Arc;

use crate::codex::Codex;
use crate::error::Error;
use crate::error::closed::Closed;
use crate::thread::Thread;

/// A new connection in place of one that has ended, from
/// [`Supervisor::reconnected`](crate::Supervisor::reconnected).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Reconnected {
    /// The number of the connection: 1 for the first reconnect. The original connection is 0.
    pub epoch: u64,
    /// The server over the new connection, initialized.
    pub codex: Codex,
    /// Why the previous connection ended.
    pub closed: Arc<Closed>,
    /// The threads that were [followed](crate::Supervisor::follow). They are not resumed yet.
    pub thread_ids: Vec<String>,
}

impl Reconnected {
    /// Resumes the [followed](crate::Supervisor::follow) threads, in order: `thread/resume` for
    /// each. Returns the outcome for each thread id.
    ///
    /// The server then sends the server requests that are still open again, with the ids that they
    /// had. To answer them from a stream, open it
    /// ([`Codex::server_requests`](crate::Codex::server_requests)) before this call.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, some of the threads may be resumed. Calling it again is harmless.
    pub async fn resume(&self) -> Vec<(String, Result<Thread, Error>)> {
        let mut threads = Vec::new();
        for thread_id in &self.thread_ids {
            let thread = self.codex.resume_thread(thread_id.as_str()).await;
            threads.push((thread_id.clone(), thread));
        }
        threads
    }
}
