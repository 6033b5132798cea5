//! Decodes a recording with the protocol crate: counts the messages, and those that it did not fully
//! understand.

use std::collections::BTreeMap;

use codex_app_client::protocol::ServerMessage;

use crate::tap::Line;

/// The messages of the server, decoded.
pub(crate) struct Decoded {
    pub(crate) n_messages: usize,
    /// How many messages of a method were not understood in whole.
    pub(crate) not_whole: BTreeMap<String, usize>,
}

impl Decoded {
    /// Decodes what the server has sent. Its answers count as messages; what is in them was decoded by
    /// the calls of the run.
    pub(crate) fn of(lines: &[Line]) -> Self {
        let mut decoded = Self { n_messages: 0, not_whole: BTreeMap::new() };
        for line in lines.iter().filter(|line| line.is_from_server) {
            decoded.n_messages += 1;
            let (method, is_whole) = match ServerMessage::from_line(line.text.clone()) {
                Ok(ServerMessage::Notification(it)) => {
                    (it.body.method().to_owned(), !it.body.is_unknown() && it.n_unknown == 0)
                }
                Ok(ServerMessage::Request { message: it, .. }) => {
                    (it.body.method().to_owned(), !it.body.is_unknown() && it.n_unknown == 0)
                }
                Ok(_) => continue,
                Err(error) => (error.to_string(), false),
            };
            if !is_whole {
                *decoded.not_whole.entry(method).or_default() += 1;
            }
        }
        decoded
    }
}
