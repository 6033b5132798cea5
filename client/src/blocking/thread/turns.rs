//! The turns of a thread, blocking: run, started, found, followed.

use std::time::Duration;

use codex_app_protocol::ReviewTarget;

use crate::blocking::runtime::Runtime;
use crate::blocking::thread::Thread;
use crate::blocking::turn::TurnHandle;
use crate::error::Error;
use crate::turn::input::TurnInput;
use crate::turn::result::TurnResult;

impl Thread {
    /// Runs a turn until it ends, and returns its result: `turn/start`. See
    /// [`Thread::run`](crate::Thread::run).
    ///
    /// # Errors
    ///
    /// As [`Thread::run`](crate::Thread::run), and [`Error::InsideRuntime`] in an async runtime.
    pub fn run(&self, input: impl Into<TurnInput>) -> Result<TurnResult, Error> {
        self.runtime.wait(self.thread.run(input))
    }

    /// Like [`run`](Self::run), with a timeout, after which the turn is interrupted.
    /// [`TurnInput::interrupt_on_drop`] can turn that off.
    ///
    /// # Errors
    ///
    /// [`Error::WaitTimeout`] if the turn has not ended in time. Otherwise as [`run`](Self::run).
    pub fn run_within(
        &self,
        input: impl Into<TurnInput>,
        timeout: Duration,
    ) -> Result<TurnResult, Error> {
        self.runtime.wait_within(timeout, self.thread.run(input))
    }

    /// Runs a turn, and decodes its final response as a value of type `T`: structured output. See
    /// [`Thread::run_as`](crate::Thread::run_as).
    ///
    /// # Errors
    ///
    /// As [`Thread::run_as`](crate::Thread::run_as), and [`Error::InsideRuntime`] in an async
    /// runtime.
    #[cfg(feature = "schema")]
    pub fn run_as<T: schemars::JsonSchema + serde::de::DeserializeOwned>(
        &self,
        input: impl Into<TurnInput>,
    ) -> Result<T, Error> {
        self.runtime.wait(self.thread.run_as(input))
    }

    /// Like [`run_as`](Self::run_as), with a timeout, after which the turn is interrupted as by
    /// [`run_within`](Self::run_within).
    ///
    /// # Errors
    ///
    /// [`Error::WaitTimeout`] if the turn has not ended in time. Otherwise as
    /// [`run_as`](Self::run_as).
    #[cfg(feature = "schema")]
    pub fn run_as_within<T: schemars::JsonSchema + serde::de::DeserializeOwned>(
        &self,
        input: impl Into<TurnInput>,
        timeout: Duration,
    ) -> Result<T, Error> {
        self.runtime.wait_within(timeout, self.thread.run_as(input))
    }

    /// Like [`run_as`](Self::run_as), but also returns the result of the turn. See
    /// [`Thread::run_as_with_result`](crate::Thread::run_as_with_result).
    ///
    /// # Errors
    ///
    /// As [`Thread::run_as_with_result`](crate::Thread::run_as_with_result), and
    /// [`Error::InsideRuntime`] in an async runtime.
    #[cfg(feature = "schema")]
    pub fn run_as_with_result<T: schemars::JsonSchema + serde::de::DeserializeOwned>(
        &self,
        input: impl Into<TurnInput>,
    ) -> Result<(T, TurnResult), Error> {
        self.runtime.wait(self.thread.run_as_with_result(input))
    }

    /// Like [`run_as_with_result`](Self::run_as_with_result), with a timeout, after which the turn
    /// is interrupted as by [`run_within`](Self::run_within).
    ///
    /// # Errors
    ///
    /// [`Error::WaitTimeout`] if the turn has not ended in time. Otherwise as
    /// [`run_as_with_result`](Self::run_as_with_result).
    #[cfg(feature = "schema")]
    pub fn run_as_with_result_within<T: schemars::JsonSchema + serde::de::DeserializeOwned>(
        &self,
        input: impl Into<TurnInput>,
        timeout: Duration,
    ) -> Result<(T, TurnResult), Error> {
        self.runtime.wait_within(timeout, self.thread.run_as_with_result(input))
    }

