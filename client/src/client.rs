//! The low-level client: requests, notifications, and nothing that outlives a call. What threads and
//! turns need on top is built from it.

mod incoming;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use codex_app_protocol::{
    ClientNotification, ClientRequest, InitializeParams, InitializedNotification, RequestId,
    ReviewStartParams, TurnStartParams, decode, encode_notification, encode_request,
};
use serde_json::Value;
use tokio::sync::oneshot;

use crate::connection::pending::Reply;
use crate::connection::stats::Stats;
use crate::connection::{self, Reservation, Shared};
use crate::error::Error;
use crate::error::closed::CloseReason;
use crate::options::Options;
use crate::router::peek::string_at;
use crate::router::{Claim, is_unnamed};
use crate::server_info::ServerInfo;
use crate::server_info::age::{can_exclude_turns, check_turn};
use crate::server_info::capabilities::{
    about_support, check_members, check_opt_in, check_opt_outs,
};
use crate::server_info::version;
use crate::thread::about_thread;
use crate::transport::Transport;
use crate::turn::TurnHandle;
use crate::turn::input::TurnInput;

const TURN_START: &str = TurnStartParams::METHOD;
const REVIEW_START: &str = ReviewStartParams::METHOD;
/// Where a review runs that holds the thread: otherwise it has a thread of its own.
const INLINE: &str = "inline";

/// A low-level client: a connection to an app-server, with requests, notifications and events.
///
/// Most programs use [`Codex`](crate::Codex) instead, which is built on it. Clones share the
/// connection. When the last clone and every `Codex`, `Thread` and turn made from it are dropped,
/// the connection is shut down in the background.
///
/// # Invalid and excessive input from the server
///
/// * A response that no request waits for is ignored, and so is a second response to the same
///   request.
/// * A line that is not a valid message is counted in [`Stats`], reported to
///   [`events`](Self::events) and skipped. Arrays and objects may be nested 128 levels deep. If the
///   beginning of the line shows what it belongs to, a request fails with [`Error::Decode`], a turn
///   fails with [`Error::InvalidTurnEnd`], and a server request is declined.
/// * Of a line longer than [`Options::max_line_bytes`], only the beginning is kept. A request fails
///   with [`Error::ResponseTooLong`], and a turn with [`Error::TurnEndTooLong`]. If it is not known
///   what the line belongs to, the connection ends.
/// * Unknown notifications use no memory after they are read. At most 64 turns are tracked for one
///   thread, and several thousand threads that the program has not asked for.
/// * At most 1024 server requests can wait for a reply. Further ones are declined at once.
/// * Replies are queued in memory until the server reads them. This queue has no limit.
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> Result<(), codex_app_client::Error> {
/// use codex_app_client::protocol::ModelListParams;
/// use codex_app_client::{Client, Options, ProcessOptions, Transport};
///
/// let transport = Transport::spawn(&ProcessOptions::new())?;
/// let client = Client::connect(transport, Options::new());
/// client.initialize().await?;
/// let models = client.request(ModelListParams::default()).await?;
/// client.shutdown().await;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    shared: Arc<Shared>,
    options: Options,
    /// Known once it is initialised.
    server_version: OnceLock<String>,
    /// Held by whoever waits for the next notification.
    asking: tokio::sync::Mutex<()>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.shared.stop();
    }
}

impl Client {
    /// Opens a connection over a transport. Nothing is sent: the first request must be
    /// [`initialize`](Self::initialize).
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime.
    #[must_use]
    pub fn connect(transport: Transport, options: Options) -> Self {
        let client = Self::open(transport, options);
        client.shared().with(|session, _| session.router.keep_for_pull());
        client
    }

    /// The same, with nothing kept for `next_notification` before its first call.
    pub(crate) fn open(transport: Transport, options: Options) -> Self {
        let shared = connection::open(transport, &options);
        let (server_version, asking) = (OnceLock::new(), tokio::sync::Mutex::default());
        Self { inner: Arc::new(Inner { shared, options, server_version, asking }) }
    }

