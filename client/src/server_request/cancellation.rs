//! Tells whether a request was answered or cancelled, without owning it. It sends no reply.

use tokio::sync::watch;

/// The state of a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Standing {
    /// The server waits for the reply.
    Open,
    /// This client replied.
    ReplyStatus,
    /// The server no longer waits, and this client did not reply.
    Cancelled,
}

/// Tells when the server no longer waits for the reply to a request.
///
/// It does not own the request: a program can keep the request in one place, such as a map of open
/// dialogs, and watch it in another task. Clones watch the same request. See
/// [`Request::cancellation`](crate::server_request::Request::cancellation).
///
/// # Examples
///
/// Keeps open dialogs in a map, and closes each one whose request is cancelled:
///
/// ```no_run
/// # async fn example(codex: codex_app_client::Codex) -> Result<(), codex_app_client::Error> {
/// use std::collections::BTreeMap;
///
/// use codex_app_client::protocol::RequestId;
/// use codex_app_client::server_request::CommandApproval;
/// use codex_app_client::IncomingRequest;
/// use tokio::sync::mpsc;
///
/// let (closing, mut closed) = mpsc::unbounded_channel::<RequestId>();
/// let mut dialogs = BTreeMap::<RequestId, CommandApproval>::new();
/// let mut requests = codex.server_requests().await?;
/// loop {
///     tokio::select! {
///         request = requests.next() => match request {
///             Some(IncomingRequest::CommandApproval(request)) => {
///                 let (id, cancellation) = (request.id().clone(), request.cancellation());
///                 let closing = closing.clone();
///                 tokio::spawn(async move {
///                     if cancellation.cancelled().await {
///                         let _ = closing.send(id);
///                     }
///                 });
///                 dialogs.insert(request.id().clone(), request);
///             }
///             Some(_) => {}
///             None => break,
///         },
///         Some(id) = closed.recv() => {
///             dialogs.remove(&id);
///         }
///         // To reply, take the request out of the map: `dialogs.remove(&id)`.
///     }
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Cancellation {
    standing: watch::Receiver<Standing>,
}

impl Cancellation {
    pub(crate) fn of_open() -> (watch::Sender<Standing>, Self) {
        let (sender, standing) = watch::channel(Standing::Open);
        (sender, Self { standing })
    }

    /// Returns whether the server stopped waiting before this client replied: it got a reply from
    /// elsewhere, the turn ended or was interrupted, the thread was closed, or the connection
    /// ended.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        *self.standing.borrow() == Standing::Cancelled
    }

    /// Whether the request was answered or cancelled.
    #[cfg(all(feature = "schema", feature = "experimental"))]
    pub(crate) fn is_over(&self) -> bool {
        *self.standing.borrow() != Standing::Open
    }

    /// Waits until the server no longer waits for the reply.
    ///
    /// Returns `true` if the request was [cancelled](Self::is_cancelled). Returns `false` if this
    /// client replied, also if it did so by dropping the request.
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe: it only watches the request.
    pub async fn cancelled(&self) -> bool {
        let mut standing = self.standing.clone();
        let end = standing.wait_for(|it| *it != Standing::Open).await;
        // The sender is gone only with the connection.
        end.map_or(true, |it| *it == Standing::Cancelled)
    }
}
