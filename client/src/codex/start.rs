//! Starts the server once, however many ask for it first. It knows nothing of threads or turns.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::client::Client;
use crate::closed::{CloseReason, Closed};
use crate::codex::Codex;
use crate::error::Error;
use crate::options::Options;
use crate::server_info::ServerInfo;
use crate::transport::Transport;

pub(super) type Connecting = Pin<Box<dyn Future<Output = Result<Transport, Error>> + Send>>;
pub(super) type Connect = Box<dyn Fn() -> Connecting + Send + Sync>;
type Attempt = watch::Receiver<Option<Result<Ready, Error>>>;

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
}

impl Inner {
    pub(super) fn new(connect: Connect, options: Options) -> Self {
        Self { connect, options, state: Mutex::new(State::Idle) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs apart from whoever asked for it: others may wait too.
    async fn attempt(self: Arc<Self>, result: watch::Sender<Option<Result<Ready, Error>>>) {
        let unfinished = Unfinished(&self);
        let outcome = self.open().await;
        if let Ok(ready) = &outcome {
            *self.state() = State::Ready(ready.clone());
        }
        drop(unfinished);
        result.send_replace(Some(outcome));
    }

    async fn open(&self) -> Result<Ready, Error> {
        let client = Client::open((self.connect)().await?, self.options.clone());
        match client.initialize().await {
            Ok(info) => Ok(Ready { client, info }),
            Err(error) => {
                client.shutdown().await;
                Err(error)
            }
        }
    }

    pub(super) async fn shutdown(&self) {
        let attempt = match &*self.state() {
            State::Idle => return,
            State::Starting(attempt) => Some(attempt.clone()),
            State::Ready(_) => None,
        };
        if let Some(attempt) = attempt {
            // A failed attempt has left nothing to shut down.
            let _ = outcome(attempt).await;
        }
        let client = match &*self.state() {
            State::Ready(ready) => ready.client.clone(),
            State::Idle | State::Starting(_) => return,
        };
        client.shutdown().await;
    }

    pub(super) async fn ready(self: &Arc<Self>) -> Result<Ready, Error> {
        let attempt = match &mut *self.state() {
            State::Ready(ready) => return Ok(ready.clone()),
            State::Starting(attempt) => attempt.clone(),
            state @ State::Idle => {
                let (result, attempt) = watch::channel(None);
                tokio::spawn(Arc::clone(self).attempt(result));
                *state = State::Starting(attempt.clone());
                attempt
            }
        };
        outcome(attempt).await
    }
}

/// Lets the next use try again, unless the attempt has succeeded.
struct Unfinished<'a>(&'a Inner);

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        if matches!(*state, State::Starting(_)) {
            *state = State::Idle;
        }
    }
}

impl fmt::Debug for Codex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &*self.inner.state() {
            State::Idle => "idle",
            State::Starting(_) => "starting",
            State::Ready(_) => "ready",
        };
        f.debug_struct("Codex").field("state", &state).finish_non_exhaustive()
    }
}

async fn outcome(mut attempt: Attempt) -> Result<Ready, Error> {
    let outcome = attempt.wait_for(Option::is_some).await.ok().and_then(|it| it.clone());
    // Without an outcome the runtime was shut down under the attempt.
    outcome.unwrap_or_else(|| Err(Arc::new(Closed::new(CloseReason::RuntimeGone)).into()))
}
