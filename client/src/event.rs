//! What a user is told: the server's notifications, decoded in the consumer's own task, and lines
//! that were none.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use codex_app_protocol::{Received, ServerMessage, ServerNotification};
use futures_core::Stream;

use crate::connection::Shared;
use crate::error::Error;
use crate::queue::{Entry, Queue};
use crate::router::Scope;

/// A notification of the server: its decoded body, and the line it came in.
pub type Notification = Received<ServerNotification>;

/// What happened on a connection.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// The server told something.
    Notification(Notification),
    /// The server sent a line that cannot be used. The connection goes on.
    InvalidLine(InvalidLine),
}

impl Event {
    /// The notification, if it is one.
    #[must_use]
    pub fn into_notification(self) -> Option<Notification> {
        match self {
            Self::Notification(notification) => Some(notification),
            Self::InvalidLine(_) => None,
        }
    }
}

/// A line that cannot be used.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct InvalidLine {
    /// What is wrong with it.
    pub reason: InvalidLineReason,
    /// How it begins.
    pub beginning: String,
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum InvalidLineReason {
    /// It is not JSON, or neither a request nor a notification nor a response.
    NoMessage,
    /// It is not UTF-8.
    NotUtf8,
    /// It is longer than the limit.
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
}

impl InvalidLine {
    /// How much of a line is kept.
    const KEPT: usize = 200;

    pub(crate) fn new(reason: InvalidLineReason, line: &[u8]) -> Self {
        let beginning = &line[..line.len().min(Self::KEPT)];
        Self { reason, beginning: String::from_utf8_lossy(beginning).into_owned() }
    }
}

/// Without the line: it may hold anything.
impl fmt::Debug for InvalidLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvalidLine").field("reason", &self.reason).finish_non_exhaustive()
    }
}

/// The events of a connection or of one thread, from the moment it was made. Dropping it is safe at
/// any time.
///
/// It ends with the error that ended the connection.
#[derive(Debug)]
pub struct Events {
    shared: Arc<Shared>,
    id: u64,
    scope: Scope,
    queue: Arc<Queue>,
}

impl Events {
    pub(crate) fn new(shared: Arc<Shared>, id: u64, scope: Scope, queue: Arc<Queue>) -> Self {
        Self { shared, id, scope, queue }
    }

    /// The next event; none after the end.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Result<Event, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// The line of the next notification, as the server sent it, for programs that pass events on:
    /// nothing is decoded. Lines that cannot be used are left out. None after the end.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn next_line(&mut self) -> Option<Result<String, Error>> {
        loop {
            match std::future::poll_fn(|cx| self.queue.poll(cx)).await? {
                Ok(Entry::Line(line)) => return Some(Ok(line)),
                Ok(Entry::Baseline(_) | Entry::Invalid(_) | Entry::Lost) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl Stream for Events {
    type Item = Result<Event, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let entry = match std::task::ready!(self.queue.poll(cx)) {
                Some(Ok(entry)) => entry,
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            };
            if let Some(event) = decode(entry, &self.shared) {
                return Poll::Ready(Some(Ok(event)));
            }
        }
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.shared.with(|session, effects| {
            session.router.unsubscribe(self.id, &self.scope, false, effects);
        });
    }
}

/// Decodes what was queued. A line of which the reader saw only the header, or less, may still prove
/// to be no message; then it is counted here.
pub(crate) fn decode(entry: Entry, shared: &Arc<Shared>) -> Option<Event> {
    let line = match entry {
        Entry::Invalid(line) => return Some(Event::InvalidLine(*line)),
        Entry::Baseline(_) | Entry::Lost => return None,
        Entry::Line(line) => line,
    };
    match ServerMessage::from_line(line) {
        Ok(ServerMessage::Notification(message)) => {
            if message.n_unknown > 0 {
                shared.with(|session, _| session.n_unknown += u64::from(message.n_unknown));
            }
            Some(Event::Notification(message))
        }
        Ok(_) => None,
        Err(invalid) => {
            shared.with(|session, _| session.n_invalid += 1);
            let reason = InvalidLineReason::NoMessage;
            Some(Event::InvalidLine(InvalidLine::new(reason, invalid.raw.as_bytes())))
        }
    }
}
