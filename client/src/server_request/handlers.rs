//! The request handlers that a program has installed: closures for single kinds, policies for
//! approvals, and a general handler. This module decides their order, and runs none of them.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use crate::options::Options;
use crate::server_request::handler::{AnyHandler, HandlerFuture, HandlerOutcome, RequestHandler};
use crate::server_request::incoming_request::IncomingRequest;
use crate::server_request::kind::Kind;
use crate::server_request::mcp_tool::McpToolApproval;
use crate::server_request::policy::ApprovalPolicy;
use crate::server_request::request::{
    AttestationRequest, CommandApproval, Elicitation, FileChangeApproval, LegacyCommandApproval,
    LegacyPatchApproval, PermissionsApproval, TokenRefreshRequest, ToolCallRequest,
    UserInputRequest,
};
use crate::server_request::responder::UnknownRequest;

type Closure = Arc<dyn Fn(IncomingRequest) -> HandlerFuture + Send + Sync>;

/// The request handlers of a connection. A request goes to the first of these that exists:
///
/// 1. the closure for its kind;
/// 2. for approvals, the policy of [`approvals`](Self::approvals), if it decides. Approvals of MCP
///    tools go to the policy of [`mcp_tool_approvals`](Self::mcp_tool_approvals) first, and then to
///    that of `approvals` if it is an [`AllowList`](crate::server_request::AllowList) with MCP
///    tools;
/// 3. the stream of the thread, [`Thread::server_requests`](crate::Thread::server_requests), while
///    it exists; or else the stream of the connection,
///    [`Client::server_requests`](crate::Client::server_requests);
/// 4. the [handler](Self::request_handler);
/// 5. the default reply, which approves nothing.
///
/// [`Options`] has the same methods. Use this type to replace the handlers of an open connection,
/// with [`Client::handle_requests`](crate::Client::handle_requests).
///
/// Handlers live as long as the connection. They must not own a [`Client`](crate::Client) or
/// another handle of it: the connection would then never be shut down automatically.
///
/// # Examples
///
/// ```no_run
/// # fn example(client: &codex_app_client::Client) {
/// use codex_app_client::server_request::{AllowList, Handlers};
///
/// client.handle_requests(
///     Handlers::new()
///         .approvals(AllowList::new().command(["git", "status"]))
///         .on_file_change_approval(|request| async move { request.decline() }),
/// );
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Handlers {
    closures: BTreeMap<Kind, Closure>,
    policy: Option<Arc<ApprovalPolicy>>,
    mcp_policy: Option<Arc<ApprovalPolicy>>,
    handler: Option<Arc<dyn AnyHandler>>,
}

impl Handlers {
    /// Creates a set without handlers: every request goes to a stream, or gets its default reply.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the policy that replies to approvals of commands, file changes and permissions,
    /// including the legacy forms. Replaces an earlier policy.
    ///
    /// Without a policy, approvals go to the stream or the handler, and by default are declined.
    /// The policy also decides about MCP tools if it is an
    /// [`AllowList`](crate::server_request::AllowList) that names some; for any other policy, see
    /// [`mcp_tool_approvals`](Self::mcp_tool_approvals).
    ///
    /// Whether the server asks at all is a setting of the thread, the
    /// [`ApprovalMode`](crate::ApprovalMode). With [`DenyAll`](crate::ApprovalMode::DenyAll)
    /// (`never` on the wire) the server does not ask, and the policy is never called.
    #[must_use]
    pub fn approvals(mut self, policy: impl Into<ApprovalPolicy>) -> Self {
        self.policy = Some(Arc::new(policy.into()));
        self
    }

    /// Sets the policy that replies to approvals of MCP tool calls. Replaces an earlier policy.
    ///
    /// Without a policy, these approvals go to the stream or the handler, and by default are
    /// declined. What the policy does not decide goes to the policy of
    /// [`approvals`](Self::approvals), if that is an
    /// [`AllowList`](crate::server_request::AllowList) with MCP tools.
    #[must_use]
    pub fn mcp_tool_approvals(mut self, policy: impl Into<ApprovalPolicy>) -> Self {
        self.mcp_policy = Some(Arc::new(policy.into()));
        self
    }