    /// Starts a turn, and returns a handle that follows it: `turn/start`. See
    /// [`Thread::start_turn`](crate::Thread::start_turn).
    ///
    /// # Errors
    ///
    /// As [`Thread::start_turn`](crate::Thread::start_turn), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn start_turn(&self, input: impl Into<TurnInput>) -> Result<TurnHandle, Error> {
        self.runtime.wait(self.thread.start_turn(input)).map(|it| self.turn_of(it))
    }

    /// Like [`start_turn`](Self::start_turn), with a timeout for the server's response.
    ///
    /// After the timeout, the thread stays reserved until the server has responded. If the turn
    /// starts after all, [`active_turn`](Self::active_turn) finds it.
    ///
    /// # Errors
    ///
    /// [`Error::WaitTimeout`] if the server has not responded in time. Otherwise as
    /// [`start_turn`](Self::start_turn).
    pub fn start_turn_within(
        &self,
        input: impl Into<TurnInput>,
        timeout: Duration,
    ) -> Result<TurnHandle, Error> {
        self.runtime.wait_within(timeout, self.thread.start_turn(input)).map(|it| self.turn_of(it))
    }

    /// Starts a review, and returns a handle that follows it: `review/start`. See
    /// [`Thread::start_review`](crate::Thread::start_review).
    ///
    /// # Errors
    ///
    /// As [`Thread::start_review`](crate::Thread::start_review), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn start_review(&self, target: impl Into<ReviewTarget>) -> Result<TurnHandle, Error> {
        self.runtime.wait(self.thread.start_review(target)).map(|it| self.turn_of(it))
    }

    /// Returns a handle of the running turn, also of another client or the server. See
    /// [`Thread::active_turn`](crate::Thread::active_turn).
    #[must_use]
    pub fn active_turn(&self) -> Option<TurnHandle> {
        self.thread.active_turn().map(|it| self.turn_of(it))
    }

    /// Returns a handle of the turn with this id, if it is running. See
    /// [`Thread::turn`](crate::Thread::turn).
    ///
    /// # Errors
    ///
    /// [`Error::NoActiveTurn`] if that turn is not running.
    pub fn turn(&self, turn_id: &str) -> Result<TurnHandle, Error> {
        self.thread.turn(turn_id).map(|it| self.turn_of(it))
    }

    /// Returns a wait for the next turn that starts on this thread. Call it before that turn is
    /// triggered. See [`Thread::next_turn`](crate::Thread::next_turn).
    pub fn next_turn(&self) -> NextTurn {
        NextTurn { turn: self.thread.next_turn(), runtime: self.runtime.clone() }
    }

    pub(super) fn turn_of(&self, turn: crate::TurnHandle) -> TurnHandle {
        TurnHandle::new(turn, &self.runtime)
    }
}

/// A wait for the next turn that starts on a thread, from [`Thread::next_turn`]; see
/// [`NextTurn`](crate::NextTurn).
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
#[must_use = "it does nothing unless `wait` is called"]
pub struct NextTurn {
    turn: crate::NextTurn,
    runtime: Runtime,
}

impl NextTurn {
    /// Waits until the next turn starts, and returns a handle that follows it.
    ///
    /// # Errors
    ///
    /// [`Error::ThreadClosed`] if the thread is closed first; [`Error::Closed`] if the connection
    /// ends first; [`Error::InsideRuntime`] in an async runtime.
    pub fn wait(self) -> Result<TurnHandle, Error> {
        self.runtime.wait(self.turn).map(|it| TurnHandle::new(it, &self.runtime))
    }

    /// Like [`wait`](Self::wait), with a timeout. A turn that starts later is found with
    /// [`Thread::active_turn`].
    ///
    /// # Errors
    ///
    /// [`Error::WaitTimeout`] if no turn starts in time. Otherwise as [`wait`](Self::wait).
    pub fn wait_within(self, timeout: Duration) -> Result<TurnHandle, Error> {
        let turn = self.runtime.wait_within(timeout, self.turn)?;
        Ok(TurnHandle::new(turn, &self.runtime))
    }
}
