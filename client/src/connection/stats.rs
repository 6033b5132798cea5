//! Counters of a connection. It only counts.

/// Counters and gauges of a connection since it was opened, from
/// [`Client::stats`](crate::Client::stats): for metrics, or to notice that the server is newer than
/// this crate.
///
/// # Examples
///
/// ```no_run
/// # async fn example(codex: codex_app_client::Codex) -> Result<(), codex_app_client::Error> {
/// let stats = codex.client().await?.stats();
/// if stats.unknown_parts > 0 {
///     println!("the server is newer than this program");
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Stats {
    /// Lines received from the server, including invalid ones.
    pub received_lines: u64,
    /// Received lines that could not be used; see [`InvalidLine`](crate::InvalidLine).
    pub invalid_lines: u64,
    /// Parts of notifications that this version of the crate does not know: methods, item types,
    /// enum values. They are counted when a notification is decoded, once for each stream that
    /// reads it.
    pub unknown_parts: u64,
    /// Text deltas that were merged into an earlier one because a consumer lags.
    pub merged_deltas: u64,
    /// Responses of the server that no request waits for, for example because its caller gave up
    /// long ago.
    pub unclaimed_responses: u64,
    /// Server requests that got the default reply, which approves nothing; see
    /// [approvals](crate::guide::approvals#when-nobody-answers).
    pub default_replies: u64,
    /// Handlers of server requests that panicked or returned an error.
    pub failed_handlers: u64,
    /// Server requests that are waiting for a reply of this client at the moment.
    pub pending_server_requests: usize,
    /// Requests of this client that are waiting for a response at the moment, including those whose
    /// future was dropped recently.
    pub pending_requests: usize,
}
