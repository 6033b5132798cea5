//! The handle of one thread: its turns, its events, and the calls that concern it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use codex_app_protocol::{
    ReviewStartParams, ReviewTarget, Thread as ThreadData, ThreadArchiveParams,
    ThreadCompactStartParams, ThreadForkParams, ThreadGoalClearParams, ThreadGoalGetParams,
    ThreadGoalGetResponse, ThreadGoalSetParams, ThreadGoalSetResponse, ThreadReadParams,
    ThreadSetNameParams, ThreadShellCommandParams, ThreadUnarchiveParams, ThreadUnsubscribeParams,
    TurnStatus,
};
use tokio::sync::oneshot;

use crate::client::Client;
use crate::connection::Shared;
use crate::error::Error;
use crate::event::Events;
use crate::router::Scope;
use crate::turn::{Subscription, TurnHandle};
use crate::turn_input::TurnInput;
use crate::turn_result::TurnResult;

/// A thread: a conversation that the server keeps. Clones are the same thread.
///
/// # Examples
///
/// ```no_run
/// # async fn example(codex: codex_app_client::Codex) -> Result<(), codex_app_client::Error> {
/// use codex_app_client::ThreadOptions;
///
/// let thread = codex.start_thread(ThreadOptions::default()).await?;
/// let result = thread.run("Summarise this repository").await?;
/// println!("{}", result.final_response.unwrap_or_default());
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Thread {
    client: Client,
    hold: Arc<Hold>,
}

/// Keeps what is known of a thread while there are handles of it.
#[derive(Debug)]
struct Hold {
    shared: Arc<Shared>,
    id: String,
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.shared.with(|session, _| session.router.release_thread(&self.id));
    }
}

impl Thread {
    /// A handle of the thread with that id. Nothing is sent.
    pub(crate) fn new(client: Client, id: &str) -> Self {
        let shared = Arc::clone(client.shared());
        shared.with(|session, _| session.router.hold_thread(id));
        Self { hold: Arc::new(Hold { shared, id: id.to_owned() }), client }
    }

    /// The turn that runs according to what the server tells of a thread.
    pub(crate) fn observe(&self, data: &ThreadData) {
        let turns = data.turns.iter().flatten();
        for turn in turns.filter(|it| matches!(it.status, Some(TurnStatus::InProgress))) {
            self.hold.shared.with(|session, _| session.router.observe_turn(self.id(), &turn.id));
        }
    }

