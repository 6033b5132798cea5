//! Connects again when a connection has ended, if it is asked to. It never sends anything again that
//! was sent before: what was pending has failed, and whoever asked decides what to do about it.

mod link;
mod policy;
mod reconnected;

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use crate::codex::Codex;
use crate::error::Error;
use crate::options::Options;
use crate::supervisor::link::{Connect, Link};
pub use crate::supervisor::policy::ReconnectPolicy;
pub use crate::supervisor::reconnected::Reconnected;
#[cfg(feature = "ws")]
use crate::transport::WebSocketOptions;
use crate::transport::{ProcessOptions, Transport};

/// Keeps up a connection to an app-server: a process is started anew, a WebSocket is connected anew.
///
/// Clones share the connection: give one to each task that needs the server. Each has the
/// [`Codex`] of the connection that there is now, and can wait for the next one.
///
/// Nothing happens behind anybody's back: a connection is made while somebody awaits
/// [`reconnected`](Self::reconnected), and at no other time. If several do, one of them connects, and all
/// get the same. Nothing is sent twice: handles of a connection that has ended stay what they are, and
/// fail with [`Error::Closed`]; whoever has one decides whether to ask again over the next connection.
///
/// The connection is shut down by [`shutdown`](Self::shutdown), or in the background when the last clone
/// is dropped, and with it every `Codex`, thread and turn.
///
/// # Examples
///
/// Each task resumes its own thread, and decides what to send again:
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
///             // What the turn had done is done, but it has ended. Here it is asked again.
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
/// Or one task resumes all threads that are followed, and any other adds to them:
///
/// ```no_run
/// # async fn example(server: codex_app_client::Supervisor) -> Result<(), codex_app_client::Error> {
/// let mut watching = server.clone();
/// tokio::spawn(async move {
///     while let Ok(again) = watching.reconnected().await {
///         println!("connection {} is there: {}", again.epoch, again.closed);
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
    /// Starts an app-server, and starts another when it has ended.
    ///
    /// # Errors
    ///
    /// As [`Codex::spawn_with`]: the first attempt is the only one.
    ///
    /// # Cancel safety
    ///
    /// As [`Codex::spawn_with`].
    pub async fn spawn(
        process: ProcessOptions,
        options: Options,
        policy: ReconnectPolicy,
    ) -> Result<Self, Error> {
        let connect = move || std::future::ready(Transport::spawn(&process));
        Self::connect_with(options, policy, connect).await
    }

    /// Connects to an app-server that listens for WebSocket connections.
    ///
    /// # Errors
    ///
    /// As [`Codex::connect_ws`]: the first attempt is the only one.
    ///
    /// # Cancel safety
    ///
    /// As [`Codex::connect_ws`].
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

    /// Connects by any means, each time anew.
    ///
    /// # Errors
    ///
    /// As [`Codex::connect`]: the first attempt is the only one.
    ///
    /// # Cancel safety
    ///
    /// As [`Codex::connect`].
    pub async fn connect_with<F>(
        options: Options,
        policy: ReconnectPolicy,
        connect: impl Fn() -> F + Send + Sync + 'static,
    ) -> Result<Self, Error>
    where
        F: Future<Output = Result<Transport, Error>> + Send + 'static,
    {
        let connect: Connect = Box::new(move || Box::pin(connect()));
        let link = Link::open(connect, options, policy).await?;
        Ok(Self { link: Arc::new(link), seen: 0 })
    }

    /// The server over the connection that there is now, or was last.
    #[must_use]
    pub fn codex(&self) -> Codex {
        self.link.codex()
    }

    /// How often it has been connected to anew.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.link.epoch()
    }

    /// Names a thread that is to be resumed over the next connections, for
    /// [`Reconnected::resume`]. This holds for all clones.
    pub fn follow(&self, thread_id: impl Into<String>) {
        self.link.follow(thread_id.into());
    }

    /// Takes that back.
    pub fn unfollow(&self, thread_id: &str) {
        self.link.unfollow(thread_id);
    }

    /// Waits until the connection has ended, and makes another, as the policy allows. If a clone does so
    /// already, waits for that.
    ///
    /// Returns at once if there is a connection that this clone has not been told of; those that have
    /// ended in the meantime are left out.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] if the connection was shut down from this side, which ends it for good; the
    /// last error if there is no attempt left, and at once one that does not go away by itself, such
    /// as [`Error::Unauthorized`]. All who wait get it; called again, it begins with another attempt.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, nothing is lost but an attempt, which another clone that waits makes
    /// again: call it again.
    pub async fn reconnected(&mut self) -> Result<Reconnected, Error> {
        let again = self.link.after(self.seen).await?;
        self.seen = again.epoch;
        Ok(again)
    }

    /// Shuts down the connection that there is, and makes no other: whoever awaits
    /// [`reconnected`](Self::reconnected) of any clone gets [`Error::Closed`], also in the middle of an
    /// attempt.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the shutdown goes on in the background.
    pub async fn shutdown(&self) {
        self.link.shutdown().await;
    }
}

impl fmt::Debug for Supervisor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Supervisor").field("epoch", &self.epoch()).finish_non_exhaustive()
    }
}
