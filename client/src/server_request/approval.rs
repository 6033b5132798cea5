//! How approvals of commands, file changes and patches are answered, in the words of each.

use codex_app_protocol::{
    AcceptWithExecpolicyAmendmentCommandExecutionApprovalDecision, ApplyPatchApprovalResponse,
    CommandExecutionApprovalDecision, CommandExecutionApprovalKind,
    CommandExecutionRequestApprovalResponse, DeniedReviewDecision, ExecCommandApprovalResponse,
    FileChangeApprovalDecision, FileChangeRequestApprovalResponse, FileUpdateChange,
    ReviewDecision,
};

use crate::error::Error;
use crate::peek::value_at;
use crate::server_request::ask::ApprovalDecision;
use crate::server_request::call::{Answered, Call};
use crate::server_request::incoming_request::IncomingRequest;
use crate::server_request::mcp_tool::McpToolApproval;
use crate::server_request::request::{
    CommandApproval, FileChangeApproval, LegacyCommandApproval, LegacyPatchApproval,
    PermissionsApproval,
};

const NO: &str = "the user said no";

impl CommandApproval {
    /// The decisions to offer, in the server's order. A server that names none leaves the choice
    /// among the simple ones.
    ///
    /// Release 0.169 accepts [`decline`](Self::decline) and
    /// [`accept_for_session`](Self::accept_for_session) also where it does not name them.
    #[must_use]
    pub fn allowed_decisions(&self) -> Vec<CommandExecutionApprovalDecision> {
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

    /// Whether only a human may answer, once, with yes or no.
    #[must_use]
    pub fn is_human_required(&self) -> bool {
        matches!(self.params.kind, Some(CommandExecutionApprovalKind::HumanCommand))
    }

    /// The command runs.
    ///
    /// # Errors
    ///
    /// As [`Responder::respond`](crate::server_request::Responder::respond).
    pub fn accept(self) -> Result<Answered, Error> {
        self.decide(CommandExecutionApprovalDecision::Accept)
    }

    /// The command runs, and the same command is not asked about again in this session.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    pub fn accept_for_session(self) -> Result<Answered, Error> {
        self.decide(CommandExecutionApprovalDecision::AcceptForSession)
    }

    /// The command runs, and commands that begin as the server proposes are not asked about again.
    /// Without a proposal it just runs.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    pub fn accept_with_proposal(self) -> Result<Answered, Error> {
        match self.params.proposed_execpolicy_amendment.clone() {
            Some(proposal) => self.decide(
                AcceptWithExecpolicyAmendmentCommandExecutionApprovalDecision::new(proposal),
            ),
            None => self.accept(),
        }
    }

    /// The command does not run, and the turn goes on.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    pub fn decline(self) -> Result<Answered, Error> {
        self.decide(CommandExecutionApprovalDecision::Decline)
    }

    /// The command does not run, and the turn is interrupted.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    pub fn cancel(self) -> Result<Answered, Error> {
        self.decide(CommandExecutionApprovalDecision::Cancel)
    }

    /// Answers with any decision.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    pub fn decide(
        self,
        decision: impl Into<CommandExecutionApprovalDecision>,
    ) -> Result<Answered, Error> {
        self.respond(CommandExecutionRequestApprovalResponse::new(decision))
    }
}

impl FileChangeApproval {
    /// The decisions to offer.
    #[must_use]
    pub fn allowed_decisions(&self) -> Vec<FileChangeApprovalDecision> {
        use FileChangeApprovalDecision::{Accept, AcceptForSession, Cancel, Decline};
        vec![Accept, AcceptForSession, Decline, Cancel]
    }

    /// What is to be changed. The request itself does not say: it is taken from the item, which comes
    /// before. None if the item was not seen, as when a thread is resumed in the middle of a turn.
    #[must_use]
    pub fn changes(&self) -> Option<Vec<FileUpdateChange>> {
        let line = self.changes_line()?;
        value_at(line, &["params", "item", "changes"])
            .or_else(|| value_at(line, &["params", "changes"]))
    }

    /// The files are changed.
    ///
    /// # Errors
    ///
    /// As [`Responder::respond`](crate::server_request::Responder::respond).
    pub fn accept(self) -> Result<Answered, Error> {
        self.decide(FileChangeApprovalDecision::Accept)
    }

    /// The files are changed, and changes of the same files are not asked about again in this
    /// session.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    pub fn accept_for_session(self) -> Result<Answered, Error> {
        self.decide(FileChangeApprovalDecision::AcceptForSession)
    }

    /// The files are not changed, and the turn goes on.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    pub fn decline(self) -> Result<Answered, Error> {
        self.decide(FileChangeApprovalDecision::Decline)
    }

    /// The files are not changed, and the turn is interrupted.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    pub fn cancel(self) -> Result<Answered, Error> {
        self.decide(FileChangeApprovalDecision::Cancel)
    }

    /// Answers with any decision.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    pub fn decide(
        self,
        decision: impl Into<FileChangeApprovalDecision>,
    ) -> Result<Answered, Error> {
        self.respond(FileChangeRequestApprovalResponse::new(decision))
    }
}

macro_rules! legacy {
    ($Request:ident, $Response:ident) => {
        impl $Request {
            /// It happens.
            ///
            /// # Errors
            ///
            /// As [`Responder::respond`](crate::server_request::Responder::respond).
            pub fn accept(self) -> Result<Answered, Error> {
                self.decide(ReviewDecision::Approved)
            }

            /// It happens, and the same is not asked about again in this session.
            ///
            /// # Errors
            ///
            /// As [`accept`](Self::accept).
            pub fn accept_for_session(self) -> Result<Answered, Error> {
                self.decide(ReviewDecision::ApprovedForSession)
            }

            /// It does not happen, and the turn goes on.
            ///
            /// # Errors
            ///
            /// As [`accept`](Self::accept).
            pub fn decline(self) -> Result<Answered, Error> {
                self.decide(DeniedReviewDecision::new(NO))
            }

            /// It does not happen, and the turn is interrupted.
            ///
            /// # Errors
            ///
            /// As [`accept`](Self::accept).
            pub fn cancel(self) -> Result<Answered, Error> {
                self.decide(ReviewDecision::Abort)
            }

            /// Answers with any decision.
            ///
            /// # Errors
            ///
            /// As [`accept`](Self::accept).
            pub fn decide(self, decision: impl Into<ReviewDecision>) -> Result<Answered, Error> {
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
    /// The approval that a request is; a request that is none is handed back.
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

    pub(super) fn decide(self, decision: ApprovalDecision) -> Result<Answered, Error> {
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
                // There is no word for interrupting the turn.
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
