//! The trait for types that reply to the server's requests: one method for each kind. A method that
//! is not implemented drops its request, which sends the default reply.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::server_request::call::ReplyStatus;
use crate::server_request::incoming_request::IncomingRequest;
use crate::server_request::mcp_tool::McpToolApproval;
use crate::server_request::request::{
    AttestationRequest, CommandApproval, Elicitation, FileChangeApproval, LegacyCommandApproval,
    LegacyPatchApproval, PermissionsApproval, TokenRefreshRequest, ToolCallRequest,
    UserInputRequest,
};
use crate::server_request::responder::UnknownRequest;

/// The error of a request handler. It is logged, and a request that the handler has not answered
/// gets its default reply.
pub type HandlerError = Box<dyn std::error::Error + Send + Sync>;

/// The result of a request handler.
///
/// `Ok(())` means only that there was no error, not that a reply was sent. A request that the
/// handler dropped gets its default reply. One that it moved elsewhere can still be answered.
pub type HandlerResult = Result<(), HandlerError>;

pub(crate) type HandlerFuture = Pin<Box<dyn Future<Output = HandlerResult> + Send>>;

/// What a closure that handles a request may return: `()`, [`ReplyStatus`], or a `Result` whose
/// error converts into [`HandlerError`].
pub trait HandlerOutcome {
    /// Converts the value into a [`HandlerResult`].
    ///
    /// # Errors
    ///
    /// The error of the closure, if it returned one.
    fn into_result(self) -> HandlerResult;
}

impl HandlerOutcome for () {
    fn into_result(self) -> HandlerResult {
        Ok(())
    }
}

impl HandlerOutcome for ReplyStatus {
    fn into_result(self) -> HandlerResult {
        Ok(())
    }
}

impl<T, E: Into<HandlerError>> HandlerOutcome for Result<T, E> {
    fn into_result(self) -> HandlerResult {
        self.map(drop).map_err(Into::into)
    }
}

macro_rules! handler {
    ($($(#[cfg($cfg:meta)])? $doc:literal $method:ident, $Variant:ident, $Request:ty;)*) => {
        /// Replies to requests of the server: one method for each kind of request.
        ///
        /// Install it with [`Options::request_handler`](crate::Options::request_handler). It gets
        /// the requests that no closure, policy or stream has taken. Implement the methods as
        /// `async fn`; each call runs in a task of its own. A method that is not implemented sends
        /// the default reply, which approves nothing.
        ///
        /// A handler is not stopped when its request is cancelled, so that it can clean up. While
        /// it waits for a human, let it wait for `request.cancelled()` too.
        ///
        /// # Examples
        ///
        /// ```
        /// use codex_app_client::Options;
        /// use codex_app_client::server_request::{
        ///     CommandApproval, HandlerResult, RequestHandler,
        /// };
        ///
        /// struct OnlyStatus;
        ///
        /// impl RequestHandler for OnlyStatus {
        ///     async fn command_approval(&self, request: CommandApproval) -> HandlerResult {
        ///         match request.params.command.as_deref() {
        ///             Some("git status") => request.accept()?,
        ///             _ => request.decline()?,
        ///         };
        ///         Ok(())
        ///     }
        /// }
        ///
        /// let options = Options::new().request_handler(OnlyStatus);
        /// ```
        pub trait RequestHandler: Send + Sync + 'static {
            $(
                $(#[cfg($cfg)])?
                #[doc = $doc]
                fn $method(
                    &self,
                    request: $Request,
                ) -> impl Future<Output = HandlerResult> + Send {
                    async move {
                        drop(request);
                        Ok(())
                    }
                }
            )*
        }

        impl<H: RequestHandler> AnyHandler for H {
            fn handle(self: Arc<Self>, request: IncomingRequest) -> HandlerFuture {
                Box::pin(async move {
                    match request {
                        $(
                            $(#[cfg($cfg)])?
                            IncomingRequest::$Variant(request) => self.$method(request).await,
                        )*
                    }
                })
            }
        }
    };
}

/// A handler behind a trait object.
pub(crate) trait AnyHandler: Send + Sync {
    fn handle(self: Arc<Self>, request: IncomingRequest) -> HandlerFuture;
}

handler! {
    "Handles a request for an attestation: `attestation/generate`. Default: the error -32601."
    attestation, Attestation, AttestationRequest;
    "Handles an approval of a command: `item/commandExecution/requestApproval`. Default: declined."
    command_approval, CommandApproval, CommandApproval;
    #[cfg(feature = "experimental")]
    "Handles a request for the current time: `currentTime/read`. Default: the error -32601."
    current_time, CurrentTime, crate::server_request::request::CurrentTimeRequest;
    "Handles an elicitation of an MCP server: `mcpServer/elicitation/request`. Default: declined."
    elicitation, Elicitation, Elicitation;
    "Handles an approval of file changes: `item/fileChange/requestApproval`. Default: declined."
    file_change_approval, FileChangeApproval, FileChangeApproval;
    "Handles a legacy approval of a command: `execCommandApproval`. Default: denied."
    legacy_command_approval, LegacyCommandApproval, LegacyCommandApproval;
    "Handles a legacy approval of a patch: `applyPatchApproval`. Default: denied."
    legacy_patch_approval, LegacyPatchApproval, LegacyPatchApproval;
    "Handles an approval of an MCP tool call: `mcpServer/elicitation/request` with \
     `codex_approval_kind: mcp_tool_call`. Default: declined."
    mcp_tool_approval, McpToolApproval, McpToolApproval;
    "Handles a request for permissions: `item/permissions/requestApproval`. Default: none granted."
    permissions_approval, PermissionsApproval, PermissionsApproval;
    "Handles a request for new ChatGPT tokens: `account/chatgptAuthTokens/refresh`. Default: the \
     error -32601."
    token_refresh, TokenRefresh, TokenRefreshRequest;
    "Handles a call of a dynamic tool: `item/tool/call`. Default: the call fails."
    tool_call, ToolCall, ToolCallRequest;
    "Handles a request that this crate cannot decode. Default: the error -32601 for an unknown \
     method, otherwise the default reply of the method."
    unknown_request, Unknown, UnknownRequest;
    "Handles questions for the user: `item/tool/requestUserInput`. Default: left unanswered."
    user_input, UserInput, UserInputRequest;
}
