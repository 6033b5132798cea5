//! The connection that all clones of a supervisor share, and the one caller that replaces it: one
//! of those who wait for it. While nobody waits, nothing happens.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio::time::Instant;

use crate::codex::Codex;
use crate::error::Error;
use crate::error::closed::{CloseReason, Closed};
use crate::options::Options;
use crate::retry::Attempts;
use crate::supervisor::policy::ReconnectPolicy;
use crate::supervisor::reconnected::Reconnected;
use crate::transport::Connect;

pub(super) struct Link {
    connect: Connect,
    options: Options,
    policy: ReconnectPolicy,
    state: Mutex<State>,
    /// Held by whoever connects.
    connecting: tokio::sync::Mutex<()>,
    is_shut_down: watch::Sender<bool>,
}

struct State {
    codex: Codex,
    /// Which connection it is: the first is 0.
    epoch: u64,
    /// Why the connection before has ended; none if there was none.
    closed: Option<Arc<Closed>>,
    followed: BTreeSet<String>,
    /// How often it was given up to connect again, and the error of the last time.
    n_given_up: u64,
    given_up: Option<Error>,
}

impl State {
    /// The connection, for whoever has seen those up to that one.
    fn newer_than(&self, seen: u64) -> Option<Reconnected> {
        let closed = self.closed.clone().filter(|_| self.epoch > seen)?;
        Some(self.told(closed))
    }

    fn told(&self, closed: Arc<Closed>) -> Reconnected {
        let thread_ids = self.followed.iter().cloned().collect();
        Reconnected { epoch: self.epoch, codex: self.codex.clone(), closed, thread_ids }
    }
}

impl Link {
    pub(super) async fn open(
        connect: Connect,
        options: Options,
        policy: ReconnectPolicy,
    ) -> Result<Self, Error> {
        let codex = Codex::connect(connect().await?, options.clone()).await?;
        let state = State {
            codex,
            epoch: 0,
            closed: None,
            followed: BTreeSet::new(),
            n_given_up: 0,
            given_up: None,
        };
        Ok(Self {
            connect,
            options,
            policy,
            state: Mutex::new(state),
            connecting: tokio::sync::Mutex::new(()),
            is_shut_down: watch::Sender::new(false),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn codex(&self) -> Codex {
        self.state().codex.clone()
    }

    pub(super) fn epoch(&self) -> u64 {
        self.state().epoch
    }

    pub(super) fn follow(&self, thread_id: String) {
        self.state().followed.insert(thread_id);
    }

    pub(super) fn unfollow(&self, thread_id: &str) {
        self.state().followed.remove(thread_id);
    }

    /// Ends the connection, and makes no other.
    pub(super) async fn shutdown(&self) {
        let codex = {
            let state = self.state();
            // Under the lock: a connection that is just being made is seen here, or sees this.
            self.is_shut_down.send_replace(true);
            state.codex.clone()
        };
        codex.shutdown().await;
    }

    /// The connection after that one, if it has not ended too; otherwise another one, once it has.
    pub(super) async fn after(&self, seen: u64) -> Result<Reconnected, Error> {
        let (codex, epoch, newer) = {
            let state = self.state();
            (state.codex.clone(), state.epoch, state.newer_than(seen))
        };
        let client = codex.client().await?;
        if let Some(newer) = newer.filter(|_| !client.is_closed()) {
            return Ok(newer);
        }
        let ended = client.ended().await;
        let Error::Closed(closed) = ended else { return Err(ended) };
        if matches!(closed.reason, CloseReason::Shutdown | CloseReason::RuntimeGone) {
            return Err(closed.into());
        }
        self.replace(epoch, closed).await
    }

    /// Makes another connection in the place of that one, which has ended, unless somebody else does.
    async fn replace(&self, epoch: u64, closed: Arc<Closed>) -> Result<Reconnected, Error> {
        let n_given_up = self.state().n_given_up;
        let _connecting = self.connecting.lock().await;
        if let Some(outcome) = self.outcome_of_another(epoch, n_given_up) {
            return outcome;
        }
        let mut is_shut_down = self.is_shut_down.subscribe();
        let outcome = tokio::select! {
            biased;
            _ = is_shut_down.wait_for(|it| *it) => Err(Error::ended(CloseReason::Shutdown)),
            outcome = self.connect() => outcome,
        };
        self.settle(outcome, closed)
    }

    /// What came of the attempts of somebody else, during which this one waited.
    fn outcome_of_another(
        &self,
        epoch: u64,
        n_given_up: u64,
    ) -> Option<Result<Reconnected, Error>> {
        let state = self.state();
        if let Some(newer) = state.newer_than(epoch) {
            return Some(Ok(newer));
        }
        let is_new = state.n_given_up > n_given_up;
        state.given_up.clone().filter(|_| is_new).map(Err)
    }

    /// Attempts to connect, as the policy allows.
    async fn connect(&self) -> Result<Codex, Error> {
        let begin = Instant::now();
        let mut attempts = Attempts::new(&self.policy.retry);
        loop {
            let error = match self.attempt().await {
                Ok(codex) => return Ok(codex),
                Err(error) => error,
            };
            let pause = attempts.pause_after(begin.elapsed()).filter(|_| may_pass(&error));
            let Some(pause) = pause else { return Err(error) };
            tracing::debug!(%error, ?pause, "cannot reconnect yet");
            tokio::time::sleep(pause).await;
        }
    }

    async fn attempt(&self) -> Result<Codex, Error> {
        Codex::connect((self.connect)().await?, self.options.clone()).await
    }

    /// Has everybody see what came of the attempts.
    fn settle(
        &self,
        outcome: Result<Codex, Error>,
        closed: Arc<Closed>,
    ) -> Result<Reconnected, Error> {
        let mut state = self.state();
        // It may have been shut down since the last attempt.
        let outcome = outcome.and_then(|codex| match *self.is_shut_down.borrow() {
            true => Err(Error::ended(CloseReason::Shutdown)),
            false => Ok(codex),
        });
        match outcome {
            Ok(codex) => {
                state.codex = codex;
                state.epoch += 1;
                state.closed = Some(Arc::clone(&closed));
                Ok(state.told(closed))
            }
            Err(error) => {
                state.n_given_up += 1;
                state.given_up = Some(error.clone());
                Err(error)
            }
        }
    }
}

/// Whether it may be otherwise in a while.
fn may_pass(error: &Error) -> bool {
    match error {
        Error::Handshake { status, .. } => status.is_none_or(|it| it >= 500),
        Error::Connect { .. }
        | Error::Closed(_)
        | Error::Overloaded { .. }
        | Error::Spawn { .. }
        | Error::Timeout { .. } => true,
        _ => false,
    }
}
