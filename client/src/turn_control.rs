//! Steering and interrupting a turn, in whatever state it is. It reads no events.

use std::sync::Arc;

use codex_app_protocol::{RpcError, TurnInterruptParams, TurnSteerParams};

use crate::client::Client;
use crate::error::Error;
use crate::interruption::{Refusal, interrupt};
use crate::phase::{Phase, Progress};
use crate::turn_input::TurnInput;

/// How often the server is asked to interrupt a turn, which takes two seconds.
const MOST_ATTEMPTS: u32 = 40;

/// Controls a turn without following its events. It can be cloned and given to other tasks.
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

    /// Gives the turn more input while it runs. What the model is just saying is cut off, and that
    /// item is never completed.
    ///
    /// # Errors
    ///
    /// [`Error::NoActiveTurn`] if the turn is over, [`Error::OtherTurnActive`] if another runs by
    /// now, [`Error::NotSteerable`] if it takes no input, as a review does, [`Error::InvalidInput`] if
    /// the input cannot be sent.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the input may or may not have been sent.
    pub async fn steer(&self, input: impl Into<TurnInput>) -> Result<(), Error> {
        if self.is_ended() {
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

    /// Stops the turn, and returns once the server has acknowledged it: the turn then ends with
    /// [`TurnStatus::Interrupted`](codex_app_protocol::TurnStatus::Interrupted).
    ///
    /// A turn that the server has promised but not begun cannot be interrupted yet: this waits until
    /// it has begun. A server that refuses because it is too busy, or because the turn has only just
    /// begun, is asked again for two seconds. A turn that is over is left alone, and so is whatever
    /// turn came after it; one that ends meanwhile needs no acknowledgement.
    ///
    /// # Errors
    ///
    /// Fails if the server refuses for another reason or for too long, or the connection has ended.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the turn may or may not be interrupted.
    pub async fn interrupt(&self) -> Result<(), Error> {
        interrupt(&self.phase, MOST_ATTEMPTS, async || {
            let params = TurnInterruptParams::new(&*self.thread_id, self.controlled_id());
            self.client.request(params).await.map(drop)
        })
        .await?;
        if self.is_ended() { self.client.check_open() } else { Ok(()) }
    }

    /// Stops the turn, and returns once it is over. Its last events are still to be read.
    ///
    /// # Errors
    ///
    /// As [`TurnControl::interrupt`].
    ///
    /// # Cancel safety
    ///
    /// As [`TurnControl::interrupt`].
    pub async fn interrupt_and_wait(&self) -> Result<(), Error> {
        self.interrupt().await?;
        self.phase.at_least(Phase::Ended).await;
        self.client.check_open()
    }

    fn controlled_id(&self) -> String {
        let (thread_id, turn_id) = (&self.thread_id, &self.turn_id);
        self.client.shared().with(|session, _| session.router.controlled_id(thread_id, turn_id))
    }

    fn is_ended(&self) -> bool {
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
                Error::NotSteerable { turn_id: self.turn_id.to_string(), error }
            }
            None => Error::Rpc { method, error },
        }
    }
}