    /// Sets the handler for requests that no closure, policy or stream takes. Replaces an earlier
    /// handler.
    #[must_use]
    pub fn request_handler(mut self, handler: impl RequestHandler) -> Self {
        self.handler = Some(Arc::new(handler));
        self
    }

    /// Whether a closure or a policy takes requests of this kind before the stream.
    pub(crate) fn come_before_stream(&self, kind: Kind) -> bool {
        self.closures.contains_key(&kind) || self.policies(kind).next().is_some()
    }

    pub(crate) fn has_general(&self) -> bool {
        self.handler.is_some()
    }

    pub(crate) fn closure(&self, kind: Kind) -> Option<&Closure> {
        self.closures.get(&kind)
    }

    /// The policies for a kind, in order: the first that decides wins.
    pub(crate) fn policies(&self, kind: Kind) -> impl Iterator<Item = &ApprovalPolicy> {
        let is_mcp_tool = kind == Kind::McpToolApproval;
        let of_mcp_tools = self.mcp_policy.as_deref().filter(|_| is_mcp_tool);
        let of_all = self.policy.as_deref().filter(|it| match is_mcp_tool {
            true => it.lists_mcp_tools(),
            false => kind.is_approval(),
        });
        of_mcp_tools.into_iter().chain(of_all)
    }

    pub(crate) fn handler(&self) -> Option<Arc<dyn AnyHandler>> {
        self.handler.clone()
    }

    fn on<P, F, A>(mut self, kind: Kind, pick: fn(IncomingRequest) -> Option<P>, handler: F) -> Self
    where
        P: Send + 'static,
        F: Fn(P) -> A + Send + Sync + 'static,
        A: Future<Output: HandlerOutcome> + Send + 'static,
    {
        let handler = Arc::new(handler);
        let closure = move |request| {
            let handler = Arc::clone(&handler);
            let future: HandlerFuture = Box::pin(async move {
                match pick(request) {
                    // Called here, so that a panic in the closure itself is caught too.
                    Some(request) => handler(request).await.into_result(),
                    None => Ok(()),
                }
            });
            future
        };
        self.closures.insert(kind, Arc::new(closure));
        self
    }
}

impl fmt::Debug for Handlers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handlers")
            .field("closures", &self.closures.keys())
            .field("policy", &self.policy)
            .field("mcp_policy", &self.mcp_policy)
            .field("handler", &self.handler.is_some())
            .finish()
    }
}

