//! The handle of one thread, blocking. Which turn may start, and who gets an event, is decided
//! elsewhere.

use std::time::Duration;

use codex_app_protocol::{
    ReviewTarget, Thread as ThreadData, ThreadGoalGetResponse, ThreadGoalSetResponse,
};

use crate::blocking::client::Client;
use crate::blocking::events::Events;
use crate::blocking::runtime::Runtime;
use crate::blocking::turn::TurnHandle;
use crate::error::Error;
use crate::turn_input::TurnInput;
use crate::turn_result::TurnResult;

/// A thread; see [`Thread`](crate::Thread).
///
/// # Examples
///
/// ```no_run
/// # fn example(codex: codex_app_client::blocking::Codex) -> Result<(), codex_app_client::Error> {
/// use codex_app_client::ThreadOptions;
///
/// let thread = codex.start_thread(ThreadOptions::default())?;
/// let result = thread.run("Summarise this repository")?;
/// println!("{}", result.final_response.unwrap_or_default());
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Thread {
    thread: crate::Thread,
    runtime: Runtime,
}

impl Thread {
    pub(crate) fn new(thread: crate::Thread, runtime: &Runtime) -> Self {
        Self { thread, runtime: runtime.clone() }
    }

    /// The id of the thread.
    #[must_use]
    pub fn id(&self) -> &str {
        self.thread.id()
    }

    /// The connection.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::new(self.thread.client().clone(), &self.runtime)
    }

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

    /// See [`Thread::start_turn`](crate::Thread::start_turn).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn start_turn(&self, input: impl Into<TurnInput>) -> Result<TurnHandle, Error> {
        self.runtime.wait(self.thread.start_turn(input)).map(|it| self.turn_of(it))
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

    /// See [`Thread::events`](crate::Thread::events).
    #[must_use]
    pub fn events(&self) -> Events {
        Events::new(self.thread.events(), &self.runtime)
    }

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

    /// See [`Thread::set_name`](crate::Thread::set_name).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn set_name(&self, name: impl Into<String>) -> Result<(), Error> {
        self.runtime.wait(self.thread.set_name(name))
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

    /// See [`Thread::compact`](crate::Thread::compact).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn compact(&self) -> Result<(), Error> {
        self.runtime.wait(self.thread.compact())
    }

    /// See [`Thread::shell_command`](crate::Thread::shell_command).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn shell_command(&self, command: impl Into<String>) -> Result<(), Error> {
        self.runtime.wait(self.thread.shell_command(command))
    }

    /// See [`Thread::goal`](crate::Thread::goal).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn goal(&self) -> Result<ThreadGoalGetResponse, Error> {
        self.runtime.wait(self.thread.goal())
    }

    /// See [`Thread::set_goal`](crate::Thread::set_goal).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn set_goal(&self, objective: impl Into<String>) -> Result<ThreadGoalSetResponse, Error> {
        self.runtime.wait(self.thread.set_goal(objective))
    }

    /// See [`Thread::clear_goal`](crate::Thread::clear_goal).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn clear_goal(&self) -> Result<(), Error> {
        self.runtime.wait(self.thread.clear_goal())
    }

    /// See [`Thread::unsubscribe`](crate::Thread::unsubscribe).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn unsubscribe(&self) -> Result<(), Error> {
        self.runtime.wait(self.thread.unsubscribe())
    }

    fn turn_of(&self, turn: crate::TurnHandle) -> TurnHandle {
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
/// thread.compact()?;
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
