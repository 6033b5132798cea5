//! What a blocking program begins with. It starts the runtime; the rest is the asynchronous `Codex`.

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

/// An app-server; see [`Codex`](crate::Codex).
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
    /// See [`Codex::spawn`](crate::Codex::spawn).
    ///
    /// # Errors
    ///
    /// As the asynchronous one, and if there can be no runtime.
    pub fn spawn() -> Result<Self, Error> {
        Self::spawn_with(ProcessOptions::new(), Options::new())
    }

    /// See [`Codex::spawn_with`](crate::Codex::spawn_with).
    ///
    /// # Errors
    ///
    /// As the asynchronous one, and if there can be no runtime.
    pub fn spawn_with(process: ProcessOptions, options: Options) -> Result<Self, Error> {
        let codex = Self::lazy(process, options)?;
        codex.runtime.wait(codex.codex.client())?;
        Ok(codex)
    }

    /// See [`Codex::connect`](crate::Codex::connect). The transport is made inside the runtime.
    ///
    /// # Errors
    ///
    /// As the asynchronous one, and if there can be no runtime.
    pub fn connect(
        transport: impl FnOnce() -> Result<Transport, Error>,
        options: Options,
    ) -> Result<Self, Error> {
        let runtime = Runtime::start()?;
        let codex = runtime.wait(async { crate::Codex::connect(transport()?, options).await })?;
        Ok(Self { codex, runtime })
    }

    /// See [`Codex::connect_ws`](crate::Codex::connect_ws).
    ///
    /// # Errors
    ///
    /// As the asynchronous one, and if there can be no runtime.
    #[cfg(feature = "ws")]
    pub fn connect_ws(server: WebSocketOptions, options: Options) -> Result<Self, Error> {
        let runtime = Runtime::start()?;
        let codex = runtime.wait(crate::Codex::connect_ws(server, options))?;
        Ok(Self { codex, runtime })
    }

    /// See [`Codex::lazy`](crate::Codex::lazy).
    ///
    /// # Errors
    ///
    /// Fails if there can be no runtime.
    pub fn lazy(process: ProcessOptions, options: Options) -> Result<Self, Error> {
        let codex = crate::Codex::lazy(process, options);
        Ok(Self { codex, runtime: Runtime::start()? })
    }

    /// See [`Codex::lazy_with`](crate::Codex::lazy_with). The transport is made inside the runtime.
    ///
    /// # Errors
    ///
    /// Fails if there can be no runtime.
    pub fn lazy_with(
        options: Options,
        connect: impl Fn() -> Result<Transport, Error> + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let codex = crate::Codex::lazy_with(options, move || std::future::ready(connect()));
        Ok(Self { codex, runtime: Runtime::start()? })
    }

    /// See [`Codex::client`](crate::Codex::client).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn client(&self) -> Result<Client, Error> {
        let client = self.runtime.wait(self.codex.client())?;
        Ok(Client::new(client, &self.runtime))
    }

    /// See [`Codex::server_info`](crate::Codex::server_info).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn server_info(&self) -> Result<ServerInfo, Error> {
        self.runtime.wait(self.codex.server_info())
    }

    /// See [`Codex::request`](crate::Codex::request).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn request<R: ClientRequest>(&self, params: R) -> Result<R::Response, Error> {
        self.runtime.wait(self.codex.request(params))
    }

    /// See [`Codex::request_raw`](crate::Codex::request_raw).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn request_raw(&self, method: &str, params: Value) -> Result<Value, Error> {
        self.runtime.wait(self.codex.request_raw(method, params))
    }

    /// See [`Codex::events`](crate::Codex::events).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn events(&self) -> Result<Events, Error> {
        Ok(self.client()?.events())
    }

    /// See [`Codex::server_requests`](crate::Codex::server_requests).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn server_requests(&self) -> Result<ServerRequests, Error> {
        Ok(self.client()?.server_requests())
    }

    /// See [`Codex::process_id`](crate::Codex::process_id).
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        self.codex.process_id()
    }

    /// See [`Codex::shutdown`](crate::Codex::shutdown). Whoever waits in another thread gets
    /// [`Error::Closed`] at once.
    ///
    /// # Errors
    ///
    /// Fails only inside a runtime.
    pub fn shutdown(&self) -> Result<(), Error> {
        self.runtime.wait(async {
            self.codex.shutdown().await;
            Ok(())
        })
    }
}
