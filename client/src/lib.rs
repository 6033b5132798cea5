//! An async (tokio) client for the [Codex](https://github.com/openai/codex) app-server.
//!
//! The app-server is the JSON-RPC server of the Codex coding agent. This crate starts a server or
//! connects to one, runs turns of the agent on many threads at once, streams their events, and
//! answers what the server asks, such as approvals. For programs without async, [`blocking`] has
//! the same API. The message types are in [`protocol`].
//!
//! # Quick start
//!
//! The program needs the server and an account (`npm install -g @openai/codex && codex login`), and
//! `tokio` with the features `macros` and `rt-multi-thread`.
//!
//! ```no_run
//! use codex_app_client::{Codex, ThreadOptions};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), codex_app_client::Error> {
//!     // Finds `codex` in `PATH`, starts `codex app-server` and initializes the connection.
//!     let codex = Codex::spawn().await?;
//!     // Fails with `Error::AuthRequired` if nobody is logged in.
//!     codex.ensure_auth().await?;
//!     let thread = codex.start_thread(ThreadOptions::default()).await?;
//!     let result = thread.run("Summarize this repository").await?;
//!     println!("{}", result.final_response.unwrap_or_default());
//!     codex.shutdown().await;
//!     Ok(())
//! }
//! ```
//!
//! To stream the response while it is written, start the turn and read its events:
//!
//! ```no_run
//! # async fn example(thread: codex_app_client::Thread) -> Result<(), codex_app_client::Error> {
//! use codex_app_client::protocol::ServerNotification;
//!
//! let mut turn = thread.start_turn("Summarize this repository").await?;
//! while let Some(event) = turn.next().await {
//!     if let ServerNotification::ItemAgentMessageDelta(delta) = event?.body {
//!         print!("{}", delta.delta.unwrap_or_default());
//!     }
//! }
//! let result = turn.wait().await?; // status, items, token usage, final response
//! # Ok(()) }
//! ```
//!
//! # Terms
//!
//! | Term | What it is | Type |
//! |---|---|---|
//! | thread | a conversation, which the server stores | [`Thread`], a handle; [`ThreadData`], what is stored |
//! | turn | one input, and everything the agent does until its final response | [`TurnHandle`], [`TurnResult`] |
//! | item | a part of a turn: a message, a command, a file change | [`protocol::ThreadItem`] |
//! | event | a notification of the server | [`Notification`], [`Event`] |
//! | server request | a question of the server, such as an approval | [`IncomingRequest`] |
//!
//! # Five things to know
//!
//! 1. **A thread runs one turn at a time.** While a turn is running, starting another on the same
//!    thread fails with [`Error::TurnActive`], and nothing is sent. Turns on different threads run
//!    concurrently on one connection.
//! 2. **The client declines what nobody answers.** If the program sets up no handler, every
//!    approval request is declined at once. But what the [`Sandbox`] allows runs without approval:
//!    the server asks only about the rest, as the [`ApprovalMode`] says. See the guide on
//!    [approvals](guide::approvals).
//! 3. **Requests and turns have no timeout by default, and the client never retries or reconnects
//!    by itself.** When the connection ends, everything that waits fails with one
//!    [`Error::Closed`]. See [timeouts](guide::cancellation#timeouts), [`retry_on_overload`] and
//!    [`Supervisor`].
//! 4. **Dropping is safe everywhere.** Dropping the future of [`Thread::run`] interrupts the turn;
//!    dropping a [`TurnHandle`] does not. Dropping the last handle shuts the server down in the
//!    background; call [`Codex::shutdown`] to wait for it. See the guide on
//!    [cancellation](guide::cancellation).
//! 5. **A slow consumer loses nothing, and delays nobody.** If a stream lags, text deltas of the same
//!    item are merged; all other events are kept. See the guide on [ordering](guide::ordering).
//!
//! # Where to go
//!
//! | To … | see |
//! |---|---|
//! | start a server process, or connect to a server | [`Codex::spawn`], [`Codex::spawn_with`], [`Codex::spawn_lazy`], [`Codex::connect`] |
//! | connect to a WebSocket or a Unix socket | [`Codex::connect_ws`] |
//! | set timeouts, limits, handlers; the program and its environment | [`Options`]; [`ProcessOptions`] |
//! | run a turn and get the final response | [`Thread::run`], [`TurnResult`] |
//! | stream the events of a turn | [`Thread::start_turn`], [`TurnHandle::next`], [ordering](guide::ordering) |
//! | send images, mentions or skills; set the model or the reasoning effort | [`TurnInput`] |
//! | set the working directory, instructions, sandbox or approval mode | [`ThreadOptions`], [`Sandbox`], [`ApprovalMode`] |
//! | interrupt (cancel) or steer a turn | [`TurnHandle::interrupt`], [`TurnHandle::steer`], [`TurnControl`], [cancellation](guide::cancellation) |
//! | approve commands and file changes, answer other server requests | [`Options::approvals`], [`Options::on_command_approval`], [`Codex::server_requests`], [approvals](guide::approvals) |
//! | resume, fork, list, archive or delete threads | [`Codex::resume_thread`], [`Thread::fork`], [`Codex::threads`], [`Thread::archive`], [`Thread::delete`] |
//! | read the history of a thread, page by page | [`Thread::turns`], [`Thread::items`], [`Pages`] |
//! | compact a thread, review code, run a shell command | [`Thread::compact`], [`Thread::start_review`], [`Thread::shell_command`] |
//! | let the server pursue a goal over several turns | [`Thread::start_goal`] |
//! | get a typed (structured) final response | [`Thread::run_as`], [`OutputSchema`], [`TurnResult::parse`] |
//! | give the model tools written in Rust (function calling) | [`Tool`], [`ToolSet`] |
//! | handle errors, retry when the server is overloaded | [`Error`], [`retry_on_overload`], [errors](guide::errors) |
//! | reconnect | [`Supervisor`] |
//! | log in and out; read rate limits and token usage | [`Codex::ensure_auth`], [`Codex::login_device_code`], [`Codex::rate_limits`]; [`TurnUsage`] |
//! | list models, skills, plugins, MCP servers; read the configuration | [`Codex::models`], [`Codex::skills`], [`Codex::plugins`], [`Codex::mcp_servers`], [`Codex::read_config`] |
//! | call any other method | [`Codex::request`], [`Codex::request_raw`] |
//! | receive every event of a thread or connection, forward raw lines | [`Thread::events`], [`Codex::events`], [`Events::next_line`] |
//! | support several server versions, use the experimental API | [server versions](guide::server_versions), [`Options::experimental_api`] |
//! | log, record or count the traffic | [`Options::on_frame`], [`Stats`] |
//! | use it without async | [`blocking`] |
//! | test a program | [`testing`] |
//!
//! The repository has example programs for most of these in `client/examples`.
//!
//! # Features
//!
//! None is enabled by default.
//!
//! | Feature | Adds |
//! |---|---|
//! | `ws` | Connections over a WebSocket (`ws://`) or a Unix socket. |
//! | `tls` | Encrypted WebSockets (`wss://`), with the certificates of the system. Enables `ws`. |
//! | `schema` | Structured output: final responses as Rust types (`Thread::run_as`). With `experimental`, also tools written in Rust. |
//! | `experimental` | The methods, fields and types of the server's experimental API. |
//! | `testing` | The module `testing`: a scripted model server on loopback, an app-server in memory, and recordings. |
//!
//! # Logging
//!
//! The crate logs with [`tracing`](https://docs.rs/tracing): spans named `request` and `turn` at
//! the level `debug`, and warnings, for example about declined approvals. They contain ids, methods
//! and durations, but neither inputs nor outputs of turns.
//!
// Links in the table above. Without the feature they lead to the table of features.
#![cfg_attr(
    feature = "schema",
    doc = "[`Thread::run_as`]: Thread::run_as\n[`OutputSchema`]: OutputSchema"
)]
#![cfg_attr(
    not(feature = "schema"),
    doc = "[`Thread::run_as`]: #features\n[`OutputSchema`]: #features"
)]
#![cfg_attr(
    all(feature = "schema", feature = "experimental"),
    doc = "[`Tool`]: Tool\n[`ToolSet`]: ToolSet"
)]
#![cfg_attr(
    not(all(feature = "schema", feature = "experimental")),
    doc = "[`Tool`]: #features\n[`ToolSet`]: #features"
)]
#![cfg_attr(feature = "testing", doc = "[`testing`]: mod@testing")]
#![cfg_attr(not(feature = "testing"), doc = "[`testing`]: #features")]
#![cfg_attr(feature = "ws", doc = "[`Codex::connect_ws`]: Codex::connect_ws")]
#![cfg_attr(not(feature = "ws"), doc = "[`Codex::connect_ws`]: #features")]
#![deny(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod account;
pub mod blocking;
#[cfg(test)]
mod cancelled;
mod client;
mod codex;
mod connection;
mod error;
mod event;
mod goal;
pub mod guide;
mod later;
mod options;
mod pages;
mod presets;
mod retry;
mod router;
mod server_info;
pub mod server_request;
#[cfg(feature = "schema")]
mod structured;
mod supervisor;
#[cfg(feature = "testing")]
pub mod testing;
mod thread;
#[cfg(all(feature = "schema", feature = "experimental"))]
mod tools;
mod transport;
mod turn;

