//! Turns messages into lines and back, and finds out that the server is gone. It looks into no
//! message, and receiving never waits for sending.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, BufReader, DuplexStream, ReadBuf};
use tokio::sync::oneshot;
use tokio::time::{Instant, Interval, MissedTickBehavior, Sleep};
use tokio_websockets::{CloseCode, Error as WsError, Message, Payload, WebSocketStream};

use crate::error::closed::CloseReason;
use crate::transport::websocket::options::WebSocketOptions;

/// How long the reader has to find out why nothing can be sent.
const REASON_TO_COME: Duration = Duration::from_secs(1);

/// How many bytes have come, or were taken in by the other end.
pub(super) type Heard = Arc<AtomicU64>;

/// A stream that counts what gets on, so that a long message on a slow line is a sign of life, whichever
/// way it goes.
pub(super) struct Counted<S> {
    stream: S,
    heard: Heard,
    /// Whether a write has waited for room. Without waiting, it says nothing of the other end.
    is_blocked: bool,
}

impl<S> Counted<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, heard: Heard::default(), is_blocked: false }
    }

    pub(super) fn heard(&self) -> Heard {
        Arc::clone(&self.heard)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Counted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        let n_bytes = (buffer.filled().len() - before) as u64;
        self.heard.fetch_add(n_bytes, Ordering::Relaxed);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Counted<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        let was_blocked = std::mem::replace(&mut self.is_blocked, written.is_pending());
        if let Poll::Ready(Ok(n_bytes)) = &written
            && was_blocked
        {
            self.heard.fetch_add(*n_bytes as u64, Ordering::Relaxed);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// The messages of the server, each as a line.
pub(super) struct Reader<S> {
    stream: SplitStream<WebSocketStream<S>>,
    unread: Option<Unread>,
    is_at_end: bool,
    silence: Silence,
    limit: usize,
    why: Arc<OnceLock<CloseReason>>,
    /// The sending task ends with this.
    _is_read: oneshot::Sender<()>,
}

/// A message, and how much of it is read.
struct Unread {
    message: Payload,
    n_read: usize,
}

impl Unread {
    /// Hands out as much as there is room for, as a line. In JSON, a line end is never inside a
    /// string: a space says the same.
    fn read(mut self, buffer: &mut ReadBuf<'_>) -> Option<Self> {
        let unread = &self.message[self.n_read..];
        let part = &unread[..unread.len().min(buffer.remaining())];
        let before = buffer.filled().len();
        buffer.put_slice(part);
        for position in memchr::memchr_iter(b'\n', part) {
            buffer.filled_mut()[before + position] = b' ';
        }
        self.n_read += part.len();
        if self.n_read < self.message.len() || buffer.remaining() == 0 {
            return Some(self);
        }
        buffer.put_slice(b"\n");
        None
    }
}

struct Silence {
    heard: Heard,
    known: u64,
    limit: Duration,
    sleep: Pin<Box<Sleep>>,
}

impl Silence {
    /// Ready when nothing has come for the whole limit.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let heard = self.heard.load(Ordering::Relaxed);
            if heard != self.known {
                self.known = heard;
                self.sleep.as_mut().reset(Instant::now() + self.limit);
            }
            ready!(self.sleep.as_mut().poll(cx));
            if self.heard.load(Ordering::Relaxed) == self.known {
                return Poll::Ready(());
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Reader<S> {
    pub(super) fn new(
        stream: SplitStream<WebSocketStream<S>>,
        heard: Heard,
        why: Arc<OnceLock<CloseReason>>,
        options: &WebSocketOptions,
    ) -> (Self, oneshot::Receiver<()>) {
        let limit = options.ping_interval.saturating_add(options.ping_timeout);
        let sleep = Box::pin(tokio::time::sleep(limit));
        let silence = Silence { heard, known: 0, limit, sleep };
        let (is_read, receiver) = oneshot::channel();
        let reader = Self {
            stream,
            unread: None,
            is_at_end: false,
            silence,
            limit: options.message_limit(),
            why,
            _is_read: is_read,
        };
        (reader, receiver)
    }

    /// Takes the next message in, or finds the end.
    fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let next = match self.stream.poll_next_unpin(cx) {
            Poll::Ready(next) => next,
            Poll::Pending => {
                ready!(self.silence.poll(cx));
                self.end(CloseReason::PingTimeout { after: self.silence.limit });
                return Poll::Ready(());
            }
        };
        match next {
            Some(Ok(message)) => {
                if message.is_text() || message.is_binary() {
                    self.unread = Some(Unread { message: message.into_payload(), n_read: 0 });
                } else if let Some((code, reason)) = message.as_close() {
                    let reason = reason.to_owned();
                    self.end(CloseReason::ClosedByServer { code: code.into(), reason });
                }
            }
            Some(Err(error)) => self.fail(&error),
            // A close would have come first.
            None => self.end(CloseReason::AbnormalClosure),
        }
        Poll::Ready(())
    }

    fn fail(&mut self, error: &WsError) {
        match error {
            WsError::Io(error) => self.end(broken(error.kind())),
            WsError::PayloadTooLong { .. } => {
                self.end(CloseReason::LineTooLong { limit: self.limit });
            }
            _ => self.end(CloseReason::InvalidWebSocket),
        }
    }

    fn end(&mut self, reason: CloseReason) {
        self.is_at_end = true;
        // The first reason is the one.
        let _ = self.why.set(reason);
    }
}

/// Which of these it is depends on what was on its way when the connection was cut, and on TLS.
fn broken(kind: io::ErrorKind) -> CloseReason {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, Other, UnexpectedEof};
    match kind {
        // `Other` is the end within a frame.
        ConnectionAborted | ConnectionReset | Other | UnexpectedEof => CloseReason::AbnormalClosure,
        other => CloseReason::Read(other),
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Reader<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        while buffer.remaining() > 0 {
            if let Some(unread) = this.unread.take() {
                this.unread = unread.read(buffer);
            } else if this.is_at_end {
                break;
            } else if this.poll_message(cx).is_pending() {
                match buffer.filled().len() > before {
                    true => break,
                    false => return Poll::Pending,
                }
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// Sends each line as a message, and pings, until there are no more lines and the connection is
/// closed, or nobody reads any more.
pub(super) async fn carry<S: AsyncRead + AsyncWrite + Unpin>(
    mut sink: SplitSink<WebSocketStream<S>, Message>,
    lines: DuplexStream,
    is_read: oneshot::Receiver<()>,
    interval: Duration,
) {
    let mut ticks = tokio::time::interval_at(Instant::now() + interval, interval);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut lines = BufReader::new(lines);
    tokio::select! {
        biased;
        _ = is_read => {}
        failed = send(&mut sink, &mut lines, &mut ticks) => {
            if failed.is_err() {
                // The reader knows better why.
                tokio::time::sleep(REASON_TO_COME).await;
            }
        }
    }
}

async fn send<S: AsyncRead + AsyncWrite + Unpin>(
    sink: &mut SplitSink<WebSocketStream<S>, Message>,
    lines: &mut BufReader<DuplexStream>,
    ticks: &mut Interval,
) -> Result<(), WsError> {
    // A line that has come in part stays here while a ping is sent.
    let mut line = Vec::new();
    loop {
        tokio::select! {
            biased;
            read = lines.read_until(b'\n', &mut line) => {
                if read? == 0 {
                    // Not `close()`, which would take what comes from the reader.
                    return sink.send(Message::close(Some(CloseCode::NORMAL_CLOSURE), "")).await;
                }
                line.pop();
                // The connection writes nothing but text.
                let text = String::from_utf8(std::mem::take(&mut line))
                    .unwrap_or_else(|it| String::from_utf8_lossy(it.as_bytes()).into_owned());
                let message = Message::text(text);
                match lines.buffer().is_empty() {
                    true => sink.send(message).await?,
                    false => sink.feed(message).await?,
                }
            }
            _ = ticks.tick() => sink.send(Message::ping("")).await?,
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio_websockets::{ClientBuilder, Limits};

    use super::*;

    /// A frame of a server, longer than 65,535 bytes.
    fn long_frame(text: &[u8]) -> Vec<u8> {
        let mut frame = vec![0x81, 127];
        frame.extend_from_slice(&(text.len() as u64).to_be_bytes());
        frame.extend_from_slice(text);
        frame
    }

    fn reader(stream: DuplexStream) -> (Reader<Counted<DuplexStream>>, impl Sized) {
        let limits = Limits::default().max_payload_len(None);
        let socket = ClientBuilder::new().limits(limits).take_over(Counted::new(stream));
        let (sink, stream) = socket.split();
        let options = WebSocketOptions::new("ws://127.0.0.1");
        let (reader, is_read) = Reader::new(stream, Heard::default(), Arc::default(), &options);
        (reader, (sink, is_read))
    }

    #[tokio::test]
    async fn no_room_is_kept_for_the_longest_message() {
        let (ours, mut theirs) = tokio::io::duplex(1 << 24);
        let (mut reader, _others) = reader(ours);
        let text = vec![b'x'; 4 << 20];
        let mut line = vec![0; text.len() + 1];
        for _ in 0..2 {
            theirs.write_all(&long_frame(&text)).await.unwrap();
            reader.read_exact(&mut line).await.unwrap();
            assert!(line.starts_with(&text) && line.ends_with(b"\n"));
            assert!(reader.unread.is_none());
        }
    }

    #[tokio::test]
    async fn messages_are_lines_however_little_room_there_is_for_them() {
        let messages = ["[1,\n2]", "\n", "", "[]", "\n\n{}\n"];
        let expected = "[1, 2]\n \n\n[]\n  {} \n";
        for room in 1..=expected.len() + 1 {
            let (ours, mut theirs) = tokio::io::duplex(4096);
            let (mut reader, _others) = reader(ours);
            for message in messages {
                theirs.write_all(&[0x81, message.len() as u8]).await.unwrap();
                theirs.write_all(message.as_bytes()).await.unwrap();
            }
            let (mut text, mut part) = (Vec::new(), vec![0; room]);
            while text.len() < expected.len() {
                let n_bytes = reader.read(&mut part).await.unwrap();
                // What has come is read in one go.
                assert_eq!(n_bytes, room.min(expected.len() - text.len()));
                text.extend_from_slice(&part[..n_bytes]);
            }
            assert_eq!(String::from_utf8(text).unwrap(), expected);
            assert!(reader.read(&mut part).now_or_never().is_none());
            drop(theirs);
            assert_eq!(reader.read(&mut part).await.unwrap(), 0);
        }
    }
}
