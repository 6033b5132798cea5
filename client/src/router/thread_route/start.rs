//! A turn that was requested and has not begun yet, and the events received for it since. It
//! decides nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::oneshot;

use crate::connection::subscription::Subscription;
use crate::router::queue::Queue;

/// A start whose turn has not begun yet.
#[derive(Debug, Default)]
pub(crate) struct Start {
    pub(crate) id: u64,
    /// What was unheard when it was made is not for it.
    pub(super) since: u64,
    /// The turns that ran when it was made.
    pub(super) before: Vec<String>,
    /// What has come since, by turn: it may prove to be for the turn that the answer names, or for
    /// another that the input was put into.
    pub(super) early: BTreeMap<String, Arc<Queue>>,
    /// Whether the thread was idle, or a turn ended, since it was made.
    pub(super) is_doubtful: bool,
    /// The turn that the answer has named.
    pub(super) promised: Option<Arc<str>>,
    /// What is to be done with the turn if the answer does not name it.
    pub(super) unnamed: Option<Unnamed>,
}

/// A start that is answered without a turn: the server begins one for it, or does the work in the
/// turn that runs.
#[derive(Debug)]
pub(crate) struct Unnamed {
    /// Who gets the turn.
    to: oneshot::Sender<Subscription>,
    is_answered: bool,
    /// The turn, if it has begun before the answer.
    begun: Option<String>,
}

impl Unnamed {
    pub(super) fn new(to: oneshot::Sender<Subscription>) -> Self {
        Self { to, is_answered: false, begun: None }
    }
}

impl Start {
    /// The answer has come. Returns the turn, if it has begun already.
    pub(super) fn answered(&mut self) -> Option<String> {
        let unnamed = self.unnamed.as_mut()?;
        unnamed.is_answered = true;
        unnamed.begun.take()
    }

    /// A turn does what was asked for. Returns whether it can be handed over.
    pub(super) fn has_begun(&mut self, turn_id: &str) -> bool {
        let Some(unnamed) = &mut self.unnamed else { return false };
        if !unnamed.is_answered {
            unnamed.begun.get_or_insert_with(|| turn_id.to_owned());
        }
        unnamed.is_answered
    }

    /// Whether it waits for its turn, and for nothing else.
    pub(super) fn is_waiting(&self) -> bool {
        self.unnamed.as_ref().is_some_and(|it| it.is_answered)
    }

    /// Who gets the turn.
    pub(super) fn take_receiver(&mut self) -> Option<oneshot::Sender<Subscription>> {
        self.unnamed.take().map(|it| it.to)
    }
}
