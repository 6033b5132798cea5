//! A point in a reply at which the model waits for the test.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

/// Holds replies of the mock model, or of a scenario, until the test opens it.
///
/// Clones are the same gate. Once open, it stays open.
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
    arrival_count: usize,
    is_open: bool,
}

impl Gate {
    /// Creates a closed gate.
    #[must_use]
    pub fn new() -> Self {
        Self { state: Arc::new(watch::Sender::new(State::default())) }
    }

    /// Opens the gate, for replies that wait and for later ones.
    pub fn open(&self) {
        self.state.send_modify(|state| state.is_open = true);
    }

    /// Opens the gate after a delay, in a task of its own.
    ///
    /// The delay is measured by tokio's clock, which a test can pause; with a paused clock it takes
    /// no real time. [`Reply::pause`](crate::testing::Reply::pause), in contrast, uses the real
    /// clock.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime.
    pub fn open_after(&self, duration: Duration) {
        let gate = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(duration).await;
            gate.open();
        });
    }

    /// Returns how many replies have arrived at the gate, including those that found it open.
    #[must_use]
    pub fn arrival_count(&self) -> usize {
        self.state.borrow().arrival_count
    }

    /// Waits until that many replies have arrived at the gate. The steps before the gate have been
    /// sent then.
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe: it only watches the gate.
    pub async fn reached(&self, arrival_count: usize) {
        self.wait_for(|state| state.arrival_count >= arrival_count).await;
    }

    /// Arrives, and waits until the gate is open.
    pub(crate) async fn pass(&self) {
        self.state.send_modify(|state| state.arrival_count += 1);
        self.wait_for(|state| state.is_open).await;
    }

    async fn wait_for(&self, condition: impl FnMut(&State) -> bool) {
        // It fails only without a sender, which is in `self`.
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
        assert_eq!(gate.arrival_count(), 2);
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
