//! A type that answers the requests of the server: one method a kind, and no by default.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::server_request::call::Answered;
use crate::server_request::incoming_request::IncomingRequest;
use crate::server_request::mcp_tool::McpToolApproval;
use crate::server_request::request::{
    Attestation, CommandApproval, Elicitation, FileChangeApproval, LegacyCommandApproval,
    LegacyPatchApproval, PermissionsApproval, TokenRefreshRequest, ToolCallRequest,
    UserInputRequest,
};
use crate::server_request::responder::UnknownRequest;

/// What went wrong in a handler. The request it was given gets its default answer.
pub type HandlerError = Box<dyn std::error::Error + Send + Sync>;

/// How a handler ended. `Ok` says only that nothing went wrong: a request that was dropped gets its
/// default answer, one that was moved elsewhere can be answered later.
pub type HandlerResult = Result<(), HandlerError>;

pub(crate) type HandlerFuture = Pin<Box<dyn Future<Output = HandlerResult> + Send>>;

/// What a closure that handles a request may return.
pub trait HandlerOutcome {
    /// As a result.
    ///
    /// # Errors
    ///
    /// Fails with what went wrong.
    fn into_result(self) -> HandlerResult;
}

impl HandlerOutcome for () {
    fn into_result(self) -> HandlerResult {
        Ok(())
    }
}

impl HandlerOutcome for Answered {
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
        /// Answers the requests of the server, each in a task of its own. What a type does not
        /// handle gets the default answer: no.
        ///
        /// It is installed with [`Options::request_handler`](crate::Options::request_handler). The
        /// methods can be written as `async fn`.
        ///
        /// A handler goes on when its request is cancelled, and can then clean up; wait for
        /// `request.cancelled()` beside a human.
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

/// A handler whose type is forgotten, so that it can be stored.
pub(crate) trait AnyHandler: Send + Sync {
    fn handle(self: Arc<Self>, request: IncomingRequest) -> HandlerFuture;
}

handler! {
    "An attestation is needed. By default this is refused with `-32601`."
    attestation, Attestation, Attestation;
    "Whether a command may be executed. By default it is declined."
    command_approval, CommandApproval, CommandApproval;
    #[cfg(feature = "experimental")]
    "What time it is. By default this is refused with `-32601`."
    current_time, CurrentTime, crate::server_request::request::CurrentTimeRequest;
    "A question of an MCP server. By default it is declined."
    elicitation, Elicitation, Elicitation;
    "Whether files may be changed. By default it is declined."
    file_change_approval, FileChangeApproval, FileChangeApproval;
    "Whether a command may be executed, as older conversations ask. By default it is denied."
    legacy_command_approval, LegacyCommandApproval, LegacyCommandApproval;
    "Whether a patch may be applied, as older conversations ask. By default it is denied."
    legacy_patch_approval, LegacyPatchApproval, LegacyPatchApproval;
    "Whether a tool of an MCP server may be called. By default it is declined."
    mcp_tool_approval, McpToolApproval, McpToolApproval;
    "Whether the agent gets further permissions. By default it gets none."
    permissions_approval, PermissionsApproval, PermissionsApproval;
    "New ChatGPT tokens are needed. By default this is refused with `-32601`."
    token_refresh, TokenRefresh, TokenRefreshRequest;
    "A call of a dynamic tool. By default it fails."
    tool_call, ToolCall, ToolCallRequest;
    "What this crate does not know. By default it is refused with `-32601`."
    unknown, Unknown, UnknownRequest;
    "Questions for the user. By default they stay unanswered."
    user_input, UserInput, UserInputRequest;
}
