//! Operations on a whole thread: name, fork, archive, delete, compact, revert. It starts turns only
//! where the server needs one for the work.

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
    /// Reads the stored data of the thread, with or without its turns: `thread/read`.
    ///
    /// The server refuses to include the turns of a thread that has none yet. For long threads, use
    /// [`turns`](Self::turns).
    ///
    /// # Errors
    ///
    /// [`Error::ThreadRefused`] if the server refuses because of the state of this thread, for
    /// example because it is archived. Otherwise as [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the request may already have been sent. Its response is ignored.
    pub async fn read(&self, include_turns: bool) -> Result<ThreadData, Error> {
        let params = ThreadReadParams::new(self.id()).include_turns(include_turns);
        Ok(self.ask(params).await?.thread)
    }

    /// Creates a new thread with a copy of this thread's history: `thread/fork`.
    ///
    /// # Errors
    ///
    /// [`Error::ThreadRefused`] if the server refuses because of the state of this thread, for
    /// example because it is archived. Otherwise as [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the new thread may have been created. Then it stays on the server,
    /// unused.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
    /// let fork = thread.fork().await?;
    /// fork.run("Try another approach").await?; // `thread` does not change
    /// # Ok(()) }
    /// ```
    pub async fn fork(&self) -> Result<Self, Error> {
        self.fork_with(|params| params).await
    }

    /// Creates a new thread with a copy of this thread's history, and other settings:
    /// `thread/fork`.
    ///
    /// # Errors
    ///
    /// [`Error::ThreadRefused`] if the server refuses because of the state of this thread, for
    /// example because it is archived. Otherwise as [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the new thread may have been created. Then it stays on the server,
    /// unused.
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

    /// Sets the name of the thread: `thread/name/set`.
    ///
    /// # Errors
    ///
    /// [`Error::ThreadRefused`] if the server refuses because of the state of this thread, for
    /// example because it is archived. Otherwise as [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the name may or may not be set.
    pub async fn set_name(&self, name: impl Into<String>) -> Result<(), Error> {
        self.ask(ThreadSetNameParams::new(self.id(), name)).await.map(drop)
    }

    /// Changes metadata of the thread, such as its commit and branch: `thread/metadata/update`.
    /// Fields that are not set do not change.
    ///
    /// # Errors
    ///
    /// [`Error::ThreadRefused`] if the server refuses because of the state of this thread, for
    /// example because it is archived. Otherwise as [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the metadata may or may not be changed.
    pub async fn update_metadata(
        &self,
        change: impl FnOnce(ThreadMetadataUpdateParams) -> ThreadMetadataUpdateParams,
    ) -> Result<ThreadData, Error> {
        Ok(self.ask(change(ThreadMetadataUpdateParams::new(self.id()))).await?.thread)
    }

    /// Archives the thread: `thread/archive`. The server unloads it.
    ///
    /// # Errors
    ///
    /// [`Error::ThreadRefused`] if the server refuses because of the state of this thread, for
    /// example because it is archived. Otherwise as [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the thread may or may not be archived.
    pub async fn archive(&self) -> Result<(), Error> {
        self.ask(ThreadArchiveParams::new(self.id())).await.map(drop)
    }

    /// Moves the thread out of the archive: `thread/unarchive`.
    /// [Resume](crate::Codex::resume_thread) it before its next turn.
    ///
    /// # Errors
    ///
    /// [`Error::ThreadRefused`] if the server refuses because of the state of this thread, for
    /// example because it is archived. Otherwise as [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the thread may or may not be archived.
    pub async fn unarchive(&self) -> Result<(), Error> {
        self.ask(ThreadUnarchiveParams::new(self.id())).await.map(drop)
    }

    /// Deletes the thread permanently: `thread/delete`.
    ///
    /// # Errors
    ///
    /// [`Error::ThreadRefused`] if the server refuses because of the state of this thread, for
    /// example because it is archived. Otherwise as [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the thread may or may not be deleted.
    pub async fn delete(&self) -> Result<(), Error> {
        self.ask(ThreadDeleteParams::new(self.id())).await.map(drop)
    }

    /// Compacts the history of the thread: `thread/compact/start`. From then on the model gets a
    /// summary of it, which frees space in the context window.
    ///
    /// The server does this in a turn of its own. This method returns the handle of that turn once
    /// it has begun. [Wait](TurnHandle::wait) for it before the next turn.
    ///
    /// # Errors
    ///
    /// * [`Error::TurnActive`] while a turn is running on the thread. Nothing is sent, because the
    ///   server would interrupt that turn.
    /// * [`Error::TurnNotStarted`] if the server starts no turn within 30 seconds.
    /// * [`Error::ThreadClosed`] if the program has [unsubscribed](Self::unsubscribe) from the
    ///   thread.
    /// * [`Error::ThreadRefused`] if the server refuses because of the state of the thread.
    /// * Otherwise as [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped after the request was sent, the thread is compacted all the same,
    /// and is busy until that has ended.
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

    /// Reverts the thread to its state before a turn: `thread/revert`. Removes that turn and all
    /// later ones from the history. Files that they changed are not restored.
    ///
    /// # Errors
    ///
    /// [`Error::ThreadRefused`] if the server refuses because of the state of this thread, for
    /// example because it is archived. Otherwise as [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the thread may or may not be reverted.
    pub async fn revert(&self, before_turn_id: impl Into<String>) -> Result<ThreadData, Error> {
        Ok(self.ask(ThreadRevertParams::new(self.id(), before_turn_id)).await?.thread)
    }

    /// Appends items in the format of the model's API (Responses API) to the history:
    /// `thread/inject_items`. No turn is started.
    ///
    /// # Errors
    ///
    /// [`Error::ThreadRefused`] if the server refuses because of the state of this thread, for
    /// example because it is archived. Otherwise as [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the items may or may not be added.
    pub async fn inject_items(&self, items: impl IntoIterator<Item = Value>) -> Result<(), Error> {
        self.ask(ThreadInjectItemsParams::new(self.id(), items.into_iter().collect()))
            .await
            .map(drop)
    }

    /// Runs a command in the user's shell, **without a sandbox and without approval**:
    /// `thread/shellCommand`.
    ///
    /// If a turn is running, the command runs within that turn. Otherwise the server starts a turn
    /// for it. This method returns the handle of the turn once the command has begun;
    /// [`is_joined`](TurnHandle::is_joined) tells which of the two it is.
    ///
    /// # Errors
    ///
    /// * [`Error::TurnNotStarted`] if the server starts no turn within 30 seconds.
    /// * [`Error::ThreadClosed`] if the program has [unsubscribed](Self::unsubscribe) from the
    ///   thread.
    /// * [`Error::ThreadRefused`] if the server refuses because of the state of the thread.
    /// * Otherwise as [`Client::request`](crate::Client::request).
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

    /// Unsubscribes this connection from the thread's events: `thread/unsubscribe`.
    ///
    /// A running turn continues on the server, but its handles end with [`Error::ThreadClosed`].
    /// Starting a turn fails with that error too, and nothing is sent, until the thread is
    /// [resumed](crate::Codex::resume_thread).
    ///
    /// # Errors
    ///
    /// [`Error::ThreadRefused`] if the server refuses because of the state of this thread, for
    /// example because it is archived. Otherwise as [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the thread may or may not be unsubscribed.
    pub async fn unsubscribe(&self) -> Result<(), Error> {
        self.ask(ThreadUnsubscribeParams::new(self.id())).await.map(drop)
    }
}
