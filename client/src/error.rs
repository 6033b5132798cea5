//! The error type of the client. It is cheap to clone: the end of a connection reaches every waiter
//! as the same value. Each text is one line, without payloads and secrets.

pub(crate) mod closed;
mod questions;
mod wording;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use codex_app_protocol::{DecodeError, RpcError};

use crate::error::closed::Closed;
pub(crate) use crate::error::wording::OneLine;
use crate::error::wording::{because, http_status, line, mismatch, server, shown, turn_active};
use crate::thread::ThreadRefusal;
use crate::turn::input::InvalidInput;
use crate::turn::result::{TurnFailure, TurnResult};

/// The error type of this crate. It can be cloned and matched.
///
/// Which error to expect and how to react to it is in the guide: [errors](crate::guide::errors).
/// Useful methods: [`is_overloaded`](Self::is_overloaded), [`is_closed`](Self::is_closed),
/// [`rpc`](Self::rpc) for the server's own error object, [`turn_failure`](Self::turn_failure) and
/// [`thread_refusal`](Self::thread_refusal).
///
/// The text of an error is one line, and contains neither inputs nor outputs of a turn. The few
/// variants whose text quotes the server say so.
///
/// # Examples
///
/// ```
/// use codex_app_client::Error;
///
/// let error = Error::TurnActive { thread_id: "t1".into(), turn_id: Some("u1".into()) };
/// assert!(error.to_string().starts_with("thread 't1' already has active turn 'u1'"));
/// ```
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system could not start the program.
    #[error("cannot start {program}")]
    Spawn {
        /// The program.
        program: String,
        /// The error of the operating system.
        #[source]
        source: Arc<std::io::Error>,
    },

    /// The program was not found.
    ///
    /// If it is installed, set its absolute path with
    /// [`ProcessOptions::program`](crate::ProcessOptions::program): a program with a graphical user
    /// interface often has a short `PATH`, especially on macOS.
    #[error("cannot find the program {program}: install `@openai/codex`, or set its path")]
    ProgramNotFound {
        /// The name or path of the program.
        program: String,
        /// The directories of `PATH` that were searched, in order. Empty if the program was given
        /// as a path.
        tried: Vec<PathBuf>,
    },

    /// The working directory for the program does not exist; see
    /// [`ProcessOptions::current_dir`](crate::ProcessOptions::current_dir).
    #[error("cannot start {program} in {}: no such directory", directory.display())]
    CurrentDirNotFound {
        /// The program.
        program: String,
        /// The directory.
        directory: PathBuf,
    },

    /// The address of the server is not valid, or its scheme needs a feature that is not enabled.
    /// Nothing was sent.
    #[error("invalid server address{}: {reason}", shown(address.as_deref()))]
    InvalidAddress {
        /// The scheme, host and port of the address, or the path of a Unix socket, as far as they
        /// are known. User information, the path of a URL and the query may contain secrets, and
        /// are left out.
        address: Option<String>,
        /// Why it is not valid.
        reason: &'static str,
    },

    /// An option of a WebSocket is not valid: the token cannot be in an HTTP header, or a root
    /// certificate is not PEM. Nothing was sent.
    #[error("invalid WebSocket options: {reason}")]
    InvalidWebSocketOptions {
        /// Why it is not valid.
        reason: &'static str,
    },

    /// A bearer token would have been sent over an unencrypted connection. Nothing was sent.
    #[error("refused to send a token unencrypted to {host}: use wss://")]
    InsecureToken {
        /// The host of the server.
        host: String,
    },

    /// The connection to the server could not be established.
    #[error("cannot connect to {address}")]
    Connect {
        /// The address of the server.
        address: String,
        /// The cause.
        #[source]
        source: Arc<std::io::Error>,
    },

    /// The TLS certificate of a `wss://` server was rejected: it has expired, is for another host,
    /// or was not issued by a trusted authority. Neither a request nor a token was sent.
    #[error("the certificate of {address} is not trusted: {}", line(reason))]
    UntrustedCertificate {
        /// The address of the server.
        address: String,
        /// Why the certificate was rejected.
        reason: String,
    },

    /// The server rejected the bearer token, or requires one. The text of this error quotes the
    /// server.
    #[error("the server rejected the token: {}", line(reason))]
    Unauthorized {
        /// What the server says.
        reason: String,
    },

    /// The server rejected the WebSocket handshake. The text of this error quotes the server.
    #[error("the WebSocket handshake failed{}: {}", http_status(*status), line(reason))]
    Handshake {
        /// The HTTP status of the response. `None` if the response was not HTTP.
        status: Option<u16>,
        /// What the server says.
        reason: String,
    },

    /// The connection has ended. Every pending and every later call fails with this same error.
    ///
    /// The client does not reconnect by itself; see [`Supervisor`](crate::Supervisor). The text of
    /// this error quotes the reason that the server gave, and the last line of its standard error.
    #[error(transparent)]
    Closed(Arc<Closed>),

    /// The server returned a JSON-RPC error to a request.
    ///
    /// The server uses one code, -32600, for nearly everything: read the message in `error`. Errors
    /// with a known meaning have variants of their own.
    #[error("the server refused {method}")]
    Rpc {
        /// The method of the request.
        method: Box<str>,
        /// The error object of the server.
        #[source]
        error: Arc<RpcError>,
    },

    /// The server is overloaded and did not accept the request (code -32001). It is safe to retry;
    /// see [`retry_on_overload`](crate::retry_on_overload).
    #[error("the server is overloaded and did not accept {method}")]
    Overloaded {
        /// The method of the request.
        method: Box<str>,
        /// The error object of the server.
        #[source]
        error: Arc<RpcError>,
    },

    /// The server refused a request because of the state of the thread: not found, archived, not
    /// loaded, open in another process.
    #[error("thread '{}' {refusal}", line(thread_id))]
    ThreadRefused {
        /// The id of the thread.
        thread_id: String,
        /// The reason.
        refusal: ThreadRefusal,
        /// The error object of the server.
        #[source]
        error: Arc<RpcError>,
    },

    /// The input of a turn is not valid. Nothing was sent.
    #[error(transparent)]
    InvalidInput(InvalidInput),

    /// A login failed: it was refused, cancelled, or replaced by another. The text of this error
    /// quotes the server.
    #[error("login failed{}", because(message.as_deref()))]
    LoginFailed {
        /// The id of the login. `None` if it has none, as with an API key.
        login_id: Option<String>,
        /// What the server says.
        message: Option<String>,
    },

    /// The server requires an account, and nobody is logged in.
    ///
    /// Log in with [`Codex::login_device_code`](crate::Codex::login_device_code),
    /// [`Codex::login_chatgpt`](crate::Codex::login_chatgpt) or
    /// [`Codex::login_api_key`](crate::Codex::login_api_key).
    #[error("not logged in: the server requires an account")]
    AuthRequired,

    /// The request requires a ChatGPT account, and another kind of account is logged in, such as an
    /// API key.
    ///
    /// Turns run all the same. Do not ask the user to log in again unless this request is needed.
    #[error("{method} requires a ChatGPT account, but another kind of account is logged in")]
    ChatgptAccountRequired {
        /// The method of the request.
        method: Box<str>,
        /// The error object of the server.
        #[source]
        error: Arc<RpcError>,
    },

    /// The server is too old for something in the request, and would silently ignore it. Nothing
    /// was sent.
    #[error("{feature} requires server {required} or newer, but this is {}", line(version))]
    ServerTooOld {
        /// What the server is too old for.
        feature: &'static str,
        /// The oldest server version that supports it.
        required: semver::Version,
        /// The version of the server.
        version: String,
    },

    /// The server does not know the method, or the method or one of its fields belongs to the
    /// experimental API and the client has not [opted in](crate::Options::experimental_api).
    #[error("{method} is not supported by {}: {hint}", server(server_version.as_deref()))]
    Unsupported {
        /// The method of the request.
        method: Box<str>,
        /// The version of the server, if it is known.
        server_version: Option<String>,
        /// What to do about it: which release has the method, or how to opt in.
        hint: Box<str>,
        /// The error object of the server. `None` if nothing was sent.
        #[source]
        error: Option<Arc<RpcError>>,
    },

    /// The version of the server does not satisfy
    /// [`Options::require_version`](crate::Options::require_version).
    #[error("server {} does not satisfy the required version {required}", line(version))]
    ServerVersionMismatch {
        /// The version of the server.
        version: String,
        /// The requirement.
        required: String,
    },

    /// [`Options::opt_out`](crate::Options::opt_out) names a notification that this client depends
    /// on. Nothing was sent.
    #[error("cannot opt out of {method}: this client depends on it")]
    OptOutRefused {
        /// The method of the notification.
        method: &'static str,
    },

    /// A request timed out. The server may have carried it out all the same.
    ///
    /// See [`Options::request_timeout`](crate::Options::request_timeout).
    #[error("{method} timed out after {after:?}")]
    Timeout {
        /// The method of the request, or of the notification that was waited for.
        method: Box<str>,
        /// The timeout.
        after: Duration,
    },

    /// The params of a request cannot be encoded as JSON. Nothing was sent.
    #[error("cannot encode the params of {method}")]
    Encode {
        /// The method of the request.
        method: Box<str>,
        /// The cause.
        #[source]
        source: Arc<serde_json::Error>,
    },

    /// The response to a request cannot be decoded: it does not have the shape of the method's
    /// response type, or its line is not valid JSON or UTF-8.
    ///
    /// [`Codex::request_raw`](crate::Codex::request_raw) returns a valid response of any shape as
    /// JSON.
    #[error("cannot decode the response to {method}")]
    Decode {
        /// The method of the request.
        method: Box<str>,
        /// Where the response differs, as a path.
        #[source]
        source: Arc<DecodeError>,
    },

    /// The response to a request is in a line that exceeds
    /// [`Options::max_line_bytes`](crate::Options::max_line_bytes).
    #[error("the response to {method} exceeds the limit of {limit} bytes per line")]
    ResponseTooLong {
        /// The method of the request.
        method: Box<str>,
        /// The limit in bytes.
        limit: usize,
    },

    /// The response to `initialize` does not contain the server's name and version.
    #[error("initialize response missing required metadata: {missing}")]
    MissingMetadata {
        /// What is missing: the server's name, its version, or both.
        missing: &'static str,
    },

    /// A turn is already running on the thread, or is being started. Nothing was sent.
    ///
    /// A thread runs one turn at a time. Wait for that turn
    /// ([`Thread::wait_idle`](crate::Thread::wait_idle)), steer or interrupt it
    /// ([`Thread::active_turn`](crate::Thread::active_turn)), or use another thread.
    #[error("{}", turn_active(thread_id, turn_id.as_deref()))]
    TurnActive {
        /// The id of the thread.
        thread_id: String,
        /// The id of the running turn. `None` while the server has not named it yet.
        turn_id: Option<String>,
    },

    /// The server accepted a request that makes it start a turn, such as
    /// [`Thread::compact`](crate::Thread::compact), but started none within 30 seconds. The thread
    /// is free again.
    #[error("the server started no turn for {method} on thread '{}'", line(thread_id))]
    TurnNotStarted {
        /// The id of the thread.
        thread_id: String,
        /// The method of the request.
        method: &'static str,
    },

    /// [`Client::next_notification`](crate::Client::next_notification) was called while the event
    /// stream of a turn is open.
    #[error(
        "next_notification() would compete with the open stream of turn '{}' on thread '{}': read from \
         its TurnHandle instead, or drop the handle first",
        line(turn_id),
        line(thread_id)
    )]
    TurnStreamActive {
        /// The id of the thread of an open stream.
        thread_id: String,
        /// The id of the turn of that stream.
        turn_id: String,
    },

    /// The turn is not running: it has ended, or never began.
    #[error("thread '{}' has no active turn '{}'", line(thread_id), line(turn_id))]
    NoActiveTurn {
        /// The id of the thread.
        thread_id: String,
        /// The id of the turn.
        turn_id: String,
    },

    /// Another turn than the expected one is running on the thread.
    #[error(
        "expected turn '{}' to be active, but found turn '{}' on thread '{}': use the handle of that turn",
        line(expected),
        line(found),
        line(thread_id)
    )]
    OtherTurnActive {
        /// The id of the thread.
        thread_id: String,
        /// The id of the expected turn.
        expected: String,
        /// The id of the running turn.
        found: String,
    },

    /// The turn does not accept further input, as reviews and compactions do not.
    #[error("turn '{}' cannot be steered", line(turn_id))]
    TurnNotSteerable {
        /// The id of the turn.
        turn_id: String,
        /// The error object of the server.
        #[source]
        error: Arc<RpcError>,
    },

    /// The turn failed. The [`TurnFailure`] has the reason, and everything the turn produced until
    /// then.
    ///
    /// The text of this error is the server's own message, on one line.
    #[error(transparent)]
    TurnFailed(Arc<TurnFailure>),

    /// The turn ended with a status other than completed, failed or interrupted.
    #[error("turn '{}' ended with an unexpected status", line(&result.id))]
    UnexpectedTurnStatus {
        /// Everything the turn produced.
        result: Arc<TurnResult>,
    },

    /// The turn ended, but some of its items were in lines that could not be used: too long (see
    /// [`Options::max_line_bytes`](crate::Options::max_line_bytes)), or not decodable.
    ///
    /// One of them may be the final response, so this is not reported as success.
    #[error("{lost_count} items of turn '{}' were lost in lines that could not be used", line(&result.id))]
    ItemsLost {
        /// What is known of the turn.
        result: Arc<TurnResult>,
        /// The number of missing items.
        lost_count: usize,
    },

    /// The `turn/completed` notification of the turn is in a line that exceeds
    /// [`Options::max_line_bytes`](crate::Options::max_line_bytes).
    #[error(
        "turn/completed of turn '{}' exceeds the limit of {limit} bytes per line",
        line(turn_id)
    )]
    TurnEndTooLong {
        /// The id of the turn.
        turn_id: String,
        /// The limit in bytes.
        limit: usize,
    },

    /// The final response of a turn does not match the requested type.
    ///
    /// The text of this error says where (line and column), and quotes nothing.
    #[error(
        "the final response of turn '{}' does not match the requested type: {}",
        line(&result.id), mismatch(error)
    )]
    InvalidOutput {
        /// The result of the turn. The text that did not match is its
        /// [`final_response`](TurnResult::final_response).
        result: Arc<TurnResult>,
        /// The cause. Its text may quote the final response, so it is not among the sources of this
        /// error.
        error: Arc<serde_json::Error>,
    },

    /// The turn has no final response to parse: it was interrupted, or has only commentary.
    #[error("turn '{}' has no final response", line(&result.id))]
    NoFinalResponse {
        /// The result of the turn.
        result: Arc<TurnResult>,
    },

    /// The output type or tool argument type has no strict JSON Schema. Nothing was sent.
    ///
    /// See `OutputSchema` for the types that are supported.
    #[cfg(feature = "schema")]
    #[error("{type_name} has no strict JSON Schema at {path}: {problem}")]
    SchemaNotStrict {
        /// The name of the type.
        type_name: String,
        /// The path of the field, from the root or from the definition that contains it.
        path: String,
        /// Why it has no strict schema.
        problem: crate::structured::SchemaProblem,
    },

    /// The server would reject a tool because of its name. Nothing was sent.
    #[cfg(all(feature = "schema", feature = "experimental"))]
    #[error("invalid tool name {name:?}: {problem}")]
    InvalidToolName {
        /// The name.
        name: String,
        /// Why it would be rejected.
        problem: crate::tools::ToolNameProblem,
    },

    /// The `turn/completed` notification of the turn cannot be decoded.
    #[error("cannot decode turn/completed of turn '{}'", line(turn_id))]
    InvalidTurnEnd {
        /// The id of the turn.
        turn_id: String,
    },

    /// The thread was closed or deleted by the server, or the program has
    /// [unsubscribed](crate::Thread::unsubscribe) from it. To use it again,
    /// [resume](crate::Codex::resume_thread) it.
    #[error("thread '{}' is closed or unsubscribed", line(thread_id))]
    ThreadClosed {
        /// The id of the thread.
        thread_id: String,
    },

    /// A [blocking](crate::blocking) call with a time limit (`…_within`) timed out. Nothing is
    /// lost: it can be called again.
    #[error("timed out after {after:?}")]
    WaitTimeout {
        /// The time limit.
        after: Duration,
    },

    /// A [blocking](crate::blocking) call was made inside an async runtime, where it would block
    /// other tasks.
    #[error("blocking call inside an async runtime: use the async API instead")]
    InsideRuntime,

    /// The tokio runtime of the [blocking](crate::blocking) API could not be started.
    #[error("cannot start the runtime of the blocking client")]
    Runtime(#[source] Arc<std::io::Error>),
}
