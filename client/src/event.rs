//! The events that consumers read: notifications, decoded in the consumer's own task, and lines
//! that could not be used. It routes nothing.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use codex_app_protocol::{Received, ServerMessage, ServerNotification};
use futures_core::Stream;

use crate::connection::Shared;
use crate::error::Error;
use crate::router::Scope;
use crate::router::queue::{Entry, Queue};

/// A notification of the server: the decoded [`body`](Received::body), and the line as it was
/// received.
///
/// Match on `body`, a [`ServerNotification`].
pub type Notification = Received<ServerNotification>;

/// An event of a connection or a thread, from [`Events`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// The server sent a notification.
    Notification(Notification),
    /// The server sent a line that could not be used. The connection goes on.
    InvalidLine(InvalidLine),
}

impl Event {
    /// Returns the notification, or `None` if the event is an invalid line.
    #[must_use]
    pub fn into_notification(self) -> Option<Notification> {
        match self {
            Self::Notification(notification) => Some(notification),
            Self::InvalidLine(_) => None,
        }
    }
}

/// A received line that could not be used: not JSON, not UTF-8, not a message, or too long.
///
/// `Debug` does not print the line, because it may contain anything.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct InvalidLine {
    /// Why the line could not be used.
    pub reason: InvalidLineReason,
    /// The first 200 bytes of the line, with invalid UTF-8 replaced.
    pub beginning: String,
}

/// Why a received line could not be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum InvalidLineReason {
    /// The line is not JSON, or is neither a request nor a notification nor a response.
    NotAMessage,
    /// The line is not UTF-8.
    NotUtf8,
    /// The line exceeds [`Options::max_line_bytes`](crate::Options::max_line_bytes).
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

/// A subscription to the events of a connection or of one thread, from [`Codex::events`],
/// [`Client::events`] or [`Thread::events`]. It is a [`Stream`].
///
/// It receives the events from the moment it was created, in the order in which the server sent
/// them. What it does not read is kept in memory; see [a consumer that
/// lags](crate::guide::ordering). It ends with the error that ended the connection, and then with
/// `None`. Drop it to unsubscribe.
///
/// [`Codex::events`]: crate::Codex::events
/// [`Client::events`]: crate::Client::events
/// [`Thread::events`]: crate::Thread::events
///
/// # Examples
///
/// ```no_run
/// # async fn example(codex: codex_app_client::Codex) -> Result<(), codex_app_client::Error> {
/// use codex_app_client::Event;
///
/// let mut events = codex.events().await?;
/// while let Some(event) = events.next().await {
///     match event? {
///         Event::Notification(notification) => println!("{}", notification.body.method()),
///         Event::InvalidLine(line) => println!("invalid line: {:?}", line.reason),
///         _ => {}
///     }
/// }
/// # Ok(()) }
/// ```
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

    /// Waits for the next event. Returns `None` after the end.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] once, when the connection has ended.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped, no event is lost. Call it again to continue.
    pub async fn next(&mut self) -> Option<Result<Event, Error>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// Waits for the next notification and returns its line as the server sent it, without decoding
    /// it: for programs that forward events. Skips lines that could not be used. Returns `None`
    /// after the end.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] once, when the connection has ended.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped, no event is lost. Call it again to continue.
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
            let reason = InvalidLineReason::NotAMessage;
            Some(Event::InvalidLine(InvalidLine::new(reason, invalid.raw.as_bytes())))
        }
    }
}
