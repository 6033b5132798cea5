//! Ready choices of sandbox and approval mode, for a thread or a turn. They are short for the protocol's
//! own policies, which say more and are taken wherever these are. How the client answers what it is
//! asked is decided elsewhere.

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
    /// There is no sandbox: commands may read and write any file, and use the network.
    ///
    /// **Commands run without anybody being asked, in every [`ApprovalMode`]:** the server asks about what
    /// the sandbox would stop, and here nothing does. **With [`ApprovalMode::DenyAll`], the tools of MCP
    /// servers are called unasked as well.** Only for a machine that may be lost.
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

/// When the server asks for an approval, and who decides.
///
/// It is a setting of the server, per thread and turn. How this client answers once it is asked is a
/// setting of the connection: [`Options::approvals`](crate::Options::approvals).
///
/// # Examples
///
/// ```no_run
/// # async fn example() -> Result<(), codex_app_client::Error> {
/// use codex_app_client::server_request::AllowList;
/// use codex_app_client::{
///     ApprovalMode, Codex, Options, ProcessOptions, Sandbox, SetApprovalMode as _, ThreadOptions,
/// };
///
/// // The client accepts `git status`, and declines everything else …
/// let options = Options::new().approvals(AllowList::new().command(["git", "status"]));
/// let codex = Codex::spawn_with(ProcessOptions::new(), options).await?;
/// // … that the server asks for: whatever the sandbox does not allow.
/// let options = ThreadOptions::default()
///     .sandbox(Sandbox::WorkspaceWrite)
///     .approval_mode(ApprovalMode::AskUser);
/// let thread = codex.start_thread(options).await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ApprovalMode {
    /// Nobody is asked: what the sandbox does not allow fails. On the wire it is `never`.
    ///
    /// **It denies nothing that the sandbox allows. With [`Sandbox::FullAccess`] that is everything:
    /// commands are executed and tools of MCP servers are called, and nobody is asked.** Use it with
    /// [`Sandbox::ReadOnly`] or [`Sandbox::WorkspaceWrite`]; tools of MCP servers that need an approval
    /// fail there.
    ///
    /// [`Options::approvals`](crate::Options::approvals) and the other handlers of approvals are never
    /// called then. Forms of MCP servers do not come to this client either.
    DenyAll,
    /// The server's own reviewer, a model, decides. This client is not asked.
    AutoReview,
    /// This client is asked about what the sandbox does not allow, and about tools of MCP servers: see
    /// [who answers](crate::guide::approvals).
    AskUser,
}

impl ApprovalMode {
    /// When the server asks.
    #[must_use]
    pub fn policy(self) -> AskForApproval {
        match self {
            Self::DenyAll => AskForApproval::Never,
            Self::AutoReview | Self::AskUser => AskForApproval::OnRequest,
        }
    }

    /// Who is asked; none if nobody is.
    #[must_use]
    pub fn reviewer(self) -> Option<ApprovalsReviewer> {
        match self {
            Self::DenyAll => None,
            Self::AutoReview => Some(ApprovalsReviewer::AutoReview),
            Self::AskUser => Some(ApprovalsReviewer::User),
        }
    }
}

/// Sets the [`ApprovalMode`] in the params of a thread or a turn. [`TurnInput`](crate::TurnInput) has the
/// same method.
///
/// # Examples
///
/// ```
/// use codex_app_client::{ApprovalMode, SetApprovalMode as _, ThreadOptions};
///
/// let options = ThreadOptions::default().approval_mode(ApprovalMode::DenyAll);
/// ```
pub trait SetApprovalMode: sealed::Sealed + Sized {
    /// Sets when the server asks and who decides: `approvalPolicy`, and `approvalsReviewer` if the mode
    /// has one.
    #[must_use]
    fn approval_mode(self, mode: ApprovalMode) -> Self;
}

mod sealed {
    #[expect(unnameable_types, reason = "nobody else may implement it")]
    pub trait Sealed {}
}

macro_rules! set_approval_mode {
    ($($params:ty),* $(,)?) => {
        $(
            impl sealed::Sealed for $params {}

            impl SetApprovalMode for $params {
                fn approval_mode(self, mode: ApprovalMode) -> Self {
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

set_approval_mode!(ThreadForkParams, ThreadResumeParams, ThreadStartParams, TurnStartParams);
