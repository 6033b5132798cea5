//! What the server asks in the turns of one thread. Who else may answer is decided elsewhere.

use std::sync::Arc;

use crate::server_request::ServerRequests;
use crate::thread::Thread;

impl Thread {
    /// The requests of the server that are about this thread, to be answered through this stream as long
    /// as it exists: for programs with a window for each thread. In the
    /// [order of who answers](crate::guide::approvals#who-answers) it comes just before the stream of the
    /// connection, [`Client::server_requests`](crate::Client::server_requests). A second stream of the
    /// same thread replaces the first. It ends with the connection.
    ///
    /// A subagent has a thread of its own, and asks under the id of that: its requests are not in here.
    /// Nor are those that are about no thread, such as
    /// [`TokenRefresh`](crate::IncomingRequest::TokenRefresh).
    ///
    /// A thread that is resumed in the middle of a turn asks again what is open. To get that, ask for the
    /// stream of the handle that [`Codex::thread`](crate::Codex::thread) returns, and then resume it.
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
