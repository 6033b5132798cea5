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
use crate::server_request::call::Answered;
use crate::server_request::request::{
    CommandApproval, FileChangeApproval, LegacyCommandApproval, LegacyPatchApproval,
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
