//! The threads of a server, blocking. It does nothing with a thread that a handle of it can do.

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
    /// See [`Codex::start_thread`](crate::Codex::start_thread).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn start_thread(&self, options: ThreadOptions) -> Result<Thread, Error> {
        self.runtime.wait(self.codex.start_thread(options)).map(|it| self.thread_of(it))
    }

    /// See [`Codex::resume_thread`](crate::Codex::resume_thread).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn resume_thread(&self, params: impl Into<ThreadResumeParams>) -> Result<Thread, Error> {
        self.runtime.wait(self.codex.resume_thread(params)).map(|it| self.thread_of(it))
    }

    /// See [`Codex::fork_thread`](crate::Codex::fork_thread).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn fork_thread(&self, params: ThreadForkParams) -> Result<Thread, Error> {
        self.runtime.wait(self.codex.fork_thread(params)).map(|it| self.thread_of(it))
    }

    /// See [`Codex::thread`](crate::Codex::thread).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn thread(&self, thread_id: &str) -> Result<Thread, Error> {
        self.runtime.wait(self.codex.thread(thread_id)).map(|it| self.thread_of(it))
    }

    /// See [`Codex::threads`](crate::Codex::threads).
    pub fn threads(&self, params: ThreadListParams) -> Pages<ThreadListParams> {
        Pages::new(self.codex.threads(params), &self.runtime)
    }

    /// See [`Codex::loaded_threads`](crate::Codex::loaded_threads).
    pub fn loaded_threads(&self, params: ThreadLoadedListParams) -> Pages<ThreadLoadedListParams> {
        Pages::new(self.codex.loaded_threads(params), &self.runtime)
    }

    /// See [`Codex::archive_thread`](crate::Codex::archive_thread).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn archive_thread(&self, thread_id: &str) -> Result<(), Error> {
        self.runtime.wait(self.codex.archive_thread(thread_id))
    }

    /// See [`Codex::unarchive_thread`](crate::Codex::unarchive_thread).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn unarchive_thread(&self, thread_id: &str) -> Result<ThreadData, Error> {
        self.runtime.wait(self.codex.unarchive_thread(thread_id))
    }

    /// See [`Codex::delete_thread`](crate::Codex::delete_thread).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn delete_thread(&self, thread_id: &str) -> Result<(), Error> {
        self.runtime.wait(self.codex.delete_thread(thread_id))
    }

    fn thread_of(&self, thread: crate::Thread) -> Thread {
        Thread::new(thread, &self.runtime)
    }
}
