//! Where a WebSocket server is, and how to talk to it. It connects to nothing, and never shows a
//! token, nor the parts of an address that may hold one.

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use codex_app_protocol::Secret;
use http::Uri;

use crate::error::Error;
use crate::options::FOREVER;
use crate::transport::websocket::token::Token;

/// As long as a line may be by default.
const MESSAGE_LIMIT: usize = 64 * 1024 * 1024;
const UNIX: &str = "unix://";
const SOCKET: &str = "app-server-control/app-server-control.sock";

/// How to reach an app-server that listens for WebSocket connections.
///
/// # Examples
///
/// ```no_run
/// # async fn example(token: String) -> Result<(), codex_app_client::Error> {
/// use codex_app_client::{Codex, Options, WebSocketOptions};
///
/// let server = WebSocketOptions::new("ws://127.0.0.1:4500").bearer_token(token);
/// let codex = Codex::connect_ws(server, Options::new()).await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct WebSocketOptions {
    url: String,
    pub(super) token: Option<Token>,
    #[cfg(feature = "tls")]
    pub(super) root_certificates: Vec<Vec<u8>>,
    token_in_the_clear: bool,
    max_message_bytes: Option<usize>,
    pub(super) connect_timeout: Duration,
    pub(super) ping_interval: Duration,
    pub(super) ping_timeout: Duration,
}

/// What an address names.
pub(super) enum Address<'a> {
    Unix(&'a Path),
    Tcp { host: String, port: u16, is_tls: bool },
}

