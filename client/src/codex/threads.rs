//! The threads of a server: start, resume, fork, list, archive, delete. What a handle of a thread
//! can do is elsewhere.

use codex_app_protocol::{
    ClientRequest, Thread as ThreadData, ThreadArchiveParams, ThreadDeleteParams, ThreadForkParams,
    ThreadListParams, ThreadLoadedListParams, ThreadResumeParams, ThreadUnarchiveParams,
};

use crate::codex::{Codex, ThreadOptions};
use crate::error::Error;
use crate::pages::{Paged, Pages};
use crate::thread::{Thread, about_thread};

impl Codex {
    /// Starts a new thread: `thread/start`.
    ///
    /// Options that are not set are not sent, so the user's configuration applies. The server
    /// stores the thread from its first turn on, unless it is ephemeral.
    ///
    /// # Errors
    ///
    /// The same errors as [`Codex::request`](Self::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the thread may have been started. Then it stays on the server,
    /// unused.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(codex: codex_app_client::Codex) -> Result<(), codex_app_client::Error> {
    /// use codex_app_client::{Sandbox, ThreadOptions};
    ///
    /// let options = ThreadOptions::default()
    ///     .cwd("/home/me/project")
    ///     .sandbox(Sandbox::WorkspaceWrite);
    /// let thread = codex.start_thread(options).await?;
    /// println!("started {}", thread.id());
    /// # Ok(()) }
    /// ```
    pub async fn start_thread(&self, options: ThreadOptions) -> Result<Thread, Error> {
        let client = self.client().await?;
        let response = client.request(options).await?;
        Ok(Thread::told(client, response))
    }

    /// Resumes a stored thread: `thread/resume`. Pass its id, or [`ThreadResumeParams`] to change
    /// its settings as well.
    ///
    /// If a turn is already running on the thread, it counts as the active turn:
    /// [`Thread::active_turn`] returns it, and starting another fails with [`Error::TurnActive`].
    ///
    /// By default the response does not include the history, which may be several megabytes. Read
    /// it page by page with [`Thread::turns`] and [`Thread::items`], or request it with
    /// `exclude_turns(false)` in the params. Servers before 0.151 always include it.
    ///
    /// # Errors
    ///
    /// [`Error::ThreadRefused`] if the thread does not exist, is archived, cannot be read, or is
    /// open in another server process. Otherwise as [`Codex::request`](Self::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the thread may have been resumed.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(codex: codex_app_client::Codex) -> Result<(), codex_app_client::Error> {
    /// use codex_app_client::ThreadRefusal;
    ///
    /// match codex.resume_thread("01a20690-2c46-7780-8472-a23bab8dab7c").await {
    ///     Ok(thread) => drop(thread.run("Where were we?").await?),
    ///     Err(error) if error.thread_refusal() == Some(ThreadRefusal::NotFound) => {}
    ///     Err(error) => return Err(error),
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn resume_thread(
        &self,
        params: impl Into<ThreadResumeParams>,
    ) -> Result<Thread, Error> {
        let client = self.client().await?;
        let mut params = params.into();
        if params.exclude_turns.is_none() && client.leaves_turns_out() {
            params.exclude_turns = Some(true);
        }
        // Made first, so that a turn which ends meanwhile is not taken for running.
        let held = Thread::new(client.clone(), &params.thread_id);
        let response = client.request(params).await;
        let response = response.map_err(|error| about_thread(held.id(), error))?;
        let is_held = response.thread.id == held.id();
        let thread = Thread::told(client, response);
        if is_held {
            thread.observe().await?;
        }
        Ok(thread)
    }

    /// Creates a new thread with a copy of another thread's history: `thread/fork`.
    ///
    /// As with [`resume_thread`](Self::resume_thread), the response does not include the history by
    /// default. For a thread that you have a handle of, use [`Thread::fork`].
    ///
    /// # Errors
    ///
    /// [`Error::ThreadRefused`] if the server refuses because of the state of the thread, for
    /// example because it does not exist. Otherwise as [`Codex::request`](Self::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the new thread may have been created. Then it stays on the server,
    /// unused.
    pub async fn fork_thread(&self, params: ThreadForkParams) -> Result<Thread, Error> {
        Thread::fork_of(self.client().await?, params).await
    }

