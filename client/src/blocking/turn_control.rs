//! Steering and interrupting a turn from any thread.

use std::time::Duration;

use crate::blocking::runtime::Runtime;
use crate::error::Error;
use crate::turn::input::TurnInput;

/// Steers or interrupts a turn from any thread, without consuming its events; see
/// [`TurnControl`](crate::TurnControl).
///
/// # Examples
///
/// ```no_run
/// # fn example(thread: codex_app_client::blocking::Thread) -> Result<(), codex_app_client::Error> {
/// let mut turn = thread.start_turn("Summarize this repository")?;
/// let control = turn.control();
/// std::thread::spawn(move || {
///     std::thread::sleep(std::time::Duration::from_secs(60));
///     control.interrupt()
/// });
/// let result = turn.wait()?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct TurnControl {
    control: crate::TurnControl,
    runtime: Runtime,
}

impl TurnControl {
    pub(crate) fn new(control: crate::TurnControl, runtime: &Runtime) -> Self {
        Self { control, runtime: runtime.clone() }
    }

    /// Returns the id of the thread.
    #[must_use]
    pub fn thread_id(&self) -> &str {
        self.control.thread_id()
    }

    /// Returns the id of the turn.
    #[must_use]
    pub fn id(&self) -> &str {
        self.control.id()
    }

    /// Steers the turn: adds input while it runs (`turn/steer`). See
    /// [`TurnControl::steer`](crate::TurnControl::steer).
    ///
    /// # Errors
    ///
    /// As [`TurnControl::steer`](crate::TurnControl::steer), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn steer(&self, input: impl Into<TurnInput>) -> Result<(), Error> {
        self.runtime.wait(self.control.steer(input))
    }

    /// Interrupts the turn, and returns when the server has acknowledged it: `turn/interrupt`. See
    /// [`TurnControl::interrupt`](crate::TurnControl::interrupt).
    ///
    /// # Errors
    ///
    /// As [`TurnControl::interrupt`](crate::TurnControl::interrupt), and [`Error::InsideRuntime`]
    /// in an async runtime.
    pub fn interrupt(&self) -> Result<(), Error> {
        self.runtime.wait(self.control.interrupt())
    }

    /// Interrupts the turn, and returns when it is over: `turn/interrupt`. See
    /// [`TurnControl::interrupt_and_wait`](crate::TurnControl::interrupt_and_wait).
    ///
    /// # Errors
    ///
    /// As [`TurnControl::interrupt_and_wait`](crate::TurnControl::interrupt_and_wait), and
    /// [`Error::InsideRuntime`] in an async runtime.
    pub fn interrupt_and_wait(&self) -> Result<(), Error> {
        self.runtime.wait(self.control.interrupt_and_wait())
    }

    /// Like [`interrupt_and_wait`](Self::interrupt_and_wait), with a timeout. After the timeout,
    /// the turn may or may not be interrupted.
    ///
    /// # Errors
    ///
    /// [`Error::WaitTimeout`] if the turn is not over in time. Otherwise as
    /// [`interrupt_and_wait`](Self::interrupt_and_wait).
    pub fn interrupt_and_wait_within(&self, timeout: Duration) -> Result<(), Error> {
        self.runtime.wait_within(timeout, self.control.interrupt_and_wait())
    }
}
