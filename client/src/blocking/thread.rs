//! The handle of one thread, blocking. Who gets an event is decided elsewhere. What is done with
//! a thread is in the files below.

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

/// A thread; see [`Thread`](crate::Thread).
///
/// # Examples
///
/// ```no_run
/// # fn example(codex: codex_app_client::blocking::Codex) -> Result<(), codex_app_client::Error> {
/// use codex_app_client::ThreadOptions;
///
/// let thread = codex.start_thread(ThreadOptions::default())?;
/// let result = thread.run("Summarise this repository")?;
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

    /// The id of the thread.
    #[must_use]
    pub fn id(&self) -> &str {
        self.thread.id()
    }

    /// See [`Thread::snapshot`](crate::Thread::snapshot).
    #[must_use]
    pub fn snapshot(&self) -> Option<&ThreadSnapshot> {
        self.thread.snapshot()
    }

    /// The connection.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::new(self.thread.client().clone(), &self.runtime)
    }

    /// See [`Thread::idle`](crate::Thread::idle).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn idle(&self) -> Result<(), Error> {
        self.runtime.wait(self.thread.idle())
    }

    /// The same, for so long.
    ///
    /// # Errors
    ///
    /// As [`idle`](Self::idle), and [`Error::WaitTimeout`] if a turn runs still by then.
    pub fn idle_within(&self, after: Duration) -> Result<(), Error> {
        self.runtime.wait_within(after, self.thread.idle())
    }

    /// See [`Thread::events`](crate::Thread::events).
    #[must_use]
    pub fn events(&self) -> Events {
        Events::new(self.thread.events(), &self.runtime)
    }

    /// See [`Thread::server_requests`](crate::Thread::server_requests).
    #[must_use]
    pub fn server_requests(&self) -> ServerRequests {
        ServerRequests::new(self.thread.server_requests(), &self.runtime)
    }
}
