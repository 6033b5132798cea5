//! What a user has installed to answer the requests of the server: closures for single kinds, a
//! policy for approvals, a handler for the rest. It decides who comes first, and runs nobody.

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
    Attestation, CommandApproval, Elicitation, FileChangeApproval, LegacyCommandApproval,
    LegacyPatchApproval, PermissionsApproval, TokenRefreshRequest, ToolCallRequest,
    UserInputRequest,
};
use crate::server_request::responder::UnknownRequest;

type Closure = Arc<dyn Fn(IncomingRequest) -> HandlerFuture + Send + Sync>;

/// Who answers the requests of the server. A request goes to the first of these that is there:
///
/// 1. the closure for its kind;
/// 2. for approvals, the [policy](Self::approvals), if it decides; for those of MCP tools
///    [theirs](Self::mcp_tool_approvals), and then an
///    [`AllowList`](crate::server_request::AllowList) of the former;
/// 3. the stream [`Thread::server_requests`](crate::Thread::server_requests) of the thread, while there
///    is one, or else [`Client::server_requests`](crate::Client::server_requests) of the connection;
/// 4. the [handler](Self::request_handler);
/// 5. the default answer: no.
///
/// The [`Options`] have the same methods. This type is for a connection that exists already; see
/// [`Client::handle_requests`](crate::Client::handle_requests).
///
/// What is installed lives as long as the connection. It should not own a
/// [`Client`](crate::Client), or the connection would never be shut down by itself.
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
    /// Nobody: everything gets the default answer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How this client answers approvals of commands, file changes and permissions, by default by
    /// declining all. Replaces another policy. On MCP tools it decides only if it is an
    /// [`AllowList`](crate::server_request::AllowList) with some; the others are left to
    /// [`mcp_tool_approvals`](Self::mcp_tool_approvals).
    ///
    /// When the server asks is a setting of the thread: the
    /// [`ApprovalMode`](crate::ApprovalMode). If that is
    /// [`DenyAll`](crate::ApprovalMode::DenyAll), `never` on the wire, the server does not ask, and the
    /// policy is never called.
    #[must_use]
    pub fn approvals(mut self, policy: impl Into<ApprovalPolicy>) -> Self {
        self.policy = Some(Arc::new(policy.into()));
        self
    }

    /// How this client answers approvals of MCP tool calls, by default by declining all. Replaces another
    /// policy. What it does not decide is left to [`approvals`](Self::approvals), if that is a list with
    /// MCP tools.
    #[must_use]
    pub fn mcp_tool_approvals(mut self, policy: impl Into<ApprovalPolicy>) -> Self {
        self.mcp_policy = Some(Arc::new(policy.into()));
        self
    }

    /// Answers what nobody else does. Replaces another handler.
    #[must_use]
    pub fn request_handler(mut self, handler: impl RequestHandler) -> Self {
        self.handler = Some(Arc::new(handler));
        self
    }

    /// Whether a request of this kind is not for the stream at first.
    pub(crate) fn come_before_stream(&self, kind: Kind) -> bool {
        self.closures.contains_key(&kind) || self.policies(kind).next().is_some()
    }

    pub(crate) fn has_general(&self) -> bool {
        self.handler.is_some()
    }

    pub(crate) fn closure(&self, kind: Kind) -> Option<&Closure> {
        self.closures.get(&kind)
    }

    /// The policies for a kind. The first that decides is obeyed.
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
        /// A closure for one kind of request each; it replaces another for the same kind.
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

        /// Who answers the requests of the server; see
        /// [`server_request`](crate::server_request).
        impl Options {
            /// How this client answers approvals of commands, file changes and permissions, by default by
            /// declining all. Replaces another policy. On MCP tools it decides only if it is an
            /// [`AllowList`](crate::server_request::AllowList) with some; the others are left to
            /// [`mcp_tool_approvals`](Self::mcp_tool_approvals).
            ///
            /// When the server asks is a setting of the thread: the
            /// [`ApprovalMode`](crate::ApprovalMode). If that is
            /// [`DenyAll`](crate::ApprovalMode::DenyAll), `never` on the wire, the server does not ask, and the
            /// policy is never called.
            #[must_use]
            pub fn approvals(mut self, policy: impl Into<ApprovalPolicy>) -> Self {
                self.handlers = self.handlers.approvals(policy);
                self
            }

            /// How this client answers approvals of MCP tool calls, by default by declining all. Replaces another
            /// policy. What it does not decide is left to [`approvals`](Self::approvals), if that is a list with
            /// MCP tools.
            #[must_use]
            pub fn mcp_tool_approvals(mut self, policy: impl Into<ApprovalPolicy>) -> Self {
                self.handlers = self.handlers.mcp_tool_approvals(policy);
                self
            }

            /// Answers what no closure, no policy and no stream does. Replaces another handler.
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
    "Answers when an attestation is needed. By default this is refused with `-32601`."
    on_attestation, Attestation, Attestation;
    "Answers whether a command may be executed. By default it is declined."
    on_command_approval, CommandApproval, CommandApproval;
    #[cfg(feature = "experimental")]
    "Answers what time it is. By default this is refused with `-32601`."
    on_current_time, CurrentTime, crate::server_request::request::CurrentTimeRequest;
    "Answers a question of an MCP server. By default it is declined."
    on_elicitation, Elicitation, Elicitation;
    "Answers whether files may be changed. By default it is declined."
    on_file_change_approval, FileChangeApproval, FileChangeApproval;
    "Answers whether a command may be executed, as older conversations ask. By default it is denied."
    on_legacy_command_approval, LegacyCommandApproval, LegacyCommandApproval;
    "Answers whether a patch may be applied, as older conversations ask. By default it is denied."
    on_legacy_patch_approval, LegacyPatchApproval, LegacyPatchApproval;
    "Answers whether a tool of an MCP server may be called. By default it is declined."
    on_mcp_tool_approval, McpToolApproval, McpToolApproval;
    "Answers whether the agent gets further permissions. By default it gets none."
    on_permissions_approval, PermissionsApproval, PermissionsApproval;
    "Gets new ChatGPT tokens. By default this is refused with `-32601`."
    on_token_refresh, TokenRefresh, TokenRefreshRequest;
    "Executes dynamic tools. By default a call fails."
    on_tool_call, ToolCall, ToolCallRequest;
    "Answers what this crate does not know. By default it is refused with `-32601`."
    on_unknown_request, Unknown, UnknownRequest;
    "Answers questions for the user. By default they stay unanswered."
    on_user_input, UserInput, UserInputRequest;
}
