//! Ready choices of sandbox and approvals, for a thread or a turn. They are short for the protocol's
//! own policies, which say more and are taken wherever these are.

use codex_app_protocol::{
    ApprovalsReviewer, AskForApproval, Nullable, ReadOnlySandboxPolicy, SandboxMode, SandboxPolicy,
    ThreadForkParams, ThreadResumeParams, ThreadStartParams, TurnStartParams,
    WorkspaceWriteSandboxPolicy,
};

/// What commands may touch.
///
/// For a thread it is a mode, and the user's configuration fills in the rest. For a turn it is a
/// whole policy, with no network and no folder but the workspace, whatever the thread has: say a
/// [`SandboxPolicy`] there to keep more.
///
/// # Examples
///
/// ```no_run
/// # async fn example(codex: codex_app_client::Codex) -> Result<(), codex_app_client::Error> {
/// use codex_app_client::{Sandbox, ThreadOptions, TurnInput};
///
/// let options = ThreadOptions::default().sandbox(Sandbox::ReadOnly);
/// let thread = codex.start_thread(options).await?;
/// thread.run(TurnInput::from("Now fix it").sandbox(Sandbox::WorkspaceWrite)).await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Sandbox {
    /// They may read files.
    ReadOnly,
    /// They may read files, and write in the workspace and in temporary folders.
    WorkspaceWrite,
    /// There is no sandbox.
    FullAccess,
}

impl From<Sandbox> for SandboxMode {
    fn from(sandbox: Sandbox) -> Self {
        match sandbox {
            Sandbox::ReadOnly => Self::ReadOnly,
            Sandbox::WorkspaceWrite => Self::WorkspaceWrite,
            Sandbox::FullAccess => Self::DangerFullAccess,
        }
    }
}

impl From<Sandbox> for Nullable<SandboxMode> {
    fn from(sandbox: Sandbox) -> Self {
        Self::Value(sandbox.into())
    }
}

impl From<Sandbox> for SandboxPolicy {
    fn from(sandbox: Sandbox) -> Self {
        match sandbox {
            Sandbox::ReadOnly => ReadOnlySandboxPolicy::default().network_access(false).into(),
            Sandbox::WorkspaceWrite => WorkspaceWriteSandboxPolicy::default()
                .network_access(false)
                .writable_roots(Vec::<String>::new())
                .exclude_slash_tmp(false)
                .exclude_tmpdir_env_var(false)
                .into(),
            Sandbox::FullAccess => Self::DangerFullAccess,
        }
    }
}

impl From<Sandbox> for Nullable<SandboxPolicy> {
    fn from(sandbox: Sandbox) -> Self {
        Self::Value(sandbox.into())
    }
}

/// Who decides when something needs an approval.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ApprovalMode {
    /// Nobody is asked: what the sandbox does not allow fails.
    DenyAll,
    /// The server's own reviewer decides.
    AutoReview,
    /// This client is asked.
    AskUser,
}

impl ApprovalMode {
    /// When it is asked.
    #[must_use]
    pub fn policy(self) -> AskForApproval {
        match self {
            Self::DenyAll => AskForApproval::Never,
            Self::AutoReview | Self::AskUser => AskForApproval::OnRequest,
        }
    }

    /// Who is asked, if anybody is.
    #[must_use]
    pub fn reviewer(self) -> Option<ApprovalsReviewer> {
        match self {
            Self::DenyAll => None,
            Self::AutoReview => Some(ApprovalsReviewer::AutoReview),
            Self::AskUser => Some(ApprovalsReviewer::User),
        }
    }
}

/// Sets who decides about approvals, in the params of a thread or a turn.
///
/// # Examples
///
/// ```
/// use codex_app_client::{ApprovalMode, SetApprovals as _, ThreadOptions};
///
/// let options = ThreadOptions::default().approvals(ApprovalMode::DenyAll);
/// ```
pub trait SetApprovals: sealed::Sealed + Sized {
    /// Sets who decides: the policy, and the reviewer if the mode has one.
    #[must_use]
    fn approvals(self, mode: ApprovalMode) -> Self;
}

mod sealed {
    #[expect(unnameable_types, reason = "nobody else may implement it")]
    pub trait Sealed {}
}

macro_rules! set_approvals {
    ($($params:ty),* $(,)?) => {
        $(
            impl sealed::Sealed for $params {}

            impl SetApprovals for $params {
                fn approvals(self, mode: ApprovalMode) -> Self {
                    let params = self.approval_policy(mode.policy());
                    match mode.reviewer() {
                        Some(reviewer) => params.approvals_reviewer(reviewer),
                        None => params,
                    }
                }
            }
        )*
    };
}

set_approvals!(ThreadForkParams, ThreadResumeParams, ThreadStartParams, TurnStartParams);