pub use codex_app_protocol as protocol;
/// The data of a thread as the server stores it: [`protocol::Thread`] under another name, because
/// [`Thread`] is a handle. Returned by [`Thread::read`], for example.
#[doc(inline)]
pub use codex_app_protocol::Thread as ThreadData;
pub use semver::{Version, VersionReq};

pub use crate::account::{BrowserLogin, DeviceCodeLogin, LoginControl};
pub use crate::client::Client;
pub use crate::codex::{Codex, ThreadOptions};
pub use crate::connection::stats::Stats;
pub use crate::connection::tap::FrameDirection;
pub use crate::error::Error;
pub use crate::error::closed::{CloseReason, Closed};
pub use crate::event::{Event, Events, InvalidLine, InvalidLineReason, Notification};
pub use crate::goal::{GoalControl, GoalResult, GoalRun};
pub use crate::options::Options;
pub use crate::pages::{Paged, Pages};
pub use crate::presets::{ApprovalMode, Sandbox, SetApprovalMode};
pub use crate::retry::{RetryPolicy, retry_on_overload};
pub use crate::server_info::ServerInfo;
pub use crate::server_info::version::{Compat, OLDEST_TESTED_SERVER};
pub use crate::server_request::{IncomingRequest, ServerRequests};
#[cfg(feature = "schema")]
pub use crate::structured::{OutputSchema, SchemaProblem};
pub use crate::supervisor::{ReconnectPolicy, Reconnected, Supervisor};
pub use crate::thread::{NextTurn, Thread, ThreadRefusal, ThreadSnapshot};
#[cfg(all(feature = "schema", feature = "experimental"))]
pub use crate::tools::{Tool, ToolContext, ToolNameProblem, ToolOutput, ToolSet};
#[cfg(feature = "ws")]
pub use crate::transport::WebSocketOptions;
pub use crate::transport::{ProcessOptions, Transport};
pub use crate::turn::TurnHandle;
pub use crate::turn::control::TurnControl;
pub use crate::turn::final_response::final_response;
pub use crate::turn::input::{InvalidInput, TurnInput};
pub use crate::turn::result::{TurnFailure, TurnResult};
pub use crate::turn::usage::{TokenUsage, TurnUsage};

/// Plays what the bytes choose to the session and to its model.
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub fn fuzz_session(choices: &[u8]) {
    connection::session::model::play_choices(choices);
}

/// The examples of both READMEs compile and run as tests.
#[cfg(doctest)]
mod readme {
    #[doc = include_str!("../../README.md")]
    mod repository {}
    #[doc = include_str!("../README.md")]
    mod package {}
}
