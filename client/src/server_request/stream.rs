//! The server's requests as a stream, for programs that poll rather than install handlers.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::sync::mpsc;

use crate::connection::Shared;
use crate::server_request::call::Call;
use crate::server_request::incoming::Asked;
use crate::server_request::incoming_request::IncomingRequest;

/// A request in the stream's queue.
#[derive(Debug)]
pub(crate) enum Waiting {
    /// As it was received.
    Received(Asked),
    /// Decoded, after a policy did not decide about it.
    Passed(Box<IncomingRequest>),
}

/// A stream of the server's requests, in the order of their arrival.
///
/// Requests that a closure or a policy of the [`Options`](crate::Options) answers do not appear in
/// it, nor do requests that were cancelled before they are read. While the stream exists, no
/// [`RequestHandler`](crate::server_request::RequestHandler) is called for its requests. When it is
/// dropped, the requests that it has not returned get their default reply.
///
/// A connection has one stream, [`Client::server_requests`](crate::Client::server_requests). Each
/// thread can have its own, [`Thread::server_requests`](crate::Thread::server_requests), which
/// takes precedence over that of the connection.
///
/// # Examples
///
/// ```no_run
/// # async fn example(client: codex_app_client::Client) -> Result<(), codex_app_client::Error> {
/// use codex_app_client::server_request::IncomingRequest;
///
/// let mut requests = client.server_requests();
/// tokio::spawn(async move {
///     while let Some(request) = requests.next().await {
///         if let IncomingRequest::FileChangeApproval(request) = request {
///             // Ask the user. The request can be moved to any task.
///             tokio::spawn(async move { request.accept() });
///         }
///     }
/// });
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct ServerRequests {
    shared: Arc<Shared>,
    /// `None` for the stream of the connection.
    thread_id: Option<Arc<str>>,
    requests: mpsc::UnboundedReceiver<Waiting>,
}

impl ServerRequests {
    /// Opens the stream of a thread or of the connection.
    pub(crate) fn open(shared: Arc<Shared>, thread_id: Option<Arc<str>>) -> Self {
        let (stream, requests) = mpsc::unbounded_channel();
        shared.with(|session, _| {
            if session.check_open().is_ok() {
                session.requests.streams.open(thread_id.clone(), stream);
            }
        });
        Self { shared, thread_id, requests }
    }

    /// Returns the next request. Returns `None` when the connection has ended, or another stream
    /// has replaced this one.
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe: dropping the future loses no request.
    pub async fn next(&mut self) -> Option<IncomingRequest> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for ServerRequests {
    type Item = IncomingRequest;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let request = match std::task::ready!(self.requests.poll_recv(cx)) {
                Some(Waiting::Received(asked)) => IncomingRequest::decode(&self.shared, asked),
                Some(Waiting::Passed(request)) => Some(*request),
                None => return Poll::Ready(None),
            };
            // The server no longer waits for a reply to a cancelled request.
            if let Some(request) = request.filter(|it| !it.is_cancelled()) {
                return Poll::Ready(Some(request));
            }
        }
    }
}

impl Drop for ServerRequests {
    fn drop(&mut self) {
        self.requests.close();
        while let Ok(waiting) = self.requests.try_recv() {
            match waiting {
                Waiting::Received(asked) => drop(Call::new(Arc::clone(&self.shared), asked)),
                Waiting::Passed(request) => drop(request),
            }
        }
        let thread_id = self.thread_id.as_deref();
        self.shared.with(|session, _| session.requests.streams.forget(thread_id));
    }
}
