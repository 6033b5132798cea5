//! Reconnecting, blocking. The async supervisor decides when and how.

use std::sync::Arc;
use std::time::Duration;

use crate::blocking::codex::Codex;
use crate::blocking::runtime::Runtime;
use crate::blocking::thread::Thread;
use crate::error::Error;
use crate::error::closed::Closed;
use crate::options::Options;
use crate::supervisor::ReconnectPolicy;
#[cfg(feature = "ws")]
use crate::transport::WebSocketOptions;
use crate::transport::{ProcessOptions, Transport};

/// The outcome of resuming each thread, by its id.
type Resumed = Vec<(String, Result<Thread, Error>)>;

/// Keeps a connection to an app-server, and reconnects when it has ended; see
/// [`Supervisor`](crate::Supervisor).
///
/// Clones share the connection: give one to each thread of the program. One thread runs all of its
/// connections.
///
/// # Examples
///
/// ```no_run
/// # fn example() -> Result<(), codex_app_client::Error> {
/// use codex_app_client::blocking::Supervisor;
/// use codex_app_client::{Options, ProcessOptions, ReconnectPolicy, ThreadOptions};
///
/// let policy = ReconnectPolicy::new();
/// let server = Supervisor::spawn(ProcessOptions::new(), Options::new(), policy)?;
/// let mut watching = server.clone();
/// std::thread::spawn(move || {
///     while let Ok(again) = watching.reconnected() {
///         println!("reconnected, connection {}: {}", again.epoch, again.closed);
///         for (thread_id, thread) in again.resume().into_iter().flatten() {
///             println!("{thread_id}: {}", thread.is_ok());
///         }
///     }
/// });
/// let thread = server.codex().start_thread(ThreadOptions::default())?;
/// server.follow(thread.id());
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Supervisor {
    supervisor: crate::Supervisor,
    runtime: Runtime,
}

/// A new connection after one that has ended; see [`Reconnected`](crate::Reconnected).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Reconnected {
    /// The number of the connection. The first is 0.
    pub epoch: u64,
    /// The server, initialized.
    pub codex: Codex,
    /// Why the previous connection has ended.
    pub closed: Arc<Closed>,
    /// The ids of the followed threads. They are not resumed yet.
    pub thread_ids: Vec<String>,
}

impl Reconnected {
    /// Resumes the followed threads, and returns the outcome for each. See
    /// [`Reconnected::resume`](crate::Reconnected::resume).
    ///
    /// # Errors
    ///
    /// Only [`Error::InsideRuntime`] in an async runtime. The errors of single threads are in the
    /// returned list.
    pub fn resume(&self) -> Result<Resumed, Error> {
        let again = crate::Reconnected {
            epoch: self.epoch,
            codex: self.codex.codex.clone(),
            closed: Arc::clone(&self.closed),
            thread_ids: self.thread_ids.clone(),
        };
        let runtime = &self.codex.runtime;
        let resumed = runtime.wait(async { Ok(again.resume().await) })?;
        let wrap = |(thread_id, thread): (String, Result<crate::Thread, Error>)| {
            (thread_id, thread.map(|it| Thread::new(it, runtime)))
        };
        Ok(resumed.into_iter().map(wrap).collect())
    }
}

impl Supervisor {
    /// Starts an app-server, and restarts it when it has ended. See
    /// [`Supervisor::spawn`](crate::Supervisor::spawn).
    ///
    /// # Errors
    ///
    /// As [`Supervisor::spawn`](crate::Supervisor::spawn). Also [`Error::Runtime`] if the runtime
    /// cannot be started, and [`Error::InsideRuntime`] in an async runtime.
    pub fn spawn(
        process: ProcessOptions,
        options: Options,
        policy: ReconnectPolicy,
    ) -> Result<Self, Error> {
        Self::open(crate::Supervisor::spawn(process, options, policy))
    }

