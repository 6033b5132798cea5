//! Server versions: working with a server that is older or newer than this crate, and the
//! experimental API.
//!
//! A new version of the server is released every week. The types of this crate are generated from
//! one release, [`SCHEMA_VERSION`](crate::protocol::SCHEMA_VERSION). Other releases work all the
//! same.
//!
//! # Newer servers
//!
//! What this crate does not know yet is received without loss:
//!
//! * A new notification is [`ServerNotification::Unknown`](crate::protocol::ServerNotification),
//!   with its method and params. It is still delivered to the turn or thread that it names.
//! * A new kind of item, or a new value of an enum, is the `Unknown` variant of its type, with the
//!   JSON as it was sent. New fields are in `raw`, the received line of the notification.
//! * A new request of the server is answered with the JSON-RPC error -32601, as the protocol
//!   requires, unless the program [handles it](crate::Options::on_unknown_request).
//! * A new method can be called by name with [`Codex::request_raw`](crate::Codex::request_raw).
//!
//! Therefore every `match` needs an arm for unknown values. The compiler enforces this.
//!
//! # Older servers
//!
//! * A field that an older server does not send is `None`: all received fields except ids are
//!   optional.
//! * A method that the server does not know fails with
//!   [`Error::Unsupported`](crate::Error::Unsupported). Its hint says which release introduced the
//!   method, as [`introduced_in`](crate::protocol::introduced_in) does.
//! * The server silently ignores fields of params that it does not know. Where that would change
//!   what a turn does, starting the turn fails with
//!   [`Error::ServerTooOld`](crate::Error::ServerTooOld), and nothing is sent.
//!
//! # Checking or requiring a version
//!
//! [`ServerInfo::compat`](crate::ServerInfo::compat) compares the server with the releases that
//! this crate is tested with. Outside of that range, one warning is logged, and nothing else
//! changes. A program that is shipped with its server can require a version:
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use codex_app_client::{Codex, Compat, Options, ProcessOptions, VersionReq};
//!
//! let options = Options::new().require_version(VersionReq::parse(">=0.150")?);
//! let codex = Codex::spawn_with(ProcessOptions::new(), options).await?;
//! if codex.server_info().await?.compat() == Compat::Newer {
//!     println!("the server may have features that this program does not show");
//! }
//! # Ok(()) }
//! ```
//!
//! # The experimental API
//!
//! The server accepts some methods and fields only from clients that have opted in, with
//! [`Options::experimental_api`](crate::Options::experimental_api). Their types are behind the
//! crate feature `experimental`, and change more often than others. Without the opt-in, a request
//! with an experimental method or field is not sent, and fails with
//! [`Error::Unsupported`](crate::Error::Unsupported).
//!
//! # Opting out of notifications
//!
//! [`Options::opt_out`](crate::Options::opt_out) asks the server not to send a kind of
//! notification. Notifications that this client depends on cannot be opted out of.
