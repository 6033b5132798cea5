//! A point in a reply at which the model waits for the test.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

/// Holds replies until the test opens it. Clones are the same gate; once open, it stays open.
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> std::io::Result<()> {
/// use codex_app_client::testing::{Gate, MockModel, Reply};
///
/// let model = MockModel::start().await?;
/// let gate = Gate::new();
/// model.push(Reply::message("Hello").deltas(["Hel"]).hold(&gate).deltas(["lo"]));
/// // … start a turn …
/// gate.reached(1).await; // "Hel" has been sent
/// gate.open();
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Gate {
    state: Arc<watch::Sender<State>>,
}

#[derive(Debug, Default)]
struct State {
    n_arrivals: usize,
    is_open: bool,
}

impl Gate {
    /// A closed gate.
    #[must_use]
    pub fn new() -> Self {
        Self { state: Arc::new(watch::Sender::new(State::default())) }
    }

    /// Lets every reply through, those that wait and those to come.
    pub fn open(&self) {
        self.state.send_modify(|state| state.is_open = true);
    }

    /// Opens it in a while, by the clock of the test, which may be paused: then nobody waits, and
    /// what is timed is what the test says. [`Reply::pause`](crate::testing::Reply::pause) goes by
    /// the real clock.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub fn open_after(&self, duration: Duration) {
        let gate = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(duration).await;
            gate.open();
        });
    }

    /// How many replies have come to the gate, whether they had to wait or not.
    #[must_use]
    pub fn n_arrivals(&self) -> usize {
        self.state.borrow().n_arrivals
    }

    /// Waits until so many replies have come to the gate. What precedes it in them has been sent.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe.
    pub async fn reached(&self, n_arrivals: usize) {
        self.wait_for(|state| state.n_arrivals >= n_arrivals).await;
    }

    /// Arrives, and waits until the gate is open.
    pub(crate) async fn pass(&self) {
        self.state.send_modify(|state| state.n_arrivals += 1);
        self.wait_for(|state| state.is_open).await;
    }

    async fn wait_for(&self, condition: impl FnMut(&State) -> bool) {
        // It fails when the sender is gone, and `self` holds it.
        let _ = self.state.subscribe().wait_for(condition).await;
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_gate_counts_who_waits_and_lets_them_through() {
        let gate = Gate::new();
        let waiting = tokio::spawn({
            let gate = gate.clone();
            async move { gate.pass().await }
        });
        gate.reached(1).await;
        assert!(!waiting.is_finished());
        gate.open();
        waiting.await.unwrap();
        gate.pass().await;
        assert_eq!(gate.n_arrivals(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_gate_opens_by_the_clock_of_the_test() {
        let gate = Gate::new();
        let began = tokio::time::Instant::now();
        gate.open_after(Duration::from_secs(3600));
        gate.pass().await;
        assert_eq!(began.elapsed(), Duration::from_secs(3600));
    }
}
