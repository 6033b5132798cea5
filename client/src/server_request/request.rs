//! A request with typed params, together with the responder that replies to it.

use codex_app_protocol::{
    ApplyPatchApprovalParams, AttestationGenerateParams, ChatgptAuthTokensRefreshParams,
    CommandExecutionRequestApprovalParams, DynamicToolCallParams, ExecCommandApprovalParams,
    FileChangeRequestApprovalParams, McpServerElicitationRequestParams,
    PermissionsRequestApprovalParams, RequestId, RpcError, ServerRequestParams,
    ToolRequestUserInputParams,
};

use crate::error::Error;
use crate::server_request::call::{Call, ReplyStatus};
use crate::server_request::cancellation::Cancellation;
use crate::server_request::responder::Responder;

/// A request of the server with params of type `P`.
///
/// It owns its data: keep it as long as needed, move it to any task, and reply from there. Dropping
/// it sends the default reply, which approves nothing.
///
/// Each kind has an alias with methods of its own: [`CommandApproval`], [`FileChangeApproval`],
/// [`PermissionsApproval`], [`UserInputRequest`], [`ToolCallRequest`], [`Elicitation`],
/// [`TokenRefreshRequest`] and so on. The methods that reply have the same names in all of them:
/// `accept`, `decline` and `cancel` where the protocol has such a decision, `decide` for any
/// decision, and [`respond`](Self::respond) for any response.
#[derive(Debug)]
#[non_exhaustive]
pub struct Request<P> {
    /// The params of the request.
    pub params: Box<P>,
    responder: Responder<P>,
    raw: String,
    changes: Option<String>,
}

/// Asks whether to execute a command: `item/commandExecution/requestApproval`.
pub type CommandApproval = Request<CommandExecutionRequestApprovalParams>;
/// Asks whether to change files: `item/fileChange/requestApproval`.
pub type FileChangeApproval = Request<FileChangeRequestApprovalParams>;
/// Asks for additional permissions for the agent: `item/permissions/requestApproval`.
pub type PermissionsApproval = Request<PermissionsRequestApprovalParams>;
/// Questions of the agent for the user: `item/tool/requestUserInput`.
pub type UserInputRequest = Request<ToolRequestUserInputParams>;
/// Calls a dynamic tool of this client: `item/tool/call`.
pub type ToolCallRequest = Request<DynamicToolCallParams>;
/// A form or question of an MCP server: `mcpServer/elicitation/request`.
pub type Elicitation = Request<McpServerElicitationRequestParams>;
/// Asks for new ChatGPT tokens: `account/chatgptAuthTokens/refresh`. Reply with
/// [`respond`](Request::respond).
pub type TokenRefreshRequest = Request<ChatgptAuthTokensRefreshParams>;
/// Asks for an attestation: `attestation/generate`. Reply with [`respond`](Request::respond).
pub type AttestationRequest = Request<AttestationGenerateParams>;
/// Asks whether to apply a patch, in the legacy form: `applyPatchApproval`.
pub type LegacyPatchApproval = Request<ApplyPatchApprovalParams>;
/// Asks whether to execute a command, in the legacy form: `execCommandApproval`.
pub type LegacyCommandApproval = Request<ExecCommandApprovalParams>;
/// Asks for the current time, for clients that provide the clock: `currentTime/read`. Reply with
/// [`respond`](Request::respond).
///
/// # Examples
///
/// ```
/// use codex_app_client::Options;
/// use codex_app_client::protocol::CurrentTimeReadResponse;
///
/// let options = Options::new().on_current_time(|request| async move {
///     // In whole seconds since the Unix epoch.
///     request.respond(CurrentTimeReadResponse::new(981_173_106))
/// });
/// ```
#[cfg(feature = "experimental")]
pub type CurrentTimeRequest = Request<codex_app_protocol::CurrentTimeReadParams>;

impl<P: ServerRequestParams> Request<P> {
    pub(crate) fn new(params: Box<P>, call: Call, raw: String, changes: Option<String>) -> Self {
        Self { params, responder: Responder::new(call), raw, changes }
    }

    pub(crate) fn call(&self) -> &Call {
        self.responder.call()
    }

    /// The params, the responder, and the line of the request.
    pub(super) fn into_all(self) -> (Box<P>, Responder<P>, String) {
        (self.params, self.responder, self.raw)
    }

    /// The line of the item that has the file changes.
    pub(crate) fn changes_line(&self) -> Option<&str> {
        self.changes.as_deref()
    }

    /// Returns the JSON-RPC id of the request.
    #[must_use]
    pub fn id(&self) -> &RequestId {
        self.responder.id()
    }

    /// Returns the JSON-RPC method of the request.
    #[must_use]
    pub fn method(&self) -> &'static str {
        P::METHOD
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
    ///
    /// There may be no such item: requests for user input and for permissions have ids that no
    /// `item/started` has announced.
    #[must_use]
    pub fn item_id(&self) -> Option<&str> {
        self.call().incoming.item_id.as_deref()
    }

    /// Returns the request as the server sent it: one line of JSON.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// Splits the request into its params and the responder that replies to it.
    #[must_use]
    pub fn into_parts(self) -> (P, Responder<P>) {
        (*self.params, self.responder)
    }

    /// Replies with a response of the method; see [`Responder::respond`].
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn respond(self, response: P::Response) -> Result<ReplyStatus, Error> {
        self.responder.respond(response)
    }

    /// Replies with a JSON-RPC error; see [`Responder::respond_with_error`].
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn respond_with_error(self, error: &RpcError) -> Result<ReplyStatus, Error> {
        self.responder.respond_with_error(error)
    }

    /// Returns whether the server no longer waits for the reply; see [`Responder::cancelled`].
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.responder.is_cancelled()
    }

    /// Waits until the server no longer waits for the reply; see [`Responder::cancelled`].
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe: it only watches the request.
    pub async fn cancelled(&self) {
        self.responder.cancelled().await;
    }

    /// Returns a handle that tells when the server no longer waits for the reply.
    ///
    /// The handle does not own the request: keep the request in one place, such as a map of
    /// dialogs, and watch it in another task.
    #[must_use]
    pub fn cancellation(&self) -> Cancellation {
        self.responder.cancellation()
    }
}
