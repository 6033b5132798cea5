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
    /// A server at `ws://HOST:PORT`, at `wss://HOST:PORT` with the feature `tls`, or at the socket
    /// `unix://PATH`. Whether that can be is found out when it is connected to.
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

    /// The control socket of the server on this machine, where `codex app-server --listen unix://`
    /// puts it: below `CODEX_HOME`, or below `.codex` in the home folder.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidAddress`] if neither folder is known.
    pub fn control_socket() -> Result<Self, Error> {
        let set = |name| std::env::var_os(name).filter(|it| !it.is_empty()).map(PathBuf::from);
        let home = set("CODEX_HOME").or_else(|| set("HOME").map(|it| it.join(".codex")));
        let reason = "neither CODEX_HOME nor HOME is set";
        Self::control_socket_in(home.ok_or(Error::InvalidAddress { reason })?)
    }

    /// The control socket of the server that has this `CODEX_HOME`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidAddress`] if the path is not UTF-8.
    pub fn control_socket_in(codex_home: impl AsRef<Path>) -> Result<Self, Error> {
        let path = codex_home.as_ref().join(SOCKET);
        let path = path.to_str().ok_or(Error::InvalidAddress { reason: "it is not UTF-8" })?;
        Ok(Self::new(format!("unix://{path}")))
    }

    /// A token to be sent with the handshake: what `--ws-auth` of the server asks for. It goes only
    /// where nobody else can read it: over TLS, loopback, or the socket of a file. Elsewhere
    /// connecting fails with [`Error::InsecureToken`]. A token that the server does not take is
    /// [`Error::Unauthorized`], with its reason. It is not logged, not even at the level `trace`.
    ///
    /// A *capability token* (`--ws-auth capability-token`) is the text in the server's file, and stays
    /// good. A *signed token* (`--ws-auth signed-bearer-token`) is a JWT, signed by HS256 with the
    /// secret that the server has in a file; it must have the claim `exp`, and `iss` and `aud` as the
    /// server demands. It is looked at during the handshake only: a connection outlives its token. For
    /// whoever connects again, there is [`bearer_token_with`](Self::bearer_token_with).
    #[must_use]
    pub fn bearer_token(mut self, token: impl Into<Secret>) -> Self {
        self.token = Some(Token::Fixed(token.into()));
        self
    }

    /// The same, with a token that is made anew for each handshake: for tokens that expire. A
    /// [`Supervisor`](crate::Supervisor) then connects again after any time.
    ///
    /// The function is called by the task that connects, and must not block. To wait for a token, or
    /// to fail for want of one, connect by
    /// [`Supervisor::connect_with`](crate::Supervisor::connect_with).
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

    /// Sends the token over `ws://` to other machines too, where anybody on the way can read it. For
    /// networks that are encrypted by other means.
    #[must_use]
    pub fn dangerously_send_token_in_the_clear(mut self) -> Self {
        self.token_in_the_clear = true;
        self
    }

    /// Trusts servers with a certificate that was issued by one of these too, as PEM: the certificate
    /// authority of a company, or the certificate of one server. Those of the system are trusted in
    /// any case; where the environment has `SSL_CERT_FILE` or `SSL_CERT_DIR`, what is there counts in
    /// their place.
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

    /// How long a message may be, by default 64 MiB, or what
    /// [`Options::max_line_bytes`](crate::Options::max_line_bytes) says if a `Codex` is connected.
    /// A longer one ends the connection.
    #[must_use]
    pub fn max_message_bytes(mut self, max_message_bytes: usize) -> Self {
        self.max_message_bytes = Some(max_message_bytes);
        self
    }

    /// How long connecting may take, the handshake included; by default ten seconds.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How often the server is pinged, by default every half a minute, and at most once a
    /// millisecond; with [`Duration::MAX`], never.
    #[must_use]
    pub fn ping_interval(mut self, interval: Duration) -> Self {
        self.ping_interval = interval.clamp(Duration::from_millis(1), FOREVER);
        self
    }

    /// How long a ping may go unanswered, by default half a minute. A server of which nothing at all
    /// came for an interval and this long is taken for dead, unless it is taking in a long message;
    /// with [`Duration::MAX`], it never is.
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
        self.url.strip_prefix("unix://").map(Path::new)
    }

    /// What the handshake is for. A socket has no host: the server takes any.
    pub(super) fn uri(&self) -> Result<Uri, Error> {
        match self.unix_path() {
            Some(_) => Ok(Uri::from_static("ws://localhost/")),
            None => {
                let invalid = |_| Error::InvalidAddress { reason: "it is not a URL" };
                self.url.parse().map_err(invalid)
            }
        }
    }

    pub(super) fn address(&self) -> Result<Address<'_>, Error> {
        if let Some(path) = self.unix_path() {
            let reason = "unix:// needs a path; for the default one, use control_socket()";
            return match path.as_os_str().is_empty() {
                true => Err(Error::InvalidAddress { reason }),
                false => Ok(Address::Unix(path)),
            };
        }
        let uri = self.uri()?;
        let is_tls = match uri.scheme_str() {
            Some("ws") => false,
            Some("wss") => true,
            _ => return Err(Error::InvalidAddress { reason: "it is not ws, wss or unix" }),
        };
        let Some(authority) = uri.authority().filter(|it| !it.host().is_empty()) else {
            return Err(Error::InvalidAddress { reason: "it names no host" });
        };
        if authority.as_str().contains('@') {
            return Err(Error::InvalidAddress { reason: "it names a user: use bearer_token()" });
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
