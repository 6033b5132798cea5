//! Which type the params of a server's notification or request have. It only lists them; a test
//! compares the list with the table of all methods.

use codex_app_protocol as types;
use codex_app_protocol::{ServerNotificationParams as _, ServerRequestParams as _};

use super::{Check, check_as};

macro_rules! notifications {
    ($($params:ident),* $(,)?) => {
        /// How to check the params of a notification; none if the method is not known.
        pub(super) fn of_notification(method: &str) -> Option<Check> {
            $(if types::$params::METHODS.contains(&method) {
                return Some(check_as::<types::$params>);
            })*
            None
        }
    };
}

/// How to check the params of a request; none if the method is not known.
pub(super) fn of_request(method: &str) -> Option<Check> {
    match method {
        types::ApplyPatchApprovalParams::METHOD => {
            Some(check_as::<types::ApplyPatchApprovalParams>)
        }
        types::AttestationGenerateParams::METHOD => {
            Some(check_as::<types::AttestationGenerateParams>)
        }
        types::ChatgptAuthTokensRefreshParams::METHOD => {
            Some(check_as::<types::ChatgptAuthTokensRefreshParams>)
        }
        types::CommandExecutionRequestApprovalParams::METHOD => {
            Some(check_as::<types::CommandExecutionRequestApprovalParams>)
        }
        types::DynamicToolCallParams::METHOD => Some(check_as::<types::DynamicToolCallParams>),
        types::ExecCommandApprovalParams::METHOD => {
            Some(check_as::<types::ExecCommandApprovalParams>)
        }
        types::FileChangeRequestApprovalParams::METHOD => {
            Some(check_as::<types::FileChangeRequestApprovalParams>)
        }
        types::McpServerElicitationRequestParams::METHOD => {
            Some(check_as::<types::McpServerElicitationRequestParams>)
        }
        types::PermissionsRequestApprovalParams::METHOD => {
            Some(check_as::<types::PermissionsRequestApprovalParams>)
        }
        types::ToolRequestUserInputParams::METHOD => {
            Some(check_as::<types::ToolRequestUserInputParams>)
        }
        #[cfg(feature = "experimental")]
        types::CurrentTimeReadParams::METHOD => Some(check_as::<types::CurrentTimeReadParams>),
        _ => None,
    }
}

notifications! {
    AccountLoginCompletedNotification, AccountRateLimitsUpdatedNotification,
    AccountUpdatedNotification, AgentMessageDeltaNotification, AppListUpdatedNotification,
    AuthRecoveryNotification, CommandExecOutputDeltaNotification,
    CommandExecutionOutputDeltaNotification, ConfigWarningNotification,
    ContextCompactedNotification, DeprecationNoticeNotification, EnvironmentConnectionNotification,
    ErrorNotification, ExternalAgentConfigImportCompletedNotification,
    ExternalAgentConfigImportProgressNotification, FileChangeOutputDeltaNotification,
    FileChangePatchUpdatedNotification, FsChangedNotification,
    FuzzyFileSearchSessionCompletedNotification, FuzzyFileSearchSessionUpdatedNotification,
    GatewayOAuthChangedNotification, GuardianWarningNotification, HookCompletedNotification,
    HookStartedNotification, ItemCompletedNotification,
    ItemGuardianApprovalReviewCompletedNotification, ItemGuardianApprovalReviewStartedNotification,
    ItemStartedNotification, McpServerEventStreamNotification,
    McpServerOauthLoginCompletedNotification, McpServerStatusUpdatedNotification,
    McpToolCallProgressNotification, ModelReroutedNotification,
    ModelSafetyBufferingUpdatedNotification, ModelVerificationNotification, PlanDeltaNotification,
    ProcessExitedNotification, ProcessOutputDeltaNotification, ProjectChangedNotification,
    ReasoningSummaryPartAddedNotification, ReasoningSummaryTextDeltaNotification,
    ReasoningTextDeltaNotification, RemoteControlStatusChangedNotification,
    ServerRequestResolvedNotification, SkillsChangedNotification, StrictReviewRequiredNotification,
    TerminalInteractionNotification, ThreadArchivedNotification,
    ThreadAttachmentUpdatedNotification, ThreadClosedNotification, ThreadDeletedNotification,
    ThreadGoalClearedNotification, ThreadGoalUpdatedNotification, ThreadNameUpdatedNotification,
    ThreadPredictionUpdatedNotification, ThreadProjectUpdatedNotification,
    ThreadQueueChangedNotification, ThreadReadStateChangedNotification,
    ThreadRealtimeClosedNotification, ThreadRealtimeErrorNotification,
    ThreadRealtimeItemAddedNotification, ThreadRealtimeItemCompletedNotification,
    ThreadRealtimeItemStartedNotification, ThreadRealtimeItemTranscriptDeltaNotification,
    ThreadRealtimeOutputAudioDeltaNotification, ThreadRealtimeSdpNotification,
    ThreadRealtimeStartedNotification, ThreadRealtimeTranscriptDeltaNotification,
    ThreadRealtimeTranscriptDoneNotification, ThreadRevertedNotification,
    ThreadSectionChangedNotification, ThreadSettingsUpdatedNotification, ThreadStartedNotification,
    ThreadStatusChangedNotification, ThreadTokenUsageUpdatedNotification,
    ThreadUnarchivedNotification, TurnCompletedNotification, TurnDiffUpdatedNotification,
    TurnModerationMetadataNotification, TurnPlanUpdatedNotification, TurnStartedNotification,
    WarningNotification, WindowsSandboxSetupCompletedNotification,
    WindowsWorldWritableWarningNotification,
}
