//! All kinds of approval as one type, with one type of decision, for programs that show them all in
//! the same way.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use codex_app_protocol::{FileChange, FileUpdateChange, RequestPermissionProfile};
use serde_json::Value;
use std::collections::BTreeMap;

use crate::server_request::approval::AnyApproval;

/// An approval request of any kind: what the agent wants to do, and why. See
/// [`ApprovalPolicy::ask`].
///
/// [`ApprovalPolicy::ask`]: crate::server_request::ApprovalPolicy::ask
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Approval {
    /// The id of the thread that the request is about.
    pub thread_id: Option<String>,
    /// The id of the turn that the request is about. `None` for legacy requests.
    pub turn_id: Option<String>,
    /// The id of the item that the request is about.
    pub item_id: Option<String>,
    /// Why approval is needed, as text for the user. For an MCP tool, the message of the request.
    pub reason: Option<String>,
    /// What is to be approved.
    pub subject: ApprovalSubject,
}

/// What an [`Approval`] is about.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ApprovalSubject {
    /// Execute a command: `item/commandExecution/requestApproval` or `execCommandApproval`.
    Command {
        /// The command line.
        command: Option<String>,
        /// The working directory.
        cwd: Option<String>,
    },
    /// Change files: `item/fileChange/requestApproval`.
    FileChange {
        /// The changes, or `None` if they are not known; see
        /// [`FileChangeApproval::changes`](crate::server_request::FileChangeApproval::changes).
        changes: Option<Vec<FileUpdateChange>>,
    },
    /// Apply a patch: `applyPatchApproval`, the legacy form of a file change.
    Patch {
        /// The changes, by path.
        changes: BTreeMap<String, FileChange>,
    },
    /// Give the agent additional permissions: `item/permissions/requestApproval`.
    Permissions {
        /// The requested permissions.
        permissions: Option<RequestPermissionProfile>,
    },
    /// Call a tool of an MCP server: `mcpServer/elicitation/request`.
    McpTool {
        /// The name of the MCP server in the configuration.
        server: Option<String>,
        /// The name of the tool.
        tool: Option<String>,
        /// The arguments of the call.
        params: Option<Value>,
    },
}

/// The decision on an [`Approval`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ApprovalDecision {
    /// Accepts this request. Permissions are granted until the turn ends.
    Accept,
    /// Accepts, and the server does not ask about the same again in this session. For an MCP tool,
    /// accepts once if the server does not offer more.
    AcceptForSession,
    /// Declines. The turn continues.
    Decline,
    /// Declines, and interrupts the turn where the protocol supports it.
    ///
    /// That applies to commands, file changes and patches. A request for permissions is declined,
    /// and an MCP tool call gets the action `cancel`.
    Cancel,
}

type Deciding = Pin<Box<dyn Future<Output = ApprovalDecision> + Send>>;

/// Asks a function of the program, with a timeout.
#[derive(Clone)]
pub(super) struct Ask {
    decide: Arc<dyn Fn(Approval) -> Deciding + Send + Sync>,
    timeout: Duration,
}

impl Ask {
    pub(super) fn new<F, D>(timeout: Duration, decide: F) -> Self
    where
        F: Fn(Approval) -> D + Send + Sync + 'static,
        D: Future<Output = ApprovalDecision> + Send + 'static,
    {
        Self { decide: Arc::new(move |approval| Box::pin(decide(approval))), timeout }
    }

    /// The decision; `None` if the request was cancelled meanwhile.
    pub(super) async fn decide(&self, approval: &AnyApproval) -> Option<ApprovalDecision> {
        let decided = (self.decide)(approval.describe());
        tokio::select! {
            decision = decided => Some(decision),
            () = approval.call().cancelled() => None,
            () = tokio::time::sleep(self.timeout) => {
                let after = self.timeout;
                tracing::warn!(?after, "no decision on an approval within the timeout: declined");
                Some(ApprovalDecision::Decline)
            }
        }
    }
}

impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ask").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

impl AnyApproval {
    fn describe(&self) -> Approval {
        let incoming = &self.call().incoming;
        Approval {
            thread_id: incoming.thread_id.clone(),
            turn_id: incoming.turn_id.clone(),
            item_id: incoming.item_id.clone(),
            reason: self.reason(),
            subject: self.subject(),
        }
    }

    fn reason(&self) -> Option<String> {
        match self {
            Self::Command(it) => it.params.reason.clone(),
            Self::FileChange(it) => it.params.reason.clone(),
            Self::LegacyCommand(it) => it.params.reason.clone(),
            Self::LegacyPatch(it) => it.params.reason.clone(),
            Self::McpTool(it) => it.message(),
            Self::Permissions(it) => it.params.reason.clone(),
        }
    }

    fn subject(&self) -> ApprovalSubject {
        match self {
            Self::Command(it) => ApprovalSubject::Command {
                command: it.params.command.clone(),
                cwd: it.params.cwd.as_ref().map(|it| it.0.clone()),
            },
            Self::FileChange(it) => ApprovalSubject::FileChange { changes: it.changes() },
            Self::LegacyCommand(it) => ApprovalSubject::Command {
                command: it.params.command.as_ref().map(|it| it.join(" ")),
                cwd: it.params.cwd.clone(),
            },
            Self::LegacyPatch(it) => ApprovalSubject::Patch {
                changes: it.params.file_changes.clone().unwrap_or_default(),
            },
            Self::McpTool(it) => ApprovalSubject::McpTool {
                server: it.server_name(),
                tool: it.tool_name(),
                params: it.tool_params(),
            },
            Self::Permissions(it) => {
                ApprovalSubject::Permissions { permissions: it.params.permissions.clone() }
            }
        }
    }
}
