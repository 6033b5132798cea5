//! The requests of the server as an iterator.

use std::time::Duration;

use crate::blocking::runtime::{Iter, Runtime};
use crate::error::Error;
use crate::server_request::IncomingRequest;

/// A blocking iterator over the requests of the server; see
/// [`ServerRequests`](crate::ServerRequests).
///
/// Use it in a thread of its own: the server waits for the replies, and so does a thread that runs
/// a turn. Closures and policies of the [`Options`](crate::Options) work too. They run on the
/// thread of the connection, and must not block it.
///
/// # Examples
///
/// ```no_run
/// # fn example(codex: codex_app_client::blocking::Codex) -> Result<(), codex_app_client::Error> {
/// use codex_app_client::IncomingRequest;
///
/// let requests = codex.server_requests()?;
/// std::thread::spawn(move || {
///     for request in requests.flatten() {
///         if let IncomingRequest::CommandApproval(request) = request {
///             let _ = request.accept();
///         }
///     }
/// });
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct ServerRequests {
    iter: Iter<crate::ServerRequests>,
}

impl ServerRequests {
    pub(crate) fn new(requests: crate::ServerRequests, runtime: &Runtime) -> Self {
        Self { iter: Iter::new(requests, runtime) }
    }

    /// Returns the next request, with a timeout. Returns `None` when the connection has ended or
    /// another iterator has replaced this one. No request is lost: call it again.
    ///
    /// # Errors
    ///
    /// [`Error::WaitTimeout`] if none arrives in time; [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn next_within(&mut self, timeout: Duration) -> Option<Result<IncomingRequest, Error>> {
        self.iter.next_within(timeout)
    }
}

impl Iterator for ServerRequests {
    /// The only error is [`Error::InsideRuntime`], in an async runtime.
    type Item = Result<IncomingRequest, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.iter.next()
    }
}
