//! How many requests may be in flight. What lasts as long as something that it starts is counted apart,
//! so that it never keeps the requests that control it from the server.

use std::sync::Arc;

use codex_app_protocol::{ClientRequest as _, CommandExecParams, McpServerToolCallParams};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// The requests that are answered only when what they start has ended: a command, a tool, a sample. By
/// name, since the last is experimental.
const LASTING: [&str; 3] =
    [CommandExecParams::METHOD, McpServerToolCallParams::METHOD, "thread/sample"];

/// Room for so many requests of each kind.
pub(super) struct Permits {
    brief: Arc<Semaphore>,
    lasting: Arc<Semaphore>,
}

impl Permits {
    pub(super) fn new(most: usize) -> Self {
        let room = || Arc::new(Semaphore::new(most));
        Self { brief: room(), lasting: room() }
    }

    /// Waits until there is room.
    ///
    /// # Errors
    ///
    /// Fails once the connection has ended.
    pub(super) async fn acquire(&self, method: &str) -> Result<OwnedSemaphorePermit, AcquireError> {
        Arc::clone(self.of(method)).acquire_owned().await
    }

    /// The same, without waiting.
    pub(super) fn try_acquire(&self, method: &str) -> Option<OwnedSemaphorePermit> {
        Arc::clone(self.of(method)).try_acquire_owned().ok()
    }

    /// There is no room any more. Whoever waits for some is woken, and asks why.
    pub(super) fn close(&self) {
        self.brief.close();
        self.lasting.close();
    }

    fn of(&self, method: &str) -> &Arc<Semaphore> {
        if LASTING.contains(&method) { &self.lasting } else { &self.brief }
    }
}
