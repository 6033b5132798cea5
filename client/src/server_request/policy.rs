//! Ready answers to approvals: no to all, yes to all, a list of what is allowed, or a function that
//! is asked. It answers nothing but approvals.

use std::future::Future;
use std::time::Duration;

use crate::server_request::allow_list::AllowList;
use crate::server_request::approval::AnyApproval;
use crate::server_request::ask::{Approval, ApprovalDecision, Ask};
use crate::server_request::handler::HandlerError;
use crate::server_request::incoming_request::IncomingRequest;

/// How approvals are answered; see [`Options::approvals`](crate::Options::approvals).
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use codex_app_client::Options;
/// use codex_app_client::server_request::{ApprovalDecision, ApprovalPolicy, ApprovalSubject};
///
/// let ask = ApprovalPolicy::ask(Duration::from_secs(600), |approval| async move {
///     match approval.subject {
///         // Show it to somebody, and wait.
///         ApprovalSubject::Command { command: Some(command), .. } if command == "ls" => {
///             ApprovalDecision::Accept
///         }
///         _ => ApprovalDecision::Decline,
///     }
/// });
/// let options = Options::new().approvals(ask);
/// ```
#[derive(Clone, Debug)]
pub struct ApprovalPolicy(Rule);

#[derive(Clone, Debug)]
enum Rule {
    DenyAll,
    AcceptAll,
    List(AllowList),
    Ask(Ask),
}

impl ApprovalPolicy {
    /// Declines everything, also what a stream or a handler would be asked.
    #[must_use]
    pub fn deny_all() -> Self {
        Self(Rule::DenyAll)
    }

    /// Accepts everything: any command, any change of any file, all permissions that are asked for
    /// until the end of the turn. Nobody sees what happens. Only for a machine that may be lost.
    #[must_use]
    pub fn accept_everything_without_asking() -> Self {
        Self(Rule::AcceptAll)
    }

    /// Asks a function, which may take its time. When the time is over, the answer is no. When the
    /// server waits for the answer no more, the function's future is dropped.
    pub fn ask<F, D>(timeout: Duration, decide: F) -> Self
    where
        F: Fn(Approval) -> D + Send + Sync + 'static,
        D: Future<Output = ApprovalDecision> + Send + 'static,
    {
        Self(Rule::Ask(Ask::new(timeout, decide)))
    }

    /// Whether it allows any tool of an MCP server by name.
    pub(super) fn lists_mcp_tools(&self) -> bool {
        matches!(&self.0, Rule::List(list) if list.has_mcp_tools())
    }

    /// Answers a request, or hands it back if it decides nothing.
    pub(super) async fn rule(
        &self,
        request: IncomingRequest,
    ) -> Result<Option<IncomingRequest>, HandlerError> {
        let approval = match AnyApproval::of(request) {
            Ok(approval) => approval,
            Err(request) => return Ok(Some(*request)),
        };
        let decision = match &self.0 {
            Rule::DenyAll => Some(ApprovalDecision::Decline),
            Rule::AcceptAll => Some(ApprovalDecision::Accept),
            Rule::List(list) if list.allows(&approval) => Some(ApprovalDecision::Accept),
            Rule::List(_) => return Ok(Some(approval.into())),
            Rule::Ask(ask) => ask.decide(&approval).await,
        };
        if let Some(decision) = decision {
            approval.decide(decision)?;
        }
        Ok(None)
    }
}

impl From<AllowList> for ApprovalPolicy {
    fn from(list: AllowList) -> Self {
        Self(Rule::List(list))
    }
}
