//! The events of a connection or a thread as an iterator. Filtering and decoding are done
//! elsewhere.

use std::convert::identity;
use std::time::Duration;

use crate::blocking::runtime::{Iter, Runtime};
use crate::error::Error;
use crate::event::Event;

/// A blocking iterator over the events of a connection or a thread; see [`Events`](crate::Events).
///
/// # Examples
///
/// ```no_run
/// # fn example(codex: codex_app_client::blocking::Codex) -> Result<(), codex_app_client::Error> {
/// for event in codex.events()? {
///     if let Some(notification) = event?.into_notification() {
///         println!("{}", notification.body.method());
///     }
/// }
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Events {
    iter: Iter<crate::Events>,
}

impl Events {
    pub(crate) fn new(events: crate::Events, runtime: &Runtime) -> Self {
        Self { iter: Iter::new(events, runtime) }
    }

    /// Returns the next event, with a timeout; `None` after the end. No event is lost: call it
    /// again.
    ///
    /// # Errors
    ///
    /// [`Error::WaitTimeout`] if none arrives in time; [`Error::Closed`] if the connection has
    /// ended; [`Error::InsideRuntime`] in an async runtime.
    pub fn next_within(&mut self, timeout: Duration) -> Option<Result<Event, Error>> {
        self.iter.next_within(timeout).map(|it| it.and_then(identity))
    }

    /// Returns the JSON line of the next notification, without decoding it; `None` after the end.
    /// See [`Events::next_line`](crate::Events::next_line).
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] if the connection has ended; [`Error::InsideRuntime`] in an async runtime.
    pub fn next_line(&mut self) -> Option<Result<String, Error>> {
        let line = self.iter.stream.next_line();
        self.iter.runtime.wait(async { line.await.transpose() }).transpose()
    }
}

impl Iterator for Events {
    type Item = Result<Event, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.iter.next().map(|it| it.and_then(identity))
    }
}
