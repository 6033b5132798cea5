//! The stored turns and items of a thread, page by page, blocking.

use codex_app_protocol::{ThreadItemsListParams, ThreadTurnsListParams};

use crate::blocking::pages::Pages;
use crate::blocking::thread::Thread;

impl Thread {
    /// Returns an iterator over the turns of the thread, latest first: `thread/turns/list`. See
    /// [`Thread::turns`](crate::Thread::turns).
    pub fn turns(&self) -> Pages<ThreadTurnsListParams> {
        Pages::new(self.thread.turns(), &self.runtime)
    }

    /// Returns an iterator over the turns of the thread, with changed params: `thread/turns/list`.
    /// See [`Thread::turns_with`](crate::Thread::turns_with).
    pub fn turns_with(
        &self,
        change: impl FnOnce(ThreadTurnsListParams) -> ThreadTurnsListParams,
    ) -> Pages<ThreadTurnsListParams> {
        Pages::new(self.thread.turns_with(change), &self.runtime)
    }

    /// Returns an iterator over the items of the thread, earliest first: `thread/items/list`. See
    /// [`Thread::items`](crate::Thread::items).
    pub fn items(&self) -> Pages<ThreadItemsListParams> {
        Pages::new(self.thread.items(), &self.runtime)
    }

    /// Returns an iterator over the items of the thread, with changed params: `thread/items/list`.
    /// See [`Thread::items_with`](crate::Thread::items_with).
    pub fn items_with(
        &self,
        change: impl FnOnce(ThreadItemsListParams) -> ThreadItemsListParams,
    ) -> Pages<ThreadItemsListParams> {
        Pages::new(self.thread.items_with(change), &self.runtime)
    }
}
