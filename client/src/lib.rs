//! A tokio client for the Codex app-server.
//!
//! It adds to the messages of [`protocol`] what a schema cannot say: which events belong to which
//! turn, that a thread runs one turn at a time, which message is the answer, and that whatever the
//! server asks is answered.
//!
//! ```no_run
//! # async fn example() -> Result<(), codex_app_client::Error> {
//! use codex_app_client::{Codex, ThreadOptions};
//!
//! let codex = Codex::spawn().await?; // finds `codex`, starts `codex app-server`, initialises
//! codex.ensure_auth().await?; // says at once if nobody is logged in
//! let thread = codex.start_thread(ThreadOptions::default()).await?;
//! let result = thread.run("Summarise this repository").await?;
//! println!("{}", result.final_response.unwrap_or_default());
//! # Ok(()) }
//! ```
//!
//! # What holds everywhere
//!
//! * Different threads run side by side. On one thread, a second turn is refused with
//!   [`Error::TurnActive`], and nothing is sent, until the first has ended.
//! * Nothing is lost, and nothing grows without bound: a consumer that lags gets deltas of one item
//!   joined, and every other event.
//! * Every wait ends: when the connection does, with one [`Closed`] for all.
//! * Dropping any future or handle is safe.
//! * With nobody to ask, the answer to the server is no.
//!
//! The [`guide`] has a page on each: ordering, cancellation, approvals, errors, server
//! versions.
//!
//! # Features
//!
//! None is on by default.
//!
//! | Feature | What it adds |
//! |---|---|
//! | `experimental` | The methods, members and types of the experimental API. |
//! | `schema` | `Thread::run_as`: answers of a type. With `experimental`, tools made of functions. |
//! | `testing` | The test kit: a model server on loopback, an app-server in memory, recordings. |
//! | `ws` | Servers that listen, on a WebSocket or a Unix socket. |
//! | `tls` | `wss://` for `ws`. |
//!
//! # Without async
//!
//! [`blocking`] has the same API for programs without a runtime.
#![deny(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod account;
pub mod blocking;
#[cfg(test)]
mod cancelled;
mod capabilities;
mod client;
mod closed;
mod codex;
mod connection;
mod effect;
mod error;
mod event;
mod final_response;
mod frame;
mod goal;
pub mod guide;
mod interruption;
mod later;
mod merge;
mod options;
mod pages;
mod peek;
mod pending;
mod phase;
mod presets;
mod queue;
mod retry;
mod router;
mod server_age;
mod server_info;
pub mod server_request;
mod server_version;
mod session;
mod sinks;
mod stats;
#[cfg(feature = "schema")]
mod structured;
mod supervisor;
mod tap;
#[cfg(feature = "testing")]
pub mod testing;
mod thread;
mod thread_route;
#[cfg(all(feature = "schema", feature = "experimental"))]
mod tools;
mod transport;
mod turn;
mod turn_control;
mod turn_guard;
mod turn_input;
mod turn_result;
mod unheard;
mod usage;

pub use codex_app_protocol as protocol;
pub use semver::{Version, VersionReq};

pub use crate::account::{BrowserLogin, DeviceCodeLogin, LoginControl};
pub use crate::client::Client;
pub use crate::closed::{CloseReason, Closed};
pub use crate::codex::{Codex, ThreadOptions};
pub use crate::error::Error;
pub use crate::event::{Event, Events, InvalidLine, InvalidLineReason, Notification};
pub use crate::final_response::final_response;
pub use crate::goal::{GoalControl, GoalResult, GoalRun};
pub use crate::options::Options;
pub use crate::pages::{Paged, Pages};
pub use crate::presets::{ApprovalMode, Sandbox, SetApprovalMode};
pub use crate::retry::{RetryPolicy, retry_on_overload};
pub use crate::server_info::ServerInfo;
pub use crate::server_request::{IncomingRequest, ServerRequests};
pub use crate::server_version::{Compat, OLDEST_TESTED_SERVER};
pub use crate::stats::Stats;
#[cfg(feature = "schema")]
pub use crate::structured::{OutputSchema, SchemaProblem};
pub use crate::supervisor::{ReconnectPolicy, Reconnected, Supervisor};
pub use crate::tap::FrameDirection;
pub use crate::thread::{NextTurn, Thread, ThreadRefusal, ThreadSnapshot};
#[cfg(all(feature = "schema", feature = "experimental"))]
pub use crate::tools::{Tool, ToolContext, ToolNameProblem, ToolOutput, ToolSet};
#[cfg(feature = "ws")]
pub use crate::transport::WebSocketOptions;
pub use crate::transport::{ProcessOptions, Transport};
pub use crate::turn::TurnHandle;
pub use crate::turn_control::TurnControl;
pub use crate::turn_input::{InvalidInput, TurnInput};
pub use crate::turn_result::{TurnFailure, TurnResult};
pub use crate::usage::{TokenUsage, TurnUsage};

/// Plays what the bytes choose to the session and to its model.
#[cfg(fuzzing)]
#[doc(hidden)]
pub fn fuzz_session(choices: &[u8]) {
    session::model::play_choices(choices);
}

/// The examples of both READMEs compile and run as tests.
#[cfg(doctest)]
mod readme {
    #[doc = include_str!("../../README.md")]
    mod repository {}
    #[doc = include_str!("../README.md")]
    mod package {}
}
