//! What the server reported of a thread when it was started, resumed or forked. It is not kept up
//! to date.

use codex_app_protocol::{
    AbsolutePathBuf, ApprovalsReviewer, AskForApproval, LegacyAppPathString, ReasoningEffort,
    SandboxPolicy, Thread as ThreadData, ThreadForkResponse, ThreadResumeResponse,
    ThreadStartResponse,
};

/// The settings of a thread as the server reported them when it was started, resumed or forked,
/// from [`Thread::snapshot`](crate::Thread::snapshot). Fields that the server did not send are
/// `None`.
///
/// It is not updated. Later changes are events: `thread/name/updated`, and with the experimental
/// API `thread/settings/updated`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ThreadSnapshot {
    /// The thread itself: its name, status, git branch and more. Its turns are included only if
    /// they were requested.
    pub thread: ThreadData,
    /// The name of the model.
    pub model: Option<String>,
    /// The provider of the model.
    pub model_provider: Option<String>,
    /// The reasoning effort of the model.
    pub reasoning_effort: Option<ReasoningEffort>,
    /// The service tier of the model requests.
    pub service_tier: Option<String>,
    /// The working directory.
    pub cwd: Option<AbsolutePathBuf>,
    /// The sandbox policy: what commands may do without approval.
    pub sandbox: Option<SandboxPolicy>,
    /// When the server asks for approval.
    pub approval_policy: Option<AskForApproval>,
    /// Who is asked for approval.
    pub approvals_reviewer: Option<ApprovalsReviewer>,
    /// The files that the instructions for the model were read from.
    pub instruction_sources: Vec<LegacyAppPathString>,
}

macro_rules! from_response {
    ($($response:ty),*) => {
        $(
            impl From<$response> for ThreadSnapshot {
                fn from(response: $response) -> Self {
                    Self {
                        thread: response.thread,
                        model: response.model,
                        model_provider: response.model_provider,
                        reasoning_effort: response.reasoning_effort,
                        service_tier: response.service_tier,
                        cwd: response.cwd,
                        sandbox: response.sandbox,
                        approval_policy: response.approval_policy,
                        approvals_reviewer: response.approvals_reviewer,
                        instruction_sources: response.instruction_sources.unwrap_or_default(),
                    }
                }
            }
        )*
    };
}

from_response!(ThreadStartResponse, ThreadResumeResponse, ThreadForkResponse);
