//! The handle of one thread: its id, its events, and requests about it. What can be done with a
//! thread is in the files below.

mod manage;
mod pages;
mod refusal;
mod requests;
mod snapshot;
mod turns;

use std::fmt;
use std::sync::Arc;

use codex_app_protocol::{
    ClientRequest, SortDirection, ThreadStatus, ThreadTurnsListParams, Turn, TurnItemsView,
    TurnStatus,
};
use tokio::sync::oneshot;

use crate::client::Client;
use crate::connection::Shared;
use crate::error::Error;
use crate::event::Events;
use crate::router::Scope;
pub use crate::thread::refusal::ThreadRefusal;
pub(crate) use crate::thread::refusal::about_thread;
pub use crate::thread::snapshot::ThreadSnapshot;
pub use crate::thread::turns::NextTurn;

/// A handle of a thread: a conversation with the agent, which the server stores. The stored data is
/// a [`ThreadData`](crate::ThreadData), which [`read`](Self::read) returns.
///
/// Returned by [`Codex::start_thread`](crate::Codex::start_thread),
/// [`Codex::resume_thread`](crate::Codex::resume_thread) and [`fork`](Self::fork).
///
/// A thread runs one turn at a time: while a turn is running, starting another fails with
/// [`Error::TurnActive`], and nothing is sent. Turns on different threads run concurrently.
///
/// Clones refer to the same thread. Dropping a handle does not unload or unsubscribe the thread.
///
/// # Examples
///
/// ```no_run
/// # async fn example(codex: codex_app_client::Codex) -> Result<(), codex_app_client::Error> {
/// use codex_app_client::ThreadOptions;
///
/// let thread = codex.start_thread(ThreadOptions::default()).await?;
/// let result = thread.run("Summarize this repository").await?;
/// println!("{}", result.final_response.unwrap_or_default());
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Thread {
    client: Client,
    hold: Arc<Hold>,
}

/// Keeps what is known of a thread while there are handles of it.
struct Hold {
    shared: Arc<Shared>,
    id: Arc<str>,
    snapshot: Option<Box<ThreadSnapshot>>,
}

/// Without what the server told: it quotes what was said.
impl fmt::Debug for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hold").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.shared.with(|session, _| session.router.release_thread(&self.id));
    }
}

impl Thread {
    /// A handle of the thread with that id. Nothing is sent.
    pub(crate) fn new(client: Client, id: &str) -> Self {
        Self::held(client, id, None)
    }

    /// A handle of the thread that the server has told this of.
    pub(crate) fn told(client: Client, snapshot: impl Into<ThreadSnapshot>) -> Self {
        let snapshot = snapshot.into();
        let id = snapshot.thread.id.clone();
        Self::held(client, &id, Some(Box::new(snapshot)))
    }

    fn held(client: Client, id: &str, snapshot: Option<Box<ThreadSnapshot>>) -> Self {
        let shared = Arc::clone(client.shared());
        let id = shared.with(|session, _| session.router.hold_thread(id));
        Self { hold: Arc::new(Hold { shared, id, snapshot }), client }
    }

    /// Finds the turn that runs: it holds the thread though its start was not seen. If the history was
    /// left out of what the server has told, it is asked for the end of it.
    pub(crate) async fn observe(&self) -> Result<(), Error> {
        let Some(ThreadSnapshot { thread: data, .. }) = self.snapshot() else { return Ok(()) };
        let is_told = data.turns.iter().flatten().fold(false, |_, turn| {
            self.observe_turn(turn);
            true
        });
        if is_told || !matches!(data.status, Some(ThreadStatus::Active(_))) {
            return Ok(());
        }
        let params = ThreadTurnsListParams::new(self.id())
            .limit(1)
            .sort_direction(SortDirection::Desc)
            .items_view(TurnItemsView::NotLoaded);
        match self.ask(params).await {
            Ok(response) => response.data.iter().flatten().for_each(|it| self.observe_turn(it)),
            Err(error) if error.rpc().is_none() => return Err(error),
            Err(error) => {
                let thread_id = self.id();
                tracing::warn!(thread_id, %error, "cannot determine the running turn");
            }
        }
        Ok(())
    }

    fn observe_turn(&self, turn: &Turn) {
        if matches!(turn.status, Some(TurnStatus::InProgress)) {
            self.hold.shared.with(|session, _| session.router.observe_turn(self.id(), &turn.id));
        }
    }

    /// Returns the id of the thread, to [resume](crate::Codex::resume_thread) it later.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.hold.id
    }

    /// Returns what the server reported of the thread when it was started, resumed or forked: its
    /// model, working directory, sandbox and other settings.
    ///
    /// `None` for a handle that was created from an id alone, with
    /// [`Codex::thread`](crate::Codex::thread). The snapshot is not updated.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(codex: codex_app_client::Codex) -> Result<(), codex_app_client::Error> {
    /// use codex_app_client::ThreadOptions;
    ///
    /// let thread = codex.start_thread(ThreadOptions::default()).await?;
    /// if let Some(snapshot) = thread.snapshot() {
    ///     println!("{:?} in {:?}", snapshot.model, snapshot.cwd);
    /// }
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn snapshot(&self) -> Option<&ThreadSnapshot> {
        self.hold.snapshot.as_deref()
    }

    /// Returns the low-level client of the connection.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Subscribes to all events of this thread from now on, including those of all its turns,
    /// even those that another client or the server started.
    ///
    /// Turn handles still receive their events. See the guide on
    /// [ordering](crate::guide::ordering).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
    /// let mut events = thread.events();
    /// while let Some(event) = events.next().await {
    ///     if let Some(notification) = event?.into_notification() {
    ///         println!("{}", notification.body.method());
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn events(&self) -> Events {
        let id = self.id();
        let (sink, queue) = self.hold.shared.with(|session, _| session.router.watch(Some(id)));
        self.client.events_of(sink, Scope::Thread(Arc::clone(&self.hold.id)), queue)
    }

    /// Waits until no turn is running on this thread and none is being started, as far as this
    /// client knows.
    ///
    /// After that, starting a turn does not fail with [`Error::TurnActive`], unless another task is
    /// faster.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] if the connection ends first.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: call it again.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
    /// use std::time::Duration;
    ///
    /// let limit = Duration::from_secs(300);
    /// if tokio::time::timeout(limit, thread.run("Fix the build")).await.is_err() {
    ///     // The turn is being interrupted. The thread stays busy until it has ended.
    ///     thread.wait_idle().await?;
    ///     thread.run("What is left to do?").await?;
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn wait_idle(&self) -> Result<(), Error> {
        let (to, is_idle) = oneshot::channel();
        self.hold.shared.with(|session, _| {
            session.check_open()?;
            session.router.await_idle(self.id(), to);
            Ok::<_, Error>(())
        })?;
        match is_idle.await {
            Ok(()) => Ok(()),
            // Only the end of the connection lets go of whoever waits.
            Err(_) => Err(match self.client.check_open() {
                Err(error) => error,
                Ok(()) => self.client.ended().await,
            }),
        }
    }

    /// Asks the server something about this thread.
    pub(crate) async fn ask<R: ClientRequest>(&self, params: R) -> Result<R::Response, Error> {
        self.client.request(params).await.map_err(|error| about_thread(self.id(), error))
    }
}
