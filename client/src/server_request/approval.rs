//! How approvals of commands, file changes and patches are accepted and declined, each in the terms
//! of its own method.

use codex_app_protocol::{
    AcceptWithExecpolicyAmendmentCommandExecutionApprovalDecision, ApplyPatchApprovalResponse,
    CommandExecutionApprovalDecision, CommandExecutionApprovalKind,
    CommandExecutionRequestApprovalResponse, DeniedReviewDecision, ExecCommandApprovalResponse,
    FileChangeApprovalDecision, FileChangeRequestApprovalResponse, FileUpdateChange,
    ReviewDecision,
};

use crate::error::Error;
use crate::router::peek::value_at;
use crate::server_request::ask::ApprovalDecision;
use crate::server_request::call::{Call, ReplyStatus};
use crate::server_request::incoming_request::IncomingRequest;
use crate::server_request::mcp_tool::McpToolApproval;
use crate::server_request::request::{
    CommandApproval, FileChangeApproval, LegacyCommandApproval, LegacyPatchApproval,
    PermissionsApproval,
};

const NO: &str = "the user said no";

impl CommandApproval {
    /// Returns the decisions to offer to the user, in the server's order (`availableDecisions`).
    ///
    /// If the server lists none, returns accept, accept for session, decline and cancel; or, if
    /// [`is_human_required`](Self::is_human_required), accept, decline and cancel.
    ///
    /// App-server 0.169 also accepts [`decline`](Self::decline) and
    /// [`accept_for_session`](Self::accept_for_session) when it does not list them.
    #[must_use]
    pub fn available_decisions(&self) -> Vec<CommandExecutionApprovalDecision> {
        use CommandExecutionApprovalDecision::{Accept, AcceptForSession, Cancel, Decline};
        // Looked up in the line: the member is sent also without the experimental API.
        if let Some(named) = value_at(self.raw(), &["params", "availableDecisions"]) {
            return named;
        }
        match self.is_human_required() {
            true => vec![Accept, Decline, Cancel],
            false => vec![Accept, AcceptForSession, Decline, Cancel],
        }
    }

    /// Returns whether a human must make this decision, for this request only: the request's `kind`
    /// is `humanCommand`. Valid decisions are accept, decline and cancel.
    #[must_use]
    pub fn is_human_required(&self) -> bool {
        matches!(self.params.kind, Some(CommandExecutionApprovalKind::HumanCommand))
    }

    /// Accepts: the command runs.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn accept(self) -> Result<ReplyStatus, Error> {
        self.decide(CommandExecutionApprovalDecision::Accept)
    }

    /// Accepts: the command runs, and the server does not ask about the same command again in this
    /// session.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn accept_for_session(self) -> Result<ReplyStatus, Error> {
        self.decide(CommandExecutionApprovalDecision::AcceptForSession)
    }

    /// Accepts (`acceptWithExecpolicyAmendment`): the command runs, and the server adds the rule
    /// that it proposes (`proposedExecpolicyAmendment`). It does not ask again about commands that
    /// begin with the proposed words.
    ///
    /// If the server proposes no rule, this is the same as [`accept`](Self::accept).
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn accept_with_execpolicy_amendment(self) -> Result<ReplyStatus, Error> {
        match self.params.proposed_execpolicy_amendment.clone() {
            Some(amendment) => self.decide(
                AcceptWithExecpolicyAmendmentCommandExecutionApprovalDecision::new(amendment),
            ),
            None => self.accept(),
        }
    }

    /// Declines: the command does not run, and the turn continues.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn decline(self) -> Result<ReplyStatus, Error> {
        self.decide(CommandExecutionApprovalDecision::Decline)
    }

    /// Cancels: the command does not run, and the turn is interrupted.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn cancel(self) -> Result<ReplyStatus, Error> {
        self.decide(CommandExecutionApprovalDecision::Cancel)
    }

    /// Replies with any decision of the protocol.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn decide(
        self,
        decision: impl Into<CommandExecutionApprovalDecision>,
    ) -> Result<ReplyStatus, Error> {
        self.respond(CommandExecutionRequestApprovalResponse::new(decision))
    }
}

impl FileChangeApproval {
    /// Returns the decisions to offer to the user: accept, accept for session, decline and cancel.
    #[must_use]
    pub fn available_decisions(&self) -> Vec<FileChangeApprovalDecision> {
        use FileChangeApprovalDecision::{Accept, AcceptForSession, Cancel, Decline};
        vec![Accept, AcceptForSession, Decline, Cancel]
    }

    /// Returns the file changes to approve, or `None` if they are not known.
    ///
    /// The request does not contain the changes. They are taken from the item that the server
    /// announced before it. That item is missing if the connection did not receive it, for example
    /// when a thread is resumed in the middle of a turn.
    #[must_use]
    pub fn changes(&self) -> Option<Vec<FileUpdateChange>> {
        let line = self.changes_line()?;
        value_at(line, &["params", "item", "changes"])
            .or_else(|| value_at(line, &["params", "changes"]))
    }