    /// Initializes the connection, and returns the name and version of the server: `initialize`,
    /// then `initialized`.
    ///
    /// # Errors
    ///
    /// * [`Error::MissingMetadata`] if the response has no server name or version.
    /// * [`Error::ServerVersionMismatch`] if the version does not satisfy
    ///   [`Options::require_version`].
    /// * [`Error::OptOutRefused`] if [`Options::opt_out`] names a notification that turns depend
    ///   on. Nothing is sent.
    /// * Otherwise as [`request`](Self::request), with the timeout
    ///   [`Options::initialize_timeout`].
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the connection may or may not be initialized. Open another one.
    pub async fn initialize(&self) -> Result<ServerInfo, Error> {
        let options = &self.inner.options;
        check_opt_outs(&options.capabilities)?;
        let params = InitializeParams::new(options.client_info.clone())
            .capabilities(options.capabilities.clone());
        let reply = self.reply(&params, None, Some(options.initialize_timeout)).await?;
        let info = ServerInfo::read(reply.result())?;
        version::check(&info, options.required_version.as_ref())?;
        self.inner.server_version.get_or_init(|| info.version.clone());
        self.notify(InitializedNotification).await?;
        Ok(info)
    }

    /// Sends a request of any method, and returns its response.
    ///
    /// `turn/start` and `review/start` fail with [`Error::TurnActive`] while a turn is running on
    /// the thread. To get a handle of the turn, use [`start_turn`](Self::start_turn).
    ///
    /// # Errors
    ///
    /// * [`Error::Rpc`] if the server returns an error, [`Error::Overloaded`] if it is overloaded,
    ///   or [`Error::Unsupported`] if it does not support the request.
    /// * [`Error::Encode`] if the params cannot be encoded. Nothing is sent.
    /// * [`Error::Decode`] or [`Error::ResponseTooLong`] if the response cannot be used.
    /// * [`Error::Timeout`] after [`Options::request_timeout`]. By default there is no timeout.
    /// * [`Error::Closed`] if the connection has ended.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the request may or may not have been sent. Its response is
    /// ignored.
    pub async fn request<R: ClientRequest>(&self, params: R) -> Result<R::Response, Error> {
        self.request_within(params, self.inner.options.timeout_of(R::METHOD)).await
    }

    /// Sends a request with a timeout of its own, or with none. The timeout includes the time that
    /// the request waits because of [`Options::max_in_flight`].
    ///
    /// # Errors
    ///
    /// [`Error::Timeout`] after the timeout. Otherwise as [`request`](Self::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the request may or may not have been sent. Its response is
    /// ignored.
    pub async fn request_within<R: ClientRequest>(
        &self,
        params: R,
        timeout: Option<Duration>,
    ) -> Result<R::Response, Error> {
        let reservation = self.reserve_if_start(R::METHOD, |id| encode_request(id, &params))?;
        let reply = self.reply(&params, reservation, timeout).await?;
        decode_result(R::METHOD, &reply)
    }

    /// Sends a request by the name of its method, even one that this crate does not know, and
    /// returns the result as JSON. If `params` is null, it is not sent.
    ///
    /// # Errors
    ///
    /// The same errors as [`request`](Self::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the request may or may not have been sent. Its response is
    /// ignored.
    pub async fn request_raw(&self, method: &str, params: Value) -> Result<Value, Error> {
        let encode = |id: &RequestId| encode_raw(id, method, &params);
        let reservation = self.reserve_if_start(method, encode)?;
        let timeout = self.inner.options.timeout_of(method);
        let reply = self.call(method, reservation, encode, timeout).await?;
        serde_json::from_str(reply.result()).or_else(|_| {
            decode_result::<codex_app_protocol::Json>(method, &reply).map(|it| it.to_value())
        })
    }

