//! Requests that the server sends to the client, and how to reply to them: approvals, questions for
//! the user, elicitations of MCP servers, tool calls.
//!
//! The server asks before it runs a command, changes a file or uses permissions that the sandbox
//! does not give. It also forwards the agent's questions to the user and the forms of MCP servers,
//! and it calls the client's own tools. Each request is an owned value of its own type. It can be
//! moved to another task and answered minutes later, while other turns and requests continue.
//!
//! There are four ways to reply: a closure for one kind of request, an approval policy, a stream,
//! and a type that implements [`RequestHandler`]. A request that none of them answers gets its
//! default reply, which approves nothing.
//!
//! ```no_run
//! # async fn example() -> Result<(), codex_app_client::Error> {
//! use codex_app_client::server_request::AllowList;
//! use codex_app_client::{Codex, Options, ProcessOptions};
//!
//! let options = Options::new()
//!     .approvals(AllowList::new().command(["git", "status"]).path("/home/me/project/docs"))
//!     .on_user_input(|request| async move { request.answer([("color", "blue")]) });
//! let codex = Codex::spawn_with(ProcessOptions::new(), options).await?;
//! # Ok(()) }
//! ```
//!
//! The guide page [approvals](crate::guide::approvals) lists the order of precedence and the
//! default replies.

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
pub use self::call::ReplyStatus;
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
    AttestationRequest, CommandApproval, Elicitation, FileChangeApproval, LegacyCommandApproval,
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
