//! Tells what has become of a request without owning it. It answers nothing.

use tokio::sync::watch;

/// What has become of a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Standing {
    /// The server waits for the answer.
    Open,
    /// It was answered from here.
    Answered,
    /// The server waits no more, without an answer from here.
    Cancelled,
}

/// Tells when the server waits for the answer to a request no more. It owns nothing of the request, so
/// that a program can keep the request in one place and watch it in another. Clones tell the same.
///
/// # Examples
///
/// Dialogs in a map, each closed when it is not needed any more:
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
///         // Whoever answers takes the request out of the map: `dialogs.remove(&id)`.
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

    /// Whether the server waits for the answer no more, although none was given: somebody else answered,
    /// the turn ended or was interrupted, the thread was closed, or the connection ended.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        *self.standing.borrow() == Standing::Cancelled
    }

    /// Whether nobody waits for the answer any more, for whatever reason.
    #[cfg(all(feature = "schema", feature = "experimental"))]
    pub(crate) fn is_over(&self) -> bool {
        *self.standing.borrow() != Standing::Open
    }

    /// Waits until nobody waits for the answer any more. Returns true if the request was cancelled, as
    /// [`is_cancelled`](Self::is_cancelled) has it, and false if it was answered, by its methods or by being
    /// dropped.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn cancelled(&self) -> bool {
        let mut standing = self.standing.clone();
        let end = standing.wait_for(|it| *it != Standing::Open).await;
        // Without an end the connection is gone, and whoever could have told.
        end.map_or(true, |it| *it == Standing::Cancelled)
    }
}
