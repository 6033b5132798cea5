//! Presets for the sandbox and the approval mode of a thread or a turn. They are shorthand for the
//! protocol's own policies, which are accepted wherever the presets are. How the client answers an
//! approval request is decided elsewhere.

use codex_app_protocol::{
    ApprovalsReviewer, AskForApproval, Nullable, ReadOnlySandboxPolicy, SandboxMode, SandboxPolicy,
    ThreadForkParams, ThreadResumeParams, ThreadStartParams, TurnStartParams,
    WorkspaceWriteSandboxPolicy,
};

/// Which files commands may read and write, and whether they may use the network.
///
/// For a thread, this sets the sandbox *mode*, and the user's configuration supplies the details.
/// For a turn, it sets a complete *policy*, whatever the thread's policy is: no network, and no
/// writable folders besides the workspace and temporary folders. To keep more than that in a turn,
/// pass a [`SandboxPolicy`] instead.
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
    /// Commands may read files.
    ReadOnly,
    /// Commands may read files, and write in the workspace and in temporary folders.
    WorkspaceWrite,
    /// No sandbox: commands may read and write any file, and use the network.
    ///
    /// **Commands run without approval in every [`ApprovalMode`]:** the server asks only about what
    /// the sandbox would block, and here it blocks nothing. **With [`ApprovalMode::DenyAll`], the
    /// tools of MCP servers are called without approval as well.** Use it only on a machine that
    /// you can afford to lose.
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

/// When the server asks for an approval, and who decides: nobody, a model, or this client.
///
/// This is a setting of the server, for a thread or a turn. How this client answers the approval
/// requests that it gets is a setting of the connection:
/// [`Options::approvals`](crate::Options::approvals). See the guide on
/// [approvals](crate::guide::approvals).
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
    /// Never asks: what the sandbox does not allow fails. On the wire this is the approval policy
    /// `never`.
    ///
    /// **It denies nothing that the sandbox allows. With [`Sandbox::FullAccess`], that is
    /// everything: commands are executed and tools of MCP servers are called without approval.**
    /// Use it with [`Sandbox::ReadOnly`] or [`Sandbox::WorkspaceWrite`]; there, tools of MCP
    /// servers that need an approval fail.
    ///
    /// [`Options::approvals`](crate::Options::approvals) and the other approval handlers are never
    /// called in this mode. Forms of MCP servers do not reach this client either.
    DenyAll,
    /// The server's own reviewer, a model, decides. This client is not asked.
    AutoReview,
    /// Asks this client about what the sandbox does not allow, and about tools of MCP servers. See
    /// [who answers](crate::guide::approvals#who-answers).
    AskUser,
}

impl ApprovalMode {
    /// Returns when the server asks: the approval policy of this mode.
    #[must_use]
    pub fn policy(self) -> AskForApproval {
        match self {
            Self::DenyAll => AskForApproval::Never,
            Self::AutoReview | Self::AskUser => AskForApproval::OnRequest,
        }
    }

    /// Returns who decides: the reviewer of this mode. `None` if nobody is asked.
    #[must_use]
    pub fn reviewer(self) -> Option<ApprovalsReviewer> {
        match self {
            Self::DenyAll => None,
            Self::AutoReview => Some(ApprovalsReviewer::AutoReview),
            Self::AskUser => Some(ApprovalsReviewer::User),
        }
    }
}

/// Adds the method `approval_mode` to the params of threads and turns, such as
/// [`ThreadOptions`](crate::ThreadOptions). Import it to use the method.
///
/// [`TurnInput`](crate::TurnInput) has the same method without this trait.
///
/// # Examples
///
/// ```
/// use codex_app_client::{ApprovalMode, SetApprovalMode as _, ThreadOptions};
///
/// let options = ThreadOptions::default().approval_mode(ApprovalMode::DenyAll);
/// ```
pub trait SetApprovalMode: sealed::Sealed + Sized {
    /// Sets the [`ApprovalMode`]: the field `approvalPolicy`, and `approvalsReviewer` if the mode
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
