//! Any request of the server, as a value of its own type.

use std::sync::Arc;

use codex_app_protocol::{RequestId, ServerMessage, ServerRequest};

use crate::connection::Shared;
use crate::server_request::call::Call;
use crate::server_request::cancellation::Cancellation;
use crate::server_request::incoming::Asked;
use crate::server_request::kind::Kind;
use crate::server_request::mcp_tool::McpToolApproval;
use crate::server_request::request::{
    Attestation, CommandApproval, Elicitation, FileChangeApproval, LegacyCommandApproval,
    LegacyPatchApproval, PermissionsApproval, Request, TokenRefreshRequest, ToolCallRequest,
    UserInputRequest,
};
use crate::server_request::responder::UnknownRequest;

/// A request of the server, from [`ServerRequests`](crate::ServerRequests). Dropping it gives the
/// default answer: no.
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
    /// An attestation is needed.
    Attestation(Attestation),
    /// Whether a command may be executed.
    CommandApproval(CommandApproval),
    /// What time it is.
    #[cfg(feature = "experimental")]
    CurrentTime(crate::server_request::request::CurrentTimeRequest),
    /// A question of an MCP server.
    Elicitation(Elicitation),
    /// Whether files may be changed.
    FileChangeApproval(FileChangeApproval),
    /// Whether a command may be executed, as older conversations ask.
    LegacyCommandApproval(LegacyCommandApproval),
    /// Whether a patch may be applied, as older conversations ask.
    LegacyPatchApproval(LegacyPatchApproval),
    /// Whether a tool of an MCP server may be called.
    McpToolApproval(McpToolApproval),
    /// Whether the agent gets further permissions.
    PermissionsApproval(PermissionsApproval),
    /// New ChatGPT tokens are needed.
    TokenRefresh(TokenRefreshRequest),
    /// A call of a dynamic tool of this client.
    ToolCall(ToolCallRequest),
    /// What this crate does not know.
    Unknown(UnknownRequest),
    /// Questions for the user.
    UserInput(UserInputRequest),
}

impl IncomingRequest {
    /// Decodes a request. One that is no message after all gets its default answer.
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

    /// The id of the request.
    #[must_use]
    pub fn id(&self) -> &RequestId {
        self.call().id()
    }

    /// The method of the request.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.call().incoming.method
    }

    /// The thread that it is about.
    #[must_use]
    pub fn thread_id(&self) -> Option<&str> {
        self.call().incoming.thread_id.as_deref()
    }

    /// The turn that it is about.
    #[must_use]
    pub fn turn_id(&self) -> Option<&str> {
        self.call().incoming.turn_id.as_deref()
    }

    /// The item that it is about.
    #[must_use]
    pub fn item_id(&self) -> Option<&str> {
        self.call().incoming.item_id.as_deref()
    }

    /// Whether it asks for leave to do something.
    #[must_use]
    pub fn is_approval(&self) -> bool {
        self.call().kind.is_approval()
    }

    /// Whether the server waits for the answer no more.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.call().is_cancelled()
    }

    /// Returns when the server waits for the answer no more; see
    /// [`Responder::cancelled`](crate::server_request::Responder::cancelled).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn cancelled(&self) {
        self.call().cancelled().await;
    }

    /// Tells when the server waits for the answer no more, without the request; see
    /// [`Request::cancellation`](crate::server_request::Request::cancellation).
    #[must_use]
    pub fn cancellation(&self) -> Cancellation {
        self.call().cancellation.clone()
    }
}
