//! The threads of a server, blocking: starting, resuming, forking, listing, archiving, deleting.

use codex_app_protocol::{
    Thread as ThreadData, ThreadForkParams, ThreadListParams, ThreadLoadedListParams,
    ThreadResumeParams,
};

use crate::ThreadOptions;
use crate::blocking::codex::Codex;
use crate::blocking::pages::Pages;
use crate::blocking::thread::Thread;
use crate::error::Error;

impl Codex {
    /// Starts a thread: `thread/start`. See [`Codex::start_thread`](crate::Codex::start_thread).
    ///
    /// # Errors
    ///
    /// As [`Codex::start_thread`](crate::Codex::start_thread), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn start_thread(&self, options: ThreadOptions) -> Result<Thread, Error> {
        self.runtime.wait(self.codex.start_thread(options)).map(|it| self.thread_of(it))
    }

    /// Resumes a stored thread: `thread/resume`. See
    /// [`Codex::resume_thread`](crate::Codex::resume_thread).
    ///
    /// # Errors
    ///
    /// As [`Codex::resume_thread`](crate::Codex::resume_thread), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn resume_thread(&self, params: impl Into<ThreadResumeParams>) -> Result<Thread, Error> {
        self.runtime.wait(self.codex.resume_thread(params)).map(|it| self.thread_of(it))
    }

    /// Starts a thread with the history of another: `thread/fork`. See
    /// [`Codex::fork_thread`](crate::Codex::fork_thread).
    ///
    /// # Errors
    ///
    /// As [`Codex::fork_thread`](crate::Codex::fork_thread), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn fork_thread(&self, params: ThreadForkParams) -> Result<Thread, Error> {
        self.runtime.wait(self.codex.fork_thread(params)).map(|it| self.thread_of(it))
    }

    /// Returns a handle of a thread that this connection already knows, such as that of a subagent.
    /// Nothing is sent. See [`Codex::thread`](crate::Codex::thread).
    ///
    /// # Errors
    ///
    /// As [`Codex::thread`](crate::Codex::thread), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn thread(&self, thread_id: &str) -> Result<Thread, Error> {
        self.runtime.wait(self.codex.thread(thread_id)).map(|it| self.thread_of(it))
    }

    /// Returns an iterator over the stored threads, page by page: `thread/list`. See
    /// [`Codex::threads`](crate::Codex::threads).
    pub fn threads(&self, params: ThreadListParams) -> Pages<ThreadListParams> {
        Pages::new(self.codex.threads(params), &self.runtime)
    }

    /// Returns an iterator over the ids of the loaded threads: `thread/loaded/list`. See
    /// [`Codex::loaded_threads`](crate::Codex::loaded_threads).
    pub fn loaded_threads(&self, params: ThreadLoadedListParams) -> Pages<ThreadLoadedListParams> {
        Pages::new(self.codex.loaded_threads(params), &self.runtime)
    }

    /// Archives a thread: `thread/archive`. See
    /// [`Codex::archive_thread`](crate::Codex::archive_thread).
    ///
    /// # Errors
    ///
    /// As [`Codex::archive_thread`](crate::Codex::archive_thread), and [`Error::InsideRuntime`] in
    /// an async runtime.
    pub fn archive_thread(&self, thread_id: &str) -> Result<(), Error> {
        self.runtime.wait(self.codex.archive_thread(thread_id))
    }

    /// Takes a thread out of the archive: `thread/unarchive`. See
    /// [`Codex::unarchive_thread`](crate::Codex::unarchive_thread).
    ///
    /// # Errors
    ///
    /// As [`Codex::unarchive_thread`](crate::Codex::unarchive_thread), and [`Error::InsideRuntime`]
    /// in an async runtime.
    pub fn unarchive_thread(&self, thread_id: &str) -> Result<ThreadData, Error> {
        self.runtime.wait(self.codex.unarchive_thread(thread_id))
    }

    /// Deletes a thread permanently: `thread/delete`. See
    /// [`Codex::delete_thread`](crate::Codex::delete_thread).
    ///
    /// # Errors
    ///
    /// As [`Codex::delete_thread`](crate::Codex::delete_thread), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn delete_thread(&self, thread_id: &str) -> Result<(), Error> {
        self.runtime.wait(self.codex.delete_thread(thread_id))
    }

    fn thread_of(&self, thread: crate::Thread) -> Thread {
        Thread::new(thread, &self.runtime)
    }
}
