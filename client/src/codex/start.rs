//! Starts the server once, however many ask for it first. It knows nothing of threads or turns.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::client::Client;
use crate::codex::Codex;
use crate::error::Error;
use crate::error::closed::CloseReason;
use crate::options::Options;
use crate::server_info::ServerInfo;
use crate::transport::Connect;

pub(super) struct Inner {
    connect: Connect,
    options: Options,
    state: Mutex<State>,
}

#[derive(Clone, Debug)]
pub(super) struct Ready {
    pub(super) client: Client,
    pub(super) info: ServerInfo,
}

enum State {
    Idle,
    Starting(Attempt),
    Ready(Ready),
    /// Shut down before it was ready, which is as final as afterwards.
    Stopped,
}

/// A start on its way, as those who wait for it have it.
#[derive(Clone)]
struct Attempt {
    outcome: watch::Receiver<Option<Result<Ready, Error>>>,
    stop: watch::Sender<bool>,
}

impl Inner {
    pub(super) fn new(connect: Connect, options: Options) -> Self {
        Self { connect, options, state: Mutex::new(State::Idle) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs apart from whoever asked for it: others may wait too.
    async fn attempt(
        self: Arc<Self>,
        result: watch::Sender<Option<Result<Ready, Error>>>,
        mut stop: watch::Receiver<bool>,
    ) {
        let unfinished = Unfinished(&self);
        let outcome = self.open(&mut stop).await;
        if let Ok(ready) = &outcome {
            let is_stopped = {
                let mut state = self.state();
                *state = State::Ready(ready.clone());
                // It is stopped under the lock: either that is seen here, or whoever does so finds
                // that it is ready.
                *stop.borrow()
            };
            if is_stopped {
                ready.client.shutdown().await;
            }
        }
        drop(unfinished);
        result.send_replace(Some(outcome));
    }

    async fn open(&self, stop: &mut watch::Receiver<bool>) -> Result<Ready, Error> {
        let transport = tokio::select! {
            biased;
            () = asked_to(stop) => return Err(stopped()),
            transport = (self.connect)() => transport?,
        };
        let client = Client::open(transport, self.options.clone());
        let introduced = tokio::select! {
            biased;
            () = asked_to(stop) => Err(stopped()),
            introduced = client.initialize() => introduced,
        };
        match introduced {
            Ok(info) => Ok(Ready { client, info }),
            Err(error) => {
                client.shutdown().await;
                Err(error)
            }
        }
    }

    pub(super) async fn shutdown(&self) {
        let starting = match &*self.state() {
            State::Idle | State::Stopped => return,
            State::Starting(attempt) => {
                attempt.stop.send_replace(true);
                Err(attempt.clone())
            }
            State::Ready(ready) => Ok(ready.client.clone()),
        };
        match starting {
            Ok(client) => client.shutdown().await,
            // It shuts down what it has begun.
            Err(attempt) => drop(outcome(attempt).await),
        }
    }

    pub(super) async fn ready(self: &Arc<Self>) -> Result<Ready, Error> {
        let attempt = match &mut *self.state() {
            State::Ready(ready) => return Ok(ready.clone()),
            State::Stopped => return Err(stopped()),
            State::Starting(attempt) => attempt.clone(),
            state @ State::Idle => {
                let ((result, outcome), stop) = (watch::channel(None), watch::Sender::new(false));
                tokio::spawn(Arc::clone(self).attempt(result, stop.subscribe()));
                let attempt = Attempt { outcome, stop };
                *state = State::Starting(attempt.clone());
                attempt
            }
        };
        outcome(attempt).await
    }

    /// The process that was started, if it is ready and there still.
    pub(super) fn process_id(&self) -> Option<u32> {
        match &*self.state() {
            State::Ready(ready) => ready.client.process_id(),
            State::Idle | State::Starting(_) | State::Stopped => None,
        }
    }
}

/// Lets the next use try again, unless the attempt has succeeded or was stopped.
struct Unfinished<'a>(&'a Inner);

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        if let State::Starting(attempt) = &*state {
            let is_stopped = *attempt.stop.borrow();
            *state = if is_stopped { State::Stopped } else { State::Idle };
        }
    }
}

impl fmt::Debug for Codex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &*self.inner.state() {
            State::Idle => "idle",
            State::Starting(_) => "starting",
            State::Ready(_) => "ready",
            State::Stopped => "stopped",
        };
        f.debug_struct("Codex").field("state", &state).finish_non_exhaustive()
    }
}

async fn outcome(mut attempt: Attempt) -> Result<Ready, Error> {
    let outcome = attempt.outcome.wait_for(Option::is_some).await.ok().and_then(|it| it.clone());
    // Without an outcome the runtime was shut down under the attempt.
    outcome.unwrap_or_else(|| Err(Error::ended(CloseReason::RuntimeGone)))
}

/// Waits until the start is to be stopped.
async fn asked_to(stop: &mut watch::Receiver<bool>) {
    if stop.wait_for(|it| *it).await.is_err() {
        // Nobody can ask for it any more.
        std::future::pending::<()>().await;
    }
}

fn stopped() -> Error {
    Error::ended(CloseReason::Shutdown)
}
