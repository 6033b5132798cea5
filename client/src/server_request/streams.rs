//! The open streams of requests: one of the connection, and one of each thread that has its own.
//! This module passes nothing on.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::mpsc;

use crate::later;
use crate::server_request::stream::Waiting;

type Sender = mpsc::UnboundedSender<Waiting>;

/// The open streams.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    of_connection: Option<Sender>,
    of_threads: BTreeMap<Arc<str>, Sender>,
}

impl Streams {
    /// Adds the stream of a thread or of the connection, in place of an earlier one.
    pub(crate) fn open(&mut self, thread_id: Option<Arc<str>>, stream: Sender) {
        // Dropping its sender ends the earlier stream.
        later::drop(match thread_id {
            Some(thread_id) => self.of_threads.insert(thread_id, stream),
            None => self.of_connection.replace(stream),
        });
    }

    /// The stream for a request: that of its thread, or else that of the connection.
    pub(crate) fn of(&self, thread_id: Option<&str>) -> Option<Sender> {
        let of_thread = thread_id.and_then(|it| self.of_threads.get(it));
        let mut streams = of_thread.into_iter().chain(&self.of_connection);
        streams.find(|it| !it.is_closed()).cloned()
    }

    /// Removes a stream that was dropped. One that has replaced it stays.
    pub(crate) fn forget(&mut self, thread_id: Option<&str>) {
        match thread_id {
            Some(it) if self.of_threads.get(it).is_some_and(Sender::is_closed) => {
                self.of_threads.remove(it);
            }
            Some(_) => {}
            None => drop(self.of_connection.take_if(|it| it.is_closed())),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::Streams;

    #[test]
    fn what_nobody_reads_is_forgotten_and_what_took_its_place_is_kept() {
        let mut streams = Streams::default();
        for thread_id in [None, Some("t")] {
            let mut open = || {
                let (sender, receiver) = mpsc::unbounded_channel();
                streams.open(thread_id.map(Into::into), sender);
                receiver
            };
            drop(open());
            let second = open();
            // The first is forgotten late.
            streams.forget(thread_id);
            assert!(streams.of(thread_id).is_some());
            drop(second);
            assert!(streams.of(thread_id).is_none());
            streams.forget(thread_id);
        }
        assert!(streams.of_connection.is_none() && streams.of_threads.is_empty());
    }
}
