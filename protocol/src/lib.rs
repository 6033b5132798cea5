//! Typed messages for the [Codex](https://github.com/openai/codex) app-server, generated from the
//! server's own JSON Schema.
//!
//! The app-server is the JSON-RPC server of the Codex coding agent. This crate has a Rust type for each
//! request, response and notification. It decodes the lines that a server sends, and encodes the lines
//! that a client sends. It does no I/O, and depends only on serde and serde_json. A tokio client on top
//! of it, with processes, turns and approvals, is
//! [`codex-app-client`](https://docs.rs/codex-app-client).
//!
//! # Decode a message from the server
//!
//! [`ServerMessage::from_line`] decodes one line of any kind:
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
//! # Encode a request
//!
//! Params have a constructor with the required members, usually `new`, and a setter for each optional
//! member. Members that are not set are not sent.
//!
//! ```
//! use codex_app_protocol::{RequestId, TurnStartParams, encode_request};
//!
//! let params = TurnStartParams::new("t1", ["Summarize this repository"]).model("gpt-5.5");
//! let line = encode_request(&RequestId::from(1), &params)?;
//! assert!(line.starts_with(r#"{"id":1,"method":"turn/start","params":{"#));
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # Where to start
//!
//! | I want to … | Start with |
//! |---|---|
//! | decode what the server sends | [`ServerMessage::from_line`] |
//! | handle notifications | [`ServerNotification`] |
//! | handle approvals and other server requests | [`ServerRequest`] |
//! | send a request | [`encode_request`] |
//! | decode the response to a request | [`Response::decode`] with [`ClientRequest::Response`] |
//! | send a notification | [`encode_notification`] |
//! | reply to a server request | [`encode_response`], or [`encode_error`] to refuse it |
//! | route messages without decoding them | [`Header::read`] |
//! | write a proxy or a log viewer | [`ClientMessage::from_line`], [`Json::set`] |
//! | write a mock server | [`encode_server_response`], [`encode_server_notification`], [`encode_server_request`] |
//! | decode one type from JSON text | [`from_str`], or `serde_json` |
//! | list all methods | [`METHODS`] |
//! | find the release that introduced a method | [`method_history`] |
//!
//! Each module, such as [`turn`] or [`thread_start`], contains the types of one group of methods. All
//! types are also in the crate root.
//!
//! # Older and newer servers
//!
//! The schema is that of app-server [`SCHEMA_VERSION`]. Messages of older and newer servers are decoded
//! too:
//!
//! * Every enum and union has a variant `Unknown`, which keeps the JSON exactly as it was sent. It is
//!   used for values and variants that this crate does not know, and for known variants of another
//!   shape. The value `"unknown"` of the protocol itself is the variant `Unspecified`.
//! * A method that this crate does not know is [`ServerNotification::Unknown`] or
//!   [`ServerRequest::Unknown`].
//! * In what the server sends, only ids are certain: `threadId`, `turnId`, `itemId`, `requestId`, and
//!   the `id` of a thread, turn or item. All other members are optional, even where the schema requires
//!   them, because older servers omit some of them. No default value is made up. A message without an
//!   id that the schema requires is `Unknown`.
//! * Encoding a decoded value writes the members that were received, including explicit nulls. Members
//!   that the schema does not have are only in [`Received::raw`].
//! * [`Received::n_unknown`] counts the parts of a message that this crate does not know.
//! * [`introduced_in`] and [`removed_in`] return which releases have a method. They compare some
//!   releases, not all: [`HISTORY_RELEASES`] lists them. The docs of the types name the releases where a
//!   method is newer than the oldest of these.
//!
//! # Absent and null
//!
//! For the server, an absent member and `null` can mean different things: "keep the setting" and "reset
//! the setting". A member of params that may be either is a [`Nullable`]. Its setter takes a value, an
//! `Option`, or [`Nullable::Null`].
//!
//! # Secrets
//!
//! API keys, tokens and login codes have the type [`Secret`], which does not print its text. Settings and
//! environment variables can contain secrets under any name: `Debug` prints `<redacted>` in their place.
//!
//! # Stability
//!
//! Structs and enums are `#[non_exhaustive]`. A new optional member of the schema becomes a new setter,
//! never a new argument of a constructor.
//!
//! # Features
//!
//! No feature is enabled by default.
//!
//! | Feature | Adds |
//! |---|---|
//! | `experimental` | Methods, members and types that the server accepts only after `capabilities.experimentalApi`. They may change in any server release. |
#![cfg_attr(docsrs, feature(doc_cfg))]
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

/// Compiles and runs the example in the README as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