    /// Returns a handle of a thread that this connection already receives events of, such as a
    /// subagent's. Nothing is sent.
    ///
    /// To continue a stored thread, use [`resume_thread`](Self::resume_thread) instead.
    ///
    /// # Errors
    ///
    /// The same errors as [`client`](Self::client): a [lazy](Self::spawn_lazy) server is started.
    ///
    /// # Cancel safety
    ///
    /// As [`client`](Self::client).
    pub async fn thread(&self, thread_id: &str) -> Result<Thread, Error> {
        Ok(Thread::new(self.client().await?, thread_id))
    }

    /// Lists the stored threads: `thread/list`. Returns a paginated stream.
    ///
    /// Archived threads are left out; set `archived(true)` in the params to list those instead.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(codex: codex_app_client::Codex) -> Result<(), codex_app_client::Error> {
    /// use codex_app_client::protocol::ThreadListParams;
    ///
    /// let mut threads = codex.threads(ThreadListParams::default());
    /// while let Some(thread) = threads.try_next().await? {
    ///     println!("{} {}", thread.id, thread.name.unwrap_or_default());
    /// }
    /// # Ok(()) }
    /// ```
    pub fn threads(&self, params: ThreadListParams) -> Pages<ThreadListParams> {
        self.pages(params)
    }

    /// Lists the ids of the threads that the server has loaded: `thread/loaded/list`. Returns a
    /// paginated stream.
    pub fn loaded_threads(&self, params: ThreadLoadedListParams) -> Pages<ThreadLoadedListParams> {
        self.pages(params)
    }

    /// Archives a thread: `thread/archive`. The server unloads it.
    ///
    /// # Errors
    ///
    /// [`Error::ThreadRefused`] if the server refuses because of the state of the thread, for
    /// example because it does not exist. Otherwise as [`Codex::request`](Self::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the thread may or may not be archived.
    pub async fn archive_thread(&self, thread_id: &str) -> Result<(), Error> {
        self.ask_about(thread_id, ThreadArchiveParams::new(thread_id)).await.map(drop)
    }

    /// Moves a thread out of the archive: `thread/unarchive`. [Resume](Self::resume_thread) it
    /// before its next turn.
    ///
    /// # Errors
    ///
    /// [`Error::ThreadRefused`] if the server refuses because of the state of the thread, for
    /// example because it does not exist. Otherwise as [`Codex::request`](Self::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the thread may or may not be archived.
    pub async fn unarchive_thread(&self, thread_id: &str) -> Result<ThreadData, Error> {
        Ok(self.ask_about(thread_id, ThreadUnarchiveParams::new(thread_id)).await?.thread)
    }

    /// Deletes a thread permanently: `thread/delete`.
    ///
    /// # Errors
    ///
    /// [`Error::ThreadRefused`] if the server refuses because of the state of the thread, for
    /// example because it does not exist. Otherwise as [`Codex::request`](Self::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the thread may or may not be deleted.
    pub async fn delete_thread(&self, thread_id: &str) -> Result<(), Error> {
        self.ask_about(thread_id, ThreadDeleteParams::new(thread_id)).await.map(drop)
    }

    async fn ask_about<R: ClientRequest>(
        &self,
        thread_id: &str,
        params: R,
    ) -> Result<R::Response, Error> {
        self.request(params).await.map_err(|error| about_thread(thread_id, error))
    }

    pub(super) fn pages<P: Paged>(&self, params: P) -> Pages<P> {
        let codex = self.clone();
        Pages::new(params, move |params| {
            let codex = codex.clone();
            async move { codex.request(params).await }
        })
    }
}
