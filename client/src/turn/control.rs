//! Steering and interrupting a turn, in whatever state it is. It reads no events.

use std::sync::Arc;

use codex_app_protocol::{RpcError, TurnInterruptParams, TurnSteerParams};

use crate::client::Client;
use crate::error::Error;
use crate::router::phase::{Phase, Progress};
use crate::thread::about_thread;
use crate::turn::input::TurnInput;
use crate::turn::interruption::{Refusal, interrupt};

/// How often the server is asked to interrupt a turn, which takes two seconds.
const MOST_ATTEMPTS: u32 = 40;

/// Steers or interrupts a turn from any task, without consuming its events.
///
/// Returned by [`TurnHandle::control`](crate::TurnHandle::control). Clones control the same turn.
///
/// # Examples
///
/// ```no_run
/// # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
/// let mut turn = thread.start_turn("Summarize this repository").await?;
/// let control = turn.control();
/// tokio::spawn(async move {
///     tokio::time::sleep(std::time::Duration::from_secs(60)).await;
///     control.interrupt().await
/// });
/// let result = turn.wait().await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct TurnControl {
    client: Client,
    thread_id: Arc<str>,
    turn_id: Arc<str>,
    phase: Arc<Progress>,
}

impl TurnControl {
    pub(crate) fn new(
        client: Client,
        thread_id: Arc<str>,
        turn_id: Arc<str>,
        phase: Arc<Progress>,
    ) -> Self {
        Self { client, thread_id, turn_id, phase }
    }

    /// Returns the id of the thread.
    #[must_use]
    pub fn thread_id(&self) -> &str {
        &self.thread_id
    }

    /// Returns the id of the turn.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.turn_id
    }

    /// Sends further input to the turn while it is running: `turn/steer`.
    ///
    /// A message that the model is writing at that moment is cut off, and its item is never
    /// completed.
    ///
    /// # Errors
    ///
    /// * [`Error::NoActiveTurn`] if the turn has ended.
    /// * [`Error::OtherTurnActive`] if another turn is running on the thread.
    /// * [`Error::TurnNotSteerable`] if the turn does not accept input, as a review does not.
    /// * [`Error::InvalidInput`] if the input is not valid. Nothing is sent.
    /// * [`Error::ThreadRefused`] if the server refuses because of the state of the thread.
    /// * Otherwise as [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the input may or may not have been sent.
    pub async fn steer(&self, input: impl Into<TurnInput>) -> Result<(), Error> {
        if self.is_finished() {
            self.client.check_open()?;
            return Err(self.no_active_turn());
        }
        let input = input.into().into_steer().await?;
        let params = TurnSteerParams::new(&*self.thread_id, &*self.turn_id, input);
        match self.client.request(params).await {
            Ok(_) => Ok(()),
            Err(Error::Rpc { method, error }) => Err(self.steer_error(method, error)),
            Err(error) => Err(error),
        }
    }

    /// Interrupts (cancels) the turn, and returns once the server has acknowledged it:
    /// `turn/interrupt`. The turn then ends with the status
    /// [`TurnStatus::Interrupted`](codex_app_protocol::TurnStatus::Interrupted).
    ///
    /// If the server has accepted the turn but not begun it, waits until it has begun. If the
    /// server is overloaded, or the turn has only just begun, the request is retried for 2 seconds.
    /// Does nothing if the turn has ended, even if another turn is running on the thread.
    ///
    /// # Errors
    ///
    /// * [`Error::Overloaded`] or [`Error::Rpc`] if the server still refuses after the retries, or
    ///   for another reason.
    /// * [`Error::ThreadRefused`] if the server refuses because of the state of the thread.
    /// * [`Error::Closed`] if the connection has ended.
    /// * Otherwise as [`Client::request`](crate::Client::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the turn may or may not be interrupted.
    pub async fn interrupt(&self) -> Result<(), Error> {
        interrupt(&self.phase, MOST_ATTEMPTS, async || {
            let params = TurnInterruptParams::new(&*self.thread_id, self.controlled_id());
            self.client.request(params).await.map(drop)
        })
        .await
        .map_err(|error| about_thread(&self.thread_id, error))?;
        if self.is_finished() { self.client.check_open() } else { Ok(()) }
    }

    /// Interrupts (cancels) the turn, and returns once it has ended: `turn/interrupt`. Its last
    /// events can still be read.
    ///
    /// # Errors
    ///
    /// The same errors as [`interrupt`](Self::interrupt).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the turn may or may not be interrupted.
    pub async fn interrupt_and_wait(&self) -> Result<(), Error> {
        self.interrupt().await?;
        self.phase.at_least(Phase::Ended).await;
        self.client.check_open()
    }

    fn controlled_id(&self) -> String {
        let (thread_id, turn_id) = (&self.thread_id, &self.turn_id);
        self.client.shared().with(|session, _| session.router.controlled_id(thread_id, turn_id))
    }

    fn is_finished(&self) -> bool {
        self.phase.get() == Phase::Ended
    }

    fn no_active_turn(&self) -> Error {
        let (thread_id, turn_id) = (self.thread_id.to_string(), self.turn_id.to_string());
        Error::NoActiveTurn { thread_id, turn_id }
    }

    fn steer_error(&self, method: Box<str>, error: Arc<RpcError>) -> Error {
        match Refusal::of_message(&error.message) {
            Some(Refusal::NoTurn) => self.no_active_turn(),
            Some(Refusal::OtherTurn { found }) => Error::OtherTurnActive {
                thread_id: self.thread_id.to_string(),
                expected: self.turn_id.to_string(),
                found,
            },
            Some(Refusal::NotSteerable) => {
                Error::TurnNotSteerable { turn_id: self.turn_id.to_string(), error }
            }
            None => about_thread(&self.thread_id, Error::Rpc { method, error }),
        }
    }
}
