//! Reconnects when a connection has ended, if it is asked to. It never resends anything: what was
//! pending has failed, and the caller decides what to do about it.

mod link;
mod policy;
mod reconnected;

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use crate::codex::Codex;
use crate::error::Error;
use crate::options::Options;
use crate::supervisor::link::Link;
pub use crate::supervisor::policy::ReconnectPolicy;
pub use crate::supervisor::reconnected::Reconnected;
#[cfg(feature = "ws")]
use crate::transport::WebSocketOptions;
use crate::transport::{ProcessOptions, Transport, connector};

/// Reconnects to an app-server when the connection has ended: starts the process again, or opens
/// the WebSocket again.
///
/// * **It reconnects only while somebody awaits [`reconnected`](Self::reconnected)**, and never in
///   the background. If several tasks await it, one of them connects, and all get the same
///   connection.
/// * **It sends nothing twice.** Threads, turns and requests of the old connection fail with
///   [`Error::Closed`]. The caller decides whether to repeat them over the new one.
/// * **Clones share the connection.** Give a clone to each task that needs the server. Each clone
///   returns the current [`Codex`], and can wait for the next one.
/// * The first connection is made by the constructor, without retries.
///
/// [`shutdown`](Self::shutdown) shuts down the connection, and with it every `Codex`, thread and
/// turn. When the last clone and all other handles of the connection are dropped, it is shut down
/// in the background.
///
/// # Examples
///
/// Each task resumes its own thread, and decides whether to send its input again:
///
/// ```no_run
/// use codex_app_client::{Codex, Error, Supervisor, TurnResult};
///
/// async fn run(codex: &Codex, thread_id: &str, text: &str) -> Result<TurnResult, Error> {
///     codex.resume_thread(thread_id).await?.run(text).await
/// }
///
/// async fn ask(mut server: Supervisor, thread_id: &str, text: &str) -> Result<TurnResult, Error> {
///     let mut codex = server.codex();
///     loop {
///         match run(&codex, thread_id, text).await {
///             // The turn has ended, but what it did is done. Here it is run again.
///             Err(Error::Closed(_)) => codex = server.reconnected().await?.codex,
///             outcome => return outcome,
///         }
///     }
/// }
///
/// # async fn example() -> Result<(), Error> {
/// use codex_app_client::{Options, ProcessOptions, ReconnectPolicy};
///
/// let policy = ReconnectPolicy::new();
/// let server = Supervisor::spawn(ProcessOptions::new(), Options::new(), policy).await?;
/// let first = ask(server.clone(), "01a20690-2c46-7780-8472-a23bab8dab7c", "Go on");
/// let second = ask(server.clone(), "01a20691-4cd5-7d73-9c05-8f6b1a2d3e4f", "Go on");
/// let (first, second) = tokio::join!(first, second);
/// server.shutdown().await;
/// # drop((first, second)); Ok(()) }
/// ```
///
/// Or one task resumes all followed threads, and other tasks add to them with
/// [`follow`](Self::follow):
///
/// ```no_run
/// # async fn example(server: codex_app_client::Supervisor) -> Result<(), codex_app_client::Error> {
/// let mut watching = server.clone();
/// tokio::spawn(async move {
///     while let Ok(again) = watching.reconnected().await {
///         println!("reconnected ({}): {}", again.epoch, again.closed);
///         for (thread_id, thread) in again.resume().await {
///             println!("{thread_id}: {}", thread.is_ok());
///         }
///     }
/// });
/// let thread = server.codex().start_thread(Default::default()).await?;
/// server.follow(thread.id());
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Supervisor {
    link: Arc<Link>,
    /// The last connection that this handle was told of.
    seen: u64,
}

