//! The entry point of the client: an app-server that is started or connected to, initialized once,
//! and shared.

mod catalog;
mod config;
mod start;
mod threads;

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use codex_app_protocol::{ClientRequest, ThreadStartParams};
use serde_json::Value;

use crate::client::Client;
use crate::codex::start::Inner;
use crate::error::Error;
use crate::event::Events;
use crate::options::Options;
use crate::server_info::ServerInfo;
use crate::server_request::ServerRequests;
#[cfg(feature = "ws")]
use crate::transport::WebSocketOptions;
use crate::transport::{ProcessOptions, Transport, connector};

/// The settings of a new thread, for [`Codex::start_thread`]: model, working directory, sandbox,
/// approval policy, instructions and more.
///
/// Every field is optional. A field that is not set is not sent, and the user's configuration
/// applies.
pub type ThreadOptions = ThreadStartParams;

/// A connected app-server: starts, resumes and lists threads, and sends any request.
///
/// Create it with [`spawn`](Self::spawn) (starts a process), [`spawn_lazy`](Self::spawn_lazy)
/// (starts a process on first use), or [`connect`](Self::connect) (any transport). With the feature
/// `ws`, `connect_ws` connects to a WebSocket or Unix socket.
///
/// Clones share the connection. When the last clone and every thread and turn made from it are
/// dropped, the server is shut down in the background. Call [`shutdown`](Self::shutdown) to wait
/// for that.
///
/// If the connection ends, every call fails with [`Error::Closed`]. To reconnect, use a
/// [`Supervisor`](crate::Supervisor) or create another `Codex`.
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> Result<(), codex_app_client::Error> {
/// use codex_app_client::{Codex, ThreadOptions};
///
/// let codex = Codex::spawn().await?;
/// let thread = codex.start_thread(ThreadOptions::default()).await?;
/// let result = thread.run("Summarize this repository").await?;
/// println!("{}", result.final_response.unwrap_or_default());
/// codex.shutdown().await;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Codex {
    inner: Arc<Inner>,
}

impl Codex {
    /// Starts `codex app-server` as a child process and initializes it. `codex` is looked up in
    /// `PATH`.
    ///
    /// # Errors
    ///
    /// * [`Error::ProgramNotFound`], [`Error::CurrentDirNotFound`] or [`Error::Spawn`] if the
    ///   process cannot be started;
    /// * [`Error::Closed`] if it exits before it is initialized;
    /// * [`Error::Timeout`] if it does not answer within [`Options::initialize_timeout`];
    /// * otherwise as [`Client::initialize`].
    ///
    /// After an error, the process is gone.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, what was started is shut down in the background.
    pub async fn spawn() -> Result<Self, Error> {
        Self::spawn_with(ProcessOptions::new(), Options::new()).await
    }

    /// Starts an app-server as a child process, with settings, and initializes it.
    ///
    /// # Errors
    ///
    /// The same errors as [`spawn`](Self::spawn).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, what was started is shut down in the background.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), codex_app_client::Error> {
    /// use std::time::Duration;
    ///
    /// use codex_app_client::{Codex, Options, ProcessOptions};
    ///
    /// let process = ProcessOptions::new().program("/opt/codex/bin/codex").current_dir("/home/me");
    /// let options = Options::new()
    ///     .client_info("my-tool", "1.2.3")
    ///     .request_timeout(Duration::from_secs(30));
    /// let codex = Codex::spawn_with(process, options).await?;
    /// # Ok(()) }
    /// ```
    pub async fn spawn_with(process: ProcessOptions, options: Options) -> Result<Self, Error> {
        let codex = Self::spawn_lazy(process, options);
        codex.client().await?;
        Ok(codex)
    }

    /// Initializes the app-server at the other end of a transport.
    ///
    /// # Errors
    ///
    /// * [`Error::Closed`] if the connection ends before the server is initialized;
    /// * [`Error::Timeout`] if the server does not answer within [`Options::initialize_timeout`];
    /// * otherwise as [`Client::initialize`].
    ///
    /// After an error, the connection is closed.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the connection is closed in the background.
    pub async fn connect(transport: Transport, options: Options) -> Result<Self, Error> {
        let transport = Mutex::new(Some(transport));
        let codex = Self::connect_lazy(options, move || {
            let transport = transport.lock().unwrap_or_else(PoisonError::into_inner).take();
            // There is one attempt, since a failed one leaves no `Codex`.
            let transport = transport
                .ok_or(Error::ProgramNotFound { program: String::new(), tried: Vec::new() });
            async move { transport }
        });
        codex.client().await?;
        Ok(codex)
    }

    /// Connects to an app-server that listens on a WebSocket or a Unix socket, and initializes it.
    ///
    /// # Errors
    ///
    /// The same errors as [`Transport::websocket`] and [`connect`](Self::connect). After an error,
    /// the connection is closed.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the connection is closed in the background.
    #[cfg(feature = "ws")]
    pub async fn connect_ws(server: WebSocketOptions, options: Options) -> Result<Self, Error> {
        let server = server.or_max_message_bytes(options.max_line_bytes);
        let transport = Transport::websocket(&server).await?;
        Self::connect(transport, options).await
    }

