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
/// All its connections are driven by one thread.
///
/// # Examples
///
/// ```no_run
/// # fn example() -> Result<(), codex_app_client::Error> {
/// use codex_app_client::blocking::Supervisor;
/// use codex_app_client::{Options, ProcessOptions, ReconnectPolicy, ThreadOptions};
///
/// let policy = ReconnectPolicy::new();
/// let mut server = Supervisor::spawn(ProcessOptions::new(), Options::new(), policy)?;
/// let thread = server.codex().start_thread(ThreadOptions::default())?;
/// server.follow(thread.id());
/// loop {
///     let again = server.reconnected()?;
///     println!("connection {} is there: {}", again.epoch, again.closed);
///     for (thread_id, thread) in again.resume()? {
///         println!("{thread_id}: {}", thread.is_ok());
///     }
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct Supervisor {
    supervisor: crate::Supervisor,
    codex: Codex,
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
        let codex = Codex { codex: supervisor.codex().clone(), runtime };
        Ok(Self { supervisor, codex })
    }

    /// See [`Supervisor::codex`](crate::Supervisor::codex).
    #[must_use]
    pub fn codex(&self) -> &Codex {
        &self.codex
    }

    /// See [`Supervisor::epoch`](crate::Supervisor::epoch).
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.supervisor.epoch()
    }

    /// See [`Supervisor::follow`](crate::Supervisor::follow).
    pub fn follow(&mut self, thread_id: impl Into<String>) {
        self.supervisor.follow(thread_id);
    }

    /// See [`Supervisor::unfollow`](crate::Supervisor::unfollow).
    pub fn unfollow(&mut self, thread_id: &str) {
        self.supervisor.unfollow(thread_id);
    }

    /// See [`Supervisor::reconnected`](crate::Supervisor::reconnected). Another thread can end it, by
    /// [`Codex::shutdown`] of a clone of [`codex`](Self::codex).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn reconnected(&mut self) -> Result<Reconnected, Error> {
        let again = self.codex.runtime.wait(self.supervisor.reconnected())?;
        Ok(self.taken_over(again))
    }

    /// The same, for so long: for programs that have something else to do while the connection is
    /// fine. An attempt that is under way then is given up, and the next call begins with another.
    ///
    /// # Errors
    ///
    /// As the asynchronous one, and [`Error::WaitTimeout`].
    pub fn reconnected_within(&mut self, after: Duration) -> Result<Reconnected, Error> {
        let again = self.codex.runtime.wait_within(after, self.supervisor.reconnected())?;
        Ok(self.taken_over(again))
    }

    fn taken_over(&mut self, again: crate::Reconnected) -> Reconnected {
        let crate::Reconnected { epoch, codex, closed, thread_ids } = again;
        self.codex.codex = codex;
        Reconnected { epoch, codex: self.codex.clone(), closed, thread_ids }
    }
}