    /// The id of the thread.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.hold.id
    }

    /// The connection.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Runs a turn to its end.
    ///
    /// # Errors
    ///
    /// As [`start_turn`](Self::start_turn) and [`TurnHandle::wait`]: a failed turn is an error with
    /// all it had produced, an interrupted one is a result.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the turn is interrupted, unless the input says otherwise with
    /// [`TurnInput::interrupt_on_drop`].
    pub async fn run(&self, input: impl Into<TurnInput>) -> Result<TurnResult, Error> {
        let mut input = input.into();
        input.interrupt_on_drop.get_or_insert(true);
        self.start_turn(input).await?.wait().await
    }

    /// Starts a turn and follows it.
    ///
    /// # Errors
    ///
    /// As [`Client::start_turn`].
    ///
    /// # Cancel safety
    ///
    /// As [`Client::start_turn`].
    pub async fn start_turn(&self, input: impl Into<TurnInput>) -> Result<TurnHandle, Error> {
        self.client.start_turn(self.id(), input).await
    }

    /// Starts a review and follows it.
    ///
    /// # Errors
    ///
    /// As [`Client::start_turn`].
    ///
    /// # Cancel safety
    ///
    /// As [`Client::start_turn`].
    pub async fn start_review(&self, target: impl Into<ReviewTarget>) -> Result<TurnHandle, Error> {
        let params = ReviewStartParams::new(self.id(), target);
        let reservation = self.hold.shared.reserve(self.id(), false, false)?;
        self.client.start(&params, reservation).await
    }

    /// The turn that runs now, whoever started it, followed from its next event on.
    #[must_use]
    pub fn active_turn(&self) -> Option<TurnHandle> {
        self.attach(None)
    }

    /// The turn with that id, if it runs now, followed from its next event on.
    ///
    /// # Errors
    ///
    /// [`Error::NoActiveTurn`] if it does not run.
    pub fn turn(&self, turn_id: &str) -> Result<TurnHandle, Error> {
        self.client.check_open()?;
        self.attach(Some(turn_id)).ok_or_else(|| Error::NoActiveTurn {
            thread_id: self.id().to_owned(),
            turn_id: turn_id.to_owned(),
        })
    }

    /// The next turn that begins on this thread, whoever starts it, followed from its beginning. It
    /// is looked out for from this call on, so call it before what makes the server start one.
    pub fn next_turn(&self) -> NextTurn {
        let (to, turn) = oneshot::channel();
        self.hold.shared.with(|session, _| {
            if session.check_open().is_ok() {
                session.router.await_turn(self.id(), to);
            }
        });
        NextTurn { thread: self.clone(), turn }
    }

    /// Everything the server tells of this thread from now on, the events of all its turns included.
    #[must_use]
    pub fn events(&self) -> Events {
        let id = self.id();
        let (sink, queue) = self.hold.shared.with(|session, _| session.router.watch(Some(id)));
        self.client.events_of(sink, Scope::Thread(id.to_owned()), queue)
    }

    /// What the server knows of the thread, with its turns or without. It refuses the turns of a
    /// thread that has none yet.
    ///
    /// # Errors
    ///
    /// As [`Client::request`].
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`].
    pub async fn read(&self, include_turns: bool) -> Result<ThreadData, Error> {
        let params = ThreadReadParams::new(self.id()).include_turns(include_turns);
        Ok(self.client.request(params).await?.thread)
    }

    /// A new thread with this one's history.
    ///
    /// # Errors
    ///
    /// As [`Client::request`].
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`].
    pub async fn fork(&self) -> Result<Self, Error> {
        let response = self.client.request(ThreadForkParams::new(self.id())).await?;
        Ok(Self::new(self.client.clone(), &response.thread.id))
    }

    /// Gives the thread a name.
    ///
    /// # Errors
    ///
    /// As [`Client::request`].
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`].
    pub async fn set_name(&self, name: impl Into<String>) -> Result<(), Error> {
        self.client.request(ThreadSetNameParams::new(self.id(), name)).await.map(drop)
    }

    /// Puts the thread away.
    ///
    /// # Errors
    ///
    /// As [`Client::request`].
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`].
    pub async fn archive(&self) -> Result<(), Error> {
        self.client.request(ThreadArchiveParams::new(self.id())).await.map(drop)
    }

    /// Takes the thread out of the archive. It has to be resumed before its next turn.
    ///
    /// # Errors
    ///
    /// As [`Client::request`].
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`].
    pub async fn unarchive(&self) -> Result<(), Error> {
        self.client.request(ThreadUnarchiveParams::new(self.id())).await.map(drop)
    }

    /// Has the server shorten what the model is shown of the thread. It does so in a turn of its
    /// own, which [`next_turn`](Self::next_turn) follows.
    ///
    /// # Errors
    ///
    /// As [`Client::request`].
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`].
    pub async fn compact(&self) -> Result<(), Error> {
        self.client.request(ThreadCompactStartParams::new(self.id())).await.map(drop)
    }

    /// Runs a command in the thread's shell, without a sandbox. It does so in a turn of its own,
    /// which [`next_turn`](Self::next_turn) follows.
    ///
    /// # Errors
    ///
    /// As [`Client::request`].
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`].
    pub async fn shell_command(&self, command: impl Into<String>) -> Result<(), Error> {
        self.client.request(ThreadShellCommandParams::new(self.id(), command)).await.map(drop)
    }

    /// The goal that the server pursues by itself.
    ///
    /// # Errors
    ///
    /// As [`Client::request`].
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`].
    pub async fn goal(&self) -> Result<ThreadGoalGetResponse, Error> {
        self.client.request(ThreadGoalGetParams::new(self.id())).await
    }

    /// Sets a goal, for which the server starts turns by itself until it is reached or cleared.
    ///
    /// # Errors
    ///
    /// As [`Client::request`].
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`].
    pub async fn set_goal(
        &self,
        objective: impl Into<String>,
    ) -> Result<ThreadGoalSetResponse, Error> {
        let params = ThreadGoalSetParams::new(self.id()).objective(objective.into());
        self.client.request(params).await
    }

    /// Clears the goal. A turn that runs for it goes on.
    ///
    /// # Errors
    ///
    /// As [`Client::request`].
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`].
    pub async fn clear_goal(&self) -> Result<(), Error> {
        self.client.request(ThreadGoalClearParams::new(self.id())).await.map(drop)
    }

    /// Hears no more of the thread. A running turn goes on unheard: its handles end with
    /// [`Error::ThreadClosed`]. [Resume](crate::Codex::resume_thread) the thread before its next turn,
    /// which would otherwise be unheard too.
    ///
    /// # Errors
    ///
    /// As [`Client::request`].
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the thread may or may not be heard any more.
    pub async fn unsubscribe(&self) -> Result<(), Error> {
        self.client.request(ThreadUnsubscribeParams::new(self.id())).await?;
        self.hold.shared.with(|session, _| session.router.close_thread(self.id()));
        Ok(())
    }

    fn attach(&self, turn_id: Option<&str>) -> Option<TurnHandle> {
        let shared = &self.hold.shared;
        let attached = shared.with(|session, _| session.router.attach(self.id(), turn_id))?;
        let subscription = Subscription::new(Arc::clone(shared), attached, false);
        Some(TurnHandle::new(self.client.clone(), subscription))
    }
}

/// The next turn that begins on a thread; see [`Thread::next_turn`]. Dropping it loses nothing.
#[derive(Debug)]
#[must_use = "a future does nothing unless it is awaited"]
pub struct NextTurn {
    thread: Thread,
    turn: oneshot::Receiver<Subscription>,
}

impl Future for NextTurn {
    type Output = Result<TurnHandle, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let turn = std::task::ready!(Pin::new(&mut self.turn).poll(cx));
        let client = &self.thread.client;
        Poll::Ready(match turn {
            Ok(subscription) => Ok(TurnHandle::new(client.clone(), subscription)),
            Err(_) => Err(client
                .check_open()
                .err()
                .unwrap_or_else(|| Error::ThreadClosed { thread_id: self.thread.id().to_owned() })),
        })
    }
}
