//! WebSocket as a transport, over any stream. It never sends a token where others could read it,
//! unless it is told to, and nothing below it may log what it carries.

mod handshake;
mod link;
mod options;
#[cfg(feature = "tls")]
mod tls;
mod token;

use std::io;
use std::sync::{Arc, OnceLock};

use futures_util::StreamExt as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_websockets::{ClientBuilder, Config, Limits};

use crate::error::Error;
use crate::transport::Transport;
#[cfg(unix)]
use crate::transport::paced::Paced;
use crate::transport::websocket::handshake::shake_hands;
use crate::transport::websocket::link::{Counted, Reader, carry};
use crate::transport::websocket::options::Address;
pub use crate::transport::websocket::options::WebSocketOptions;

/// How much of a refusal is told.
const REASON_KEPT: usize = 200;
/// How much is on its way from the connection to the task that sends.
const PIPE: usize = 64 * 1024;

impl Transport {
    /// Connects to an app-server that listens for WebSocket connections.
    ///
    /// # Errors
    ///
    /// * [`Error::InvalidAddress`], [`Error::InvalidWebSocketOptions`] or [`Error::InsecureToken`]
    ///   if the options are not valid. Nothing is sent. `wss://` without the feature `tls` is an
    ///   invalid address.
    /// * [`Error::Connect`] if no connection is established within
    ///   [`connect_timeout`](WebSocketOptions::connect_timeout).
    /// * [`Error::UntrustedCertificate`] if the server's certificate is not trusted.
    /// * [`Error::Unauthorized`] if the server rejects the token.
    /// * [`Error::Handshake`] if the server rejects the handshake for another reason.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the connection is closed.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), codex_app_client::Error> {
    /// use codex_app_client::{Client, Options, Transport, WebSocketOptions};
    ///
    /// let transport = Transport::websocket(&WebSocketOptions::control_socket()?).await?;
    /// let client = Client::connect(transport, Options::new());
    /// # Ok(()) }
    /// ```
    pub async fn websocket(options: &WebSocketOptions) -> Result<Self, Error> {
        let limit = options.connect_timeout;
        let late = |_| options.cannot_connect(io::ErrorKind::TimedOut.into());
        tokio::time::timeout(limit, connect(options)).await.map_err(late)?
    }

    /// Opens a WebSocket over a connected stream, such as a tunnel, or a pipe in a test.
    ///
    /// TLS is not used: a `wss://` address states that the stream is already encrypted.
    ///
    /// # Errors
    ///
    /// The same errors as [`websocket`](Self::websocket), except
    /// [`Error::UntrustedCertificate`].
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the stream is closed.
    pub async fn websocket_over(
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        options: &WebSocketOptions,
    ) -> Result<Self, Error> {
        options.check_token()?;
        let limit = options.connect_timeout;
        let late = |_| options.cannot_connect(io::ErrorKind::TimedOut.into());
        tokio::time::timeout(limit, open(stream, options)).await.map_err(late)?
    }
}

async fn connect(options: &WebSocketOptions) -> Result<Transport, Error> {
    options.check_token()?;
    let failed = |error| options.cannot_connect(error);
    match options.address()? {
        #[cfg(unix)]
        Address::Unix(path) => {
            let stream = tokio::net::UnixStream::connect(path).await.map_err(failed)?;
            open(Paced::new(stream), options).await
        }
        #[cfg(not(unix))]
        Address::Unix(_) => Err(failed(io::ErrorKind::Unsupported.into())),
        Address::Tcp { host, port, is_tls } => {
            if is_tls && cfg!(not(feature = "tls")) {
                return Err(options.invalid("wss:// needs the feature `tls` of codex-app-client"));
            }
            let name = host.trim_start_matches('[').trim_end_matches(']');
            let stream = TcpStream::connect((name, port)).await.map_err(failed)?;
            // A delayed request would wait for the answer to the one before.
            stream.set_nodelay(true).map_err(failed)?;
            let peer = stream.peer_addr().map_err(failed)?;
            #[cfg(unix)]
            let stream = Paced::new(stream);
            #[cfg(feature = "tls")]
            if is_tls {
                return open(tls::secure(stream, name, options).await?, options).await;
            }
            // A name such as `localhost` may have led elsewhere.
            options.check_peer(peer.ip())?;
            open(stream, options).await
        }
    }
}

/// Begins WebSocket, and starts the task that sends.
async fn open(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    options: &WebSocketOptions,
) -> Result<Transport, Error> {
    let stream = shake_hands(stream, options).await?;
    let stream = Counted::new(stream);
    let heard = stream.heard();
    let limits = Limits::default().max_payload_len(Some(options.message_limit()));
    // A message is one frame, however long.
    let config = Config::default().frame_size(usize::MAX);
    let socket = ClientBuilder::new().limits(limits).config(config).take_over(stream);
    let (sink, stream) = socket.split();
    let why = Arc::new(OnceLock::new());
    let (reader, is_read) = Reader::new(stream, heard, Arc::clone(&why), options);
    let (write, lines) = tokio::io::duplex(PIPE);
    tokio::spawn(carry(sink, lines, is_read, options.ping_interval));
    Ok(Transport { read: Box::new(reader), write: Box::new(write), process: None, why })
}

/// The first line of what others say, and not too much of it.
fn one_line(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    line.chars().filter(|it| !it.is_control()).take(REASON_KEPT).collect()
}
