//! The low-level client, blocking. The async client decides what may be sent and when.

use std::time::Duration;

use codex_app_protocol::{ClientNotification, ClientRequest};
use serde_json::Value;

use crate::blocking::events::Events;
use crate::blocking::runtime::Runtime;
use crate::blocking::server_requests::ServerRequests;
use crate::blocking::turn::TurnHandle;
use crate::connection::stats::Stats;
use crate::error::Error;
use crate::event::Notification;
use crate::options::Options;
use crate::server_info::ServerInfo;
use crate::server_request::Handlers;
use crate::transport::Transport;
use crate::turn::input::TurnInput;

/// A blocking connection to an app-server; see [`Client`](crate::Client).
///
/// Clones share the connection. When the last handle is dropped, it is shut down in the background.
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

    /// Opens a connection. The first request has to be [`initialize`](Self::initialize). See
    /// [`Client::connect`](crate::Client::connect).
    ///
    /// The transport is made by a closure, which runs inside the client's runtime.
    ///
    /// # Errors
    ///
    /// The error of the closure; [`Error::Runtime`] if the runtime cannot be started;
    /// [`Error::InsideRuntime`] in an async runtime.
    pub fn connect(
        transport: impl FnOnce() -> Result<Transport, Error>,
        options: Options,
    ) -> Result<Self, Error> {
        let runtime = Runtime::start()?;
        let client = runtime.wait(async { Ok(crate::Client::connect(transport()?, options)) })?;
        Ok(Self { client, runtime })
    }

    /// Initializes the connection, and returns the server's name and version: `initialize`. See
    /// [`Client::initialize`](crate::Client::initialize).
    ///
    /// # Errors
    ///
    /// As [`Client::initialize`](crate::Client::initialize), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn initialize(&self) -> Result<ServerInfo, Error> {
        self.runtime.wait(self.client.initialize())
    }

    /// Sends a request of any method, and returns its response. See
    /// [`Client::request`](crate::Client::request).
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::Client::request), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn request<R: ClientRequest>(&self, params: R) -> Result<R::Response, Error> {
        self.runtime.wait(self.client.request(params))
    }

    /// Sends a request with a timeout of its own, or none. See
    /// [`Client::request_within`](crate::Client::request_within).
    ///
    /// # Errors
    ///
    /// As [`Client::request_within`](crate::Client::request_within), and [`Error::InsideRuntime`]
    /// in an async runtime.
    pub fn request_within<R: ClientRequest>(
        &self,
        params: R,
        timeout: Option<Duration>,
    ) -> Result<R::Response, Error> {
        self.runtime.wait(self.client.request_within(params, timeout))
    }

    /// Sends a request by the name of its method, also one that this crate does not know, and
    /// returns the result as JSON. See [`Client::request_raw`](crate::Client::request_raw).
    ///
    /// # Errors
    ///
    /// As [`Client::request_raw`](crate::Client::request_raw), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn request_raw(&self, method: &str, params: Value) -> Result<Value, Error> {
        self.runtime.wait(self.client.request_raw(method, params))
    }

    /// Sends a notification, and returns when it is written. See
    /// [`Client::notify`](crate::Client::notify).
    ///
    /// # Errors
    ///
    /// As [`Client::notify`](crate::Client::notify), and [`Error::InsideRuntime`] in an async
    /// runtime.
    pub fn notify<N: ClientNotification>(&self, params: N) -> Result<(), Error> {
        self.runtime.wait(self.client.notify(params))
    }

    /// Starts a turn: `turn/start`. See [`Client::start_turn`](crate::Client::start_turn).
    ///
    /// # Errors
    ///
    /// As [`Client::start_turn`](crate::Client::start_turn), and [`Error::InsideRuntime`] in an
    /// async runtime.
    pub fn start_turn(
        &self,
        thread_id: &str,
        input: impl Into<TurnInput>,
    ) -> Result<TurnHandle, Error> {
        let turn = self.runtime.wait(self.client.start_turn(thread_id, input))?;
        Ok(TurnHandle::new(turn, &self.runtime))
    }

    /// Returns the next notification that belongs to no turn with an open iterator or stream. See
    /// [`Client::next_notification`](crate::Client::next_notification).
    ///
    /// # Errors
    ///
    /// As [`Client::next_notification`](crate::Client::next_notification), and
    /// [`Error::InsideRuntime`] in an async runtime.
    pub fn next_notification(&self) -> Result<Notification, Error> {
        self.runtime.wait(self.client.next_notification())
    }

    /// Like [`next_notification`](Self::next_notification), with a timeout. No notification is
    /// lost.
    ///
    /// # Errors
    ///
    /// [`Error::WaitTimeout`] if none arrives in time. Otherwise as
    /// [`next_notification`](Self::next_notification).
    pub fn next_notification_within(&self, timeout: Duration) -> Result<Notification, Error> {
        self.runtime.wait_within(timeout, self.client.next_notification())
    }

    /// Returns an iterator over the events of the connection from now on. See
    /// [`Client::events`](crate::Client::events).
    #[must_use]
    pub fn events(&self) -> Events {
        Events::new(self.client.events(), &self.runtime)
    }

    /// Returns an iterator over the requests of the server, to reply to them. See
    /// [`Client::server_requests`](crate::Client::server_requests).
    #[must_use]
    pub fn server_requests(&self) -> ServerRequests {
        ServerRequests::new(self.client.server_requests(), &self.runtime)
    }

    /// Replaces the handlers for requests of the server. They run on the thread of the connection
    /// and must not block it. See [`Client::handle_requests`](crate::Client::handle_requests).
    pub fn handle_requests(&self, handlers: Handlers) {
        self.client.handle_requests(handlers);
    }

    /// Returns the counters of the connection. See [`Client::stats`](crate::Client::stats).
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.client.stats()
    }

    /// Returns whether the connection has ended. See
    /// [`Client::is_closed`](crate::Client::is_closed).
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Returns the process id of the server. See [`Client::process_id`](crate::Client::process_id).
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        self.client.process_id()
    }

    /// Ends the connection for all clones, and returns when the server is gone. All other calls
    /// that wait get [`Error::Closed`]. See [`Client::shutdown`](crate::Client::shutdown).
    ///
    /// # Errors
    ///
    /// Only [`Error::InsideRuntime`] in an async runtime.
    pub fn shutdown(&self) -> Result<(), Error> {
        self.runtime.wait(async {
            self.client.shutdown().await;
            Ok(())
        })
    }
}
