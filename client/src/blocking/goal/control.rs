//! Pauses, stops and clears a goal from any thread.

use std::time::Duration;

use crate::blocking::runtime::Runtime;
use crate::error::Error;

/// Pauses, stops or clears a goal without following it, from any thread; see
/// [`GoalControl`](crate::GoalControl).
#[derive(Clone, Debug)]
pub struct GoalControl {
    control: crate::GoalControl,
    runtime: Runtime,
}

impl GoalControl {
    pub(crate) fn new(control: crate::GoalControl, runtime: &Runtime) -> Self {
        Self { control, runtime: runtime.clone() }
    }

    /// Pauses the goal: `thread/goal/set`. A running turn continues until it ends. See
    /// [`GoalControl::pause`](crate::GoalControl::pause).
    ///
    /// # Errors
    ///
    /// As [`GoalControl::pause`](crate::GoalControl::pause), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn pause(&self) -> Result<(), Error> {
        self.runtime.wait(self.control.pause())
    }

    /// Clears the goal: `thread/goal/clear`. A running turn continues until it ends. See
    /// [`GoalControl::clear`](crate::GoalControl::clear).
    ///
    /// # Errors
    ///
    /// As [`GoalControl::clear`](crate::GoalControl::clear), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn clear(&self) -> Result<(), Error> {
        self.runtime.wait(self.control.clear())
    }

    /// Stops the goal, and returns when no turn runs on the thread. See
    /// [`GoalControl::stop`](crate::GoalControl::stop).
    ///
    /// # Errors
    ///
    /// As [`GoalControl::stop`](crate::GoalControl::stop), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn stop(&self) -> Result<(), Error> {
        self.runtime.wait(self.control.stop())
    }

    /// Like [`stop`](Self::stop), with a timeout. After the timeout a turn may still run: call it
    /// again.
    ///
    /// # Errors
    ///
    /// [`Error::WaitTimeout`] if the goal was not stopped in time. Otherwise as
    /// [`stop`](Self::stop).
    pub fn stop_within(&self, timeout: Duration) -> Result<(), Error> {
        self.runtime.wait_within(timeout, self.control.stop())
    }
}
