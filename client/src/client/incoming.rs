//! What the server says unasked, for whoever listens to the connection as a whole: its events, and its
//! requests. What belongs to a turn is not taken from those who follow it.

use std::sync::Arc;

use super::Client;
use crate::closed::{CloseReason, Closed};
use crate::error::Error;
use crate::event::{self, Event, Events, Notification};
use crate::queue::Queue;
use crate::router::Scope;
use crate::server_request::{Handlers, ServerRequests};

impl Client {
    /// The next notification that belongs to no turn with an open stream. They are kept from the first
    /// call on; for a client that was [connected](Self::connect) by itself, so are the last thousand or
    /// so before it.
    ///
    /// # Errors
    ///
    /// [`Error::TurnStreamActive`] while the stream of a turn is open: a
    /// [`TurnHandle`](crate::TurnHandle) exists and has not been read to its end. [`Error::Closed`] if
    /// the connection has ended.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn next_notification(&self) -> Result<Notification, Error> {
        self.shared().with(|session, _| session.router.pull())?;
        // One after the other: a queue wakes one only.
        let _asking = self.inner.asking.lock().await;
        loop {
            let queue = self.shared().with(|session, _| session.router.pull())?;
            match std::future::poll_fn(|cx| queue.poll(cx)).await {
                Some(entry) => {
                    if let Some(Event::Notification(it)) = event::decode(entry?, self.shared()) {
                        return Ok(it);
                    }
                }
                None => {
                    self.check_open()?;
                    return Err(Arc::new(Closed::new(CloseReason::EndOfStream)).into());
                }
            }
        }
    }

    /// What happens on the connection from now on and belongs to no turn, or to a turn that nobody
    /// follows; also lines that cannot be used.
    #[must_use]
    pub fn events(&self) -> Events {
        let (id, queue) = self.shared().with(|session, _| session.router.watch(None));
        self.events_of(id, Scope::Connection, queue)
    }

    pub(crate) fn events_of(&self, id: u64, scope: Scope, queue: Arc<Queue>) -> Events {
        if let Err(error) = self.check_open() {
            queue.end(Some(error));
        }
        Events::new(Arc::clone(self.shared()), id, scope, queue)
    }

    /// The requests of the server, to be answered through this stream as long as it exists, but for
    /// those that a closure or a policy of the [options](crate::Options) answers. A second stream
    /// replaces the first.
    #[must_use]
    pub fn server_requests(&self) -> ServerRequests {
        ServerRequests::open(Arc::clone(self.shared()), None)
    }

    /// Who answers the requests of the server from now on, in place of what the
    /// [options](crate::Options) say. Requests that are open already stay with whoever has them.
    pub fn handle_requests(&self, handlers: Handlers) {
        let replaced = self.shared().with(|session, _| match session.check_open() {
            Ok(()) => std::mem::replace(&mut session.requests.handlers, handlers),
            Err(_) => handlers,
        });
        // Not under the lock: dropping a closure may do anything.
        drop(replaced);
    }
}
