//! Approvals and other server requests: when the server asks, who answers, and what happens if
//! nobody does.
//!
//! In the middle of a turn, the server sends a *server request* to the client before it does
//! something that it may not do by itself: execute a command, change files, call a tool of an MCP
//! server. The turn waits for the reply, as long as it takes. Other turns and threads continue.
//!
//! # When the server asks
//!
//! This is a setting of the server, for a thread or a turn: the
//! [`ApprovalMode`](crate::ApprovalMode). Set it with `approval_mode` of
//! [`ThreadOptions`](crate::ThreadOptions) or [`TurnInput`](crate::TurnInput).
//!
//! * [`AskUser`](crate::ApprovalMode::AskUser): the server asks this client about what the
//!   [`Sandbox`](crate::Sandbox) does not allow, and about tools of MCP servers.
//! * [`AutoReview`](crate::ApprovalMode::AutoReview): a model on the server decides, and this
//!   client is not asked.
//! * [`DenyAll`](crate::ApprovalMode::DenyAll), `never` on the wire: the server asks nobody. This
//!   client receives neither approval requests nor forms of MCP servers. **What the sandbox allows
//!   is executed, and with [`Sandbox::FullAccess`](crate::Sandbox::FullAccess) that is
//!   everything.**
//!
//! Calls of the client's own tools (dynamic tools) are received in every mode.
//!
//! How this client answers is a separate setting, of the connection. It is the topic of the rest of
//! this page.
//!
//! # Who answers
//!
//! A request goes to the first of these that is set up:
//!
//! 1. The closure for its kind, such as
//!    [`Options::on_command_approval`](crate::Options::on_command_approval).
//! 2. For approvals, the policy of [`Options::approvals`](crate::Options::approvals), if it
//!    decides: an [`AllowList`](crate::server_request::AllowList) leaves what is not on it to the
//!    next. Tools of MCP servers have a policy of their own,
//!    [`mcp_tool_approvals`](crate::Options::mcp_tool_approvals); an allow list with MCP tools
//!    applies in both.
//! 3. A stream, while it is open: [`Thread::server_requests`](crate::Thread::server_requests) of
//!    the thread, or else [`Codex::server_requests`](crate::Codex::server_requests) of the
//!    connection.
//! 4. The handler of [`Options::request_handler`](crate::Options::request_handler): a type that
//!    implements [`RequestHandler`](crate::server_request::RequestHandler).
//! 5. Nobody: the client sends the default reply.
//!
//! # When nobody answers
//!
//! The client declines at once, with a reply that lets the turn continue. It logs one event,
//! `declined by default`, that says what was declined and why, and which setting would have let it
//! be answered. If there is an [`AllowList`](crate::server_request::AllowList), the event says that
//! the request is not on it.
//!
//! | The server asks | Method | Default reply |
//! |---|---|---|
//! | whether to execute a command | `item/commandExecution/requestApproval` | declined |
//! | whether to change files | `item/fileChange/requestApproval` | declined |
//! | for more permissions | `item/permissions/requestApproval` | none granted |
//! | whether to call a tool of an MCP server | `mcpServer/elicitation/request` | declined |
//! | to fill in a form of an MCP server | `mcpServer/elicitation/request` | declined |
//! | the user a question | `item/tool/requestUserInput` | no answers |
//! | to execute a tool of the client | `item/tool/call` | the call has failed |
//! | for new ChatGPT tokens, an attestation, the time | `account/chatgptAuthTokens/refresh`, `attestation/generate`, `currentTime/read` | JSON-RPC error -32601 |
//! | something that this crate does not know | | JSON-RPC error -32601 |
//!
//! The client sends the same reply when a request is dropped without a reply, when its handler
//! panics or returns an error, and when more than 1024 requests are open at once.
//!
//! # Cancelled requests
//!
//! A request ends without a reply of this client when somebody else answers it, when its turn ends
//! or is interrupted, when its thread is closed, or when the connection ends. Then
//! [`cancelled`](crate::server_request::Request::cancelled) returns: close the dialog. A later
//! reply is not sent, and returns [`ReplyStatus::Late`](crate::server_request::ReplyStatus::Late).
//!
//! To store open requests, for example in a map, get the
//! [`cancellation`](crate::server_request::Request::cancellation) of each: a value of its own that
//! another task can await while the request stays in the map.
//!
//! # Asking a user
//!
//! ```no_run
//! # async fn ask_user(_: String) -> bool { false }
//! # async fn example() -> Result<(), codex_app_client::Error> {
//! use codex_app_client::{Codex, Options, ProcessOptions};
//!
//! let options = Options::new().on_command_approval(|request| async move {
//!     let command = request.params.command.clone().unwrap_or_default();
//!     tokio::select! {
//!         // This may take minutes. No other request, turn or thread waits for it.
//!         yes = ask_user(command) => match yes {
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
//! [`ApprovalPolicy::ask`](crate::server_request::ApprovalPolicy::ask) does this for all kinds of
//! approvals with one function, and with a timeout.
//!
//! # Which decisions to offer
//!
//! [`CommandApproval::available_decisions`] returns the decisions that the server offers for a
//! command.
//!
//! [`CommandApproval::available_decisions`]: crate::server_request::CommandApproval::available_decisions
//!
//! Permissions can be granted in part, for the turn or for the session, with
//! [`grant`](crate::server_request::PermissionsApproval::grant). It never grants more than was
//! requested.
