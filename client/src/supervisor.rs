//! Connects again when a connection has ended, if it is asked to. It never sends anything again that
//! was sent before: what was pending has failed, and whoever asked decides what to do about it.

mod policy;

use std::collections::BTreeSet;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tokio::time::Instant;

use crate::closed::{CloseReason, Closed};
use crate::codex::Codex;
use crate::error::Error;
use crate::options::Options;
use crate::retry::Attempts;
pub use crate::supervisor::policy::ReconnectPolicy;
use crate::thread::Thread;
#[cfg(feature = "ws")]
use crate::transport::WebSocketOptions;
use crate::transport::{ProcessOptions, Transport};

type Connecting = Pin<Box<dyn Future<Output = Result<Transport, Error>> + Send>>;

/// Keeps up a connection to an app-server: a process is started anew, a WebSocket is connected anew.
///
/// Nothing happens behind anybody's back: [`reconnected`](Self::reconnected) does it while it is
/// awaited. Handles of the connection before stay what they are, and fail with
/// [`Error::Closed`].
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> Result<(), codex_app_client::Error> {
/// use codex_app_client::{
///     Options, ProcessOptions, ReconnectPolicy, Supervisor, ThreadOptions,
/// };
///
/// let policy = ReconnectPolicy::new();
/// let mut server = Supervisor::spawn(ProcessOptions::new(), Options::new(), policy).await?;
/// let thread = server.codex().start_thread(ThreadOptions::default()).await?;
/// server.follow(thread.id());
/// loop {
///     let again = server.reconnected().await?;
///     println!("connection {} is there: {}", again.epoch, again.closed);
///     let _approvals = again.codex.server_requests().await?;
///     for (thread_id, thread) in again.resume().await {
///         println!("{thread_id}: {}", thread.is_ok());
///     }
/// }
/// # }
/// ```
pub struct Supervisor {
    connect: Box<dyn Fn() -> Connecting + Send + Sync>,
    options: Options,
    policy: ReconnectPolicy,
    codex: Codex,
    epoch: u64,
    followed: BTreeSet<String>,
}

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
        let codex = Codex::connect(connect().await?, options.clone()).await?;
        let connect = Box::new(move || Box::pin(connect()) as Connecting);
        Ok(Self { connect, options, policy, codex, epoch: 0, followed: BTreeSet::new() })
    }

    /// The connection that there is now, or was last.
    #[must_use]
    pub fn codex(&self) -> &Codex {
        &self.codex
    }

    /// How often it has been connected to anew.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Names a thread that is to be resumed over the next connections.
    pub fn follow(&mut self, thread_id: impl Into<String>) {
        self.followed.insert(thread_id.into());
    }

    /// Takes that back.
    pub fn unfollow(&mut self, thread_id: &str) {
        self.followed.remove(thread_id);
    }

    /// Waits until the connection has ended, and makes another, as the policy allows.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] if the connection was shut down from this side, which ends it for good; the
    /// last error if there is no attempt left, and at once one that does not go away by itself, such
    /// as [`Error::Unauthorized`].
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, nothing is lost but an attempt: call it again.
    pub async fn reconnected(&mut self) -> Result<Reconnected, Error> {
        let ended = self.codex.client().await?.ended().await;
        let Error::Closed(closed) = ended else { return Err(ended) };
        if matches!(closed.reason, CloseReason::Shutdown | CloseReason::RuntimeGone) {
            return Err(closed.into());
        }
        let begin = Instant::now();
        let mut attempts = Attempts::new(&self.policy.retry);
        loop {
            let error = match self.attempt().await {
                Ok(codex) => {
                    self.codex = codex;
                    break;
                }
                Err(error) => error,
            };
            let pause = attempts.pause_after(begin.elapsed()).filter(|_| may_pass(&error));
            let Some(pause) = pause else { return Err(error) };
            tracing::debug!(%error, ?pause, "cannot reconnect yet");
            tokio::time::sleep(pause).await;
        }
        self.epoch += 1;
        let thread_ids = self.followed.iter().cloned().collect();
        Ok(Reconnected { epoch: self.epoch, codex: self.codex.clone(), closed, thread_ids })
    }

    async fn attempt(&self) -> Result<Codex, Error> {
        Codex::connect((self.connect)().await?, self.options.clone()).await
    }
}

/// Whether it may be otherwise in a while.
fn may_pass(error: &Error) -> bool {
    match error {
        Error::Handshake { status, .. } => status.is_none_or(|it| it >= 500),
        Error::Connect { .. }
        | Error::Closed(_)
        | Error::Overloaded { .. }
        | Error::Spawn { .. }
        | Error::Timeout { .. } => true,
        _ => false,
    }
}

impl fmt::Debug for Supervisor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Supervisor").field("epoch", &self.epoch).finish_non_exhaustive()
    }
}