macro_rules! closures {
    ($($(#[cfg($cfg:meta)])? $doc:literal $on:ident, $Variant:ident, $Request:ty;)*) => {
        /// Closures for single kinds of request. They come before policies, streams and the
        /// handler. Each replaces an earlier one for the same kind, and each call runs in a task of
        /// its own.
        impl Handlers {
            $(
                $(#[cfg($cfg)])?
                #[doc = $doc]
                #[must_use]
                pub fn $on<F, A>(self, handler: F) -> Self
                where
                    F: Fn($Request) -> A + Send + Sync + 'static,
                    A: Future<Output: HandlerOutcome> + Send + 'static,
                {
                    let pick = |request| match request {
                        IncomingRequest::$Variant(request) => Some(request),
                        _ => None,
                    };
                    self.on(Kind::$Variant, pick, handler)
                }
            )*
        }

        /// Handlers for the server's requests; see [`server_request`](crate::server_request).
        impl Options {
            /// Sets the policy that replies to approvals of commands, file changes and permissions,
            /// including the legacy forms. Replaces an earlier policy.
            ///
            /// Without a policy, approvals go to the stream or the handler, and by default are
            /// declined. The policy also decides about MCP tools if it is an
            /// [`AllowList`](crate::server_request::AllowList) that names some; for any other
            /// policy, see [`mcp_tool_approvals`](Self::mcp_tool_approvals).
            ///
            /// Whether the server asks at all is a setting of the thread, the
            /// [`ApprovalMode`](crate::ApprovalMode). With
            /// [`DenyAll`](crate::ApprovalMode::DenyAll) (`never` on the wire) the server does not
            /// ask, and the policy is never called.
            #[must_use]
            pub fn approvals(mut self, policy: impl Into<ApprovalPolicy>) -> Self {
                self.handlers = self.handlers.approvals(policy);
                self
            }

            /// Sets the policy that replies to approvals of MCP tool calls. Replaces an earlier
            /// policy.
            ///
            /// Without a policy, these approvals go to the stream or the handler, and by default
            /// are declined. What the policy does not decide goes to the policy of
            /// [`approvals`](Self::approvals), if that is an
            /// [`AllowList`](crate::server_request::AllowList) with MCP tools.
            #[must_use]
            pub fn mcp_tool_approvals(mut self, policy: impl Into<ApprovalPolicy>) -> Self {
                self.handlers = self.handlers.mcp_tool_approvals(policy);
                self
            }

            /// Sets the handler for requests that no closure, policy or stream takes. Replaces an
            /// earlier handler.
            #[must_use]
            pub fn request_handler(mut self, handler: impl RequestHandler) -> Self {
                self.handlers = self.handlers.request_handler(handler);
                self
            }

            $(
                $(#[cfg($cfg)])?
                #[doc = $doc]
                #[must_use]
                pub fn $on<F, A>(mut self, handler: F) -> Self
                where
                    F: Fn($Request) -> A + Send + Sync + 'static,
                    A: Future<Output: HandlerOutcome> + Send + 'static,
                {
                    self.handlers = self.handlers.$on(handler);
                    self
                }
            )*
        }
    };
}

closures! {
    "Handles requests for an attestation: `attestation/generate`. Default: the error -32601."
    on_attestation, Attestation, AttestationRequest;
    "Handles approvals of commands: `item/commandExecution/requestApproval`. Default: declined."
    on_command_approval, CommandApproval, CommandApproval;
    #[cfg(feature = "experimental")]
    "Handles requests for the current time: `currentTime/read`. Default: the error -32601."
    on_current_time, CurrentTime, crate::server_request::request::CurrentTimeRequest;
    "Handles elicitations of MCP servers: `mcpServer/elicitation/request`. Default: declined."
    on_elicitation, Elicitation, Elicitation;
    "Handles approvals of file changes: `item/fileChange/requestApproval`. Default: declined."
    on_file_change_approval, FileChangeApproval, FileChangeApproval;
    "Handles legacy approvals of commands: `execCommandApproval`. Default: denied."
    on_legacy_command_approval, LegacyCommandApproval, LegacyCommandApproval;
    "Handles legacy approvals of patches: `applyPatchApproval`. Default: denied."
    on_legacy_patch_approval, LegacyPatchApproval, LegacyPatchApproval;
    "Handles approvals of MCP tool calls: `mcpServer/elicitation/request` with \
     `codex_approval_kind: mcp_tool_call`. Default: declined."
    on_mcp_tool_approval, McpToolApproval, McpToolApproval;
    "Handles requests for permissions: `item/permissions/requestApproval`. Default: none granted."
    on_permissions_approval, PermissionsApproval, PermissionsApproval;
    "Handles requests for new ChatGPT tokens: `account/chatgptAuthTokens/refresh`. Default: the \
     error -32601."
    on_token_refresh, TokenRefresh, TokenRefreshRequest;
    "Handles calls of dynamic tools: `item/tool/call`. Default: the call fails."
    on_tool_call, ToolCall, ToolCallRequest;
    "Handles requests that this crate cannot decode. Default: the error -32601 for an unknown \
     method, otherwise the default reply of the method."
    on_unknown_request, Unknown, UnknownRequest;
    "Handles questions for the user: `item/tool/requestUserInput`. Default: left unanswered."
    on_user_input, UserInput, UserInputRequest;
}
