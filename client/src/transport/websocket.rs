//! A server that listens: how it is reached over a WebSocket, with which token, and what it says if
//! it does not let one in.

mod carry;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use codex_app_protocol::Secret;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::http::{HeaderValue, Uri, header::AUTHORIZATION};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, http};

use crate::error::Error;
use crate::transport::Transport;

/// Where the server listens in its home, if it is told `unix://` and no more.
const CONTROL_SOCKET: &str = "app-server-control/app-server-control.sock";
/// How much of what a server says of a refusal is kept.
const MOST_OF_A_REASON: usize = 200;

/// How to reach a server that listens on a WebSocket: `codex app-server --listen ws://…`.
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> Result<(), codex_app_client::Error> {
/// use codex_app_client::{Codex, Options, Transport, WebSocketOptions};
///
/// let server = WebSocketOptions::new("ws://127.0.0.1:4500").bearer_token("token");
/// let codex = Codex::connect(Transport::websocket(&server).await?, Options::new()).await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct WebSocketOptions {
    url: String,
    token: Option<Secret>,
    is_token_forced: bool,
    max_message_bytes: usize,
    connect_timeout: Duration,
    ping_interval: Duration,
    ping_timeout: Duration,
}

impl WebSocketOptions {
    /// The server at a `ws://` URL.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            token: None,
            is_token_forced: false,
            max_message_bytes: 64 * 1024 * 1024,
            connect_timeout: Duration::from_secs(10),
            ping_interval: Duration::from_secs(20),
            ping_timeout: Duration::from_secs(60),
        }
    }

    /// The token with which the server lets one in: the capability token that it was started with, or
    /// a signed one. It is sent only to this machine; see
    /// [`send_token_unencrypted`](Self::send_token_unencrypted).
    #[must_use]
    pub fn bearer_token(mut self, token: impl Into<Secret>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Sends the token to another machine too, where everybody on the way can read it.
    #[must_use]
    pub fn send_token_unencrypted(mut self) -> Self {
        self.is_token_forced = true;
        self
    }

    /// How long a received message may be, by default 64 MiB. A longer one ends the connection.
    #[must_use]
    pub fn max_message_bytes(mut self, max_message_bytes: usize) -> Self {
        self.max_message_bytes = max_message_bytes;
        self
    }

    /// How long connecting may take, by default ten seconds.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// After how long a silence the server is pinged, by default 20 seconds, and how long it may be
    /// silent at all, by default a minute: then the connection ends.
    #[must_use]
    pub fn ping(mut self, interval: Duration, timeout: Duration) -> Self {
        self.ping_interval = interval.max(Duration::from_millis(1));
        self.ping_timeout = timeout;
        self
    }

    fn config(&self) -> WebSocketConfig {
        WebSocketConfig::default()
            .max_message_size(Some(self.max_message_bytes))
            .max_frame_size(Some(self.max_message_bytes))
    }

    /// The request that opens the connection.
    fn request(&self, is_private: bool) -> Result<Request, Error> {
        let invalid = || Error::InvalidUrl { url: self.url.clone() };
        let mut request = self.url.as_str().into_client_request().map_err(|_| invalid())?;
        if let Some(token) = &self.token {
            if !is_private && !self.is_token_forced {
                return Err(Error::TokenNotSent);
            }
            let value = format!("Bearer {}", token.expose());
            let mut value = HeaderValue::try_from(value).map_err(|_| Error::InvalidToken)?;
            value.set_sensitive(true);
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        Ok(request)
    }
}

impl Transport {
    /// Connects to a server that listens on a WebSocket.
    ///
    /// # Errors
    ///
    /// [`Error::Connect`] if nobody listens there; [`Error::Unauthorized`] if the token is missing or
    /// wrong; [`Error::Handshake`] if the server refuses otherwise; [`Error::TokenNotSent`] if the
    /// token would go to another machine unencrypted, before anything is sent;
    /// [`Error::InvalidUrl`] and [`Error::InvalidToken`] if these cannot be used.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the connection is closed.
    pub async fn websocket(options: &WebSocketOptions) -> Result<Self, Error> {
        let invalid = || Error::InvalidUrl { url: options.url.clone() };
        let url: Uri = options.url.parse().map_err(|_| invalid())?;
        let host = url.host().filter(|_| url.scheme_str() == Some("ws")).ok_or_else(invalid)?;
        let request = options.request(is_loopback(host))?;
        let address = (host.trim_matches(['[', ']']), url.port_u16().unwrap_or(80));
        let connect = async {
            let stream =
                TcpStream::connect(address).await.map_err(|it| failed(&options.url, it))?;
            // Lines are short, and somebody waits for each.
            stream.set_nodelay(true).map_err(|it| failed(&options.url, it))?;
            open(stream, request, options).await
        };
        within(options, connect).await
    }

    /// Speaks WebSocket over a stream that is connected already, one that encrypts for example.
    /// The token is sent whatever the stream is.
    ///
    /// # Errors
    ///
    /// As [`websocket`](Self::websocket), without those of connecting.
    ///
    /// # Cancel safety
    ///
    /// As [`websocket`](Self::websocket).
    pub async fn websocket_over(
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        options: &WebSocketOptions,
    ) -> Result<Self, Error> {
        within(options, open(stream, options.request(true)?, options)).await
    }

    /// Connects to a server that listens on a Unix socket: `codex app-server --listen unix://PATH`.
    /// Without a path, to where it listens if it is told none: in `CODEX_HOME`, or else in `~/.codex`.
    ///
    /// # Errors
    ///
    /// As [`websocket`](Self::websocket).
    ///
    /// # Cancel safety
    ///
    /// As [`websocket`](Self::websocket).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), codex_app_client::Error> {
    /// use codex_app_client::{Codex, Options, Transport};
    ///
    /// let codex = Codex::connect(Transport::unix_socket(None).await?, Options::new()).await?;
    /// # Ok(()) }
    /// ```
    #[cfg(unix)]
    pub async fn unix_socket(path: Option<&Path>) -> Result<Self, Error> {
        let path = path.map_or_else(control_socket, Path::to_owned);
        let options = WebSocketOptions::new("ws://localhost/");
        let stream = tokio::net::UnixStream::connect(&path)
            .await
            .map_err(|it| failed(&path.display().to_string(), it))?;
        Self::websocket_over(stream, &options).await
    }
}

/// Where a server listens that is told no path.
#[cfg(unix)]
fn control_socket() -> PathBuf {
    let home = std::env::var_os("CODEX_HOME").filter(|it| !it.is_empty()).map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".codex")));
    home.unwrap_or_default().join(CONTROL_SOCKET)
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|it| it.is_loopback())
}

