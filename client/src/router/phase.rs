//! How far a turn has come, shared by everybody who holds it. One side sets it, many read it or
//! wait for it. It knows nothing else of the turn.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::sync::Notify;

use crate::later;

/// How far a turn has come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub(crate) enum Phase {
    /// The server has promised it.
    Pending,
    /// The server has begun it.
    Started,
    /// It is over.
    Ended,
}

/// The phase of one turn. There is one of these for each open turn: it is kept small.
#[derive(Debug)]
pub(crate) struct Progress {
    phase: AtomicU8,
    changed: Notify,
}

impl Progress {
    pub(crate) fn new(phase: Phase) -> Self {
        Self { phase: AtomicU8::new(phase as u8), changed: Notify::new() }
    }

    pub(crate) fn get(&self) -> Phase {
        match self.phase.load(Ordering::Acquire) {
            0 => Phase::Pending,
            1 => Phase::Started,
            _ => Phase::Ended,
        }
    }

    /// What has ended stays so.
    pub(crate) fn set(self: &Arc<Self>, phase: Phase) {
        if self.phase.fetch_max(phase as u8, Ordering::Release) < phase as u8 {
            let progress = Arc::clone(self);
            later::run(move || progress.changed.notify_waiters());
        }
    }

    /// Waits until the turn has come as far as this, and tells how far it is then.
    pub(crate) async fn at_least(&self, phase: Phase) -> Phase {
        loop {
            let mut changed = pin!(self.changed.notified());
            // Whatever is set from here on wakes it.
            changed.as_mut().enable();
            let current = self.get();
            if current as u8 >= phase as u8 {
                return current;
            }
            changed.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Phase, Progress};

    #[tokio::test]
    async fn all_who_wait_are_told_and_an_end_is_for_good() {
        let progress = Arc::new(Progress::new(Phase::Pending));
        let wait = |phase| {
            let progress = Arc::clone(&progress);
            tokio::spawn(async move { progress.at_least(phase).await })
        };
        let (begun, over) = (wait(Phase::Started), wait(Phase::Ended));
        assert_eq!(progress.at_least(Phase::Pending).await, Phase::Pending);
        tokio::task::yield_now().await;
        progress.set(Phase::Started);
        assert_eq!(begun.await.unwrap(), Phase::Started);
        assert!(!over.is_finished());
        progress.set(Phase::Ended);
        progress.set(Phase::Started);
        assert_eq!(over.await.unwrap(), Phase::Ended);
        assert_eq!(progress.at_least(Phase::Started).await, Phase::Ended);
    }
}
