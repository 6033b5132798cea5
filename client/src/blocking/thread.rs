//! The handle of a thread, blocking. Its methods are in the files below, by subject.

mod manage;
mod pages;
mod turns;

use std::time::Duration;

use crate::blocking::client::Client;
use crate::blocking::events::Events;
use crate::blocking::runtime::Runtime;
use crate::blocking::server_requests::ServerRequests;
pub use crate::blocking::thread::turns::NextTurn;
use crate::error::Error;
use crate::thread::ThreadSnapshot;

/// A blocking handle of a thread, a conversation that the server stores; see
/// [`Thread`](crate::Thread). Clones are handles of the same thread.
///
/// # Examples
///
/// ```no_run
/// # fn example(codex: codex_app_client::blocking::Codex) -> Result<(), codex_app_client::Error> {
/// use codex_app_client::ThreadOptions;
///
/// let thread = codex.start_thread(ThreadOptions::default())?;
/// let result = thread.run("Summarize this repository")?;
/// println!("{}", result.final_response.unwrap_or_default());
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Thread {
    pub(super) thread: crate::Thread,
    pub(super) runtime: Runtime,
}

impl Thread {
    pub(crate) fn new(thread: crate::Thread, runtime: &Runtime) -> Self {
        Self { thread, runtime: runtime.clone() }
    }

    /// Returns the id of the thread.
    #[must_use]
    pub fn id(&self) -> &str {
        self.thread.id()
    }

    /// Returns what the server reported about the thread when this handle was made. See
    /// [`Thread::snapshot`](crate::Thread::snapshot).
    #[must_use]
    pub fn snapshot(&self) -> Option<&ThreadSnapshot> {
        self.thread.snapshot()
    }

    /// Returns the connection of the thread.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::new(self.thread.client().clone(), &self.runtime)
    }

    /// Waits until no turn runs on the thread. See [`Thread::wait_idle`](crate::Thread::wait_idle).
    ///
    /// # Errors
    ///
    /// As [`Thread::wait_idle`](crate::Thread::wait_idle), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn wait_idle(&self) -> Result<(), Error> {
        self.runtime.wait(self.thread.wait_idle())
    }

    /// Like [`wait_idle`](Self::wait_idle), with a timeout.
    ///
    /// # Errors
    ///
    /// [`Error::WaitTimeout`] if a turn still runs after the timeout. Otherwise as
    /// [`wait_idle`](Self::wait_idle).
    pub fn wait_idle_within(&self, timeout: Duration) -> Result<(), Error> {
        self.runtime.wait_within(timeout, self.thread.wait_idle())
    }

    /// Returns an iterator over all events of the thread from now on. See
    /// [`Thread::events`](crate::Thread::events).
    #[must_use]
    pub fn events(&self) -> Events {
        Events::new(self.thread.events(), &self.runtime)
    }

    /// Returns an iterator over the server's requests about this thread, to reply to them. See
    /// [`Thread::server_requests`](crate::Thread::server_requests).
    #[must_use]
    pub fn server_requests(&self) -> ServerRequests {
        ServerRequests::new(self.thread.server_requests(), &self.runtime)
    }
}
