//! The turns of a thread, blocking: started, found, followed. Which turn may start is decided elsewhere.

use std::time::Duration;

use codex_app_protocol::ReviewTarget;

use crate::blocking::runtime::Runtime;
use crate::blocking::thread::Thread;
use crate::blocking::turn::TurnHandle;
use crate::error::Error;
use crate::turn_input::TurnInput;
use crate::turn_result::TurnResult;

impl Thread {
    /// See [`Thread::run`](crate::Thread::run).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn run(&self, input: impl Into<TurnInput>) -> Result<TurnResult, Error> {
        self.runtime.wait(self.thread.run(input))
    }

    /// The same, for so long. Then the turn is interrupted, unless the input says otherwise with
    /// [`TurnInput::interrupt_on_drop`].
    ///
    /// # Errors
    ///
    /// As [`run`](Self::run), and [`Error::WaitTimeout`] if the turn has not ended by then.
    pub fn run_within(
        &self,
        after: Duration,
        input: impl Into<TurnInput>,
    ) -> Result<TurnResult, Error> {
        self.runtime.wait_within(after, self.thread.run(input))
    }

    /// See [`Thread::run_as`](crate::Thread::run_as).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    #[cfg(feature = "schema")]
    pub fn run_as<T: schemars::JsonSchema + serde::de::DeserializeOwned>(
        &self,
        input: impl Into<TurnInput>,
    ) -> Result<T, Error> {
        self.runtime.wait(self.thread.run_as(input))
    }

    /// The same, for so long, as [`run_within`](Self::run_within) has it.
    ///
    /// # Errors
    ///
    /// As [`run_as`](Self::run_as), and [`Error::WaitTimeout`] if the turn has not ended by then.
    #[cfg(feature = "schema")]
    pub fn run_as_within<T: schemars::JsonSchema + serde::de::DeserializeOwned>(
        &self,
        after: Duration,
        input: impl Into<TurnInput>,
    ) -> Result<T, Error> {
        self.runtime.wait_within(after, self.thread.run_as(input))
    }

    /// See [`Thread::run_as_with_result`](crate::Thread::run_as_with_result).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    #[cfg(feature = "schema")]
    pub fn run_as_with_result<T: schemars::JsonSchema + serde::de::DeserializeOwned>(
        &self,
        input: impl Into<TurnInput>,
    ) -> Result<(T, TurnResult), Error> {
        self.runtime.wait(self.thread.run_as_with_result(input))
    }

    /// The same, for so long, as [`run_within`](Self::run_within) has it.
    ///
    /// # Errors
    ///
    /// As [`run_as_with_result`](Self::run_as_with_result), and [`Error::WaitTimeout`] if the turn has
    /// not ended by then.
    #[cfg(feature = "schema")]
    pub fn run_as_with_result_within<T: schemars::JsonSchema + serde::de::DeserializeOwned>(
        &self,
        after: Duration,
        input: impl Into<TurnInput>,
    ) -> Result<(T, TurnResult), Error> {
        self.runtime.wait_within(after, self.thread.run_as_with_result(input))
    }

    /// See [`Thread::start_turn`](crate::Thread::start_turn).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn start_turn(&self, input: impl Into<TurnInput>) -> Result<TurnHandle, Error> {
        self.runtime.wait(self.thread.start_turn(input)).map(|it| self.turn_of(it))
    }

    /// The same, for so long. The thread stays taken until the server has answered; a turn that
    /// begins later is found with [`active_turn`](Self::active_turn).
    ///
    /// # Errors
    ///
    /// As [`start_turn`](Self::start_turn), and [`Error::WaitTimeout`] if the server has not answered
    /// by then.
    pub fn start_turn_within(
        &self,
        after: Duration,
        input: impl Into<TurnInput>,
    ) -> Result<TurnHandle, Error> {
        self.runtime.wait_within(after, self.thread.start_turn(input)).map(|it| self.turn_of(it))
    }

    /// See [`Thread::start_review`](crate::Thread::start_review).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn start_review(&self, target: impl Into<ReviewTarget>) -> Result<TurnHandle, Error> {
        self.runtime.wait(self.thread.start_review(target)).map(|it| self.turn_of(it))
    }

    /// See [`Thread::active_turn`](crate::Thread::active_turn).
    #[must_use]
    pub fn active_turn(&self) -> Option<TurnHandle> {
        self.thread.active_turn().map(|it| self.turn_of(it))
    }

    /// See [`Thread::turn`](crate::Thread::turn).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn turn(&self, turn_id: &str) -> Result<TurnHandle, Error> {
        self.thread.turn(turn_id).map(|it| self.turn_of(it))
    }

    /// See [`Thread::next_turn`](crate::Thread::next_turn).
    pub fn next_turn(&self) -> NextTurn {
        NextTurn { turn: self.thread.next_turn(), runtime: self.runtime.clone() }
    }

    pub(super) fn turn_of(&self, turn: crate::TurnHandle) -> TurnHandle {
        TurnHandle::new(turn, &self.runtime)
    }
}

/// The next turn that begins on a thread; see [`NextTurn`](crate::NextTurn).
///
/// # Examples
///
/// ```no_run
/// # fn example(thread: codex_app_client::blocking::Thread) -> Result<(), codex_app_client::Error> {
/// let next = thread.next_turn();
/// thread.set_goal("All tests pass")?;
/// let result = next.wait()?.wait()?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
#[must_use = "it does nothing unless it is waited for"]
pub struct NextTurn {
    turn: crate::NextTurn,
    runtime: Runtime,
}

impl NextTurn {
    /// Waits until the turn begins.
    ///
    /// # Errors
    ///
    /// Fails if the thread is closed first, or the connection ends.
    pub fn wait(self) -> Result<TurnHandle, Error> {
        self.runtime.wait(self.turn).map(|it| TurnHandle::new(it, &self.runtime))
    }

    /// The same, for so long. A turn that begins later is found with [`Thread::active_turn`].
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait), and [`Error::WaitTimeout`] if none begins.
    pub fn wait_within(self, after: Duration) -> Result<TurnHandle, Error> {
        let turn = self.runtime.wait_within(after, self.turn)?;
        Ok(TurnHandle::new(turn, &self.runtime))
    }
}
