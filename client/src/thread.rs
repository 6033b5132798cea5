//! The handle of one thread: who it is, what is heard of it, and how the server is asked about it.
//! What is done with a thread is in the files below.

mod manage;
mod pages;
mod refusal;
mod turns;

use std::sync::Arc;

use codex_app_protocol::{ClientRequest, Thread as ThreadData, TurnStatus};

use crate::client::Client;
use crate::connection::Shared;
use crate::error::Error;
use crate::event::Events;
use crate::router::Scope;
pub use crate::thread::refusal::ThreadRefusal;
pub(crate) use crate::thread::refusal::about_thread;
pub use crate::thread::turns::NextTurn;

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
    id: Arc<str>,
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
        let id = shared.with(|session, _| session.router.hold_thread(id));
        Self { hold: Arc::new(Hold { shared, id }), client }
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

    /// Everything the server tells of this thread from now on, the events of all its turns included.
    #[must_use]
    pub fn events(&self) -> Events {
        let id = self.id();
        let (sink, queue) = self.hold.shared.with(|session, _| session.router.watch(Some(id)));
        self.client.events_of(sink, Scope::Thread(Arc::clone(&self.hold.id)), queue)
    }

    /// Asks the server something about this thread.
    pub(crate) async fn ask<R: ClientRequest>(&self, params: R) -> Result<R::Response, Error> {
        self.client.request(params).await.map_err(|error| about_thread(self.id(), error))
    }
}
