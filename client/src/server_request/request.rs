//! What is asked, typed, together with what answers it.

use codex_app_protocol::{
    ApplyPatchApprovalParams, AttestationGenerateParams, ChatgptAuthTokensRefreshParams,
    CommandExecutionRequestApprovalParams, DynamicToolCallParams, ExecCommandApprovalParams,
    FileChangeRequestApprovalParams, McpServerElicitationRequestParams,
    PermissionsRequestApprovalParams, RequestId, RpcError, ServerRequestParams,
    ToolRequestUserInputParams,
};

use crate::error::Error;
use crate::server_request::call::{Answered, Call};
use crate::server_request::cancellation::Cancellation;
use crate::server_request::responder::Responder;

/// A request of the server whose params are `P`. It owns everything, may be kept as long as it takes,
/// and answered from any task. Dropping it gives the default answer: no.
///
/// Each kind has its own name and its own methods to answer: [`CommandApproval`],
/// [`FileChangeApproval`], [`PermissionsApproval`], [`UserInputRequest`], [`ToolCallRequest`],
/// [`Elicitation`], [`TokenRefreshRequest`] and so on.
#[derive(Debug)]
#[non_exhaustive]
pub struct Request<P> {
    /// What is asked.
    pub params: Box<P>,
    responder: Responder<P>,
    raw: String,
    changes: Option<String>,
}

/// Whether a command may be executed: `item/commandExecution/requestApproval`.
pub type CommandApproval = Request<CommandExecutionRequestApprovalParams>;
/// Whether files may be changed: `item/fileChange/requestApproval`.
pub type FileChangeApproval = Request<FileChangeRequestApprovalParams>;
/// Whether the agent gets further permissions: `item/permissions/requestApproval`.
pub type PermissionsApproval = Request<PermissionsRequestApprovalParams>;
/// Questions for the user: `item/tool/requestUserInput`.
pub type UserInputRequest = Request<ToolRequestUserInputParams>;
/// A call of a dynamic tool of this client: `item/tool/call`.
pub type ToolCallRequest = Request<DynamicToolCallParams>;
/// A question of an MCP server: `mcpServer/elicitation/request`.
pub type Elicitation = Request<McpServerElicitationRequestParams>;
/// New ChatGPT tokens are needed: `account/chatgptAuthTokens/refresh`.
pub type TokenRefreshRequest = Request<ChatgptAuthTokensRefreshParams>;
/// An attestation is needed: `attestation/generate`.
pub type Attestation = Request<AttestationGenerateParams>;
/// Whether a patch may be applied, as older conversations ask: `applyPatchApproval`.
pub type LegacyPatchApproval = Request<ApplyPatchApprovalParams>;
/// Whether a command may be executed, as older conversations ask: `execCommandApproval`.
pub type LegacyCommandApproval = Request<ExecCommandApprovalParams>;
/// What time it is, for clients that own the clock: `currentTime/read`.
#[cfg(feature = "experimental")]
pub type CurrentTimeRequest = Request<codex_app_protocol::CurrentTimeReadParams>;

impl<P: ServerRequestParams> Request<P> {
    pub(crate) fn new(params: Box<P>, call: Call, raw: String, changes: Option<String>) -> Self {
        Self { params, responder: Responder::new(call), raw, changes }
    }

    pub(crate) fn call(&self) -> &Call {
        self.responder.call()
    }

    /// What is asked, what answers it, and the line.
    pub(super) fn into_all(self) -> (Box<P>, Responder<P>, String) {
        (self.params, self.responder, self.raw)
    }

    /// The line that told which files are to be changed.
    pub(crate) fn changes_line(&self) -> Option<&str> {
        self.changes.as_deref()
    }

    /// The id of the request.
    #[must_use]
    pub fn id(&self) -> &RequestId {
        self.responder.id()
    }

    /// The method of the request.
    #[must_use]
    pub fn method(&self) -> &'static str {
        P::METHOD
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

    /// The item that it is about. There may be no such item: user input and permissions are asked
    /// under an id that no `item/started` has told.
    #[must_use]
    pub fn item_id(&self) -> Option<&str> {
        self.call().incoming.item_id.as_deref()
    }

    /// The line, as the server sent it.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// What is asked, and what answers it.
    #[must_use]
    pub fn into_parts(self) -> (P, Responder<P>) {
        (*self.params, self.responder)
    }

    /// Answers; see [`Responder::respond`].
    ///
    /// # Errors
    ///
    /// As [`Responder::respond`].
    pub fn respond(self, response: P::Response) -> Result<Answered, Error> {
        self.responder.respond(response)
    }

    /// Answers with an error; see [`Responder::refuse`].
    ///
    /// # Errors
    ///
    /// As [`Responder::respond`].
    pub fn refuse(self, error: &RpcError) -> Result<Answered, Error> {
        self.responder.refuse(error)
    }

    /// Whether the server waits for the answer no more.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.responder.is_cancelled()
    }

    /// Returns when the server waits for the answer no more; see [`Responder::cancelled`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn cancelled(&self) {
        self.responder.cancelled().await;
    }

    /// Tells when the server waits for the answer no more, without the request: for programs that keep
    /// the request in one place, such as a map of dialogs, and watch it in another.
    #[must_use]
    pub fn cancellation(&self) -> Cancellation {
        self.responder.cancellation()
    }
}
