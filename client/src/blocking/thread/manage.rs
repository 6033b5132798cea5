//! What is done with a thread as a whole, blocking. It decides nothing itself.

use codex_app_protocol::{Thread as ThreadData, ThreadForkParams, ThreadMetadataUpdateParams};
use serde_json::Value;

use crate::blocking::thread::Thread;
use crate::blocking::turn::TurnHandle;
use crate::error::Error;

impl Thread {
    /// See [`Thread::read`](crate::Thread::read).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn read(&self, include_turns: bool) -> Result<ThreadData, Error> {
        self.runtime.wait(self.thread.read(include_turns))
    }

    /// See [`Thread::fork`](crate::Thread::fork).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn fork(&self) -> Result<Self, Error> {
        self.runtime.wait(self.thread.fork()).map(|it| Self::new(it, &self.runtime))
    }

    /// See [`Thread::fork_with`](crate::Thread::fork_with).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn fork_with(
        &self,
        change: impl FnOnce(ThreadForkParams) -> ThreadForkParams,
    ) -> Result<Self, Error> {
        self.runtime.wait(self.thread.fork_with(change)).map(|it| Self::new(it, &self.runtime))
    }

    /// See [`Thread::set_name`](crate::Thread::set_name).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn set_name(&self, name: impl Into<String>) -> Result<(), Error> {
        self.runtime.wait(self.thread.set_name(name))
    }

    /// See [`Thread::update_metadata`](crate::Thread::update_metadata).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn update_metadata(
        &self,
        change: impl FnOnce(ThreadMetadataUpdateParams) -> ThreadMetadataUpdateParams,
    ) -> Result<ThreadData, Error> {
        self.runtime.wait(self.thread.update_metadata(change))
    }

    /// See [`Thread::archive`](crate::Thread::archive).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn archive(&self) -> Result<(), Error> {
        self.runtime.wait(self.thread.archive())
    }

    /// See [`Thread::unarchive`](crate::Thread::unarchive).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn unarchive(&self) -> Result<(), Error> {
        self.runtime.wait(self.thread.unarchive())
    }

    /// See [`Thread::delete`](crate::Thread::delete).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn delete(&self) -> Result<(), Error> {
        self.runtime.wait(self.thread.delete())
    }

    /// See [`Thread::compact`](crate::Thread::compact).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn compact(&self) -> Result<TurnHandle, Error> {
        self.runtime.wait(self.thread.compact()).map(|it| self.turn_of(it))
    }

    /// See [`Thread::revert`](crate::Thread::revert).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn revert(&self, before_turn_id: impl Into<String>) -> Result<ThreadData, Error> {
        self.runtime.wait(self.thread.revert(before_turn_id))
    }

    /// See [`Thread::inject_items`](crate::Thread::inject_items).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn inject_items(&self, items: impl IntoIterator<Item = Value>) -> Result<(), Error> {
        self.runtime.wait(self.thread.inject_items(items))
    }

    /// See [`Thread::shell_command`](crate::Thread::shell_command).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn shell_command(&self, command: impl Into<String>) -> Result<TurnHandle, Error> {
        self.runtime.wait(self.thread.shell_command(command)).map(|it| self.turn_of(it))
    }

    /// See [`Thread::unsubscribe`](crate::Thread::unsubscribe).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn unsubscribe(&self) -> Result<(), Error> {
        self.runtime.wait(self.thread.unsubscribe())
    }
}
