//! Connecting again, blocking. It decides nothing itself.

use std::sync::Arc;
use std::time::Duration;

use crate::blocking::codex::Codex;
use crate::blocking::runtime::Runtime;
use crate::blocking::thread::Thread;
use crate::closed::Closed;
use crate::error::Error;
use crate::options::Options;
use crate::supervisor::ReconnectPolicy;
#[cfg(feature = "ws")]
use crate::transport::WebSocketOptions;
use crate::transport::{ProcessOptions, Transport};

/// What became of each thread, by its id.
type Resumed = Vec<(String, Result<Thread, Error>)>;

/// Keeps up a connection to an app-server; see [`Supervisor`](crate::Supervisor).
///
/// Clones share the connection, for other threads. All its connections are driven by one thread.
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
///         println!("connection {} is there: {}", again.epoch, again.closed);
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

/// A new connection in the place of one that has ended; see [`Reconnected`](crate::Reconnected).
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
    /// See [`Reconnected::resume`](crate::Reconnected::resume).
    ///
    /// # Errors
    ///
    /// Fails only inside a runtime. What became of each thread is told apart from the others.
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
    /// See [`Supervisor::spawn`](crate::Supervisor::spawn).
    ///
    /// # Errors
    ///
    /// As the asynchronous one, and if there can be no runtime.
    pub fn spawn(
        process: ProcessOptions,
        options: Options,
        policy: ReconnectPolicy,
    ) -> Result<Self, Error> {
        Self::open(crate::Supervisor::spawn(process, options, policy))
    }

    /// See [`Supervisor::connect_ws`](crate::Supervisor::connect_ws).
    ///
    /// # Errors
    ///
    /// As the asynchronous one, and if there can be no runtime.
    #[cfg(feature = "ws")]
    pub fn connect_ws(
        server: WebSocketOptions,
        options: Options,
        policy: ReconnectPolicy,
    ) -> Result<Self, Error> {
        Self::open(crate::Supervisor::connect_ws(server, options, policy))
    }

    /// See [`Supervisor::connect_with`](crate::Supervisor::connect_with). The transports are made
    /// inside the runtime.
    ///
    /// # Errors
    ///
    /// As the asynchronous one, and if there can be no runtime.
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

    /// See [`Supervisor::codex`](crate::Supervisor::codex).
    #[must_use]
    pub fn codex(&self) -> Codex {
        Codex { codex: self.supervisor.codex(), runtime: self.runtime.clone() }
    }

    /// See [`Supervisor::epoch`](crate::Supervisor::epoch).
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.supervisor.epoch()
    }

    /// See [`Supervisor::follow`](crate::Supervisor::follow).
    pub fn follow(&self, thread_id: impl Into<String>) {
        self.supervisor.follow(thread_id);
    }

    /// See [`Supervisor::unfollow`](crate::Supervisor::unfollow).
    pub fn unfollow(&self, thread_id: &str) {
        self.supervisor.unfollow(thread_id);
    }

    /// See [`Supervisor::reconnected`](crate::Supervisor::reconnected). Another thread can end it, by
    /// [`shutdown`](Self::shutdown) of a clone.
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn reconnected(&mut self) -> Result<Reconnected, Error> {
        let again = self.runtime.wait(self.supervisor.reconnected())?;
        Ok(self.blocking(again))
    }

    /// The same, for so long: for programs that have something else to do while the connection is
    /// fine. An attempt that is under way then is given up, and the next call begins with another.
    ///
    /// # Errors
    ///
    /// As the asynchronous one, and [`Error::WaitTimeout`].
    pub fn reconnected_within(&mut self, after: Duration) -> Result<Reconnected, Error> {
        let again = self.runtime.wait_within(after, self.supervisor.reconnected())?;
        Ok(self.blocking(again))
    }

    /// See [`Supervisor::shutdown`](crate::Supervisor::shutdown).
    ///
    /// # Errors
    ///
    /// Fails only inside a runtime.
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
