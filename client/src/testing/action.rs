//! The actions of a connection that give a reply, in order.

use std::time::Duration;

use serde_json::Value;

use crate::testing::gate::Gate;

/// One action. The head of the stream is sent before the first bytes.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// Closes the connection here.
    Cut,
    /// Sends many deltas, which are generated one by one.
    FillerDeltas { item_id: String, output_index: usize, n_deltas: usize, n_bytes: usize },
    /// Adds a header to the head.
    Header { name: String, value: String },
    /// Waits for a while.
    Pause(Duration),
    /// Sends a status and a body instead of a stream, and closes the connection.
    Respond { status: u16, body: Value },
    /// Sends bytes.
    Send(Vec<u8>),
    /// Waits at a gate.
    Wait(Gate),
}
