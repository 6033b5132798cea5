//! Carries lines between a WebSocket and a stream of bytes: one task reads, one writes and pings.
//! It looks into no line.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader, DuplexStream,
};
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{self, Message};

use crate::closed::CloseReason;
use crate::transport::close_note::CloseNote;
use crate::transport::{Transport, WebSocketOptions};

/// How much waits between the tasks.
const BUFFER: usize = 256 * 1024;
/// How long the server has to answer that the connection is closed.
const FAREWELL: Duration = Duration::from_secs(2);

type LastHeard = Arc<Mutex<Instant>>;

pub(super) fn start<S>(socket: WebSocketStream<S>, options: &WebSocketOptions) -> Transport
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (sink, stream) = socket.split();
    let (received, to_client) = tokio::io::duplex(BUFFER);
    let (from_client, sent) = tokio::io::duplex(BUFFER);
    let note = CloseNote::default();
    let last_heard = LastHeard::new(Mutex::new(Instant::now()));
    let limit = options.max_message_bytes;
    let reading =
        tokio::spawn(read(stream, to_client, note.clone(), Arc::clone(&last_heard), limit));
    let pings = (options.ping_interval, options.ping_timeout);
    let writing_note = note.clone();
    tokio::spawn(async move {
        write(sink, sent, writing_note, last_heard, pings).await;
        // The server has its say, and then there is nothing to be read any more.
        let abort = reading.abort_handle();
        if tokio::time::timeout(FAREWELL, reading).await.is_err() {
            abort.abort();
        }
    });
    let mut transport = Transport::new(received, from_client);
    transport.note = note;
    transport
}

async fn read<S>(
    mut stream: SplitStream<WebSocketStream<S>>,
    mut to_client: DuplexStream,
    note: CloseNote,
    last_heard: LastHeard,
    limit: usize,
) where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let reason = loop {
        let message = stream.next().await;
        *last_heard.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        let line = match message {
            Some(Ok(Message::Text(text))) => text,
            // Whatever else comes is no message of the protocol, or was answered already.
            Some(Ok(Message::Close(frame))) => {
                let (code, reason) = frame
                    .map_or((1005, String::new()), |it| (it.code.into(), it.reason.to_string()));
                break CloseReason::ClosedByServer { code, reason };
            }
            Some(Ok(_)) => continue,
            Some(Err(tungstenite::Error::Capacity(_))) => break CloseReason::LineTooLong { limit },
            Some(Err(tungstenite::Error::Io(error))) => break CloseReason::Read(error.kind()),
            Some(Err(_)) | None => break CloseReason::EndOfStream,
        };
        // Between the parts of a message a line feed is as good as a space; within them there is none.
        let line = match line.contains('\n') {
            true => Cow::Owned(line.replace('\n', " ")),
            false => Cow::Borrowed(line.as_str()),
        };
        let is_written = async {
            to_client.write_all(line.as_bytes()).await?;
            to_client.write_all(b"\n").await
        };
        if is_written.await.is_err() {
            break CloseReason::Shutdown;
        }
    };
    note.write(reason);
}

async fn write<S>(
    mut sink: SplitSink<WebSocketStream<S>, Message>,
    sent: DuplexStream,
    note: CloseNote,
    last_heard: LastHeard,
    (interval, timeout): (Duration, Duration),
) where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut sent = BufReader::with_capacity(BUFFER, sent);
    let mut line = String::new();
    let mut pings = tokio::time::interval_at(Instant::now() + interval, interval);
    loop {
        let message = tokio::select! {
            // What was read of a line is kept in it.
            outcome = sent.read_line(&mut line) => match outcome {
                Ok(n_bytes) if n_bytes > 0 => Message::text(std::mem::take(&mut line).trim_end()),
                _ => break,
            },
            _ = pings.tick() => {
                let silence = last_heard.lock().unwrap_or_else(PoisonError::into_inner).elapsed();
                if silence >= timeout {
                    note.write(CloseReason::PingTimeout { after: timeout });
                    break;
                }
                if silence < interval {
                    continue;
                }
                Message::Ping(Default::default())
            }
        };
        if let Err(error) = sink.send(message).await {
            if let tungstenite::Error::Io(error) = error {
                note.write(CloseReason::Write(error.kind()));
            }
            break;
        }
    }
    // The server may be gone already.
    let _ = tokio::time::timeout(FAREWELL, sink.close()).await;
}
