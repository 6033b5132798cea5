//! Steering and interrupting a turn, in whatever state it is. It reads no events.

use std::sync::Arc;
use std::time::Duration;

use codex_app_protocol::{RpcError, TurnInterruptParams, TurnSteerParams};

use crate::client::Client;
use crate::error::Error;
use crate::phase::{Phase, Progress};
use crate::turn_input::TurnInput;

/// The server may refuse to interrupt a turn that it has just announced: it is asked again.
const ATTEMPTS: usize = 40;
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(50);

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
    /// it has begun. A turn that is over is left alone, and so is whatever turn came after it.
    ///
    /// # Errors
    ///
    /// Fails if the server refuses, or the connection has ended.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the turn may or may not be interrupted.
    pub async fn interrupt(&self) -> Result<(), Error> {
        let mut n_attempts = 0;
        loop {
            if self.phase.at_least(Phase::Started).await == Phase::Ended {
                return self.client.check_open();
            }
            let params = TurnInterruptParams::new(&*self.thread_id, self.controlled_id());
            let Err(error) = self.client.request(params).await else { return Ok(()) };
            n_attempts += 1;
            match Refusal::of(&error) {
                _ if self.is_ended() => return Ok(()),
                Some(Refusal::OtherTurn { .. }) => return Ok(()),
                Some(Refusal::NoTurn) if n_attempts < ATTEMPTS => {
                    let ended = self.phase.at_least(Phase::Ended);
                    // Either way the next round sees how things stand.
                    let _ = tokio::time::timeout(BETWEEN_ATTEMPTS, ended).await;
                }
                _ => return Err(error),
            }
        }
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

/// Why the server refuses to control a turn. All it says is a message, with one code for everything.
#[derive(Debug, Eq, PartialEq)]
enum Refusal {
    NoTurn,
    OtherTurn { found: String },
    NotSteerable,
}

impl Refusal {
    fn of(error: &Error) -> Option<Self> {
        Self::of_message(&error.rpc()?.message)
    }

    fn of_message(message: &str) -> Option<Self> {
        if message.contains("no active turn") {
            return Some(Self::NoTurn);
        }
        if let Some((_, found)) = message.split_once("but found ")
            && message.contains("expected active turn id")
        {
            return Some(Self::OtherTurn {
                found: found.trim_matches(['`', '\'', ' ']).to_owned(),
            });
        }
        let is_refused = ["cannot steer", "not steerable", "cannot be steered"];
        is_refused.iter().any(|it| message.contains(it)).then_some(Self::NotSteerable)
    }
}

#[cfg(test)]
mod tests {
    use super::Refusal;

    #[test]
    fn the_servers_words_are_understood() {
        let check = |message, expected| assert_eq!(Refusal::of_message(message), expected);
        check("no active turn to interrupt", Some(Refusal::NoTurn));
        check("no active turn to steer", Some(Refusal::NoTurn));
        let found = || Some(Refusal::OtherTurn { found: "u2".into() });
        check("expected active turn id `u1` but found `u2`", found());
        check("expected active turn id u1 but found u2", found());
        check("cannot steer a review turn", Some(Refusal::NotSteerable));
        check("thread not found: t1", None);
    }
}
