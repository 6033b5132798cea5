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

use crate::capabilities::{about_support, check_members, check_opt_in, check_opt_outs};
use crate::closed::{CloseReason, Closed};
use crate::connection::{self, Reservation, Shared};
use crate::error::Error;
use crate::options::Options;
use crate::peek::string_at;
use crate::pending::{Claim, Reply};
use crate::router::is_unnamed;
use crate::server_age::{can_exclude_turns, check_turn};
use crate::server_info::ServerInfo;
use crate::server_version;
use crate::stats::Stats;
use crate::thread::about_thread;
use crate::transport::Transport;
use crate::turn::TurnHandle;
use crate::turn_input::TurnInput;

const TURN_START: &str = TurnStartParams::METHOD;
const REVIEW_START: &str = ReviewStartParams::METHOD;
/// Where a review runs that holds the thread: otherwise it has a thread of its own.
const INLINE: &str = "inline";

/// A connection to an app-server. Clones share it; when the last one is dropped, and with it every
/// `Codex`, `Thread` and turn made of it, the connection is shut down in the background.
///
/// # What a server cannot do to it
///
/// * An answer that nobody waits for, or that comes twice, is ignored. The first answer counts.
/// * A line that is no message is counted, reported to whoever [watches](Self::events), and skipped.
///   If its beginning tells that somebody waits for it, they are told: a call fails with
///   [`Error::Decode`], a turn with [`Error::InvalidTurnEnd`], and a request of the server is declined.
/// * Of a line longer than [the limit](Options::max_line_bytes) only the beginning is kept. A call
///   fails with [`Error::ResponseTooLong`], a turn with [`Error::TurnEndTooLong`]; if it cannot be told
///   who waits for it, the connection ends. Nesting deeper than 128 makes a line no message.
/// * What is not known costs nothing once it is read. A server that says it runs more than 64 turns on
///   one thread, or turns on many thousands of threads that were never asked for, is not believed.
/// * Of its requests, 1024 may wait for somebody to answer them; more are declined at once. An answer
///   waits in memory until the server reads it. That is the one thing without a limit.
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
    /// Opens a connection. Nothing is sent yet: the first request has to be
    /// [`initialize`](Self::initialize).
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
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

    /// Introduces the client, and tells who the server is.
    ///
    /// # Errors
    ///
    /// [`Error::MissingMetadata`] if the server does not tell its name and version;
    /// [`Error::ServerVersionMismatch`] if it is not of the version that the options
    /// [require](Options::require_version); [`Error::OptOutRefused`] if they
    /// [decline](Options::opt_out) what turns are followed by.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the connection may be initialised or not: open another.
    pub async fn initialize(&self) -> Result<ServerInfo, Error> {
        let options = &self.inner.options;
        check_opt_outs(&options.capabilities)?;
        let params = InitializeParams::new(options.client_info.clone())
            .capabilities(options.capabilities.clone());
        let reply = self.reply(&params, None, Some(options.initialize_timeout)).await?;
        let info = ServerInfo::read(reply.result())?;
        server_version::check(&info, options.required_version.as_ref())?;
        self.inner.server_version.get_or_init(|| info.version.clone());
        self.notify(InitializedNotification).await?;
        Ok(info)
    }

    /// Calls any method.
    ///
    /// `turn/start` obeys the guard here too: it fails while a turn runs on the thread. For a handle
    /// of the turn, use [`start_turn`](Self::start_turn).
    ///
    /// # Errors
    ///
    /// Fails if the server refuses, its answer cannot be decoded, the deadline of the
    /// [options](Options::request_timeout) passes, or the connection has ended.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the request may or may not have been sent; its answer is ignored.
    pub async fn request<R: ClientRequest>(&self, params: R) -> Result<R::Response, Error> {
        self.request_within(params, self.inner.options.timeout_of(R::METHOD)).await
    }

    /// Calls any method with a deadline of its own, or none. The time to wait for other requests
    /// counts.
    ///
    /// # Errors
    ///
    /// As [`request`](Self::request), and [`Error::Timeout`] after the deadline.
    ///
    /// # Cancel safety
    ///
    /// As [`request`](Self::request).
    pub async fn request_within<R: ClientRequest>(
        &self,
        params: R,
        timeout: Option<Duration>,
    ) -> Result<R::Response, Error> {
        let reservation = self.reserve_if_start(R::METHOD, |id| encode_request(id, &params))?;
        let reply = self.reply(&params, reservation, timeout).await?;
        decode_result(R::METHOD, &reply)
    }

    /// Calls a method by name, also one that this crate does not know. Params that are null are left
    /// out.
    ///
    /// # Errors
    ///
    /// As [`request`](Self::request).
    ///
    /// # Cancel safety
    ///
    /// As [`request`](Self::request).
    pub async fn request_raw(&self, method: &str, params: Value) -> Result<Value, Error> {
        let encode = |id: &RequestId| encode_raw(id, method, &params);
        let reservation = self.reserve_if_start(method, encode)?;
        let timeout = self.inner.options.timeout_of(method);
        let reply = self.call(method, reservation, encode, timeout).await?;
        serde_json::from_str(reply.result()).or_else(|_| {
            decode_result::<codex_app_protocol::Json>(method, &reply).map(|it| it.to_value())
        })
    }

    /// Sends a notification, and returns when it is written.
    ///
    /// # Errors
    ///
    /// Fails if the connection has ended, or ends before the notification is written.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the notification is sent all the same.
    pub async fn notify<N: ClientNotification>(&self, params: N) -> Result<(), Error> {
        let line = encode_notification(&params).map_err(|source| Error::Encode {
            method: N::METHOD.into(),
            source: Arc::new(source),
        })?;
        self.shared().send_and_wait(line).await
    }

    /// Starts a turn and follows it, from the request on.
    ///
    /// # Errors
    ///
    /// [`Error::TurnActive`] while a turn runs on the thread, [`Error::InvalidInput`] if the input
    /// cannot be sent, [`Error::ServerTooOld`] if the server would ignore some of it, all without a
    /// byte being sent; [`Error::ThreadRefused`] if the thread is the
    /// reason; otherwise as [`request`](Self::request).
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before the request is sent, nothing happens. After that the turn
    /// runs, and holds the thread until it ends; with
    /// [`interrupt_on_drop`](TurnInput::interrupt_on_drop) it is interrupted.
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

    /// What the connection has counted so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.shared().with(|session, _| session.stats())
    }

    /// Whether the connection has ended.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.check_open().is_err()
    }

    /// Whether the server can leave the turns out when it tells of a thread. Older ones tell all.
    pub(crate) fn leaves_turns_out(&self) -> bool {
        self.inner.server_version.get().is_some_and(|it| can_exclude_turns(it))
    }

    /// The id of the server's process, for as long as it runs: to send it a signal, to look it up in a
    /// task manager, or to attach a debugger. None if the server was not started here, or has exited:
    /// the system gives the id to another process then.
    ///
    /// The process leads a group of its own; see [`ProcessOptions`](crate::ProcessOptions#signals).
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        self.shared().process_id()
    }

    /// Waits until the connection has ended, and tells why.
    pub(crate) async fn ended(&self) -> Error {
        self.shared().done().await;
        let state = self.shared().with(|session, _| session.check_open());
        state.err().unwrap_or_else(|| Arc::new(Closed::new(CloseReason::RuntimeGone)).into())
    }

    /// Ends the connection, for all clones: the server's input is closed, and a process that does
    /// not end by itself is terminated, then killed. Returns when it is gone. Whoever waits for
    /// anything gets [`Error::Closed`] at once.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the shutdown goes on in the background.
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
