//! What the server asks, and who answers: a closure for one kind, a policy, a stream, a handler, or
//! nobody, and then the answer is no.
//!
//! The server asks before it executes a command, changes a file, or uses more permissions than it
//! has; an agent asks its user; MCP servers ask for what they lack. Each request is a value of its own
//! type that owns everything: answer it from any task, minutes later, while everything else flows.
//!
//! ```no_run
//! # async fn example() -> Result<(), codex_app_client::Error> {
//! use codex_app_client::server_request::AllowList;
//! use codex_app_client::{Codex, Options, ProcessOptions};
//!
//! let options = Options::new()
//!     .approvals(AllowList::new().command(["git", "status"]).path("/home/me/project/docs"))
//!     .on_user_input(|request| async move { request.answer([("colour", "blue")]) });
//! let codex = Codex::spawn_with(ProcessOptions::new(), options).await?;
//! # Ok(()) }
//! ```
//!
//! Which of them is asked, and what the answer is if nobody gives one, is on the page
//! [approvals](crate::guide::approvals).

mod allow_list;
mod answerer;
mod approval;
mod ask;
mod call;
mod cancellation;
mod default_answer;
mod handler;
mod handlers;
mod incoming;
mod incoming_request;
mod kind;
mod mcp_tool;
mod open;
mod permissions;
mod plain_command;
mod policy;
mod question;
mod request;
mod responder;
mod stream;
mod streams;

pub use self::allow_list::AllowList;
pub use self::ask::{Approval, ApprovalDecision, ApprovalSubject};
pub use self::call::Answered;
pub use self::cancellation::Cancellation;
pub use self::handler::{HandlerError, HandlerOutcome, HandlerResult, RequestHandler};
pub use self::handlers::Handlers;
pub use self::incoming_request::IncomingRequest;
pub use self::mcp_tool::McpToolApproval;
pub use self::permissions::RequestedPermission;
pub use self::policy::ApprovalPolicy;
#[cfg(feature = "experimental")]
pub use self::request::CurrentTimeRequest;
pub use self::request::{
    Attestation, CommandApproval, Elicitation, FileChangeApproval, LegacyCommandApproval,
    LegacyPatchApproval, PermissionsApproval, Request, TokenRefreshRequest, ToolCallRequest,
    UserInputRequest,
};
pub use self::responder::{Responder, UnknownRequest};
pub use self::stream::ServerRequests;

pub(crate) use self::answerer::Answerer;
#[cfg(all(feature = "schema", feature = "experimental"))]
pub(crate) use self::answerer::{Panicked, caught};
pub(crate) use self::incoming::{Asked, Incoming};
pub(crate) use self::open::Requests;
