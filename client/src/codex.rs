//! What a user begins with: an app-server that is started, initialised once, and shared.

mod catalog;
mod config;
mod start;
mod threads;

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use codex_app_protocol::{ClientRequest, ThreadStartParams};
use serde_json::Value;

use crate::client::Client;
use crate::codex::start::{Connect, Inner};
use crate::error::Error;
use crate::event::Events;
use crate::options::Options;
use crate::server_info::ServerInfo;
use crate::server_request::ServerRequests;
#[cfg(feature = "ws")]
use crate::transport::WebSocketOptions;
use crate::transport::{ProcessOptions, Transport};

/// The settings of a new thread.
pub type ThreadOptions = ThreadStartParams;

/// An app-server. Clones share it; when the last one is dropped, and with it every thread and turn,
/// the server is shut down in the background.
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> Result<(), codex_app_client::Error> {
/// use codex_app_client::{Codex, ThreadOptions};
///
/// let codex = Codex::spawn().await?;
/// let thread = codex.start_thread(ThreadOptions::default()).await?;
/// let result = thread.run("Summarise this repository").await?;
/// println!("{}", result.final_response.unwrap_or_default());
/// codex.shutdown().await;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Codex {
    inner: Arc<Inner>,
}

impl Codex {
    /// Starts `codex app-server`, with `codex` looked up in `PATH`, and initialises it.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be started, or does not initialise; then nothing of it is left.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, what was started is shut down in the background.
    pub async fn spawn() -> Result<Self, Error> {
        Self::spawn_with(ProcessOptions::new(), Options::new()).await
    }

    /// Starts an app-server and initialises it.
    ///
    /// # Errors
    ///
    /// As [`spawn`](Self::spawn).
    ///
    /// # Cancel safety
    ///
    /// As [`spawn`](Self::spawn).
    pub async fn spawn_with(process: ProcessOptions, options: Options) -> Result<Self, Error> {
        let codex = Self::lazy(process, options);
        codex.client().await?;
        Ok(codex)
    }

    /// Initialises the app-server at the other end of a transport.
    ///
    /// # Errors
    ///
    /// Fails if it does not initialise; then the connection is closed.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the connection is closed in the background.
    pub async fn connect(transport: Transport, options: Options) -> Result<Self, Error> {
        let transport = Mutex::new(Some(transport));
        let codex = Self::lazy_with(options, move || {
            let transport = transport.lock().unwrap_or_else(PoisonError::into_inner).take();
            // There is one attempt, since a failed one leaves no `Codex`.
            let transport = transport
                .ok_or(Error::ProgramNotFound { program: String::new(), tried: Vec::new() });
            async move { transport }
        });
        codex.client().await?;
        Ok(codex)
    }

    /// Connects to an app-server that listens for WebSocket connections, and initialises it.
    ///
    /// # Errors
    ///
    /// As [`Transport::websocket`], and if it does not initialise; then the connection is closed.
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

    /// An app-server that is started when it is first used. However many tasks use it first, it is
    /// started once; if that fails, they all learn why, and the next use tries again.
    #[must_use]
    pub fn lazy(process: ProcessOptions, options: Options) -> Self {
        Self::lazy_with(options, move || {
            let transport = Transport::spawn(&process);
            async move { transport }
        })
    }

    /// An app-server that is connected to when it is first used, as [`lazy`](Self::lazy) has it.
    pub fn lazy_with<F>(options: Options, connect: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Transport, Error>> + Send + 'static,
    {
        let connect: Connect = Box::new(move || Box::pin(connect()));
        Self { inner: Arc::new(Inner::new(connect, options)) }
    }

    /// The connection, which is made if there is none yet.
    ///
    /// # Errors
    ///
    /// Fails if the server cannot be started, or does not initialise.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the attempt goes on for others who wait for it.
    pub async fn client(&self) -> Result<Client, Error> {
        self.inner.ready().await.map(|it| it.client)
    }

    /// Who the server says it is.
    ///
    /// # Errors
    ///
    /// As [`client`](Self::client).
    ///
    /// # Cancel safety
    ///
    /// As [`client`](Self::client).
    pub async fn server_info(&self) -> Result<ServerInfo, Error> {
        self.inner.ready().await.map(|it| it.info)
    }

    /// Calls any method; see [`Client::request`].
    ///
    /// # Errors
    ///
    /// As [`Client::request`].
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request`].
    pub async fn request<R: ClientRequest>(&self, params: R) -> Result<R::Response, Error> {
        self.client().await?.request(params).await
    }

    /// Calls a method by name; see [`Client::request_raw`].
    ///
    /// # Errors
    ///
    /// As [`Client::request_raw`].
    ///
    /// # Cancel safety
    ///
    /// As [`Client::request_raw`].
    pub async fn request_raw(&self, method: &str, params: Value) -> Result<Value, Error> {
        self.client().await?.request_raw(method, params).await
    }

    /// What happens from now on and belongs to no turn; see [`Client::events`].
    ///
    /// # Errors
    ///
    /// As [`client`](Self::client).
    ///
    /// # Cancel safety
    ///
    /// As [`client`](Self::client).
    pub async fn events(&self) -> Result<Events, Error> {
        Ok(self.client().await?.events())
    }

    /// The requests of the server; see [`Client::server_requests`].
    ///
    /// # Errors
    ///
    /// As [`client`](Self::client).
    ///
    /// # Cancel safety
    ///
    /// As [`client`](Self::client).
    pub async fn server_requests(&self) -> Result<ServerRequests, Error> {
        Ok(self.client().await?.server_requests())
    }

    /// The id of the server's process; see [`Client::process_id`]. None before the server is
    /// initialised, too.
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        self.inner.process_id()
    }

    /// Shuts the server down, if it was started; see [`Client::shutdown`]. A start that is on its way
    /// ends at once, and fails with [`Error::Closed`].
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the shutdown goes on in the background.
    pub async fn shutdown(&self) {
        self.inner.shutdown().await;
    }
}
