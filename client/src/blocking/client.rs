//! The low-level client, blocking. What it may send and when is decided elsewhere.

use std::time::Duration;

use codex_app_protocol::{ClientNotification, ClientRequest};
use serde_json::Value;

use crate::blocking::events::Events;
use crate::blocking::runtime::Runtime;
use crate::blocking::server_requests::ServerRequests;
use crate::blocking::turn::TurnHandle;
use crate::error::Error;
use crate::event::Notification;
use crate::options::Options;
use crate::server_info::ServerInfo;
use crate::server_request::Handlers;
use crate::stats::Stats;
use crate::transport::Transport;
use crate::turn_input::TurnInput;

/// A connection to an app-server; see [`Client`](crate::Client).
///
/// # Examples
///
/// ```no_run
/// # fn example() -> Result<(), codex_app_client::Error> {
/// use codex_app_client::blocking::Client;
/// use codex_app_client::protocol::ModelListParams;
/// use codex_app_client::{Options, ProcessOptions, Transport};
///
/// let client = Client::connect(|| Transport::spawn(&ProcessOptions::new()), Options::new())?;
/// client.initialize()?;
/// let models = client.request(ModelListParams::default())?;
/// client.shutdown()
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    client: crate::Client,
    runtime: Runtime,
}

impl Client {
    pub(crate) fn new(client: crate::Client, runtime: &Runtime) -> Self {
        Self { client, runtime: runtime.clone() }
    }

    /// See [`Client::connect`](crate::Client::connect). The transport is made inside the runtime.
    ///
    /// # Errors
    ///
    /// Fails if the transport cannot be made, or there can be no runtime.
    pub fn connect(
        transport: impl FnOnce() -> Result<Transport, Error>,
        options: Options,
    ) -> Result<Self, Error> {
        let runtime = Runtime::start()?;
        let client = runtime.wait(async { Ok(crate::Client::connect(transport()?, options)) })?;
        Ok(Self { client, runtime })
    }

    /// See [`Client::initialize`](crate::Client::initialize).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn initialize(&self) -> Result<ServerInfo, Error> {
        self.runtime.wait(self.client.initialize())
    }

    /// See [`Client::request`](crate::Client::request).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn request<R: ClientRequest>(&self, params: R) -> Result<R::Response, Error> {
        self.runtime.wait(self.client.request(params))
    }

    /// See [`Client::request_within`](crate::Client::request_within).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn request_within<R: ClientRequest>(
        &self,
        params: R,
        timeout: Option<Duration>,
    ) -> Result<R::Response, Error> {
        self.runtime.wait(self.client.request_within(params, timeout))
    }

    /// See [`Client::request_raw`](crate::Client::request_raw).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn request_raw(&self, method: &str, params: Value) -> Result<Value, Error> {
        self.runtime.wait(self.client.request_raw(method, params))
    }

    /// See [`Client::notify`](crate::Client::notify).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn notify<N: ClientNotification>(&self, params: N) -> Result<(), Error> {
        self.runtime.wait(self.client.notify(params))
    }

    /// See [`Client::start_turn`](crate::Client::start_turn).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn start_turn(
        &self,
        thread_id: &str,
        input: impl Into<TurnInput>,
    ) -> Result<TurnHandle, Error> {
        let turn = self.runtime.wait(self.client.start_turn(thread_id, input))?;
        Ok(TurnHandle::new(turn, &self.runtime))
    }

    /// See [`Client::next_notification`](crate::Client::next_notification).
    ///
    /// # Errors
    ///
    /// As the asynchronous one.
    pub fn next_notification(&self) -> Result<Notification, Error> {
        self.runtime.wait(self.client.next_notification())
    }

    /// The same, for so long. Nothing is lost by it.
    ///
    /// # Errors
    ///
    /// As [`next_notification`](Self::next_notification), and [`Error::WaitTimeout`] if none comes.
    pub fn next_notification_within(&self, after: Duration) -> Result<Notification, Error> {
        self.runtime.wait_within(after, self.client.next_notification())
    }

    /// See [`Client::events`](crate::Client::events).
    #[must_use]
    pub fn events(&self) -> Events {
        Events::new(self.client.events(), &self.runtime)
    }

    /// See [`Client::server_requests`](crate::Client::server_requests).
    #[must_use]
    pub fn server_requests(&self) -> ServerRequests {
        ServerRequests::new(self.client.server_requests(), &self.runtime)
    }

    /// See [`Client::handle_requests`](crate::Client::handle_requests).
    pub fn handle_requests(&self, handlers: Handlers) {
        self.client.handle_requests(handlers);
    }

    /// See [`Client::stats`](crate::Client::stats).
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.client.stats()
    }

    /// See [`Client::is_closed`](crate::Client::is_closed).
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// See [`Client::process_id`](crate::Client::process_id).
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        self.client.process_id()
    }

    /// See [`Client::shutdown`](crate::Client::shutdown).
    ///
    /// # Errors
    ///
    /// Fails only inside a runtime.
    pub fn shutdown(&self) -> Result<(), Error> {
        self.runtime.wait(async {
            self.client.shutdown().await;
            Ok(())
        })
    }
}