    /// Sends a notification, and returns once it is written.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the params cannot be encoded. [`Error::Closed`] if the connection ends
    /// before the notification is written.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the notification is still sent.
    pub async fn notify<N: ClientNotification>(&self, params: N) -> Result<(), Error> {
        let line = encode_notification(&params).map_err(|source| Error::Encode {
            method: N::METHOD.into(),
            source: Arc::new(source),
        })?;
        self.shared().send_and_wait(line).await
    }

    /// Starts a turn on a thread and returns its handle: `turn/start`. See
    /// [`Thread::start_turn`](crate::Thread::start_turn).
    ///
    /// # Errors
    ///
    /// * [`Error::TurnActive`] if a turn is already running on the thread, unless the input
    ///   [joins](TurnInput::join) it. Nothing is sent.
    /// * [`Error::InvalidInput`] if the input is not valid. Nothing is sent.
    /// * [`Error::ServerTooOld`] if the server would ignore part of the input. Nothing is sent.
    /// * [`Error::ThreadClosed`] if the program has
    ///   [unsubscribed](crate::Thread::unsubscribe) from the thread.
    /// * [`Error::ThreadRefused`] if the server refuses because of the state of the thread.
    /// * Otherwise as [`request`](Self::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before the request is sent, nothing happens. After that, the turn
    /// runs and the thread is busy until it has ended; with [`TurnInput::interrupt_on_drop`] the
    /// turn is interrupted.
    pub async fn start_turn(
        &self,
        thread_id: &str,
        input: impl Into<TurnInput>,
    ) -> Result<TurnHandle, Error> {
        let input = input.into();
        let (join, claim) = (input.join, input.claim());
        let params = input.into_start(thread_id).await?;
        if let Some(version) = self.inner.server_version.get() {
            check_turn(&params, version)?;
        }
        let reservation = self.shared().reserve(thread_id, join, claim)?;
        let turn = self.start(&params, reservation).await;
        turn.map_err(|error| about_thread(thread_id, error))
    }

    /// Sends what starts a turn on a thread that is reserved.
    pub(crate) async fn start<R: ClientRequest>(
        &self,
        params: &R,
        reservation: Reservation,
    ) -> Result<TurnHandle, Error> {
        let timeout = self.inner.options.timeout_of(R::METHOD);
        let mut reply = self.reply(params, Some(reservation), timeout).await?;
        match reply.turn.take() {
            Some(subscription) => Ok(TurnHandle::new(self.clone(), subscription)),
            None => Err(decode_result::<R::Response>(R::METHOD, &reply)
                .err()
                .unwrap_or_else(|| self.no_turn(R::METHOD))),
        }
    }

    /// Sends what makes the server begin a turn that its answer does not name, and follows that turn.
    pub(crate) async fn start_unnamed<R: ClientRequest>(
        &self,
        thread_id: &str,
        params: &R,
    ) -> Result<TurnHandle, Error> {
        let (to, begun) = oneshot::channel();
        let reservation = self.shared().reserve_unnamed(thread_id, R::METHOD, to)?;
        let timeout = self.inner.options.timeout_of(R::METHOD);
        self.reply(params, Some(reservation), timeout).await?;
        if let Ok(subscription) = begun.await {
            return Ok(TurnHandle::new(self.clone(), subscription));
        }
        self.check_open()?;
        Err(Error::TurnNotStarted { thread_id: thread_id.to_owned(), method: R::METHOD })
    }

