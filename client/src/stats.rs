//! What a connection has counted. It only counts.

/// What a connection has counted since it was opened, from
/// [`Client::stats`](crate::Client::stats): for a status page, or to notice that the server has
/// changed.
///
/// # Examples
///
/// ```no_run
/// # async fn example(codex: codex_app_client::Codex) -> Result<(), codex_app_client::Error> {
/// let stats = codex.client().await?.stats();
/// if stats.unknown_parts > 0 {
///     println!("the server says things that this program is too old for");
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Stats {
    /// Lines of the server, those that cannot be used included.
    pub received_lines: u64,
    /// Lines of the server that cannot be used.
    pub invalid_lines: u64,
    /// Parts of what the server told that this version of the crate does not know: methods, items,
    /// values. They are counted when they are decoded, once for each reader.
    pub unknown_parts: u64,
    /// Deltas that were joined to the one before, for readers that lag.
    pub merged_deltas: u64,
    /// Answers to no request, or to one that was given up.
    pub unclaimed_answers: u64,
    /// Requests of the server that got the answer by default: no.
    pub default_answers: u64,
    /// Handlers of requests that panicked or failed.
    pub failed_handlers: u64,
    /// Requests of the server that wait for an answer now.
    pub open_requests: usize,
    /// Requests to the server that wait for an answer now, those that were given up lately included.
    pub pending_requests: usize,
}