impl Supervisor {
    /// Starts an app-server process. [`reconnected`](Self::reconnected) starts another when it has
    /// ended.
    ///
    /// # Errors
    ///
    /// The same errors as [`Codex::spawn_with`]. The first connection is not retried.
    ///
    /// # Cancel safety
    ///
    /// As [`Codex::spawn_with`]: if the future is dropped, what was started is shut down in the
    /// background.
    pub async fn spawn(
        process: ProcessOptions,
        options: Options,
        policy: ReconnectPolicy,
    ) -> Result<Self, Error> {
        let connect = move || std::future::ready(Transport::spawn(&process));
        Self::connect_with(options, policy, connect).await
    }

    /// Connects to an app-server that listens on a WebSocket. [`reconnected`](Self::reconnected)
    /// connects again when the connection has ended.
    ///
    /// # Errors
    ///
    /// The same errors as [`Codex::connect_ws`]. The first connection is not retried.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the connection is closed in the background.
    #[cfg(feature = "ws")]
    pub async fn connect_ws(
        server: WebSocketOptions,
        options: Options,
        policy: ReconnectPolicy,
    ) -> Result<Self, Error> {
        let server = server.or_max_message_bytes(options.max_line_bytes);
        let connect = move || {
            let server = server.clone();
            async move { Transport::websocket(&server).await }
        };
        Self::connect_with(options, policy, connect).await
    }

    /// Connects with a function that opens a [`Transport`], for any other kind of connection. The
    /// function is called for each attempt to connect.
    ///
    /// # Errors
    ///
    /// The error of the function, or the same errors as [`Codex::connect`]. The first connection is
    /// not retried.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the connection is closed in the background.
    pub async fn connect_with<F>(
        options: Options,
        policy: ReconnectPolicy,
        connect: impl Fn() -> F + Send + Sync + 'static,
    ) -> Result<Self, Error>
    where
        F: Future<Output = Result<Transport, Error>> + Send + 'static,
    {
        let link = Link::open(connector(connect), options, policy).await?;
        Ok(Self { link: Arc::new(link), seen: 0 })
    }

    /// Returns the server over the current connection. If that has ended, its methods fail with
    /// [`Error::Closed`].
    #[must_use]
    pub fn codex(&self) -> Codex {
        self.link.codex()
    }

    /// Returns how many times the supervisor has reconnected. Starts at 0.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.link.epoch()
    }

    /// Adds a thread to those that [`Reconnected::resume`] resumes. Applies to all clones.
    ///
    /// Nothing is sent.
    pub fn follow(&self, thread_id: impl Into<String>) {
        self.link.follow(thread_id.into());
    }

    /// Removes a thread that [`follow`](Self::follow) added. Applies to all clones.
    pub fn unfollow(&self, thread_id: &str) {
        self.link.unfollow(thread_id);
    }

    /// Waits until the connection has ended, then reconnects as the [`ReconnectPolicy`] allows. If
    /// another clone is already reconnecting, waits for the outcome of that.
    ///
    /// Returns at once if there is a connection that this clone has not returned yet. Connections
    /// that have ended in the meantime are skipped.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] if the connection was shut down by this program: then there is no further
    /// connection.
    ///
    /// Otherwise the error of the last attempt, when no attempt is left. Errors that a retry cannot
    /// fix, such as [`Error::Unauthorized`] or [`Error::ProgramNotFound`], are returned at once.
    /// All clones that wait get the error. Called again, it starts with a new attempt.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped, at most an attempt is lost. Another clone that waits
    /// makes another one.
    pub async fn reconnected(&mut self) -> Result<Reconnected, Error> {
        let again = self.link.after(self.seen).await?;
        self.seen = again.epoch;
        Ok(again)
    }

    /// Shuts down the connection, for all clones, and does not reconnect.
    ///
    /// [`reconnected`](Self::reconnected) fails with [`Error::Closed`], even in the middle of an
    /// attempt.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the shutdown continues in the background.
    pub async fn shutdown(&self) {
        self.link.shutdown().await;
    }
}

impl fmt::Debug for Supervisor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Supervisor").field("epoch", &self.epoch()).finish_non_exhaustive()
    }
}
