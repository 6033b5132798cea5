//! The calls that wait for their answers. Each waiter is answered exactly once, whatever happens:
//! the last resort is that it is dropped. It does no I/O.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use codex_app_protocol::RequestId;
use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio::time::Instant;

use crate::connection::subscription::Subscription;
use crate::error::Error;
use crate::later;
use crate::router::{Claim, StartId};

/// How long a call that its caller has given up still counts as in flight. The server works on it;
/// but it may also never answer.
const ABANDONED: Duration = Duration::from_secs(30);

pub(crate) type Waiter = oneshot::Sender<Result<Reply, Error>>;
pub(crate) type Outcome = Result<RawReply, Error>;

/// The answer to a call.
#[derive(Debug)]
pub(crate) struct RawReply {
    pub(crate) text: String,
    pub(crate) result: Range<usize>,
}

/// The answer to a call, with the turn that it has started.
#[derive(Debug)]
pub(crate) struct Reply {
    raw: RawReply,
    pub(crate) turn: Option<Subscription>,
}

impl Reply {
    pub(crate) fn new(raw: RawReply, turn: Option<Subscription>) -> Self {
        Self { raw, turn }
    }

    pub(crate) fn result(&self) -> &str {
        &self.raw.text[self.raw.result.clone()]
    }
}

/// A call on its way.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: Box<str>,
    pub(crate) waiter: Option<Waiter>,
    /// The start of a turn, and what becomes of the turn.
    pub(crate) start: Option<(StartId, Claim)>,
    /// The thread that is heard of no more once this is answered.
    pub(crate) unsubscribes: Option<String>,
    pub(crate) permit: Option<OwnedSemaphorePermit>,
    abandoned: Option<Instant>,
}

impl Call {
    pub(crate) fn new(
        method: &str,
        waiter: Waiter,
        start: Option<(StartId, Claim)>,
        permit: OwnedSemaphorePermit,
    ) -> Self {
        let (waiter, permit) = (Some(waiter), Some(permit));
        let (unsubscribes, abandoned) = (None, None);
        Self { method: method.into(), waiter, start, unsubscribes, permit, abandoned }
    }

    /// Whether its answer makes the server tell of a thread.
    pub(crate) fn tells_of_thread(&self) -> bool {
        matches!(&*self.method, "thread/resume" | "thread/start" | "thread/fork")
    }

    /// Whether nobody waits for the answer any more.
    fn is_given_up(&self) -> bool {
        self.waiter.as_ref().is_none_or(oneshot::Sender::is_closed)
    }

    /// What becomes of the turn that the call starts, now that it is answered.
    pub(crate) fn claim(&self) -> Claim {
        match &self.start {
            Some((_, Claim::Handle)) if self.is_given_up() => Claim::Nothing,
            Some((_, claim)) => *claim,
            None => Claim::Nothing,
        }
    }
}

/// All calls on their way.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    calls: BTreeMap<i64, Call>,
    /// How many of them their callers have given up.
    n_abandoned: usize,
    last_id: i64,
}

impl Pending {
    pub(crate) fn next_id(&mut self) -> i64 {
        self.last_id += 1;
        self.last_id
    }

    pub(crate) fn insert(&mut self, id: i64, call: Call) {
        self.calls.insert(id, call);
    }

    /// The call with that id, which is then no longer pending.
    pub(crate) fn take(&mut self, id: &RequestId) -> Option<Call> {
        match id {
            RequestId::Integer(id) => {
                let call = self.calls.remove(id)?;
                self.n_abandoned -= usize::from(call.abandoned.is_some());
                Some(call)
            }
            RequestId::String(_) => None,
        }
    }

    /// The caller is gone. The call stays in flight until it is answered, or for some time.
    pub(crate) fn abandon(&mut self, id: i64, now: Instant) {
        if let Some(call) = self.calls.get_mut(&id) {
            call.waiter = None;
            call.abandoned = Some(now);
            self.n_abandoned += 1;
        }
    }

    /// Abandoned calls no longer count as in flight once they are old enough. Returns the starts among
    /// them: a server that has not answered for so long does not run their turns.
    pub(crate) fn expire(&mut self, now: Instant) -> Vec<StartId> {
        if self.n_abandoned == 0 {
            return Vec::new();
        }
        let mut starts = Vec::new();
        self.calls.retain(|_, call| {
            let is_old = call.abandoned.is_some_and(|it| now.duration_since(it) >= ABANDONED);
            if is_old {
                later::drop(call.permit.take());
                starts.extend(call.start.take().map(|it| it.0));
                self.n_abandoned -= 1;
            }
            !is_old
        });
        starts
    }

    /// All of them: the connection has ended.
    pub(crate) fn drain(&mut self) -> impl Iterator<Item = Call> {
        self.n_abandoned = 0;
        std::mem::take(&mut self.calls).into_values()
    }

    pub(crate) fn len(&self) -> usize {
        self.calls.len()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::sync::{Semaphore, oneshot};
    use tokio::time::Instant;

    use super::{ABANDONED, Call, Pending};

    #[test]
    fn an_abandoned_call_counts_until_it_is_answered_or_old() {
        let permits = Arc::new(Semaphore::new(2));
        let mut pending = Pending::default();
        for _ in 0..2 {
            let permit = Arc::clone(&permits).try_acquire_owned().unwrap();
            let (waiter, _) = oneshot::channel();
            let id = pending.next_id();
            pending.insert(id, Call::new("m", waiter, None, permit));
        }
        let now = Instant::now();
        pending.abandon(1, now);
        assert_eq!(pending.expire(now + ABANDONED / 2), []);
        assert_eq!(permits.available_permits(), 0);
        pending.expire(now + ABANDONED);
        assert_eq!(permits.available_permits(), 1);
        assert_eq!(pending.len(), 1);
        drop(pending.take(&2.into()));
        assert_eq!(permits.available_permits(), 2);
    }

    #[test]
    fn ids_of_other_kinds_are_not_ours() {
        let mut pending = Pending::default();
        assert!(pending.take(&"1".into()).is_none());
        assert!(pending.take(&7.into()).is_none());
    }
}
