//! What the server told of a thread when it was started, resumed or forked. It is not kept up to date.

use codex_app_protocol::{
    AbsolutePathBuf, ApprovalsReviewer, AskForApproval, LegacyAppPathString, ReasoningEffort,
    SandboxPolicy, Thread as ThreadData, ThreadForkResponse, ThreadResumeResponse,
    ThreadStartResponse,
};

/// What the server told of a thread in the response that a [`Thread`](crate::Thread) was made of: for
/// a status line, for example. Members that the server did not send are none.
///
/// Later changes are in the events: `thread/name/updated`, and with the experimental API
/// `thread/settings/updated`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ThreadSnapshot {
    /// The thread itself: its name, status, git branch and more. Its turns are left out unless they
    /// were asked for.
    pub thread: ThreadData,
    /// The model.
    pub model: Option<String>,
    /// Who serves the model.
    pub model_provider: Option<String>,
    /// How hard the model thinks.
    pub reasoning_effort: Option<ReasoningEffort>,
    /// The service tier of the requests to the model.
    pub service_tier: Option<String>,
    /// The working directory.
    pub cwd: Option<AbsolutePathBuf>,
    /// What commands may do without asking.
    pub sandbox: Option<SandboxPolicy>,
    /// When the server asks for approval.
    pub approval_policy: Option<AskForApproval>,
    /// Who is asked.
    pub approvals_reviewer: Option<ApprovalsReviewer>,
    /// The files that instructions for the model were read from.
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
