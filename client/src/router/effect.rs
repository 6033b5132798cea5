//! What the session has decided and the connection carries out once the session is unlocked. It
//! must not be dropped unread under the lock: dropping a value may need the lock.

use tokio::sync::oneshot;

use crate::connection::pending::{Outcome, Waiter};
use crate::connection::subscription::Subscription;
use crate::router::{Attached, StartId};
use crate::server_request::{Answerer, Asked, Handlers};

/// Something to carry out.
#[derive(Debug)]
pub(crate) enum Effect {
    /// Write a line.
    Send(String),
    /// Answer a call; whoever made it may be gone.
    Answer {
        waiter: Option<Waiter>,
        outcome: Outcome,
        /// The turn that the call has started, and whether to interrupt it if nobody takes it.
        started: Option<(Attached, bool)>,
    },
    /// Hand over a turn that has begun.
    HandOver { to: oneshot::Sender<Subscription>, attached: Attached },
    /// Interrupt a turn that nobody follows any more.
    Interrupt { thread_id: String, turn_id: String },
    /// Find out whether turns that were promised begin after all.
    Doubt { thread_id: String, turn_ids: Vec<String> },
    /// Give up a start whose turn has not begun in good time.
    Expect(StartId),
    /// Hand a request of the server to whoever answers it.
    Ask(Asked, Answerer),
    /// Drop handlers of the user's, which may do anything.
    Release(Handlers),
}

impl Effect {
    /// What is to be done if there are turns in doubt.
    pub(crate) fn doubt(thread_id: &str, turn_ids: Vec<String>) -> Option<Self> {
        let thread_id = thread_id.to_owned();
        (!turn_ids.is_empty()).then_some(Self::Doubt { thread_id, turn_ids })
    }
}
