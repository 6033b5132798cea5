//! Settings of a connection: limits, timeouts, the client's identity and capabilities. It only
//! stores them; the connection applies them.

use std::time::Duration;

use codex_app_protocol::{ClientInfo, InitializeCapabilities, ServerNotificationParams};
use semver::VersionReq;

use crate::connection::tap::{FrameDirection, Tap};
use crate::server_request::Handlers;

/// Longer than anything waits, and short enough to be added to a time on any system: some overflow after a
/// hundred years. A longer duration is cut to this.
pub(crate) const FOREVER: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// Settings of a connection: client identity, timeouts, limits, capabilities, and handlers for
/// approvals and other server requests.
///
/// Pass it to [`Codex::spawn_with`](crate::Codex::spawn_with),
/// [`Codex::connect`](crate::Codex::connect) or [`Client::connect`](crate::Client::connect). How to
/// start the server process is a separate type, [`ProcessOptions`](crate::ProcessOptions); settings
/// of a thread are in [`ThreadOptions`](crate::ThreadOptions).
///
/// | Setting | Default |
/// |---|---|
/// | [`client_info`](Self::client_info) | the name and version of this crate |
/// | [`request_timeout`](Self::request_timeout) | none |
/// | [`initialize_timeout`](Self::initialize_timeout) | 60 seconds |
/// | [`shutdown_grace`](Self::shutdown_grace) | 2 seconds |
/// | [`max_in_flight`](Self::max_in_flight) | 100 requests |
/// | [`max_line_bytes`](Self::max_line_bytes) | 64 MiB |
/// | [`experimental_api`](Self::experimental_api) | off |
/// | [`require_version`](Self::require_version) | any version |
/// | [approval policies and handlers](crate::guide::approvals) | none: approval requests are declined |
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
    /// Creates the default settings; see the table [above](Self).
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

    /// Sets the name and version that the client reports to the server in `initialize`. Defaults to
    /// the name and version of this crate.
    ///
    /// The server puts the name into its user agent.
    #[must_use]
    pub fn client_info(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        self.client_info = ClientInfo::new(name, version);
        self
    }

    /// Replaces all capabilities that the client declares in `initialize`. Defaults to none.
    ///
    /// This overwrites earlier calls of [`experimental_api`](Self::experimental_api) and
    /// [`opt_out`](Self::opt_out): call it before them.
    #[must_use]
    pub fn capabilities(mut self, capabilities: InitializeCapabilities) -> Self {
        self.capabilities = capabilities;
        self
    }

    /// Opts in to the experimental API of the server. Off by default.
    ///
    /// Without the opt-in, a request that uses an experimental method or field fails with
    /// [`Error::Unsupported`](crate::Error::Unsupported), and nothing is sent. The types of the
    /// experimental API are behind the crate feature `experimental`.
    #[must_use]
    pub fn experimental_api(mut self, experimental_api: bool) -> Self {
        self.capabilities.experimental_api = Some(experimental_api);
        self
    }

    /// Asks the server not to send one kind of notification, such as
    /// [`AccountRateLimitsUpdatedNotification`](codex_app_protocol::AccountRateLimitsUpdatedNotification).
    /// By default there is no opt-out.
    ///
    /// Notifications that this client depends on cannot be opted out of: then `initialize`, and
    /// with it connecting, fails with [`Error::OptOutRefused`](crate::Error::OptOutRefused).
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

    /// Requires a version of the server. Defaults to any version.
    ///
    /// Connecting to a server of another version, or to one whose version cannot be parsed, fails
    /// with [`Error::ServerVersionMismatch`](crate::Error::ServerVersionMismatch). A pre-release
    /// counts as the release that it leads to: `0.150.0-alpha.1` satisfies `>=0.150`.
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

    /// Calls a function with every line that is sent or received, for logging, debugging or
    /// recording.
    ///
    /// The line is passed as it is on the wire, without its line feed. Of a received line that
    /// exceeds [`max_line_bytes`](Self::max_line_bytes), only the beginning is passed. A panic of
    /// the function is caught and logged.
    ///
    /// The function runs in the tasks that read and write the connection, so it must not block. The
    /// lines are not redacted: they contain prompts, output, API keys and tokens.
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

    /// Sets the maximum length of a received line, in bytes. Defaults to 64 MiB.
    ///
    /// A longer line is discarded. A caller that waits for it gets
    /// [`Error::ResponseTooLong`](crate::Error::ResponseTooLong),
    /// [`Error::TurnEndTooLong`](crate::Error::TurnEndTooLong) or
    /// [`Error::ItemsLost`](crate::Error::ItemsLost). If it is not known who waits for it, the
    /// connection ends with [`CloseReason::LineTooLong`](crate::CloseReason::LineTooLong).
    #[must_use]
    pub fn max_line_bytes(mut self, max_line_bytes: usize) -> Self {
        self.max_line_bytes = max_line_bytes;
        self
    }

    /// Sets how many requests may be in flight (sent and not yet answered) at the same time.
    /// Defaults to 100; at least 1. Further requests wait in a queue.
    ///
    /// Keep it low: a real server that receives several hundred requests at once leaves some of
    /// them without any response.
    ///
    /// Requests whose response comes only when the command or call has ended are counted apart, up
    /// to the same number, so that they cannot block the requests that control them:
    /// `command/exec`, `mcpServer/tool/call` and `thread/sample`.
    #[must_use]
    pub fn max_in_flight(mut self, max_in_flight: usize) -> Self {
        self.max_in_flight = max_in_flight.clamp(1, tokio::sync::Semaphore::MAX_PERMITS);
        self
    }

    /// Sets the timeout of requests. By default there is none.
    ///
    /// A request that is not answered in time fails with [`Error::Timeout`](crate::Error::Timeout).
    /// The time in the queue for [`max_in_flight`](Self::max_in_flight) counts.
    ///
    /// Requests of `turn/*`, and `command/exec`, whose response comes when the command has ended,
    /// have no timeout unless it is set with
    /// [`Client::request_within`](crate::Client::request_within). For the timeout of a whole turn,
    /// see the [guide](crate::guide::cancellation#timeouts).
    #[must_use]
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = Some(timeout);
        self
    }

    /// Sets the timeout of the `initialize` request. Defaults to 60 seconds.
    #[must_use]
    pub fn initialize_timeout(mut self, timeout: Duration) -> Self {
        self.initialize_timeout = timeout;
        self
    }

    /// Sets how long a shutdown waits for the server process to exit by itself, and then again
    /// after it was asked to terminate, before the process is killed. Defaults to 2 seconds. With
    /// [`Duration::MAX`] it is never killed.
    #[must_use]
    pub fn shutdown_grace(mut self, grace: Duration) -> Self {
        self.shutdown_grace = grace.min(FOREVER);
        self
    }

    /// The timeout of a request that has none of its own.
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
