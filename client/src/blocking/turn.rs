//! The handle of a turn, as an iterator over its events.

use std::convert::identity;
use std::time::Duration;

use crate::blocking::runtime::{Iter, Runtime};
use crate::blocking::turn_control::TurnControl;
use crate::error::Error;
use crate::event::Notification;
use crate::turn::input::TurnInput;
use crate::turn::result::TurnResult;

/// A turn, and a blocking iterator over its events; see [`TurnHandle`](crate::TurnHandle).
///
/// # Examples
///
/// ```no_run
/// # fn example(thread: codex_app_client::blocking::Thread) -> Result<(), codex_app_client::Error> {
/// use codex_app_client::protocol::ServerNotification;
///
/// let mut turn = thread.start_turn("Summarize this repository")?;
/// for event in turn.by_ref() {
///     if let ServerNotification::ItemAgentMessageDelta(delta) = event?.body {
///         print!("{}", delta.delta.unwrap_or_default());
///     }
/// }
/// let result = turn.wait()?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct TurnHandle {
    iter: Iter<crate::TurnHandle>,
}

impl TurnHandle {
    pub(crate) fn new(turn: crate::TurnHandle, runtime: &Runtime) -> Self {
        Self { iter: Iter::new(turn, runtime) }
    }

    /// Returns the id of the thread.
    #[must_use]
    pub fn thread_id(&self) -> &str {
        self.iter.stream.thread_id()
    }

    /// Returns the id of the turn.
    #[must_use]
    pub fn id(&self) -> &str {
        self.iter.stream.id()
    }

    /// Returns whether the input went into a turn that was already running. See
    /// [`TurnHandle::is_joined`](crate::TurnHandle::is_joined).
    #[must_use]
    pub fn is_joined(&self) -> bool {
        self.iter.stream.is_joined()
    }

    /// Returns whether the turn is over. Events may still be unread. See
    /// [`TurnHandle::is_finished`](crate::TurnHandle::is_finished).
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.iter.stream.is_finished()
    }

    /// Returns the next event, with a timeout; `None` after the end. No event is lost: call it
    /// again.
    ///
    /// # Errors
    ///
    /// [`Error::WaitTimeout`] if none arrives in time; [`Error::InsideRuntime`] in an async
    /// runtime; and the error that ended the turn's events.
    pub fn next_within(&mut self, timeout: Duration) -> Option<Result<Notification, Error>> {
        self.iter.next_within(timeout).map(|it| it.and_then(identity))
    }

    /// Waits until the turn ends, and returns its result. See
    /// [`TurnHandle::wait`](crate::TurnHandle::wait).
    ///
    /// # Errors
    ///
    /// As [`TurnHandle::wait`](crate::TurnHandle::wait), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn wait(&mut self) -> Result<TurnResult, Error> {
        self.iter.runtime.wait(self.iter.stream.wait())
    }

    /// Like [`wait`](Self::wait), with a timeout. The turn continues after the timeout: call it
    /// again.
    ///
    /// # Errors
    ///
    /// [`Error::WaitTimeout`] if the turn has not ended in time. Otherwise as [`wait`](Self::wait).
    pub fn wait_within(&mut self, timeout: Duration) -> Result<TurnResult, Error> {
        self.iter.runtime.wait_within(timeout, self.iter.stream.wait())
    }

    /// Returns a handle that steers or interrupts the turn from another thread. It does not consume
    /// the turn's events.
    #[must_use]
    pub fn control(&self) -> TurnControl {
        TurnControl::new(self.iter.stream.control(), &self.iter.runtime)
    }

    /// Steers the turn: adds input while it runs (`turn/steer`). See
    /// [`TurnControl::steer`](crate::TurnControl::steer).
    ///
    /// # Errors
    ///
    /// As [`TurnControl::steer`](crate::TurnControl::steer), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn steer(&self, input: impl Into<TurnInput>) -> Result<(), Error> {
        self.control().steer(input)
    }

    /// Interrupts the turn, and returns when the server has acknowledged it: `turn/interrupt`. See
    /// [`TurnControl::interrupt`](crate::TurnControl::interrupt).
    ///
    /// # Errors
    ///
    /// As [`TurnControl::interrupt`](crate::TurnControl::interrupt), and [`Error::InsideRuntime`]
    /// in an async runtime.
    pub fn interrupt(&self) -> Result<(), Error> {
        self.control().interrupt()
    }

    /// Interrupts the turn, and returns when it is over: `turn/interrupt`. See
    /// [`TurnControl::interrupt_and_wait`](crate::TurnControl::interrupt_and_wait).
    ///
    /// # Errors
    ///
    /// As [`TurnControl::interrupt_and_wait`](crate::TurnControl::interrupt_and_wait), and
    /// [`Error::InsideRuntime`] in an async runtime.
    pub fn interrupt_and_wait(&self) -> Result<(), Error> {
        self.control().interrupt_and_wait()
    }

    /// Like [`interrupt_and_wait`](Self::interrupt_and_wait), with a timeout. After the timeout,
    /// the turn may or may not be interrupted.
    ///
    /// # Errors
    ///
    /// [`Error::WaitTimeout`] if the turn is not over in time. Otherwise as
    /// [`interrupt_and_wait`](Self::interrupt_and_wait).
    pub fn interrupt_and_wait_within(&self, timeout: Duration) -> Result<(), Error> {
        self.control().interrupt_and_wait_within(timeout)
    }
}

impl Iterator for TurnHandle {
    type Item = Result<Notification, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.iter.next().map(|it| it.and_then(identity))
    }
}