async fn within(
    options: &WebSocketOptions,
    connect: impl Future<Output = Result<Transport, Error>>,
) -> Result<Transport, Error> {
    let outcome = tokio::time::timeout(options.connect_timeout, connect).await;
    outcome.unwrap_or_else(|_| Err(failed(&options.url, std::io::ErrorKind::TimedOut.into())))
}

async fn open<S>(
    stream: S,
    request: Request,
    options: &WebSocketOptions,
) -> Result<Transport, Error>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let config = Some(options.config());
    match tokio_tungstenite::client_async_with_config(request, stream, config).await {
        Ok((socket, _)) => Ok(carry::start(socket, options)),
        Err(error) => Err(refused(&options.url, error)),
    }
}

fn failed(server: &str, error: std::io::Error) -> Error {
    Error::Connect { server: server.to_owned(), source: Arc::new(error) }
}

fn refused(server: &str, error: tungstenite::Error) -> Error {
    match error {
        tungstenite::Error::Http(response) => {
            let reason = Reason(&response).to_string();
            match response.status() {
                http::StatusCode::UNAUTHORIZED => Error::Unauthorized { reason },
                status => Error::Handshake { status: Some(status.as_u16()), reason },
            }
        }
        tungstenite::Error::Io(error) => failed(server, error),
        // What it says is of the protocol, and holds nothing that was sent.
        error => Error::Handshake { status: None, reason: error.to_string() },
    }
}

/// What a server says of a refusal.
struct Reason<'a>(&'a http::Response<Option<Vec<u8>>>);

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = self.0.body().as_deref().unwrap_or_default();
        let text = String::from_utf8_lossy(&body[..body.len().min(MOST_OF_A_REASON)]);
        match text.lines().next().map(str::trim).filter(|it| !it.is_empty()) {
            Some(line) => f.write_str(line),
            None => f.write_str(self.0.status().canonical_reason().unwrap_or("no reason")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, WebSocketOptions, is_loopback};

    #[test]
    fn a_token_goes_to_this_machine_only_unless_one_insists() {
        let options = WebSocketOptions::new("ws://example.com").bearer_token("secret");
        assert!(matches!(options.request(false), Err(Error::TokenNotSent)));
        assert!(options.clone().send_token_unencrypted().request(false).is_ok());
        let request = options.request(true).unwrap();
        for text in [format!("{options:?}"), format!("{request:?}")] {
            assert!(!text.contains("secret"), "{text}");
        }
        let broken = WebSocketOptions::new("ws://localhost").bearer_token("line\nfeed");
        assert!(matches!(broken.request(true), Err(Error::InvalidToken)));
    }

    #[test]
    fn this_machine_has_many_names() {
        for host in ["localhost", "127.0.0.1", "127.8.9.1", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["example.com", "10.0.0.1", "localhost.example.com", "127.0.0.1.example.com"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
