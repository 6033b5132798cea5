//! How a connection behaves: limits, deadlines, and who the client says it is.

use std::time::Duration;

use codex_app_protocol::{ClientInfo, InitializeCapabilities, ServerNotificationParams};
use semver::VersionReq;

use crate::server_request::Handlers;
use crate::tap::{FrameDirection, Tap};

/// Longer than anything waits, and short enough to be added to a time on any system: some overflow after a
/// hundred years. A longer duration is cut to this.
pub(crate) const FOREVER: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// How a connection behaves.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use codex_app_client::Options;
///
/// let options = Options::new()
///     .client_info("my-tool", "1.2.3")
///     .request_timeout(Duration::from_secs(30));
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    pub(crate) client_info: ClientInfo,
    pub(crate) capabilities: InitializeCapabilities,
    pub(crate) required_version: Option<VersionReq>,
    pub(crate) handlers: Handlers,
    pub(crate) tap: Option<Tap>,
    pub(crate) max_line_bytes: usize,
    pub(crate) max_in_flight: usize,
    pub(crate) request_timeout: Option<Duration>,
    pub(crate) initialize_timeout: Duration,
    pub(crate) shutdown_grace: Duration,
}

impl Options {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self {
            client_info: ClientInfo::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")),
            capabilities: InitializeCapabilities::default(),
            required_version: None,
            handlers: Handlers::new(),
            tap: None,
            max_line_bytes: 64 * 1024 * 1024,
            max_in_flight: 100,
            request_timeout: None,
            initialize_timeout: Duration::from_secs(60),
            shutdown_grace: Duration::from_secs(2),
        }
    }

    /// Who the client is, by default this crate.
    #[must_use]
    pub fn client_info(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        self.client_info = ClientInfo::new(name, version);
        self
    }

    /// What the client can do, by default nothing special.
    #[must_use]
    pub fn capabilities(mut self, capabilities: InitializeCapabilities) -> Self {
        self.capabilities = capabilities;
        self
    }

    /// Whether the client takes part in the experimental API, by default not. Without it, sending an
    /// experimental method fails with [`Error::Unsupported`](crate::Error::Unsupported). The types of
    /// that API are behind the feature `experimental`.
    #[must_use]
    pub fn experimental_api(mut self, experimental_api: bool) -> Self {
        self.capabilities.experimental_api = Some(experimental_api);
        self
    }

    /// Asks the server not to send a notification, such as
    /// [`AccountRateLimitsUpdatedNotification`](codex_app_protocol::AccountRateLimitsUpdatedNotification).
    /// What turns are followed by cannot be done without: then connecting fails with
    /// [`Error::OptOutRefused`](crate::Error::OptOutRefused).
    ///
    /// # Examples
    ///
    /// ```
    /// use codex_app_client::Options;
    /// use codex_app_client::protocol::AccountRateLimitsUpdatedNotification;
    ///
    /// let options = Options::new().opt_out::<AccountRateLimitsUpdatedNotification>();
    /// ```
    #[must_use]
    pub fn opt_out<N: ServerNotificationParams>(mut self) -> Self {
        let declined = self.capabilities.opt_out_notification_methods.into_option();
        let mut methods = declined.unwrap_or_default();
        methods.extend(N::METHODS.iter().map(|it| (*it).to_owned()));
        self.capabilities.opt_out_notification_methods = methods.into();
        self
    }

    /// Which versions the server may have, by default any. Connecting to another, or to one that
    /// does not tell, fails with [`Error::ServerVersion`](crate::Error::ServerVersion). A pre-release
    /// counts as the release that it leads to.
    ///
    /// # Examples
    ///
    /// ```
    /// use codex_app_client::{Options, VersionReq};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let options = Options::new().require_version(VersionReq::parse(">=0.150, <0.200")?);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn require_version(mut self, required: VersionReq) -> Self {
        self.required_version = Some(required);
        self
    }

    /// Shows every line to a function, as it is on the wire, without its line feed: for logs and
    /// recordings. It is called where lines are read and written, so it must not wait for anything.
    /// Lines hold all that users and agents say, and keys and tokens too.
    ///
    /// Of a received line that is too long, only the beginning is shown.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::atomic::{AtomicUsize, Ordering};
    ///
    /// use codex_app_client::{FrameDirection, Options};
    ///
    /// static N_RECEIVED: AtomicUsize = AtomicUsize::new(0);
    ///
    /// let options = Options::new().on_frame(|direction, line| {
    ///     if direction == FrameDirection::Received {
    ///         N_RECEIVED.fetch_add(line.len(), Ordering::Relaxed);
    ///     }
    /// });
    /// ```
    #[must_use]
    pub fn on_frame(mut self, see: impl Fn(FrameDirection, &[u8]) + Send + Sync + 'static) -> Self {
        self.tap = Some(Tap::new(see));
        self
    }

    /// How long a received line may be, by default 64 MiB.
    #[must_use]
    pub fn max_line_bytes(mut self, max_line_bytes: usize) -> Self {
        self.max_line_bytes = max_line_bytes;
        self
    }

    /// How many requests may be in flight, by default 100 and at least 1; more wait their turn. A
    /// real server that has some hundreds at once leaves some without any answer.
    ///
    /// What is answered only when it has ended is counted apart, up to the same number, so that the
    /// requests that control it need not wait for it: `command/exec`, `mcpServer/tool/call` and
    /// `thread/sample`.
    #[must_use]
    pub fn max_in_flight(mut self, max_in_flight: usize) -> Self {
        self.max_in_flight = max_in_flight.clamp(1, tokio::sync::Semaphore::MAX_PERMITS);
        self
    }

    /// How long a request may take, by default as long as it likes. Requests of `turn/*`, and
    /// `command/exec`, which is answered when the command has ended, have no deadline unless they are
    /// given one of their own.
    #[must_use]
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = Some(timeout);
        self
    }

    /// How long the server may take to introduce itself, by default a minute.
    #[must_use]
    pub fn initialize_timeout(mut self, timeout: Duration) -> Self {
        self.initialize_timeout = timeout;
        self
    }

    /// How long a process has to end by itself, and again when it was asked to terminate, before it
    /// is killed; by default two seconds. With [`Duration::MAX`], it never is.
    #[must_use]
    pub fn shutdown_grace(mut self, grace: Duration) -> Self {
        self.shutdown_grace = grace.min(FOREVER);
        self
    }

    /// The deadline of a request that is given none of its own.
    pub(crate) fn timeout_of(&self, method: &str) -> Option<Duration> {
        let is_bounded = !method.starts_with("turn/") && method != "command/exec";
        self.request_timeout.filter(|_| is_bounded)
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}
