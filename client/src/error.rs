//! What can go wrong, as one type that is cheap to clone: the end of a connection reaches every
//! waiter as the same value. Its texts are one line each, without payloads and secrets.

mod questions;
mod wording;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use codex_app_protocol::{DecodeError, RpcError};

use crate::closed::Closed;
pub(crate) use crate::error::wording::OneLine;
use crate::error::wording::{because, http_status, line, mismatch, server, turn_active};
use crate::thread::ThreadRefusal;
use crate::turn_input::InvalidInput;
use crate::turn_result::{TurnFailure, TurnResult};

/// What can go wrong.
///
/// The text of an error is one line, without what was asked and answered. A few quote the server, and say
/// so here; see [errors](crate::guide::errors).
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
    /// The program could not be started.
    #[error("cannot start {program}")]
    Spawn {
        /// What was to be started.
        program: String,
        /// Why it could not be.
        #[source]
        source: Arc<std::io::Error>,
    },

    /// The program is not there. If it is installed, name its absolute path with
    /// [`ProcessOptions::program`](crate::ProcessOptions::program): a program with a user interface
    /// often has a short `PATH`, on macOS above all.
    #[error("cannot find the program {program}: install `@openai/codex`, or name its path")]
    ProgramNotFound {
        /// What was looked for.
        program: String,
        /// The directories of `PATH` that it is not in, in order; none if it is a path itself.
        tried: Vec<PathBuf>,
    },

    /// The directory to start the program in is not there.
    #[error("cannot start {program} in {}: there is no such directory", directory.display())]
    CurrentDirNotFound {
        /// What was to be started.
        program: String,
        /// The directory.
        directory: PathBuf,
    },

    /// An address that cannot be connected to. Nothing was sent.
    #[error("cannot use the address of the server: {reason}")]
    InvalidAddress {
        /// What is the matter with it.
        reason: &'static str,
    },

    /// A token would have been sent where others can read it. Nothing was sent.
    #[error("a token is not sent unencrypted to {host}: use wss://")]
    InsecureToken {
        /// Where it would have gone.
        host: String,
    },

    /// The server cannot be reached.
    #[error("cannot connect to {address}")]
    Connect {
        /// Where it should be.
        address: String,
        /// Why it cannot be reached.
        #[source]
        source: Arc<std::io::Error>,
    },

    /// Whoever answered at a `wss://` address may not be who was meant: the certificate has expired, is
    /// of another host, or nobody who is trusted has issued it. No request was sent, and no token.
    #[error("the certificate of {address} is not trusted: {}", line(reason))]
    UntrustedCertificate {
        /// Where the server should be.
        address: String,
        /// What is the matter with the certificate.
        reason: String,
    },

    /// The server wants a token, or another one. The text of this error quotes the server.
    #[error("the server does not take the token: {}", line(reason))]
    Unauthorized {
        /// What the server says.
        reason: String,
    },

    /// The server refused to speak WebSocket. The text of this error quotes the server.
    #[error("the WebSocket handshake failed{}: {}", http_status(*status), line(reason))]
    Handshake {
        /// The HTTP status; none if the answer was not HTTP.
        status: Option<u16>,
        /// What the server says.
        reason: String,
    },

    /// The connection has ended; every later call ends the same way.
    #[error(transparent)]
    Closed(Arc<Closed>),

    /// The server refused a request.
    #[error("the server refused {method}")]
    Rpc {
        /// The method of the request.
        method: Box<str>,
        /// What the server says.
        #[source]
        error: Arc<RpcError>,
    },

    /// The server is too busy and has not taken the request: it may be sent again later, see
    /// [`retry_on_overload`](crate::retry_on_overload).
    #[error("the server is too busy to take {method}")]
    Overloaded {
        /// The method of the request.
        method: Box<str>,
        /// What the server says.
        #[source]
        error: Arc<RpcError>,
    },

    /// The server refused something because of the thread that it concerns.
    #[error("thread '{}' {refusal}", line(thread_id))]
    ThreadRefused {
        /// The thread.
        thread_id: String,
        /// What is the matter with it.
        refusal: ThreadRefusal,
        /// What the server says.
        #[source]
        error: Arc<RpcError>,
    },

    /// An input that cannot be sent. Nothing was sent.
    #[error(transparent)]
    InvalidInput(InvalidInput),

    /// A login did not succeed: it was refused, cancelled, or replaced by another. The text of this error
    /// quotes the server.
    #[error("the login did not succeed{}", because(message.as_deref()))]
    LoginFailed {
        /// The login; none if it has no id, as with a key.
        login_id: Option<String>,
        /// What the server says.
        message: Option<String>,
    },

    /// The server needs an account, and there is none: log in first.
    #[error("the server needs an account, and nobody is logged in")]
    AuthRequired,

    /// The server does this for ChatGPT accounts only, and somebody else is logged in: with an API key, for
    /// example. Turns run all the same, so do not ask for another login unless the user wants this.
    #[error("{method} needs a ChatGPT account, and an account of another kind is logged in")]
    ChatgptAccountRequired {
        /// The method of the request.
        method: Box<str>,
        /// What the server says.
        #[source]
        error: Arc<RpcError>,
    },

    /// The server is too old for something, and would ignore it. Nothing was sent.
    #[error("{feature} needs server {needed} or newer, and this is {}", line(version))]
    ServerTooOld {
        /// What it is too old for.
        feature: &'static str,
        /// Which version has it.
        needed: semver::Version,
        /// Which version the server has.
        version: String,
    },

    /// The server does not know a method or a member of its params, or takes it only from clients that
    /// have opted in to the experimental API.
    #[error("{method} is not supported by {}: {hint}", server(server_version.as_deref()))]
    Unsupported {
        /// The method of the request.
        method: Box<str>,
        /// Which version the server has, if that is known.
        server_version: Option<String>,
        /// What to do about it.
        hint: Box<str>,
        /// What the server says; none if nothing was sent.
        #[source]
        error: Option<Arc<RpcError>>,
    },

    /// The server is not of the required version; see
    /// [`Options::require_version`](crate::Options::require_version).
    #[error("server {} is not the required {required}", line(version))]
    ServerVersion {
        /// Which version the server has.
        version: String,
        /// Which was required.
        required: String,
    },

    /// The client declines to be told what it lives on. Nothing was sent.
    #[error("cannot opt out of {method}: turns could not be followed without it")]
    OptOutRefused {
        /// The method of the notification.
        method: &'static str,
    },

    /// A request had a deadline, and there was no answer by then.
    #[error("no answer to {method} within {after:?}")]
    Timeout {
        /// The method of the request.
        method: Box<str>,
        /// How long was waited.
        after: Duration,
    },

    /// Params that cannot be written as JSON.
    #[error("cannot encode the params of {method}")]
    Encode {
        /// The method of the request.
        method: Box<str>,
        /// Why.
        #[source]
        source: Arc<serde_json::Error>,
    },

    /// An answer of another shape than the method's response type.
    #[error("cannot decode the response to {method}")]
    Decode {
        /// The method of the request.
        method: Box<str>,
        /// Where it differs.
        #[source]
        source: Arc<DecodeError>,
    },

    /// One line of the server was longer than the limit, and it was this answer.
    #[error("the response to {method} is longer than the limit of {limit} bytes a line")]
    ResponseTooLong {
        /// The method of the request.
        method: Box<str>,
        /// The limit.
        limit: usize,
    },

    /// The answer to `initialize` does not tell who the server is.
    #[error("initialize response missing required metadata: {missing}")]
    MissingMetadata {
        /// What is missing: the server's name, its version, or both.
        missing: &'static str,
    },

    /// A turn was to be started on a thread whose turn is still running. Nothing was sent.
    #[error("{}", turn_active(thread_id, turn_id.as_deref()))]
    TurnActive {
        /// The thread.
        thread_id: String,
        /// The turn that runs; none while the server has not yet named it.
        turn_id: Option<String>,
    },

    /// The server took a request that makes it begin a turn, and began none within half a minute. The
    /// thread is free.
    #[error("the server began no turn for {method} on thread '{}'", line(thread_id))]
    TurnNotStarted {
        /// The thread.
        thread_id: String,
        /// The method of the request.
        method: &'static str,
    },

    /// `next_notification` was called while the stream of a turn is open.
    #[error(
        "next_notification() would compete with the open stream of turn '{}' on thread '{}': read from \
         its TurnHandle instead, or drop the handle first",
        line(turn_id),
        line(thread_id)
    )]
    TurnStreamActive {
        /// The thread of an open stream.
        thread_id: String,
        /// The turn of that stream.
        turn_id: String,
    },

    /// There is no such turn running on the thread: it has ended, or has not begun.
    #[error("thread '{}' has no active turn '{}'", line(thread_id), line(turn_id))]
    NoActiveTurn {
        /// The thread.
        thread_id: String,
        /// The turn that was meant.
        turn_id: String,
    },

    /// Another turn runs on the thread than the one that was meant.
    #[error(
        "turn '{}' was meant, but turn '{}' is active on thread '{}': use the handle of that turn",
        line(expected),
        line(found),
        line(thread_id)
    )]
    OtherTurnActive {
        /// The thread.
        thread_id: String,
        /// The turn that was meant.
        expected: String,
        /// The turn that runs.
        found: String,
    },

    /// The turn takes no further input: a review or a compaction, for example.
    #[error("turn '{}' cannot be steered", line(turn_id))]
    NotSteerable {
        /// The turn.
        turn_id: String,
        /// What the server says.
        #[source]
        error: Arc<RpcError>,
    },

    /// The turn failed. What it had produced until then is in here. The text of this error is what the
    /// server says of the failure, made one line.
    #[error(transparent)]
    TurnFailed(Arc<TurnFailure>),

    /// The turn ended with a status that is neither success nor failure nor interruption.
    #[error("turn '{}' ended with an unexpected status", line(&result.id))]
    UnexpectedTurnStatus {
        /// What it had produced until then.
        result: Arc<TurnResult>,
    },

    /// The turn completed, but items of it were in lines longer than
    /// [the limit](crate::Options::max_line_bytes), or in lines that could not be read. Its answer may
    /// be one of them, so what is known of the turn is not given out as its result.
    #[error("{n_lost} items of turn '{}' were in lines that could not be used", result.id)]
    ItemsLost {
        /// What is known of the turn.
        result: Arc<TurnResult>,
        /// How many items are missing.
        n_lost: usize,
    },

    /// The end of a turn was announced in a line longer than the limit.
    #[error("the end of turn '{}' is longer than the limit of {limit} bytes a line", line(turn_id))]
    TurnEndTooLong {
        /// The turn.
        turn_id: String,
        /// The limit.
        limit: usize,
    },

    /// The final response of a turn is not of the type that was asked for. The text of this error tells
    /// where it differs, and quotes nothing.
    #[error(
        "the final response of turn '{}' is not of the type that was asked for: {}",
        line(&result.id), mismatch(error)
    )]
    InvalidOutput {
        /// What the turn has come to. The text is its `final_response`.
        result: Arc<TurnResult>,
        /// Where it differs. The text of this may quote the final response, so it is not among the
        /// sources.
        error: Arc<serde_json::Error>,
    },

    /// A turn has no final response to make a value of: it was interrupted, or the agent has said nothing
    /// but commentary.
    #[error("turn '{}' has no final response", line(&result.id))]
    NoFinalResponse {
        /// What the turn has come to.
        result: Arc<TurnResult>,
    },

    /// A type that cannot be asked for. Nothing was sent.
    #[cfg(feature = "schema")]
    #[error("the schema of {type_name} cannot be strict at {path}: {problem}")]
    SchemaNotStrict {
        /// The name of the type.
        type_name: String,
        /// The member, from the root or from the definition that has it.
        path: String,
        /// What is the matter with it.
        problem: crate::structured::SchemaProblem,
    },

    /// A tool that the server would not take because of its name. Nothing was sent.
    #[cfg(all(feature = "schema", feature = "experimental"))]
    #[error("the tool {name:?} cannot be offered: {problem}")]
    InvalidToolName {
        /// The name.
        name: String,
        /// What is the matter with it.
        problem: crate::tools::ToolNameProblem,
    },

    /// The end of a turn was announced in a line that cannot be read.
    #[error("the end of turn '{}' cannot be read", line(turn_id))]
    TurnEndInvalid {
        /// The turn.
        turn_id: String,
    },

    /// The server closed or deleted the thread of the turn.
    #[error("thread '{}' was closed", line(thread_id))]
    ThreadClosed {
        /// The thread.
        thread_id: String,
    },

    /// A blocking wait had a limit, and nothing had come by then.
    #[error("nothing came within {after:?}")]
    WaitTimeout {
        /// How long was waited.
        after: Duration,
    },

    /// A blocking call inside an asynchronous runtime, where it would stop other tasks.
    #[error("a blocking call inside an asynchronous runtime: use the asynchronous API there")]
    InsideRuntime,

    /// The runtime of the blocking API could not be started.
    #[error("cannot start the runtime of the blocking client")]
    Runtime(#[source] Arc<std::io::Error>),
}

impl From<Arc<Closed>> for Error {
    fn from(closed: Arc<Closed>) -> Self {
        Self::Closed(closed)
    }
}
