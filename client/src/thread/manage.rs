//! What is done with a thread as a whole: named, put away, shortened, taken back. It starts turns
//! only where the server needs one for the work.

use codex_app_protocol::{
    ClientRequest, Thread as ThreadData, ThreadArchiveParams, ThreadCompactStartParams,
    ThreadDeleteParams, ThreadForkParams, ThreadInjectItemsParams, ThreadMetadataUpdateParams,
    ThreadReadParams, ThreadRevertParams, ThreadSetNameParams, ThreadShellCommandParams,
    ThreadUnarchiveParams, ThreadUnsubscribeParams,
};
use serde_json::Value;

use crate::client::Client;
use crate::error::Error;
use crate::thread::{Thread, about_thread};
use crate::turn::TurnHandle;

impl Thread {
    /// What the server knows of the thread, with its turns or without: `thread/read`. It refuses the
    /// turns of a thread that has none yet; for long threads, use [`turns`](Self::turns).
    ///
    /// # Errors
    ///
    /// [`Error::ThreadRefused`] if the thread is the reason; otherwise as
    /// [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    pub async fn read(&self, include_turns: bool) -> Result<ThreadData, Error> {
        let params = ThreadReadParams::new(self.id()).include_turns(include_turns);
        Ok(self.ask(params).await?.thread)
    }

    /// A new thread with this one's history: `thread/fork`.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    pub async fn fork(&self) -> Result<Self, Error> {
        self.fork_with(|params| params).await
    }

    /// A new thread with this one's history and other settings: `thread/fork`.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
    /// let aside = thread.fork_with(|params| params.ephemeral(true)).await?;
    /// aside.run("What if we had used a trait?").await?;
    /// # Ok(()) }
    /// ```
    pub async fn fork_with(
        &self,
        change: impl FnOnce(ThreadForkParams) -> ThreadForkParams,
    ) -> Result<Self, Error> {
        Self::fork_of(self.client().clone(), change(ThreadForkParams::new(self.id()))).await
    }

    /// Forks a thread.
    pub(crate) async fn fork_of(
        client: Client,
        mut params: ThreadForkParams,
    ) -> Result<Self, Error> {
        if params.exclude_turns.is_none() && client.leaves_turns_out() {
            params.exclude_turns = Some(true);
        }
        let thread_id = params.thread_id.clone();
        let response = client.request(params).await;
        let response = response.map_err(|error| about_thread(&thread_id, error))?;
        Ok(Self::told(client, response))
    }

    /// Gives the thread a name: `thread/name/set`.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    pub async fn set_name(&self, name: impl Into<String>) -> Result<(), Error> {
        self.ask(ThreadSetNameParams::new(self.id(), name)).await.map(drop)
    }

    /// Changes what the thread is known to be about, its commit and branch for example:
    /// `thread/metadata/update`. What is not set stays as it is.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    pub async fn update_metadata(
        &self,
        change: impl FnOnce(ThreadMetadataUpdateParams) -> ThreadMetadataUpdateParams,
    ) -> Result<ThreadData, Error> {
        Ok(self.ask(change(ThreadMetadataUpdateParams::new(self.id()))).await?.thread)
    }

    /// Puts the thread away: `thread/archive`. The server unloads it.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    pub async fn archive(&self) -> Result<(), Error> {
        self.ask(ThreadArchiveParams::new(self.id())).await.map(drop)
    }

    /// Takes the thread out of the archive: `thread/unarchive`. It has to be resumed before its next
    /// turn.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    pub async fn unarchive(&self) -> Result<(), Error> {
        self.ask(ThreadUnarchiveParams::new(self.id())).await.map(drop)
    }

    /// Deletes the thread for good: `thread/delete`.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    pub async fn delete(&self) -> Result<(), Error> {
        self.ask(ThreadDeleteParams::new(self.id())).await.map(drop)
    }

    /// Compacts the thread's history, so that the model is shown a summary of it:
    /// `thread/compact/start`. The server does so in a turn of its own, which is returned once it has
    /// begun. [Wait](TurnHandle::wait) for it before the next turn.
    ///
    /// # Errors
    ///
    /// [`Error::TurnActive`] while a turn runs on the thread, without a byte being sent: the server
    /// would interrupt that turn. [`Error::TurnNotStarted`] if the server begins no turn. Otherwise as
    /// [`read`](Self::read).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped after the request was sent, the thread is compacted all the same, and
    /// is busy until that is done.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
    /// thread.compact().await?.wait().await?;
    /// thread.run("Where were we?").await?;
    /// # Ok(()) }
    /// ```
    pub async fn compact(&self) -> Result<TurnHandle, Error> {
        self.start_unnamed(ThreadCompactStartParams::new(self.id())).await
    }

    /// Takes the thread back to where it was before a turn: `thread/revert`. That turn and all after
    /// it are gone; files that they changed stay as they are.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the thread may or may not be taken back.
    pub async fn revert(&self, before_turn_id: impl Into<String>) -> Result<ThreadData, Error> {
        Ok(self.ask(ThreadRevertParams::new(self.id(), before_turn_id)).await?.thread)
    }

    /// Adds items of the model's API to the history, as if they had been said: `thread/inject_items`.
    /// No turn is started.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the items may or may not be added.
    pub async fn inject_items(&self, items: impl IntoIterator<Item = Value>) -> Result<(), Error> {
        self.ask(ThreadInjectItemsParams::new(self.id(), items.into_iter().collect()))
            .await
            .map(drop)
    }

    /// Runs a command in the user's shell, **without a sandbox or an approval**:
    /// `thread/shellCommand`. The server does so within the turn that runs, or else in a turn of its
    /// own; either is returned once the command has begun, and
    /// [`joined`](TurnHandle::joined) tells which it is.
    ///
    /// # Errors
    ///
    /// [`Error::TurnNotStarted`] if the server begins no turn. Otherwise as [`read`](Self::read).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped after the request was sent, the command runs all the same, and the
    /// thread is busy until it has ended.
    pub async fn shell_command(&self, command: impl Into<String>) -> Result<TurnHandle, Error> {
        self.start_unnamed(ThreadShellCommandParams::new(self.id(), command)).await
    }

    async fn start_unnamed<R: ClientRequest>(&self, params: R) -> Result<TurnHandle, Error> {
        let turn = self.client().start_unnamed(self.id(), &params).await;
        turn.map_err(|error| about_thread(self.id(), error))
    }

    /// Unsubscribes from the thread's events: `thread/unsubscribe`. A running turn goes on; its handles
    /// end with [`Error::ThreadClosed`]. So does starting a turn, without a byte being sent, until the
    /// thread is [resumed](crate::Codex::resume_thread): nobody would hear of it.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the thread may or may not be heard any more.
    pub async fn unsubscribe(&self) -> Result<(), Error> {
        self.ask(ThreadUnsubscribeParams::new(self.id())).await.map(drop)
    }
}
