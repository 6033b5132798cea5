//! A request of any kind, as one enum with a type for each kind.

use std::sync::Arc;

use codex_app_protocol::{RequestId, ServerMessage, ServerRequest};

use crate::connection::Shared;
use crate::server_request::call::Call;
use crate::server_request::cancellation::Cancellation;
use crate::server_request::incoming::Asked;
use crate::server_request::kind::Kind;
use crate::server_request::mcp_tool::McpToolApproval;
use crate::server_request::request::{
    AttestationRequest, CommandApproval, Elicitation, FileChangeApproval, LegacyCommandApproval,
    LegacyPatchApproval, PermissionsApproval, Request, TokenRefreshRequest, ToolCallRequest,
    UserInputRequest,
};
use crate::server_request::responder::UnknownRequest;

/// A request of the server, of any kind. See [`ServerRequests`](crate::ServerRequests).
///
/// Dropping it sends the default reply, which approves nothing.
///
/// # Examples
///
/// ```no_run
/// # async fn example(client: codex_app_client::Client) -> Result<(), codex_app_client::Error> {
/// use codex_app_client::server_request::IncomingRequest;
///
/// let mut requests = client.server_requests();
/// while let Some(request) = requests.next().await {
///     match request {
///         IncomingRequest::CommandApproval(request) => drop(request.accept()?),
///         other => println!("declined: {}", other.method()),
///     }
/// }
/// # Ok(()) }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum IncomingRequest {
    /// Asks for an attestation: `attestation/generate`.
    Attestation(AttestationRequest),
    /// Asks whether to execute a command: `item/commandExecution/requestApproval`.
    CommandApproval(CommandApproval),
    /// Asks for the current time: `currentTime/read`.
    #[cfg(feature = "experimental")]
    CurrentTime(crate::server_request::request::CurrentTimeRequest),
    /// A form or question of an MCP server: `mcpServer/elicitation/request`.
    Elicitation(Elicitation),
    /// Asks whether to change files: `item/fileChange/requestApproval`.
    FileChangeApproval(FileChangeApproval),
    /// Asks whether to execute a command, in the legacy form: `execCommandApproval`.
    LegacyCommandApproval(LegacyCommandApproval),
    /// Asks whether to apply a patch, in the legacy form: `applyPatchApproval`.
    LegacyPatchApproval(LegacyPatchApproval),
    /// Asks whether to call a tool of an MCP server: `mcpServer/elicitation/request` with
    /// `codex_approval_kind: mcp_tool_call`.
    McpToolApproval(McpToolApproval),
    /// Asks for additional permissions for the agent: `item/permissions/requestApproval`.
    PermissionsApproval(PermissionsApproval),
    /// Asks for new ChatGPT tokens: `account/chatgptAuthTokens/refresh`.
    TokenRefresh(TokenRefreshRequest),
    /// Calls a dynamic tool of this client: `item/tool/call`.
    ToolCall(ToolCallRequest),
    /// A request that this crate cannot decode: an unknown method, or params of an unknown shape.
    Unknown(UnknownRequest),
    /// Questions of the agent for the user: `item/tool/requestUserInput`.
    UserInput(UserInputRequest),
}

