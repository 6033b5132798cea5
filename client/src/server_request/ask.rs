//! All approvals as one question and one decision, for programs that show them all in the same way.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use codex_app_protocol::{FileChange, FileUpdateChange, RequestPermissionProfile};
use serde_json::Value;
use std::collections::BTreeMap;

use crate::server_request::approval::AnyApproval;

/// What may be allowed or not.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Approval {
    /// The thread that it is about.
    pub thread_id: Option<String>,
    /// The turn that it is about.
    pub turn_id: Option<String>,
    /// The item that it is about.
    pub item_id: Option<String>,
    /// Why the agent wants it.
    pub reason: Option<String>,
    /// What is to happen.
    pub subject: ApprovalSubject,
}

/// What is to happen.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ApprovalSubject {
    /// A command is executed.
    Command {
        /// As it would be typed.
        command: Option<String>,
        /// Where.
        cwd: Option<String>,
    },
    /// Files are changed.
    FileChange {
        /// Which, if that is known; see
        /// [`FileChangeApproval::changes`](crate::server_request::FileChangeApproval::changes).
        changes: Option<Vec<FileUpdateChange>>,
    },
    /// Files are changed, as older conversations ask.
    Patch {
        /// Which, by path.
        changes: BTreeMap<String, FileChange>,
    },
    /// The agent gets further permissions.
    Permissions {
        /// Which.
        permissions: Option<RequestPermissionProfile>,
    },
    /// A tool of an MCP server is called.
    McpTool {
        /// The server, by its name in the configuration.
        server: Option<String>,
        /// The tool.
        tool: Option<String>,
        /// What it is called with.
        params: Option<Value>,
    },
}

/// What is decided on an [`Approval`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ApprovalDecision {
    /// It happens, once.
    Accept,
    /// It happens, and the same is not asked about again in this session.
    AcceptForSession,
    /// It does not happen, and the turn goes on.
    Decline,
    /// It does not happen, and the turn is interrupted where the protocol has a word for that.
    Cancel,
}

type Deciding = Pin<Box<dyn Future<Output = ApprovalDecision> + Send>>;

/// Asks a function of the user's, for so long.
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

    /// The decision; none if the server waits for it no more.
    pub(super) async fn decide(&self, approval: &AnyApproval) -> Option<ApprovalDecision> {
        let decided = (self.decide)(approval.describe());
        tokio::select! {
            decision = decided => Some(decision),
            () = approval.call().cancelled() => None,
            () = tokio::time::sleep(self.timeout) => {
                let after = self.timeout;
                tracing::warn!(?after, "nobody has decided on an approval: it is declined");
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
