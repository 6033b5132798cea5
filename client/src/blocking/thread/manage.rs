//! Managing a thread as a whole, blocking: reading, forking, naming, archiving, compacting and
//! more.

use codex_app_protocol::{Thread as ThreadData, ThreadForkParams, ThreadMetadataUpdateParams};
use serde_json::Value;

use crate::blocking::thread::Thread;
use crate::blocking::turn::TurnHandle;
use crate::error::Error;

impl Thread {
    /// Returns what the server stores about the thread, with or without its turns: `thread/read`.
    /// See [`Thread::read`](crate::Thread::read).
    ///
    /// # Errors
    ///
    /// As [`Thread::read`](crate::Thread::read), and [`Error::InsideRuntime`] in an async runtime.
    pub fn read(&self, include_turns: bool) -> Result<ThreadData, Error> {
        self.runtime.wait(self.thread.read(include_turns))
    }

    /// Starts a thread with this thread's history: `thread/fork`. See
    /// [`Thread::fork`](crate::Thread::fork).
    ///
    /// # Errors
    ///
    /// As [`Thread::fork`](crate::Thread::fork), and [`Error::InsideRuntime`] in an async runtime.
    pub fn fork(&self) -> Result<Self, Error> {
        self.runtime.wait(self.thread.fork()).map(|it| Self::new(it, &self.runtime))
    }

    /// Starts a thread with this thread's history and other settings: `thread/fork`. See
    /// [`Thread::fork_with`](crate::Thread::fork_with).
    ///
    /// # Errors
    ///
    /// As [`Thread::fork_with`](crate::Thread::fork_with), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn fork_with(
        &self,
        change: impl FnOnce(ThreadForkParams) -> ThreadForkParams,
    ) -> Result<Self, Error> {
        self.runtime.wait(self.thread.fork_with(change)).map(|it| Self::new(it, &self.runtime))
    }

    /// Names the thread: `thread/name/set`. See [`Thread::set_name`](crate::Thread::set_name).
    ///
    /// # Errors
    ///
    /// As [`Thread::set_name`](crate::Thread::set_name), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn set_name(&self, name: impl Into<String>) -> Result<(), Error> {
        self.runtime.wait(self.thread.set_name(name))
    }

    /// Changes metadata of the thread, such as its git branch: `thread/metadata/update`. See
    /// [`Thread::update_metadata`](crate::Thread::update_metadata).
    ///
    /// # Errors
    ///
    /// As [`Thread::update_metadata`](crate::Thread::update_metadata), and [`Error::InsideRuntime`]
    /// in an async runtime.
    pub fn update_metadata(
        &self,
        change: impl FnOnce(ThreadMetadataUpdateParams) -> ThreadMetadataUpdateParams,
    ) -> Result<ThreadData, Error> {
        self.runtime.wait(self.thread.update_metadata(change))
    }

    /// Archives the thread: `thread/archive`. See [`Thread::archive`](crate::Thread::archive).
    ///
    /// # Errors
    ///
    /// As [`Thread::archive`](crate::Thread::archive), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn archive(&self) -> Result<(), Error> {
        self.runtime.wait(self.thread.archive())
    }

    /// Takes the thread out of the archive: `thread/unarchive`. See
    /// [`Thread::unarchive`](crate::Thread::unarchive).
    ///
    /// # Errors
    ///
    /// As [`Thread::unarchive`](crate::Thread::unarchive), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn unarchive(&self) -> Result<(), Error> {
        self.runtime.wait(self.thread.unarchive())
    }

    /// Deletes the thread permanently: `thread/delete`. See
    /// [`Thread::delete`](crate::Thread::delete).
    ///
    /// # Errors
    ///
    /// As [`Thread::delete`](crate::Thread::delete), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn delete(&self) -> Result<(), Error> {
        self.runtime.wait(self.thread.delete())
    }

    /// Compacts the history of the thread, in a turn that is returned: `thread/compact/start`. See
    /// [`Thread::compact`](crate::Thread::compact).
    ///
    /// # Errors
    ///
    /// As [`Thread::compact`](crate::Thread::compact), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn compact(&self) -> Result<TurnHandle, Error> {
        self.runtime.wait(self.thread.compact()).map(|it| self.turn_of(it))
    }

    /// Removes a turn and all later turns from the thread: `thread/revert`. Files are not changed
    /// back. See [`Thread::revert`](crate::Thread::revert).
    ///
    /// # Errors
    ///
    /// As [`Thread::revert`](crate::Thread::revert), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn revert(&self, before_turn_id: impl Into<String>) -> Result<ThreadData, Error> {
        self.runtime.wait(self.thread.revert(before_turn_id))
    }

    /// Adds items to the history without starting a turn: `thread/inject_items`. See
    /// [`Thread::inject_items`](crate::Thread::inject_items).
    ///
    /// # Errors
    ///
    /// As [`Thread::inject_items`](crate::Thread::inject_items), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn inject_items(&self, items: impl IntoIterator<Item = Value>) -> Result<(), Error> {
        self.runtime.wait(self.thread.inject_items(items))
    }

    /// Runs a command in the user's shell, **without a sandbox or an approval**:
    /// `thread/shellCommand`. See [`Thread::shell_command`](crate::Thread::shell_command).
    ///
    /// # Errors
    ///
    /// As [`Thread::shell_command`](crate::Thread::shell_command), and [`Error::InsideRuntime`] in
    /// an async runtime.
    pub fn shell_command(&self, command: impl Into<String>) -> Result<TurnHandle, Error> {
        self.runtime.wait(self.thread.shell_command(command)).map(|it| self.turn_of(it))
    }

    /// Unsubscribes from the thread's events: `thread/unsubscribe`. See
    /// [`Thread::unsubscribe`](crate::Thread::unsubscribe).
    ///
    /// # Errors
    ///
    /// As [`Thread::unsubscribe`](crate::Thread::unsubscribe), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn unsubscribe(&self) -> Result<(), Error> {
        self.runtime.wait(self.thread.unsubscribe())
    }
}
