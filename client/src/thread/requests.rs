//! The server's requests about one thread, as a stream. Who else may answer them is decided
//! elsewhere.

use std::sync::Arc;

use crate::server_request::ServerRequests;
use crate::thread::Thread;

impl Thread {
    /// Returns a stream of the server's requests about this thread, such as approvals, to be
    /// answered by the caller: for programs with one window per thread.
    ///
    /// In the [order of who answers](crate::guide::approvals#who-answers), it comes just before the
    /// stream of the connection, [`Client::server_requests`](crate::Client::server_requests).
    /// Opening a second stream of the same thread replaces the first. The stream ends when it is
    /// replaced or dropped, or when the connection ends.
    ///
    /// The stream does not include requests of a subagent, which has a thread id of its own, nor
    /// requests about no thread, such as [`TokenRefresh`](crate::IncomingRequest::TokenRefresh).
    ///
    /// When a thread is resumed in the middle of a turn, the server sends the open requests again.
    /// To receive them here, open the stream before resuming: get a handle with
    /// [`Codex::thread`](crate::Codex::thread), and call this method on it.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(codex: codex_app_client::Codex) -> Result<(), codex_app_client::Error> {
    /// use codex_app_client::{IncomingRequest, ThreadOptions};
    ///
    /// let thread = codex.start_thread(ThreadOptions::default()).await?;
    /// let mut requests = thread.server_requests();
    /// tokio::spawn(async move {
    ///     while let Some(request) = requests.next().await {
    ///         match request {
    ///             // Show it in the window of this thread, and wait for the user.
    ///             IncomingRequest::CommandApproval(request) => drop(request.accept()),
    ///             other => println!("declined: {}", other.method()),
    ///         }
    ///     }
    /// });
    /// thread.run("Tidy up").await?;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn server_requests(&self) -> ServerRequests {
        ServerRequests::open(Arc::clone(&self.hold.shared), Some(Arc::clone(&self.hold.id)))
    }
}
