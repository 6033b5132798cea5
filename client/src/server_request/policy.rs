//! Ready-made approval policies: decline all, accept all, an allow list, or a function that
//! decides. They reply to approvals only.

use std::future::Future;
use std::time::Duration;

use crate::server_request::allow_list::AllowList;
use crate::server_request::approval::AnyApproval;
use crate::server_request::ask::{Approval, ApprovalDecision, Ask};
use crate::server_request::handler::HandlerError;
use crate::server_request::incoming_request::IncomingRequest;

/// How the client replies to approvals; see [`Options::approvals`](crate::Options::approvals).
///
/// An [`AllowList`] converts into a policy.
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
///         // Show it to the user, and wait for a decision.
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
    DeclineAll,
    AcceptAll,
    List(AllowList),
    Ask(Ask),
}

impl ApprovalPolicy {
    /// Declines every approval, even if there is a stream or a handler.
    #[must_use]
    pub fn decline_all() -> Self {
        Self(Rule::DeclineAll)
    }

    /// Accepts every approval: any command, any file change, and all requested permissions until
    /// the end of the turn.
    ///
    /// Nobody is asked, and nobody sees what happens. Use it only where the agent cannot do harm,
    /// such as in a disposable container.
    #[must_use]
    pub fn dangerously_accept_all() -> Self {
        Self(Rule::AcceptAll)
    }

    /// Calls a function for each approval, and waits for its decision.
    ///
    /// If there is no decision within `timeout`, the approval is declined. If the request is
    /// cancelled, the future of the function is dropped.
    pub fn ask<F, D>(timeout: Duration, decide: F) -> Self
    where
        F: Fn(Approval) -> D + Send + Sync + 'static,
        D: Future<Output = ApprovalDecision> + Send + 'static,
    {
        Self(Rule::Ask(Ask::new(timeout, decide)))
    }

    /// Whether this is a list that names MCP tools.
    pub(super) fn lists_mcp_tools(&self) -> bool {
        matches!(&self.0, Rule::List(list) if list.has_mcp_tools())
    }

    /// Replies to a request, or hands it back if the policy does not decide about it.
    pub(super) async fn rule(
        &self,
        request: IncomingRequest,
    ) -> Result<Option<IncomingRequest>, HandlerError> {
        let approval = match AnyApproval::of(request) {
            Ok(approval) => approval,
            Err(request) => return Ok(Some(*request)),
        };
        let decision = match &self.0 {
            Rule::DeclineAll => Some(ApprovalDecision::Decline),
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
