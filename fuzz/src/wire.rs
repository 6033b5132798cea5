//! Bytes from a server, as they come: the connection reads them all, panics at none, and ends in good
//! order with everybody told.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use codex_app_client::{Client, Event, Options, Transport};
use tokio::io::{AsyncRead, ReadBuf};

/// The longest line that is taken.
const LIMIT: usize = 4096;

/// Bytes in parts.
struct Parts(VecDeque<Vec<u8>>);

impl AsyncRead for Parts {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        if let Some(mut part) = self.0.pop_front() {
            let rest = part.split_off(part.len().min(buffer.remaining()));
            buffer.put_slice(&part);
            if !rest.is_empty() {
                self.0.push_front(rest);
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// The first byte says how long the parts are in which the rest arrives.
pub fn wire(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let parts = rest.chunks(usize::from(*first) + 1).map(<[u8]>::to_vec).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    runtime.expect("a runtime").block_on(async {
        let transport = Transport::new(Parts(parts), tokio::io::sink());
        let client = Client::connect(transport, Options::new().max_line_bytes(LIMIT));
        let mut events = client.events();
        // The turn of the traces and the call with the first id are waited for.
        let start = client.start_turn("t", "hello");
        let waiting = async {
            if let Ok(mut turn) = start.await {
                while turn.next().await.is_some() {}
                let _ = turn.wait().await;
            }
        };
        let reading = async {
            let mut n_invalid = 0;
            loop {
                match events.next().await.expect("the end is told") {
                    Ok(Event::InvalidLine(_)) => n_invalid += 1,
                    Ok(_) => {}
                    Err(error) => {
                        assert!(error.is_closed());
                        return n_invalid;
                    }
                }
            }
        };
        let (mut waiting, mut reading) = (std::pin::pin!(waiting), std::pin::pin!(reading));
        let (mut is_done, mut n_invalid) = (false, None::<u64>);
        std::future::poll_fn(|cx| {
            is_done = is_done || waiting.as_mut().poll(cx).is_ready();
            if n_invalid.is_none()
                && let Poll::Ready(n) = reading.as_mut().poll(cx)
            {
                n_invalid = Some(n);
            }
            if is_done && n_invalid.is_some() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        assert!(n_invalid.unwrap_or_default() <= client.stats().invalid_lines);
        assert!(client.is_closed());
    });
}
