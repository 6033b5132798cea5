//! The messages of the Codex app-server, typed, generated from the server's own JSON Schema.
//!
//! The crate turns lines of JSON into values and values into lines. It does no I/O; a client that
//! does is `codex-app-client`. It depends on serde and serde_json, and on nothing else.
//!
//! # Reading
//!
//! [`ServerMessage::from_line`] decodes whatever the server sends and keeps the line.
//!
//! ```
//! use codex_app_protocol::{ServerMessage, ServerNotification};
//!
//! let line = r#"{"method":"item/agentMessage/delta","params":{"threadId":"t1","turnId":"u1",
//!     "itemId":"i1","delta":"Hel"},"emittedAtMs":1760000000000}"#;
//! if let ServerMessage::Notification(message) = ServerMessage::from_line(line.to_owned())?
//!     && let ServerNotification::ItemAgentMessageDelta(delta) = &message.body
//! {
//!     assert_eq!(delta.delta.as_deref(), Some("Hel"));
//!     assert_eq!(message.body.turn_id(), Some("u1"));
//! }
//! # Ok::<(), codex_app_protocol::InvalidMessage>(())
//! ```
//!
//! # Writing
//!
//! Params are built with `new(required…)`, or `default()` where nothing is required, and a method for
//! each of the rest. What is not set is not sent.
//!
//! ```
//! use codex_app_protocol::{RequestId, TurnStartParams, encode_request};
//!
//! let params = TurnStartParams::new("t1", ["Summarise this repository"]).model("gpt-5.5");
//! let line = encode_request(&RequestId::from(1), &params)?;
//! assert!(line.starts_with(r#"{"id":1,"method":"turn/start","params":{"#));
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! The type of the answer is [`ClientRequest::Response`]; the answer to a request of the server is
//! [`ServerRequestParams::Response`].
//!
//! # Older and newer servers
//!
//! The server changes every week. Whatever it says, decoding does not fail its neighbours:
//!
//! * Every enum and union has an arm `Unknown`, which keeps the JSON exactly as it was sent: a value or
//!   variant newer than this crate, or a known variant whose shape has changed. (The wire's own
//!   `"unknown"` is `Unspecified`.) An unknown method is [`ServerNotification::Unknown`] or
//!   [`ServerRequest::Unknown`].
//! * In what the server sends, only ids are certain: `threadId`, `turnId`, `itemId`, `requestId`, and
//!   the `id` of a thread, turn or item. Every other member is an `Option`, even where the schema
//!   requires it, because older servers leave some out and no value is made up for them. A message
//!   without an id that the schema requires is `Unknown`.
//! * Encoding a decoded value gives back the members that were sent, explicit nulls included; members
//!   newer than the schema are in [`Received::raw`].
//! * What this crate did not know is counted, in [`Received::n_unknown`].
//! * [`introduced_in`] and [`removed_in`] say which releases have a method.
//!
//! # Absent and null
//!
//! In what a client sends, a member that may be left out and may be `null` is a [`Nullable`]: for the
//! server, "leave it" and "reset it" can be different things. A setter takes the value, or
//! `Nullable::Null`.
//!
//! # Secrets
//!
//! Keys and tokens are of type [`Secret`], which does not print. Settings and environment variables may
//! hold such under any name: `Debug` of what carries them has `<redacted>` in their place.
//!
//! # Growing
//!
//! Structs and enums are `#[non_exhaustive]`. A member that the schema adds is a new setter, never a
//! new argument, unless the server refuses requests without it.
//!
//! # Features
//!
//! * `experimental`: the methods, members and types that the server accepts only after
//!   `capabilities.experimentalApi`. They may change in any server release.
#![forbid(unsafe_code)]

mod client_message;
mod debug;
pub mod decode;
mod encode;
#[rustfmt::skip]
#[allow(
    clippy::match_single_binding,
    clippy::too_many_lines,
    clippy::wildcard_imports,
    unreachable_pub,
    unused_imports,
    unused_mut,
    reason = "one prelude serves every domain, and a domain or all members of a struct may be experimental; nobody edits it"
)]
mod generated;
mod hash_map;
mod header;
mod hidden;
mod input_text;
mod into_object;
mod into_path;
mod json;
mod jsonrpc;
mod message;
mod method;
mod method_history;
mod nullable;
mod nulls;
mod open_union;
mod prelude;
mod request_id;
mod secret;
mod serde_bridge;
mod string_enum;
mod text;
mod thread_id;
mod unsendable;

pub use crate::client_message::{ClientCall, ClientMessage};
pub use crate::decode::{Decode, DecodeError, from_str};
pub use crate::generated::*;
pub use crate::header::{Header, HeaderKind};
pub use crate::into_object::IntoObject;
pub use crate::into_path::{IntoPath, NotUnicode, PathMember};
pub use crate::json::Json;
pub use crate::jsonrpc::{
    RpcError, encode_error, encode_notification, encode_request, encode_response,
    encode_server_response,
};
pub use crate::message::{
    InvalidMessage, Received, Response, ServerMessage, encode_server_notification,
    encode_server_request,
};
pub use crate::method::{
    ClientNotification, ClientRequest, Direction, MethodInfo, ServerNotificationParams,
    ServerRequestParams,
};
pub use crate::method_history::{MethodHistory, introduced_in, method_history, removed_in};
pub use crate::nullable::Nullable;
pub use crate::request_id::RequestId;
pub use crate::secret::Secret;
pub use crate::text::{NameMember, TextMember};

/// The example of the README compiles and runs as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
