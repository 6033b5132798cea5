//! The handle of one turn, as an iterator over its events. It routes and collects nothing itself.

use std::convert::identity;
use std::time::Duration;

use crate::blocking::runtime::{Iter, Runtime};
use crate::blocking::turn_control::TurnControl;
use crate::error::Error;
use crate::event::Notification;
use crate::turn_input::TurnInput;
use crate::turn_result::TurnResult;

/// A turn, and an iterator over its events; see [`TurnHandle`](crate::TurnHandle).
///
/// # Examples
///
/// ```no_run
/// # fn example(thread: codex_app_client::blocking::Thread) -> Result<(), codex_app_client::Error> {
/// use codex_app_client::protocol::ServerNotification;
///
/// let mut turn = thread.start_turn("Summarise this repository")?;
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

    /// The thread.
    #[must_use]
    pub fn thread_id(&self) -> &str {
        self.iter.stream.thread_id()
    }

    /// The turn.
    #[must_use]
    pub fn id(&self) -> &str {
        self.iter.stream.id()
    }

    /// See [`TurnHandle::joined`](crate::TurnHandle::joined).
    #[must_use]
    pub fn joined(&self) -> bool {
        self.iter.stream.joined()
    }

    /// See [`TurnHandle::is_ended`](crate::TurnHandle::is_ended).
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.iter.stream.is_ended()
    }

    /// The next event, if it comes within this time; none after the end. Called again, it goes on
    /// where it was.
    ///
    /// # Errors
    ///
    /// [`Error::WaitTimeout`] if none comes, and the error that ended the turn's stream.
    pub fn next_within(&mut self, after: Duration) -> Option<Result<Notification, Error>> {
        self.iter.next_within(after).map(|it| it.and_then(identity))
    }

    /// See [`TurnHandle::wait`](crate::TurnHandle::wait).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn wait(&mut self) -> Result<TurnResult, Error> {
        self.iter.runtime.wait(self.iter.stream.wait())
    }

    /// The same, for so long. The turn goes on, and can be waited for again.
    ///
    /// # Errors
    ///
    /// As [`wait`](Self::wait), and [`Error::WaitTimeout`] if the turn has not ended by then.
    pub fn wait_within(&mut self, after: Duration) -> Result<TurnResult, Error> {
        self.iter.runtime.wait_within(after, self.iter.stream.wait())
    }

    /// A second way to control the turn, for another thread. It has no place in the events.
    #[must_use]
    pub fn control(&self) -> TurnControl {
        TurnControl::new(self.iter.stream.control(), &self.iter.runtime)
    }

    /// See [`TurnControl::steer`](crate::TurnControl::steer).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn steer(&self, input: impl Into<TurnInput>) -> Result<(), Error> {
        self.control().steer(input)
    }

    /// See [`TurnControl::interrupt`](crate::TurnControl::interrupt).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn interrupt(&self) -> Result<(), Error> {
        self.control().interrupt()
    }

    /// See [`TurnControl::interrupt_and_wait`](crate::TurnControl::interrupt_and_wait).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn interrupt_and_wait(&self) -> Result<(), Error> {
        self.control().interrupt_and_wait()
    }

    /// See [`TurnControl::interrupt_and_wait_within`].
    ///
    /// # Errors
    ///
    /// As that one.
    pub fn interrupt_and_wait_within(&self, after: Duration) -> Result<(), Error> {
        self.control().interrupt_and_wait_within(after)
    }
}

impl Iterator for TurnHandle {
    type Item = Result<Notification, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.iter.next().map(|it| it.and_then(identity))
    }
}
