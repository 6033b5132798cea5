//! The entry point of a blocking program: starts the runtime, and wraps the async `Codex`.

mod catalog;
mod config;
mod threads;

use codex_app_protocol::ClientRequest;
use serde_json::Value;

use crate::blocking::client::Client;
use crate::blocking::events::Events;
use crate::blocking::runtime::Runtime;
use crate::blocking::server_requests::ServerRequests;
use crate::error::Error;
use crate::options::Options;
use crate::server_info::ServerInfo;
#[cfg(feature = "ws")]
use crate::transport::WebSocketOptions;
use crate::transport::{ProcessOptions, Transport};

/// A blocking handle of an app-server; see [`Codex`](crate::Codex).
///
/// Clones share the connection. When the last handle is dropped, the server is shut down in the
/// background.
///
/// # Examples
///
/// ```no_run
/// # fn example() -> Result<(), codex_app_client::Error> {
/// use codex_app_client::ThreadOptions;
/// use codex_app_client::blocking::Codex;
///
/// let codex = Codex::spawn()?;
/// let thread = codex.start_thread(ThreadOptions::default())?;
/// let result = thread.run("Summarise this repository")?;
/// println!("{}", result.final_response.unwrap_or_default());
/// codex.shutdown()
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Codex {
    pub(super) codex: crate::Codex,
    pub(super) runtime: Runtime,
}

impl Codex {
    /// Starts `codex app-server`, with `codex` from `PATH`, and initializes it. See
    /// [`Codex::spawn`](crate::Codex::spawn).
    ///
    /// # Errors
    ///
    /// As [`Codex::spawn`](crate::Codex::spawn). Also [`Error::Runtime`] if the runtime cannot be
    /// started, and [`Error::InsideRuntime`] in an async runtime.
    pub fn spawn() -> Result<Self, Error> {
        Self::spawn_with(ProcessOptions::new(), Options::new())
    }

    /// Starts an app-server with these options, and initializes it. See
    /// [`Codex::spawn_with`](crate::Codex::spawn_with).
    ///
    /// # Errors
    ///
    /// As [`Codex::spawn_with`](crate::Codex::spawn_with). Also [`Error::Runtime`] if the runtime
    /// cannot be started, and [`Error::InsideRuntime`] in an async runtime.
    pub fn spawn_with(process: ProcessOptions, options: Options) -> Result<Self, Error> {
        let codex = Self::spawn_lazy(process, options)?;
        codex.runtime.wait(codex.codex.client())?;
        Ok(codex)
    }

    /// Connects to an app-server over a transport, and initializes it. See
    /// [`Codex::connect`](crate::Codex::connect).
    ///
    /// The transport is made by a closure, which runs inside the client's runtime.
    ///
    /// # Errors
    ///
    /// As [`Codex::connect`](crate::Codex::connect). Also [`Error::Runtime`] if the runtime cannot
    /// be started, and [`Error::InsideRuntime`] in an async runtime.
    pub fn connect(
        transport: impl FnOnce() -> Result<Transport, Error>,
        options: Options,
    ) -> Result<Self, Error> {
        let runtime = Runtime::start()?;
        let codex = runtime.wait(async { crate::Codex::connect(transport()?, options).await })?;
        Ok(Self { codex, runtime })
    }

    /// Connects to an app-server over WebSocket, and initializes it. See
    /// [`Codex::connect_ws`](crate::Codex::connect_ws).
    ///
    /// # Errors
    ///
    /// As [`Codex::connect_ws`](crate::Codex::connect_ws). Also [`Error::Runtime`] if the runtime
    /// cannot be started, and [`Error::InsideRuntime`] in an async runtime.
    #[cfg(feature = "ws")]
    pub fn connect_ws(server: WebSocketOptions, options: Options) -> Result<Self, Error> {
        let runtime = Runtime::start()?;
        let codex = runtime.wait(crate::Codex::connect_ws(server, options))?;
        Ok(Self { codex, runtime })
    }