    /// Connects to an app-server over WebSocket, and reconnects when the connection has ended. See
    /// [`Supervisor::connect_ws`](crate::Supervisor::connect_ws).
    ///
    /// # Errors
    ///
    /// As [`Supervisor::connect_ws`](crate::Supervisor::connect_ws). Also [`Error::Runtime`] if the
    /// runtime cannot be started, and [`Error::InsideRuntime`] in an async runtime.
    #[cfg(feature = "ws")]
    pub fn connect_ws(
        server: WebSocketOptions,
        options: Options,
        policy: ReconnectPolicy,
    ) -> Result<Self, Error> {
        Self::open(crate::Supervisor::connect_ws(server, options, policy))
    }

    /// Connects with a closure that makes a transport for each connection. See
    /// [`Supervisor::connect_with`](crate::Supervisor::connect_with).
    ///
    /// The closure runs inside the client's runtime.
    ///
    /// # Errors
    ///
    /// As [`Supervisor::connect_with`](crate::Supervisor::connect_with). Also [`Error::Runtime`] if
    /// the runtime cannot be started, and [`Error::InsideRuntime`] in an async runtime.
    pub fn connect_with(
        options: Options,
        policy: ReconnectPolicy,
        connect: impl Fn() -> Result<Transport, Error> + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let connect = move || std::future::ready(connect());
        Self::open(crate::Supervisor::connect_with(options, policy, connect))
    }

    fn open(
        opening: impl Future<Output = Result<crate::Supervisor, Error>>,
    ) -> Result<Self, Error> {
        let runtime = Runtime::start()?;
        let supervisor = runtime.wait(opening)?;
        Ok(Self { supervisor, runtime })
    }

    /// Returns the server over the current connection, or the last one. See
    /// [`Supervisor::codex`](crate::Supervisor::codex).
    #[must_use]
    pub fn codex(&self) -> Codex {
        Codex { codex: self.supervisor.codex(), runtime: self.runtime.clone() }
    }

    /// Returns how many times it has reconnected. See
    /// [`Supervisor::epoch`](crate::Supervisor::epoch).
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.supervisor.epoch()
    }

    /// Adds a thread that [`Reconnected::resume`] resumes after a reconnect. See
    /// [`Supervisor::follow`](crate::Supervisor::follow).
    pub fn follow(&self, thread_id: impl Into<String>) {
        self.supervisor.follow(thread_id);
    }

    /// Removes a thread from those to resume. See
    /// [`Supervisor::unfollow`](crate::Supervisor::unfollow).
    pub fn unfollow(&self, thread_id: &str) {
        self.supervisor.unfollow(thread_id);
    }

    /// Waits until the connection has ended, and reconnects. See
    /// [`Supervisor::reconnected`](crate::Supervisor::reconnected).
    ///
    /// Another thread can end the wait with [`shutdown`](Self::shutdown) of a clone.
    ///
    /// # Errors
    ///
    /// As [`Supervisor::reconnected`](crate::Supervisor::reconnected), and [`Error::InsideRuntime`]
    /// in an async runtime.
    pub fn reconnected(&mut self) -> Result<Reconnected, Error> {
        let again = self.runtime.wait(self.supervisor.reconnected())?;
        Ok(self.blocking(again))
    }

    /// Like [`reconnected`](Self::reconnected), with a timeout: for programs that do other work
    /// while the connection is open. A connection attempt in progress is dropped at the timeout,
    /// and the next call starts another.
    ///
    /// # Errors
    ///
    /// [`Error::WaitTimeout`] after the timeout. Otherwise as [`reconnected`](Self::reconnected).
    pub fn reconnected_within(&mut self, timeout: Duration) -> Result<Reconnected, Error> {
        let again = self.runtime.wait_within(timeout, self.supervisor.reconnected())?;
        Ok(self.blocking(again))
    }

    /// Shuts down the current connection, and never reconnects. See
    /// [`Supervisor::shutdown`](crate::Supervisor::shutdown).
    ///
    /// # Errors
    ///
    /// Only [`Error::InsideRuntime`] in an async runtime.
    pub fn shutdown(&self) -> Result<(), Error> {
        self.runtime.wait(async {
            self.supervisor.shutdown().await;
            Ok(())
        })
    }

    fn blocking(&self, again: crate::Reconnected) -> Reconnected {
        let crate::Reconnected { epoch, codex, closed, thread_ids } = again;
        let codex = Codex { codex, runtime: self.runtime.clone() };
        Reconnected { epoch, codex, closed, thread_ids }
    }
}