    /// Returns the counters of the connection.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.shared().with(|session, _| session.stats())
    }

    /// Returns whether the connection has ended.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.check_open().is_err()
    }

    /// Whether the server can leave the turns out when it tells of a thread. Older ones tell all.
    pub(crate) fn leaves_turns_out(&self) -> bool {
        self.inner.server_version.get().is_some_and(|it| can_exclude_turns(it))
    }

    /// Returns the id of the server process while it runs, to send it a signal or to attach a
    /// debugger. `None` if this client did not start the server, or if it has exited: the operating
    /// system may then reuse the id.
    ///
    /// The process leads a process group of its own; see
    /// [`ProcessOptions`](crate::ProcessOptions#signals).
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        self.shared().process_id()
    }

    /// Waits until the connection has ended, and tells why.
    pub(crate) async fn ended(&self) -> Error {
        self.shared().done().await;
        self.shared().end_or(CloseReason::RuntimeGone)
    }

    /// Shuts down the connection, for all clones, and waits until the server process has exited.
    ///
    /// The server's input is closed. A process that does not exit by itself within
    /// [`Options::shutdown_grace`] is terminated, then killed. Everything that waits fails with
    /// [`Error::Closed`] at once.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the shutdown continues in the background.
    pub async fn shutdown(&self) {
        self.shared().stop();
        self.shared().done().await;
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.inner.shared
    }

    pub(crate) fn check_open(&self) -> Result<(), Error> {
        self.shared().with(|session, _| session.check_open())
    }

    pub(crate) fn no_turn(&self, method: &str) -> Error {
        let error = codex_app_protocol::RpcError::new(0, "the response names no turn");
        Error::Rpc { method: method.into(), error: Arc::new(error) }
    }

    async fn reply<R: ClientRequest>(
        &self,
        params: &R,
        reservation: Option<Reservation>,
        timeout: Option<Duration>,
    ) -> Result<Reply, Error> {
        self.call(R::METHOD, reservation, |id| encode_request(id, params), timeout).await
    }

    async fn call(
        &self,
        method: &str,
        reservation: Option<Reservation>,
        encode: impl FnOnce(&RequestId) -> Result<String, serde_json::Error>,
        timeout: Option<Duration>,
    ) -> Result<Reply, Error> {
        let version = self.inner.server_version.get();
        let capabilities = &self.inner.options.capabilities;
        check_opt_in(method, capabilities, version)?;
        let encode = |id: &RequestId| {
            let line = encode(id).map_err(|source| Error::Encode {
                method: method.into(),
                source: Arc::new(source),
            })?;
            check_members(method, &line, capabilities, version)?;
            Ok(line)
        };
        let reply = self.shared().call(method, reservation, encode);
        let outcome = match timeout {
            None => reply.await,
            Some(after) => tokio::time::timeout(after, reply)
                .await
                .unwrap_or_else(|_| Err(Error::Timeout { method: method.into(), after })),
        };
        outcome.map_err(|error| about_support(error, version))
    }

    /// A turn that is started in another way than with `start_turn` holds its thread no less.
    fn reserve_if_start(
        &self,
        method: &str,
        encode: impl FnOnce(&RequestId) -> Result<String, serde_json::Error>,
    ) -> Result<Option<Reservation>, Error> {
        let is_unnamed = is_unnamed(method);
        if !is_unnamed && method != TURN_START && method != REVIEW_START {
            return Ok(None);
        }
        let line = encode(&RequestId::Integer(0))
            .map_err(|source| Error::Encode { method: method.into(), source: Arc::new(source) })?;
        let Some(thread_id) = string_at(&line, &["params", "threadId"]) else { return Ok(None) };
        if is_unnamed {
            // Nobody waits for the turn.
            let (to, _) = oneshot::channel();
            return self.shared().reserve_unnamed(&thread_id, method, to).map(Some);
        }
        if string_at(&line, &["params", "delivery"]).is_some_and(|it| it != INLINE) {
            return Ok(None);
        }
        self.shared().reserve(&thread_id, false, Claim::Nothing).map(Some)
    }
}

fn decode_result<T: decode::Decode>(method: &str, reply: &Reply) -> Result<T, Error> {
    decode::from_str(reply.result())
        .map_err(|source| Error::Decode { method: method.into(), source: Arc::new(source) })
}

fn encode_raw(id: &RequestId, method: &str, params: &Value) -> Result<String, serde_json::Error> {
    let mut message = serde_json::Map::new();
    message.insert("id".into(), serde_json::to_value(id)?);
    message.insert("method".into(), method.into());
    if !params.is_null() {
        message.insert("params".into(), params.clone());
    }
    serde_json::to_string(&message)
}