impl WebSocketOptions {
    /// Connects to `ws://HOST:PORT`, to `wss://HOST:PORT` with the feature `tls`, or to the Unix
    /// socket `unix://PATH`. The URL is validated on connect.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            token: None,
            #[cfg(feature = "tls")]
            root_certificates: Vec::new(),
            token_in_the_clear: false,
            max_message_bytes: None,
            connect_timeout: Duration::from_secs(10),
            ping_interval: Duration::from_secs(30),
            ping_timeout: Duration::from_secs(30),
        }
    }

    /// Connects to the default control socket on this machine, which
    /// `codex app-server --listen unix://` creates in `$CODEX_HOME`, or in `$HOME/.codex`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidAddress`] if neither variable is set, or if the path is not UTF-8.
    pub fn control_socket() -> Result<Self, Error> {
        let set = |name| std::env::var_os(name).filter(|it| !it.is_empty()).map(PathBuf::from);
        let home = set("CODEX_HOME").or_else(|| set("HOME").map(|it| it.join(".codex")));
        let reason = "neither CODEX_HOME nor HOME is set";
        Self::control_socket_in(home.ok_or(Error::InvalidAddress { address: None, reason })?)
    }

    /// Connects to the control socket of a server with this `CODEX_HOME`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidAddress`] if the path is not UTF-8.
    pub fn control_socket_in(codex_home: impl AsRef<Path>) -> Result<Self, Error> {
        let path = codex_home.as_ref().join(SOCKET);
        match path.to_str() {
            Some(path) => Ok(Self::new(format!("unix://{path}"))),
            None => {
                let address = Some(format!("unix://{}", path.display()));
                Err(Error::InvalidAddress { address, reason: "it is not UTF-8" })
            }
        }
    }

    /// Sets the bearer token of the handshake, which a server with `--ws-auth` requires.
    ///
    /// The token is sent only over TLS, to a loopback address, or to a Unix socket. To any other
    /// address, connecting fails with [`Error::InsecureToken`]. If the server rejects the token,
    /// connecting fails with [`Error::Unauthorized`]. The token is never logged, not even at the
    /// level `trace`.
    ///
    /// * A *capability token* (`--ws-auth capability-token`) is the content of the server's token
    ///   file. It does not expire.
    /// * A *signed token* (`--ws-auth signed-bearer-token`) is a JWT, signed (HS256) with the
    ///   shared secret in the server's file. It must have the claim `exp`, and the claims `iss` and `aud`
    ///   that the server requires.
    ///
    /// The server checks the token only during the handshake: a connection stays open after its
    /// token expires. To reconnect with a new token, use
    /// [`bearer_token_with`](Self::bearer_token_with).
    #[must_use]
    pub fn bearer_token(mut self, token: impl Into<Secret>) -> Self {
        self.token = Some(Token::Fixed(token.into()));
        self
    }

    /// Like [`bearer_token`](Self::bearer_token), but calls a function for a new token before each
    /// handshake: for tokens that expire. A [`Supervisor`](crate::Supervisor) can then reconnect at
    /// any time.
    ///
    /// The function is called by the task that connects, and must not block. If getting a token is
    /// async or can fail, use
    /// [`Supervisor::connect_with`](crate::Supervisor::connect_with) instead.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # fn sign(valid_for: Duration) -> String { String::new() }
    /// use std::time::Duration;
    ///
    /// use codex_app_client::WebSocketOptions;
    ///
    /// let server = WebSocketOptions::new("wss://codex.example.com")
    ///     .bearer_token_with(|| sign(Duration::from_secs(60)));
    /// ```
    #[must_use]
    pub fn bearer_token_with<T: Into<Secret>>(
        mut self,
        token: impl Fn() -> T + Send + Sync + 'static,
    ) -> Self {
        self.token = Some(Token::Fresh(Arc::new(move || token().into())));
        self
    }

    /// Allows the token to be sent over `ws://` to other machines, where anybody on the network can
    /// read it. Use it only on networks that are encrypted by other means.
    #[must_use]
    pub fn dangerously_send_token_in_the_clear(mut self) -> Self {
        self.token_in_the_clear = true;
        self
    }

    /// Adds trusted root certificates in PEM format: of a company's certificate authority, for
    /// example, or the certificate of one server. Can be called several times.
    ///
    /// The system's root certificates are always trusted. If `SSL_CERT_FILE` or `SSL_CERT_DIR` is
    /// set in the environment, the certificates there replace those of the system.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # fn example() -> std::io::Result<()> {
    /// use codex_app_client::WebSocketOptions;
    ///
    /// let server = WebSocketOptions::new("wss://codex.example.com")
    ///     .root_certificates(std::fs::read("/etc/company/ca.pem")?);
    /// # Ok(()) }
    /// ```
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// Sets the maximum size of a received message in bytes. A longer message ends the connection.
    ///
    /// Default: with [`Codex::connect_ws`](crate::Codex::connect_ws) the value of
    /// [`Options::max_line_bytes`](crate::Options::max_line_bytes), otherwise 64 MiB.
    #[must_use]
    pub fn max_message_bytes(mut self, max_message_bytes: usize) -> Self {
        self.max_message_bytes = Some(max_message_bytes);
        self
    }

    /// Sets the timeout for connecting, including the handshake. Default: 10 seconds.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets the interval of pings to the server. Default: 30 seconds. Minimum: 1 millisecond. With
    /// [`Duration::MAX`], no pings are sent.
    #[must_use]
    pub fn ping_interval(mut self, interval: Duration) -> Self {
        self.ping_interval = interval.clamp(Duration::from_millis(1), FOREVER);
        self
    }

    /// Sets how long the client waits after a ping. Default: 30 seconds.
    ///
    /// If nothing at all is received for the [`ping_interval`](Self::ping_interval) and this time,
    /// the connection ends with [`CloseReason::PingTimeout`](crate::CloseReason::PingTimeout),
    /// unless a long message is being sent to the server. With [`Duration::MAX`], there is no
    /// timeout.
    #[must_use]
    pub fn ping_timeout(mut self, timeout: Duration) -> Self {
        self.ping_timeout = timeout.min(FOREVER);
        self
    }

    pub(crate) fn or_max_message_bytes(mut self, limit: usize) -> Self {
        self.max_message_bytes.get_or_insert(limit);
        self
    }

    pub(super) fn message_limit(&self) -> usize {
        self.max_message_bytes.unwrap_or(MESSAGE_LIMIT)
    }

    fn unix_path(&self) -> Option<&Path> {
        let (scheme, path) = self.url.split_at_checked(UNIX.len())?;
        scheme.eq_ignore_ascii_case(UNIX).then(|| Path::new(path))
    }

    /// What the handshake is for. A socket has no host: the server takes any.
    pub(super) fn uri(&self) -> Result<Uri, Error> {
        match self.unix_path() {
            Some(_) => Ok(Uri::from_static("ws://localhost/")),
            None => self.url.parse().map_err(|_| self.invalid("it is not a URL")),
        }
    }

    pub(super) fn address(&self) -> Result<Address<'_>, Error> {
        if let Some(path) = self.unix_path() {
            let reason = "unix:// needs a path; for the default one, use control_socket()";
            return match path.as_os_str().is_empty() {
                true => Err(self.invalid(reason)),
                false => Ok(Address::Unix(path)),
            };
        }
        let uri = self.uri()?;
        let is_scheme = |it: &str| uri.scheme_str().is_some_and(|is| is.eq_ignore_ascii_case(it));
        let is_tls = is_scheme("wss");
        if !is_tls && !is_scheme("ws") {
            return Err(self.invalid("it does not begin with ws://, wss:// or unix://"));
        }
        let Some(authority) = uri.authority().filter(|it| !it.host().is_empty()) else {
            return Err(self.invalid("it names no host"));
        };
        if authority.as_str().contains('@') {
            return Err(self.invalid("it names a user: use bearer_token()"));
        }
        let port = authority.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
        Ok(Address::Tcp { host: authority.host().to_owned(), port, is_tls })
    }

    /// Whether the token may be sent there, as far as the address tells.
    pub(super) fn check_token(&self) -> Result<(), Error> {
        let Address::Tcp { host, is_tls: false, .. } = self.address()? else { return Ok(()) };
        let name = host.trim_start_matches('[').trim_end_matches(']');
        match name.parse() {
            Ok(address) => self.check_peer(address),
            Err(_) if name.eq_ignore_ascii_case("localhost") => Ok(()),
            Err(_) => self.check_in_the_clear(host),
        }
    }

    /// Whether the token may be sent unencrypted to this address.
    pub(super) fn check_peer(&self, peer: IpAddr) -> Result<(), Error> {
        match peer.to_canonical().is_loopback() {
            true => Ok(()),
            false => self.check_in_the_clear(peer.to_string()),
        }
    }

    fn check_in_the_clear(&self, host: String) -> Result<(), Error> {
        match self.token.is_none() || self.token_in_the_clear {
            true => Ok(()),
            false => Err(Error::InsecureToken { host }),
        }
    }

    pub(super) fn cannot_connect(&self, error: io::Error) -> Error {
        Error::Connect { address: self.shown(), source: Arc::new(error) }
    }

    /// The error of an address that cannot be connected to.
    pub(super) fn invalid(&self, reason: &'static str) -> Error {
        Error::InvalidAddress { address: self.origin(), reason }
    }

    /// The scheme, host and port, as far as they can be told from what may be secret: a text
    /// without scheme and port may be anything, a token too.
    fn origin(&self) -> Option<String> {
        if let Some(path) = self.unix_path() {
            return Some(format!("{UNIX}{}", path.display()));
        }
        let uri = self.url.parse::<Uri>().ok()?;
        let authority = uri.authority()?;
        let (scheme, host) = (uri.scheme_str(), authority.host());
        match (scheme, authority.port_u16()) {
            (Some(scheme), Some(port)) => Some(format!("{scheme}://{host}:{port}")),
            (Some(scheme), None) => Some(format!("{scheme}://{host}")),
            (None, Some(port)) => Some(format!("{host}:{port}")),
            (None, None) => None,
        }
    }

    /// The address without what may be secret in it.
    pub(super) fn shown(&self) -> String {
        match self.address() {
            Ok(Address::Unix(path)) => path.display().to_string(),
            Ok(Address::Tcp { host, port, .. }) => format!("{host}:{port}"),
            Err(_) => "an invalid address".to_owned(),
        }
    }
}

/// Without the token, and without what else may be secret.
impl fmt::Debug for WebSocketOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("WebSocketOptions");
        debug.field("address", &self.shown()).field("has_token", &self.token.is_some());
        debug.field("ping_interval", &self.ping_interval);
        debug.field("ping_timeout", &self.ping_timeout).finish_non_exhaustive()
    }
}
