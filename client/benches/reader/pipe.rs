//! The server's end of a connection in memory. It hands over chunks as a pipe does, and lets others
//! run in between; it copies no more than a pipe would.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use codex_app_client::Transport;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::mpsc;

/// Some thirty messages: less than a consumer may lag behind.
const CHUNK: usize = 8 * 1024;

/// What the server says.
pub(crate) struct Server(mpsc::UnboundedSender<Vec<u8>>);

impl Server {
    /// Lines, cut as a pipe cuts them.
    pub(crate) fn chunks(lines: &[String]) -> Vec<Vec<u8>> {
        let bytes: Vec<u8> =
            lines.iter().flat_map(|it| [it.as_str(), "\n"]).collect::<String>().into();
        bytes.chunks(CHUNK).map(Into::into).collect()
    }

    pub(crate) fn send(&self, chunks: Vec<Vec<u8>>) {
        for chunk in chunks {
            self.0.send(chunk).expect("the client reads");
        }
    }
}

/// A connection.
pub(crate) fn pipe() -> (Transport, Server) {
    let (sender, chunks) = mpsc::unbounded_channel();
    let reader = Reader { chunks, current: VecDeque::new(), has_yielded: false };
    (Transport::new(reader, tokio::io::sink()), Server(sender))
}

struct Reader {
    chunks: mpsc::UnboundedReceiver<Vec<u8>>,
    current: VecDeque<u8>,
    has_yielded: bool,
}

impl AsyncRead for Reader {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.current.is_empty() {
            if !std::mem::replace(&mut self.has_yielded, true) {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            self.has_yielded = false;
            match std::task::ready!(self.chunks.poll_recv(cx)) {
                Some(chunk) => self.current = chunk.into(),
                None => return Poll::Ready(Ok(())),
            }
        }
        let (part, _) = self.current.as_slices();
        let n_bytes = part.len().min(buf.remaining());
        buf.put_slice(&part[..n_bytes]);
        self.current.drain(..n_bytes);
        Poll::Ready(Ok(()))
    }
}
