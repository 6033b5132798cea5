//! What the server asks, who is asked, and what the answer is if nobody gives one.
//!
//! A server in the middle of a turn asks its client before it does what it may not do by itself. The
//! turn waits for the answer, as long as it takes; everything else goes on.
//!
//! # When it asks
//!
//! That is a setting of the server, for a thread or a turn: the [`ApprovalMode`](crate::ApprovalMode), set
//! with `approval_mode` of [`ThreadOptions`](crate::ThreadOptions) or [`TurnInput`](crate::TurnInput).
//! With [`AskUser`](crate::ApprovalMode::AskUser) it asks this client about what the
//! [`Sandbox`](crate::Sandbox) does not allow, and about tools of MCP servers. With
//! [`DenyAll`](crate::ApprovalMode::DenyAll), `never` on the wire, it asks nobody: neither an approval nor
//! a form of an MCP server comes to this client. **What the sandbox allows is executed, and with
//! [`Sandbox::FullAccess`](crate::Sandbox::FullAccess) that is everything.** Calls of the client's own
//! tools come in every mode.
//!
//! How the client answers is another setting, of the connection, and the rest of this page.
//!
//! # Who answers
//!
//! A request goes to the first of these that is there:
//!
//! 1. a closure for its kind, such as
//!    [`Options::on_command_approval`](crate::Options::on_command_approval);
//! 2. for approvals, the policy of [`Options::approvals`](crate::Options::approvals), if it decides: an
//!    [`AllowList`](crate::server_request::AllowList) leaves what is not on it to the next. Tools of MCP
//!    servers have a policy of their own,
//!    [`mcp_tool_approvals`](crate::Options::mcp_tool_approvals); a list with MCP tools serves in both;
//! 3. a stream, while somebody has one: [`Thread::server_requests`](crate::Thread::server_requests) of the
//!    thread, or else [`Codex::server_requests`](crate::Codex::server_requests) of the connection;
//! 4. a type that implements [`RequestHandler`](crate::server_request::RequestHandler), with
//!    [`Options::request_handler`](crate::Options::request_handler);
//! 5. nobody.
//!
//! # When nobody answers
//!
//! The answer is no, at once, in words with which the turn goes on. One log event, `declined by default`,
//! says what was declined and why, and which setting would have let it be answered. If there is an
//! [`AllowList`](crate::server_request::AllowList), it says that this is not on it.
//!
//! | The server asks | Method | The answer by default |
//! |---|---|---|
//! | whether to execute a command | `item/commandExecution/requestApproval` | declined |
//! | whether to change files | `item/fileChange/requestApproval` | declined |
//! | for more permissions | `item/permissions/requestApproval` | none granted |
//! | whether to call a tool of an MCP server | `mcpServer/elicitation/request` | declined |
//! | to fill in a form of an MCP server | `mcpServer/elicitation/request` | declined |
//! | the user a question | `item/tool/requestUserInput` | no answers |
//! | to execute a tool of the client | `item/tool/call` | it has failed |
//! | for new ChatGPT tokens, an attestation, the time | `account/chatgptAuthTokens/refresh`, `attestation/generate`, `currentTime/read` | refused, -32601 |
//! | what this crate does not know | | refused, -32601 |
//!
//! The same answer is given when a request is dropped unanswered, when its handler panics or fails,
//! and when more than 1024 requests are open at once.
//!
//! # When it is too late
//!
//! A request ends without an answer when somebody else answers it, its turn ends or is interrupted,
//! its thread is closed, or the connection ends. Then
//! [`cancelled`](crate::server_request::Request::cancelled) returns: close the dialog. An answer that
//! comes later is not sent; it is told apart by
//! [`Answered::Late`](crate::server_request::Answered::Late).
//!
//! A program that stores its open dialogs, in a map for example, asks each request for its
//! [`cancellation`](crate::server_request::Request::cancellation): a value of its own that can be awaited
//! in another task, while the request stays in the map.
//!
//! # With a human
//!
//! ```no_run
//! # async fn ask_somebody(_: String) -> bool { false }
//! # async fn example() -> Result<(), codex_app_client::Error> {
//! use codex_app_client::{Codex, Options, ProcessOptions};
//!
//! let options = Options::new().on_command_approval(|request| async move {
//!     let command = request.params.command.clone().unwrap_or_default();
//!     tokio::select! {
//!         // It may take minutes. No other request, turn or thread waits for it.
//!         yes = ask_somebody(command) => match yes {
//!             true => request.accept().map(drop),
//!             false => request.decline().map(drop),
//!         },
//!         () = request.cancelled() => Ok(()),
//!     }
//! });
//! let codex = Codex::spawn_with(ProcessOptions::new(), options).await?;
//! # Ok(()) }
//! ```
//!
//! [`ApprovalPolicy::ask`](crate::server_request::ApprovalPolicy::ask) does that for all kinds of
//! approval in one function, with a time limit.
//!
//! # What to offer
//!
//! `allowed_decisions` of a command's approval lists what the server offers. Permissions are granted
//! in part, for the turn or for the session, with
//! [`grant`](crate::server_request::PermissionsApproval::grant): never more than was asked for.