impl IncomingRequest {
    /// Decodes a request. If its line is not a valid message, it gets its default reply.
    pub(crate) fn decode(shared: &Arc<Shared>, asked: Asked) -> Option<Self> {
        let (mut call, text, changes) = Call::new(Arc::clone(shared), asked);
        let Ok(ServerMessage::Request { message, .. }) = ServerMessage::from_line(text) else {
            return None;
        };
        let (body, raw) = message.into_parts();
        Some(match body {
            ServerRequest::AccountChatgptAuthTokensRefresh(it) => {
                Self::TokenRefresh(Request::new(it, call, raw, None))
            }
            ServerRequest::ApplyPatchApproval(it) => {
                Self::LegacyPatchApproval(Request::new(it, call, raw, None))
            }
            ServerRequest::AttestationGenerate(it) => {
                Self::Attestation(Request::new(it, call, raw, None))
            }
            #[cfg(feature = "experimental")]
            ServerRequest::CurrentTimeRead(it) => {
                Self::CurrentTime(Request::new(it, call, raw, None))
            }
            ServerRequest::ExecCommandApproval(it) => {
                Self::LegacyCommandApproval(Request::new(it, call, raw, None))
            }
            ServerRequest::ItemCommandExecutionRequestApproval(it) => {
                Self::CommandApproval(Request::new(it, call, raw, None))
            }
            ServerRequest::ItemFileChangeRequestApproval(it) => {
                Self::FileChangeApproval(Request::new(it, call, raw, changes))
            }
            ServerRequest::ItemPermissionsRequestApproval(it) => {
                Self::PermissionsApproval(Request::new(it, call, raw, None))
            }
            ServerRequest::ItemToolCall(it) => Self::ToolCall(Request::new(it, call, raw, None)),
            ServerRequest::ItemToolRequestUserInput(it) => {
                Self::UserInput(Request::new(it, call, raw, None))
            }
            ServerRequest::McpServerElicitationRequest(it) => {
                let is_approval = call.kind == Kind::McpToolApproval;
                let request = Request::new(it, call, raw, None);
                match is_approval {
                    true => Self::McpToolApproval(McpToolApproval::new(request)),
                    false => Self::Elicitation(request),
                }
            }
            ServerRequest::Unknown { method, params } => {
                call.kind = Kind::Unknown;
                Self::Unknown(UnknownRequest::new(method, params, call))
            }
            other => {
                call.kind = Kind::Unknown;
                Self::Unknown(UnknownRequest::new(other.method().into(), None, call))
            }
        })
    }

    pub(crate) fn call(&self) -> &Call {
        match self {
            Self::Attestation(it) => it.call(),
            Self::CommandApproval(it) => it.call(),
            #[cfg(feature = "experimental")]
            Self::CurrentTime(it) => it.call(),
            Self::Elicitation(it) => it.call(),
            Self::FileChangeApproval(it) => it.call(),
            Self::LegacyCommandApproval(it) => it.call(),
            Self::LegacyPatchApproval(it) => it.call(),
            Self::McpToolApproval(it) => it.call(),
            Self::PermissionsApproval(it) => it.call(),
            Self::TokenRefresh(it) => it.call(),
            Self::ToolCall(it) => it.call(),
            Self::Unknown(it) => it.call(),
            Self::UserInput(it) => it.call(),
        }
    }

    /// Returns the JSON-RPC id of the request.
    #[must_use]
    pub fn id(&self) -> &RequestId {
        self.call().id()
    }

    /// Returns the JSON-RPC method of the request.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.call().incoming.method
    }

    /// Returns the id of the thread that the request is about, if it names one.
    #[must_use]
    pub fn thread_id(&self) -> Option<&str> {
        self.call().incoming.thread_id.as_deref()
    }

    /// Returns the id of the turn that the request is about, if it names one.
    #[must_use]
    pub fn turn_id(&self) -> Option<&str> {
        self.call().incoming.turn_id.as_deref()
    }

    /// Returns the id of the item that the request is about, if it names one.
    #[must_use]
    pub fn item_id(&self) -> Option<&str> {
        self.call().incoming.item_id.as_deref()
    }

    /// Returns whether this is an approval request: for a command, a file change, a patch, an MCP
    /// tool call or permissions.
    #[must_use]
    pub fn is_approval(&self) -> bool {
        self.call().kind.is_approval()
    }

    /// Returns whether the server no longer waits for the reply; see
    /// [`Responder::cancelled`](crate::server_request::Responder::cancelled).
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.call().is_cancelled()
    }

    /// Waits until the server no longer waits for the reply; see
    /// [`Responder::cancelled`](crate::server_request::Responder::cancelled).
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe: it only watches the request.
    pub async fn cancelled(&self) {
        self.call().cancelled().await;
    }

    /// Returns a handle that tells when the server no longer waits for the reply. It does not own
    /// the request; see [`Cancellation`].
    #[must_use]
    pub fn cancellation(&self) -> Cancellation {
        self.call().cancellation.clone()
    }
}
