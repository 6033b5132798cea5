//! Steering and interrupting a turn from any thread. How that is done is decided elsewhere.

use std::time::Duration;

use crate::blocking::runtime::Runtime;
use crate::error::Error;
use crate::turn_input::TurnInput;

/// Controls a turn without following its events, from any thread; see
/// [`TurnControl`](crate::TurnControl).
///
/// # Examples
///
/// ```no_run
/// # fn example(thread: codex_app_client::blocking::Thread) -> Result<(), codex_app_client::Error> {
/// let mut turn = thread.start_turn("Summarise this repository")?;
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

    /// See [`TurnControl::steer`](crate::TurnControl::steer).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn steer(&self, input: impl Into<TurnInput>) -> Result<(), Error> {
        self.runtime.wait(self.control.steer(input))
    }

    /// See [`TurnControl::interrupt`](crate::TurnControl::interrupt).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn interrupt(&self) -> Result<(), Error> {
        self.runtime.wait(self.control.interrupt())
    }

    /// See [`TurnControl::interrupt_and_wait`](crate::TurnControl::interrupt_and_wait).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn interrupt_and_wait(&self) -> Result<(), Error> {
        self.runtime.wait(self.control.interrupt_and_wait())
    }
    /// The same, for so long. The turn may or may not be interrupted then.
    ///
    /// # Errors
    ///
    /// As [`interrupt_and_wait`](Self::interrupt_and_wait), and [`Error::WaitTimeout`] if the turn
    /// is not over by then.
    pub fn interrupt_and_wait_within(&self, after: Duration) -> Result<(), Error> {
        self.runtime.wait_within(after, self.control.interrupt_and_wait())
    }
}
