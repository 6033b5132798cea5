//! The requests of the server, as an iterator. What is answered, and how, is decided elsewhere.

use std::time::Duration;

use crate::blocking::runtime::{Iter, Runtime};
use crate::error::Error;
use crate::server_request::IncomingRequest;

/// The requests of the server, as an iterator that waits for the next one; see
/// [`ServerRequests`](crate::ServerRequests). It is for a thread of its own: the server waits for
/// the answers, and so does whoever runs the turn. The closures and policies of the
/// [`Options`](crate::Options) work here too; they run on the client's own thread.
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

    /// The next request, if it comes within this time; none when the connection has ended. Called
    /// again, it goes on where it was.
    ///
    /// # Errors
    ///
    /// [`Error::WaitTimeout`] if none comes.
    pub fn next_within(&mut self, after: Duration) -> Option<Result<IncomingRequest, Error>> {
        self.iter.next_within(after)
    }
}

impl Iterator for ServerRequests {
    /// An error only inside an asynchronous runtime.
    type Item = Result<IncomingRequest, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.iter.next()
    }
}
