//! What a connection does to give a reply, one thing after the other.

use std::time::Duration;

use serde_json::Value;

use crate::testing::gate::Gate;

/// One thing to do. The head of the stream goes out before the first bytes.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// Ends the connection here.
    Cut,
    /// Sends many deltas that are made up as they go.
    FillerDeltas { item_id: String, output_index: usize, n_deltas: usize, n_bytes: usize },
    /// Adds a header to the head.
    Header { name: String, value: String },
    /// Does nothing for a while.
    Pause(Duration),
    /// Answers with a status and a body in place of a stream, and ends the connection.
    Respond { status: u16, body: Value },
    /// Sends bytes.
    Send(Vec<u8>),
    /// Waits at a gate.
    Wait(Gate),
}
