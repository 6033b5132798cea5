//! Living with a server that is older or newer than this crate.
//!
//! The server is released every week. The types are generated from one release,
//! [`SCHEMA_VERSION`](crate::protocol::SCHEMA_VERSION); other releases work all the same.
//!
//! # Newer servers
//!
//! What this crate does not know yet arrives whole:
//!
//! * A new notification is [`ServerNotification::Unknown`](crate::protocol::ServerNotification) with
//!   its method and params, and is still delivered to the turn or thread that it names.
//! * A new kind of item, or value of an enum, is the `Unknown` arm of its type, with the JSON as it
//!   was sent. Members that are new are in the line, `raw`, of the notification.
//! * A new request of the server is refused with -32601, as the protocol wants it.
//! * A new method is called by name: [`Codex::request_raw`](crate::Codex::request_raw).
//!
//! So every `match` needs an arm for what is unknown, and the compiler says so.
//!
//! # Older servers
//!
//! * A member that an older server does not send is absent: all members but ids are options.
//! * A method that it does not know is [`Error::Unsupported`](crate::Error::Unsupported), which tells
//!   since when there is such a method, as [`introduced_in`](crate::protocol::introduced_in) does.
//! * Members of params that it does not know it would ignore without a word. Where that would change
//!   what a turn does, starting it fails with [`Error::ServerTooOld`](crate::Error::ServerTooOld) and
//!   nothing is sent.
//!
//! # Which one is it?
//!
//! [`ServerInfo::compat`](crate::ServerInfo::compat) compares the server with the releases that this
//! crate is tested with. Outside of those, one warning is logged, and that is all. A program that is
//! shipped with its server can insist:
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use codex_app_client::{Codex, Compat, Options, ProcessOptions, VersionReq};
//!
//! let options = Options::new().require_version(VersionReq::parse(">=0.150")?);
//! let codex = Codex::spawn_with(ProcessOptions::new(), options).await?;
//! if codex.server_info().await?.compat() == Compat::Newer {
//!     println!("there may be news that this program does not show");
//! }
//! # Ok(()) }
//! ```
//!
//! # The experimental API
//!
//! Some methods and members are for clients only that have opted in, with
//! [`Options::experimental_api`](crate::Options::experimental_api). Their types are behind the feature
//! `experimental`, and change more often than others. Without the opt-in, an experimental method or
//! member is not sent at all: [`Error::Unsupported`](crate::Error::Unsupported) names it.
//!
//! # Hearing less
//!
//! [`Options::opt_out`](crate::Options::opt_out) asks the server not to send a notification. What turns
//! are followed by cannot be declined.