    /// Accepts: the files are changed.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn accept(self) -> Result<ReplyStatus, Error> {
        self.decide(FileChangeApprovalDecision::Accept)
    }

    /// Accepts: the files are changed, and the server does not ask about changes of the same files
    /// again in this session.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn accept_for_session(self) -> Result<ReplyStatus, Error> {
        self.decide(FileChangeApprovalDecision::AcceptForSession)
    }

    /// Declines: the files are not changed, and the turn continues.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn decline(self) -> Result<ReplyStatus, Error> {
        self.decide(FileChangeApprovalDecision::Decline)
    }

    /// Cancels: the files are not changed, and the turn is interrupted.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn cancel(self) -> Result<ReplyStatus, Error> {
        self.decide(FileChangeApprovalDecision::Cancel)
    }

    /// Replies with any decision of the protocol.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn decide(
        self,
        decision: impl Into<FileChangeApprovalDecision>,
    ) -> Result<ReplyStatus, Error> {
        self.respond(FileChangeRequestApprovalResponse::new(decision))
    }
}

macro_rules! legacy {
    ($Request:ident, $Response:ident) => {
        impl $Request {
            /// Accepts (`approved`): the command is executed or the patch applied.
            ///
            /// # Errors
            ///
            /// [`Error::Encode`] if the reply cannot be encoded.
            pub fn accept(self) -> Result<ReplyStatus, Error> {
                self.decide(ReviewDecision::Approved)
            }

            /// Accepts (`approved_for_session`), and the server does not ask about the same again
            /// in this session.
            ///
            /// # Errors
            ///
            /// [`Error::Encode`] if the reply cannot be encoded.
            pub fn accept_for_session(self) -> Result<ReplyStatus, Error> {
                self.decide(ReviewDecision::ApprovedForSession)
            }

            /// Declines (`denied`): nothing is executed or changed, and the turn continues.
            ///
            /// # Errors
            ///
            /// [`Error::Encode`] if the reply cannot be encoded.
            pub fn decline(self) -> Result<ReplyStatus, Error> {
                self.decide(DeniedReviewDecision::new(NO))
            }

            /// Cancels (`abort`): nothing is executed or changed, and the turn is interrupted.
            ///
            /// # Errors
            ///
            /// [`Error::Encode`] if the reply cannot be encoded.
            pub fn cancel(self) -> Result<ReplyStatus, Error> {
                self.decide(ReviewDecision::Abort)
            }

            /// Replies with any decision of the protocol.
            ///
            /// # Errors
            ///
            /// [`Error::Encode`] if the reply cannot be encoded.
            pub fn decide(self, decision: impl Into<ReviewDecision>) -> Result<ReplyStatus, Error> {
                self.respond($Response::new(decision))
            }
        }
    };
}

legacy!(LegacyCommandApproval, ExecCommandApprovalResponse);
legacy!(LegacyPatchApproval, ApplyPatchApprovalResponse);

/// Any request that is an approval.
pub(super) enum AnyApproval {
    Command(CommandApproval),
    FileChange(FileChangeApproval),
    LegacyCommand(LegacyCommandApproval),
    LegacyPatch(LegacyPatchApproval),
    McpTool(McpToolApproval),
    Permissions(PermissionsApproval),
}

impl AnyApproval {
    /// Converts an approval; hands back a request of another kind.
    pub(super) fn of(request: IncomingRequest) -> Result<Self, Box<IncomingRequest>> {
        Ok(match request {
            IncomingRequest::CommandApproval(it) => Self::Command(it),
            IncomingRequest::FileChangeApproval(it) => Self::FileChange(it),
            IncomingRequest::LegacyCommandApproval(it) => Self::LegacyCommand(it),
            IncomingRequest::LegacyPatchApproval(it) => Self::LegacyPatch(it),
            IncomingRequest::McpToolApproval(it) => Self::McpTool(it),
            IncomingRequest::PermissionsApproval(it) => Self::Permissions(it),
            other => return Err(Box::new(other)),
        })
    }

    pub(super) fn call(&self) -> &Call {
        match self {
            Self::Command(it) => it.call(),
            Self::FileChange(it) => it.call(),
            Self::LegacyCommand(it) => it.call(),
            Self::LegacyPatch(it) => it.call(),
            Self::McpTool(it) => it.call(),
            Self::Permissions(it) => it.call(),
        }
    }

    pub(super) fn decide(self, decision: ApprovalDecision) -> Result<ReplyStatus, Error> {
        macro_rules! decide {
            ($request:ident) => {
                match decision {
                    ApprovalDecision::Accept => $request.accept(),
                    ApprovalDecision::AcceptForSession => $request.accept_for_session(),
                    ApprovalDecision::Decline => $request.decline(),
                    ApprovalDecision::Cancel => $request.cancel(),
                }
            };
        }
        match self {
            Self::Command(it) => decide!(it),
            Self::FileChange(it) => decide!(it),
            Self::LegacyCommand(it) => decide!(it),
            Self::LegacyPatch(it) => decide!(it),
            Self::McpTool(it) => decide!(it),
            Self::Permissions(it) => match decision {
                ApprovalDecision::Accept => it.accept(),
                ApprovalDecision::AcceptForSession => it.accept_for_session(),
                // The protocol has no decision that interrupts the turn.
                ApprovalDecision::Decline | ApprovalDecision::Cancel => it.decline(),
            },
        }
    }
}

impl From<AnyApproval> for IncomingRequest {
    fn from(approval: AnyApproval) -> Self {
        match approval {
            AnyApproval::Command(it) => Self::CommandApproval(it),
            AnyApproval::FileChange(it) => Self::FileChangeApproval(it),
            AnyApproval::LegacyCommand(it) => Self::LegacyCommandApproval(it),
            AnyApproval::LegacyPatch(it) => Self::LegacyPatchApproval(it),
            AnyApproval::McpTool(it) => Self::McpToolApproval(it),
            AnyApproval::Permissions(it) => Self::PermissionsApproval(it),
        }
    }
}
