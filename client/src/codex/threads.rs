//! The threads of a server: made, found again, listed, put away. It does nothing with a thread that
//! a handle of it can do.

use codex_app_protocol::{
    ClientRequest, Thread as ThreadData, ThreadArchiveParams, ThreadDeleteParams, ThreadForkParams,
    ThreadListParams, ThreadLoadedListParams, ThreadResumeParams, ThreadUnarchiveParams,
};

use crate::codex::{Codex, ThreadOptions};
use crate::error::Error;
use crate::pages::{Paged, Pages};
use crate::thread::{Thread, about_thread};

impl Codex {
    /// Starts a thread: `thread/start`. Options left unset are not sent, so the user's own
    /// configuration stands.
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request): a thread may be left that nobody uses.
    pub async fn start_thread(&self, options: ThreadOptions) -> Result<Thread, Error> {
        let client = self.client().await?;
        let response = client.request(options).await?;
        Ok(Thread::told(client, response))
    }

    /// Resumes a thread that the server has kept: `thread/resume`. Its id is enough; params can
    /// change its settings too. A turn that runs already is found, and holds the thread.
    ///
    /// The history is left out, unless the params say `exclude_turns(false)` or the server is older than
    /// 0.151: it may be megabytes, and [`turns`](Thread::turns) and [`items`](Thread::items) have it page
    /// by page.
    ///
    /// # Errors
    ///
    /// [`Error::ThreadRefused`] says what is the matter with the thread: it is not there, is
    /// archived, cannot be read, or is open in another server process. Otherwise as
    /// [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
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

    /// Makes a new thread with the history of another: `thread/fork`. The response leaves the history
    /// out, as [`resume_thread`](Self::resume_thread) has it.
    ///
    /// # Errors
    ///
    /// As [`resume_thread`](Self::resume_thread).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request): a thread may be left that nobody uses.
    pub async fn fork_thread(&self, params: ThreadForkParams) -> Result<Thread, Error> {
        Thread::fork_of(self.client().await?, params).await
    }

    /// A handle of a thread that this connection knows already: a subagent's, for example. Nothing
    /// is sent, except to start a lazy server.
    ///
    /// # Errors
    ///
    /// As [`client`](Self::client).
    ///
    /// # Cancel safety
    ///
    /// As [`client`](Self::client).
    pub async fn thread(&self, thread_id: &str) -> Result<Thread, Error> {
        Ok(Thread::new(self.client().await?, thread_id))
    }

    /// The threads that the server has kept, page by page: `thread/list`. Those in the archive are
    /// another list, with `archived` in the params.
    pub fn threads(&self, params: ThreadListParams) -> Pages<ThreadListParams> {
        self.pages(params)
    }

    /// The ids of the threads that the server has loaded: `thread/loaded/list`.
    pub fn loaded_threads(&self, params: ThreadLoadedListParams) -> Pages<ThreadLoadedListParams> {
        self.pages(params)
    }

    /// Puts a thread away: `thread/archive`.
    ///
    /// # Errors
    ///
    /// As [`resume_thread`](Self::resume_thread).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    pub async fn archive_thread(&self, thread_id: &str) -> Result<(), Error> {
        self.ask_about(thread_id, ThreadArchiveParams::new(thread_id)).await.map(drop)
    }

    /// Takes a thread out of the archive: `thread/unarchive`. It has to be resumed before its next
    /// turn.
    ///
    /// # Errors
    ///
    /// As [`resume_thread`](Self::resume_thread).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
    pub async fn unarchive_thread(&self, thread_id: &str) -> Result<ThreadData, Error> {
        Ok(self.ask_about(thread_id, ThreadUnarchiveParams::new(thread_id)).await?.thread)
    }

    /// Deletes a thread for good: `thread/delete`.
    ///
    /// # Errors
    ///
    /// As [`resume_thread`](Self::resume_thread).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`](crate::Client::request).
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
