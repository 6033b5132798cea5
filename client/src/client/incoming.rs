//! What the server says unasked, for whoever listens to the connection as a whole: its events, and its
//! requests. What belongs to a turn is not taken from those who follow it.

use std::sync::Arc;

use super::Client;
use crate::error::Error;
use crate::error::closed::CloseReason;
use crate::event::{self, Event, Events, Notification};
use crate::router::Scope;
use crate::router::queue::Queue;
use crate::server_request::{Handlers, ServerRequests};

impl Client {
    /// Waits for the next notification that no turn handle receives.
    ///
    /// Notifications are queued from the first call on. A client that was created with
    /// [`connect`](Self::connect) also queues about 1000 notifications before it.
    ///
    /// # Errors
    ///
    /// * [`Error::TurnStreamActive`] while the stream of a turn is open: a
    ///   [`TurnHandle`](crate::TurnHandle) exists and has not been read to its end.
    /// * [`Error::Closed`] if the connection has ended.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped, no notification is lost.
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
                None => return Err(self.shared().end_or(CloseReason::EndOfStream)),
            }
        }
    }

    /// Subscribes to the events of the connection from now on that belong to no turn, or to a turn
    /// without a handle. Invalid lines are events, too.
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

    /// Returns a stream of the server requests that no closure or policy of the
    /// [options](crate::Options) replies to. It receives them until it is dropped. A second stream
    /// replaces the first.
    #[must_use]
    pub fn server_requests(&self) -> ServerRequests {
        ServerRequests::open(Arc::clone(self.shared()), None)
    }

    /// Replaces the handlers of server requests that the [options](crate::Options) set. Requests
    /// that were already received stay with their handlers.
    pub fn handle_requests(&self, handlers: Handlers) {
        let replaced = self.shared().with(|session, _| match session.check_open() {
            Ok(()) => std::mem::replace(&mut session.requests.handlers, handlers),
            Err(_) => handlers,
        });
        // Not under the lock: dropping a closure may do anything.
        drop(replaced);
    }
}
