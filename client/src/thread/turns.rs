//! The turns of a thread: started, found, followed. What a turn does is its handle's affair.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use codex_app_protocol::{ReviewStartParams, ReviewTarget};
use tokio::sync::oneshot;

use crate::error::Error;
use crate::pending::Claim;
use crate::thread::Thread;
use crate::turn::{Subscription, TurnHandle};
use crate::turn_input::TurnInput;
use crate::turn_result::TurnResult;

impl Thread {
    /// Runs a turn to its end.
    ///
    /// # Errors
    ///
    /// As [`start_turn`](Self::start_turn) and [`TurnHandle::wait`]: a failed turn is an error with
    /// all it had produced, an interrupted one is a result.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the turn is interrupted, unless the input says otherwise with
    /// [`TurnInput::interrupt_on_drop`].
    pub async fn run(&self, input: impl Into<TurnInput>) -> Result<TurnResult, Error> {
        let mut input = input.into();
        input.interrupt_on_drop.get_or_insert(true);
        self.start_turn(input).await?.finish().await
    }

    /// Starts a turn and follows it: `turn/start`.
    ///
    /// # Errors
    ///
    /// As [`Client::start_turn`](crate::Client::start_turn).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::start_turn`](crate::Client::start_turn).
    pub async fn start_turn(&self, input: impl Into<TurnInput>) -> Result<TurnHandle, Error> {
        self.client.start_turn(self.id(), input).await
    }

    /// Starts a review and follows it: `review/start`.
    ///
    /// # Errors
    ///
    /// As [`Client::start_turn`](crate::Client::start_turn).
    ///
    /// # Cancel safety
    ///
    /// As [`Client::start_turn`](crate::Client::start_turn).
    pub async fn start_review(&self, target: impl Into<ReviewTarget>) -> Result<TurnHandle, Error> {
        let params = ReviewStartParams::new(self.id(), target);
        let reservation = self.hold.shared.reserve(self.id(), false, Claim::Handle)?;
        self.client.start(&params, reservation).await
    }

    /// The turn that runs now, whoever started it, followed from its next event on.
    #[must_use]
    pub fn active_turn(&self) -> Option<TurnHandle> {
        self.attach(None)
    }

    /// The turn with that id, if it runs now, followed from its next event on.
    ///
    /// # Errors
    ///
    /// [`Error::NoActiveTurn`] if it does not run.
    pub fn turn(&self, turn_id: &str) -> Result<TurnHandle, Error> {
        self.client.check_open()?;
        self.attach(Some(turn_id)).ok_or_else(|| Error::NoActiveTurn {
            thread_id: self.id().to_owned(),
            turn_id: turn_id.to_owned(),
        })
    }

    /// The next turn that begins on this thread, whoever starts it, followed from its beginning. It
    /// is looked out for from this call on, so call it before what makes the server start one.
    pub fn next_turn(&self) -> NextTurn {
        let (to, turn) = oneshot::channel();
        self.hold.shared.with(|session, _| {
            if session.check_open().is_ok() {
                session.router.await_turn(self.id(), to);
            }
        });
        NextTurn { turn, thread: self.clone() }
    }

    fn attach(&self, turn_id: Option<&str>) -> Option<TurnHandle> {
        let shared = &self.hold.shared;
        let attached = shared.with(|session, _| session.router.attach(self.id(), turn_id))?;
        let subscription = Subscription::new(Arc::clone(shared), attached, false);
        Some(TurnHandle::new(self.client.clone(), subscription))
    }
}

/// The next turn that begins on a thread; see [`Thread::next_turn`]. Dropping it loses nothing.
#[derive(Debug)]
#[must_use = "a future does nothing unless it is awaited"]
pub struct NextTurn {
    // Dropped first: dropping the thread forgets what nobody waits for.
    turn: oneshot::Receiver<Subscription>,
    thread: Thread,
}

impl Future for NextTurn {
    type Output = Result<TurnHandle, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let turn = std::task::ready!(Pin::new(&mut self.turn).poll(cx));
        let client = &self.thread.client;
        Poll::Ready(match turn {
            Ok(subscription) => Ok(TurnHandle::new(client.clone(), subscription)),
            Err(_) => Err(client
                .check_open()
                .err()
                .unwrap_or_else(|| Error::ThreadClosed { thread_id: self.thread.id().to_owned() })),
        })
    }
}
