//! The requests of the server as a stream, for those who would rather pull than be called.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::sync::mpsc;

use crate::connection::Shared;
use crate::server_request::call::Call;
use crate::server_request::incoming::Asked;
use crate::server_request::incoming_request::IncomingRequest;

/// What waits in the stream.
#[derive(Debug)]
pub(crate) enum Waiting {
    /// As it was received.
    Received(Asked),
    /// A policy has looked at it and decided nothing.
    Passed(Box<IncomingRequest>),
}

/// The requests of the server, one after the other, but for those that a closure or a policy of the
/// [`Options`](crate::Options) answers. While it exists, they are answered through it; what it has not
/// handed out when it is dropped gets the default answer.
///
/// There is one of the connection, [`Client::server_requests`](crate::Client::server_requests), and one of
/// each thread that asks for it, [`Thread::server_requests`](crate::Thread::server_requests), which comes
/// first.
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
///             // Ask somebody; the request can be moved anywhere.
///             tokio::spawn(async move { request.accept() });
///         }
///     }
/// });
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct ServerRequests {
    shared: Arc<Shared>,
    /// None if it is of the connection.
    thread_id: Option<Arc<str>>,
    requests: mpsc::UnboundedReceiver<Waiting>,
}

impl ServerRequests {
    /// Opens a stream, of a thread or of the connection.
    pub(crate) fn open(shared: Arc<Shared>, thread_id: Option<Arc<str>>) -> Self {
        let (stream, requests) = mpsc::unbounded_channel();
        shared.with(|session, _| {
            if session.check_open().is_ok() {
                session.requests.streams.open(thread_id.clone(), stream);
            }
        });
        Self { shared, thread_id, requests }
    }

    /// The next request; none when the connection has ended.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
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
            // What nobody asks any more need not be shown to anybody.
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
