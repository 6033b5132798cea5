//! Pausing, stopping and clearing a goal from any thread. How that is done is decided elsewhere.

use std::time::Duration;

use crate::blocking::runtime::Runtime;
use crate::error::Error;

/// Controls a goal without following it, from any thread; see [`GoalControl`](crate::GoalControl).
#[derive(Clone, Debug)]
pub struct GoalControl {
    control: crate::GoalControl,
    runtime: Runtime,
}

impl GoalControl {
    pub(crate) fn new(control: crate::GoalControl, runtime: &Runtime) -> Self {
        Self { control, runtime: runtime.clone() }
    }

    /// See [`GoalControl::pause`](crate::GoalControl::pause).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn pause(&self) -> Result<(), Error> {
        self.runtime.wait(self.control.pause())
    }

    /// See [`GoalControl::clear`](crate::GoalControl::clear).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn clear(&self) -> Result<(), Error> {
        self.runtime.wait(self.control.clear())
    }

    /// See [`GoalControl::stop`](crate::GoalControl::stop).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn stop(&self) -> Result<(), Error> {
        self.runtime.wait(self.control.stop())
    }

    /// The same, for so long. Call it again if a turn may still run.
    ///
    /// # Errors
    ///
    /// As [`stop`](Self::stop), and [`Error::WaitTimeout`] if it is not done by then.
    pub fn stop_within(&self, after: Duration) -> Result<(), Error> {
        self.runtime.wait_within(after, self.control.stop())
    }
}