    /// Creates a handle of an app-server that is started on first use.
    ///
    /// If several tasks use it first at the same time, the server is started once. If that fails,
    /// all of them get the error, and the next use tries again.
    #[must_use]
    pub fn spawn_lazy(process: ProcessOptions, options: Options) -> Self {
        Self::connect_lazy(options, move || {
            let transport = Transport::spawn(&process);
            async move { transport }
        })
    }

    /// Creates a handle of an app-server that is connected to on first use, with a function that
    /// opens the transport. Otherwise like [`spawn_lazy`](Self::spawn_lazy).
    pub fn connect_lazy<F>(
        options: Options,
        connect: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Transport, Error>> + Send + 'static,
    {
        Self { inner: Arc::new(Inner::new(connector(connect), options)) }
    }

    /// Returns the low-level [`Client`] of the connection. Starts or connects to a
    /// [lazy](Self::spawn_lazy) server.
    ///
    /// # Errors
    ///
    /// For a lazy server, the same errors as [`spawn`](Self::spawn), or the error of the function
    /// that opens the transport. Otherwise none: if the connection has ended, the returned client
    /// reports that.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the attempt continues, for others that wait for it.
    pub async fn client(&self) -> Result<Client, Error> {
        self.inner.ready().await.map(|it| it.client)
    }

    /// Returns the name and version of the server. Starts or connects to a [lazy](Self::spawn_lazy)
    /// server.
    ///
    /// # Errors
    ///
    /// The same errors as [`client`](Self::client).
    ///
    /// # Cancel safety
    ///
    /// As [`client`](Self::client).
    pub async fn server_info(&self) -> Result<ServerInfo, Error> {
        self.inner.ready().await.map(|it| it.info)
    }

    /// Sends any request of the protocol and waits for its response. The method is determined by
    /// the type of the params.
    ///
    /// Use it for methods that have no method of their own in this crate.
    ///
    /// # Errors
    ///
    /// * [`Error::Rpc`] if the server refuses the request, [`Error::Overloaded`] if it is too busy;
    /// * [`Error::Unsupported`] if the server does not know the method, or the client has not opted
    ///   in to the experimental API;
    /// * [`Error::Timeout`] after [`Options::request_timeout`];
    /// * [`Error::Decode`] or [`Error::ResponseTooLong`] if the response cannot be used;
    /// * [`Error::Closed`] if the connection has ended or ends;
    /// * for a lazy server that is not started yet, the same errors as [`client`](Self::client);
    /// * otherwise as [`Client::request`].
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the request may already have been sent. Its response is ignored.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(codex: codex_app_client::Codex) -> Result<(), codex_app_client::Error> {
    /// use codex_app_client::protocol::ModelListParams;
    ///
    /// let response = codex.request(ModelListParams::default()).await?;
    /// # Ok(()) }
    /// ```
    pub async fn request<R: ClientRequest>(&self, params: R) -> Result<R::Response, Error> {
        self.client().await?.request(params).await
    }

    /// Sends a request by method name, with JSON params, and returns the JSON result. The method
    /// need not be known to this crate.
    ///
    /// See [`Client::request_raw`].
    ///
    /// # Errors
    ///
    /// The same errors as [`request`](Self::request).
    ///
    /// # Cancel safety
    ///
    /// As [`request`](Self::request).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example(codex: codex_app_client::Codex) -> Result<(), codex_app_client::Error> {
    /// use serde_json::json;
    ///
    /// let models = codex.request_raw("model/list", json!({ "limit": 10 })).await?;
    /// # Ok(()) }
    /// ```
    pub async fn request_raw(&self, method: &str, params: Value) -> Result<Value, Error> {
        self.client().await?.request_raw(method, params).await
    }

    /// Subscribes to the events of the connection: those that belong to no turn, and those of turns
    /// without a handle. See [`Client::events`] and the guide on
    /// [ordering](crate::guide::ordering).
    ///
    /// # Errors
    ///
    /// The same errors as [`client`](Self::client).
    ///
    /// # Cancel safety
    ///
    /// As [`client`](Self::client).
    pub async fn events(&self) -> Result<Events, Error> {
        Ok(self.client().await?.events())
    }

    /// Returns a stream of the server's requests, such as approvals, to be answered by the caller.
    /// See [`Client::server_requests`] and the guide on [approvals](crate::guide::approvals).
    ///
    /// # Errors
    ///
    /// The same errors as [`client`](Self::client).
    ///
    /// # Cancel safety
    ///
    /// As [`client`](Self::client).
    pub async fn server_requests(&self) -> Result<ServerRequests, Error> {
        Ok(self.client().await?.server_requests())
    }

    /// Returns the process id of the server; see [`Client::process_id`]. Also `None` before the
    /// server was started and initialized.
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        self.inner.process_id()
    }

    /// Shuts down the connection and the server process, for all clones, and waits until the
    /// process is gone.
    ///
    /// Every pending and every later call fails with [`Error::Closed`]. A process that does not
    /// exit by itself within [`Options::shutdown_grace`] is terminated, then killed. A
    /// [lazy](Self::spawn_lazy) server that was never used is left as it is.
    ///
    /// A start that is in progress is abandoned, and its callers get [`Error::Closed`] too.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the shutdown continues in the background.
    pub async fn shutdown(&self) {
        self.inner.shutdown().await;
    }
}