    /// Returns a handle whose app-server is started when it is first used. See
    /// [`Codex::spawn_lazy`](crate::Codex::spawn_lazy).
    ///
    /// # Errors
    ///
    /// [`Error::Runtime`] if the runtime cannot be started.
    pub fn spawn_lazy(process: ProcessOptions, options: Options) -> Result<Self, Error> {
        let codex = crate::Codex::spawn_lazy(process, options);
        Ok(Self { codex, runtime: Runtime::start()? })
    }

    /// Returns a handle that connects when it is first used. See
    /// [`Codex::connect_lazy`](crate::Codex::connect_lazy).
    ///
    /// The transport is made by a closure, which runs inside the client's runtime.
    ///
    /// # Errors
    ///
    /// [`Error::Runtime`] if the runtime cannot be started.
    pub fn connect_lazy(
        options: Options,
        connect: impl Fn() -> Result<Transport, Error> + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let codex = crate::Codex::connect_lazy(options, move || std::future::ready(connect()));
        Ok(Self { codex, runtime: Runtime::start()? })
    }

    /// Returns the low-level client, and connects first if there is no connection yet. See
    /// [`Codex::client`](crate::Codex::client).
    ///
    /// # Errors
    ///
    /// As [`Codex::client`](crate::Codex::client), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn client(&self) -> Result<Client, Error> {
        let client = self.runtime.wait(self.codex.client())?;
        Ok(Client::new(client, &self.runtime))
    }

    /// Returns the server's name, version and platform. See
    /// [`Codex::server_info`](crate::Codex::server_info).
    ///
    /// # Errors
    ///
    /// As [`Codex::server_info`](crate::Codex::server_info), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn server_info(&self) -> Result<ServerInfo, Error> {
        self.runtime.wait(self.codex.server_info())
    }

    /// Sends a request of any method, and returns its response. See
    /// [`Codex::request`](crate::Codex::request).
    ///
    /// # Errors
    ///
    /// As [`Codex::request`](crate::Codex::request), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn request<R: ClientRequest>(&self, params: R) -> Result<R::Response, Error> {
        self.runtime.wait(self.codex.request(params))
    }

    /// Sends a request by the name of its method, also one that this crate does not know, and
    /// returns the result as JSON. See [`Codex::request_raw`](crate::Codex::request_raw).
    ///
    /// # Errors
    ///
    /// As [`Codex::request_raw`](crate::Codex::request_raw), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn request_raw(&self, method: &str, params: Value) -> Result<Value, Error> {
        self.runtime.wait(self.codex.request_raw(method, params))
    }

    /// Returns an iterator over the events of the connection from now on. See
    /// [`Codex::events`](crate::Codex::events).
    ///
    /// # Errors
    ///
    /// As [`Codex::events`](crate::Codex::events), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn events(&self) -> Result<Events, Error> {
        Ok(self.client()?.events())
    }

    /// Returns an iterator over the requests of the server, to reply to them. See
    /// [`Codex::server_requests`](crate::Codex::server_requests).
    ///
    /// # Errors
    ///
    /// As [`Codex::server_requests`](crate::Codex::server_requests), and [`Error::InsideRuntime`]
    /// in an async runtime.
    pub fn server_requests(&self) -> Result<ServerRequests, Error> {
        Ok(self.client()?.server_requests())
    }

    /// Returns the process id of the server. See [`Codex::process_id`](crate::Codex::process_id).
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        self.codex.process_id()
    }

    /// Shuts the server down, and returns when it is gone. Calls that wait in other threads get
    /// [`Error::Closed`] at once. See [`Codex::shutdown`](crate::Codex::shutdown).
    ///
    /// # Errors
    ///
    /// Only [`Error::InsideRuntime`] in an async runtime.
    pub fn shutdown(&self) -> Result<(), Error> {
        self.runtime.wait(async {
            self.codex.shutdown().await;
            Ok(())
        })
    }
}
