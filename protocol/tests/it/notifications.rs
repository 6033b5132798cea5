//! What the tests know of every notification of the server: its method, the variant and the type of
//! its params.

use codex_app_protocol::{ServerNotification, ServerNotificationParams};

use crate::codec::{Codec, encode};

/// A notification of the server.
pub(crate) struct Notification {
    pub(crate) method: &'static str,
    /// The methods that carry these params, as the params' trait has them.
    pub(crate) trait_methods: &'static [&'static str],
    pub(crate) params: Codec,
}

macro_rules! notifications {
    ($($method:literal => $variant:ident($params:ident)),* $(,)?) => {
        /// The notifications of the server.
        pub(crate) fn of_the_server() -> Vec<Notification> {
            vec![$(Notification {
                method: $method,
                trait_methods: <codex_app_protocol::$params as ServerNotificationParams>::METHODS,
                params: Codec::of::<codex_app_protocol::$params>(),
            }),*]
        }

        /// The params of a notification, encoded; none if it is not known.
        pub(crate) fn payload(body: &ServerNotification) -> Option<String> {
            match body {
                $(ServerNotification::$variant(params) => {
                    Some(encode::<codex_app_protocol::$params>(params))
                })*
                _ => None,
            }
        }
    };
}

notifications! {
    "account/gatewayOAuth/changed" => AccountGatewayOAuthChanged(GatewayOAuthChangedNotification),
    "account/login/completed" => AccountLoginCompleted(AccountLoginCompletedNotification),
    "account/rateLimits/updated" => AccountRateLimitsUpdated(AccountRateLimitsUpdatedNotification),
    "account/updated" => AccountUpdated(AccountUpdatedNotification),
    "app/list/updated" => AppListUpdated(AppListUpdatedNotification),
    "autoApprovalReview/strictReviewRequired" => AutoApprovalReviewStrictReviewRequired(StrictReviewRequiredNotification),
    "command/exec/outputDelta" => CommandExecOutputDelta(CommandExecOutputDeltaNotification),
    "configWarning" => ConfigWarning(ConfigWarningNotification),
    "deprecationNotice" => DeprecationNotice(DeprecationNoticeNotification),
    "error" => Error(ErrorNotification),
    "externalAgentConfig/import/completed" => ExternalAgentConfigImportCompleted(ExternalAgentConfigImportCompletedNotification),
    "externalAgentConfig/import/progress" => ExternalAgentConfigImportProgress(ExternalAgentConfigImportProgressNotification),
    "fs/changed" => FsChanged(FsChangedNotification),
    "fuzzyFileSearch/sessionCompleted" => FuzzyFileSearchSessionCompleted(FuzzyFileSearchSessionCompletedNotification),
    "fuzzyFileSearch/sessionUpdated" => FuzzyFileSearchSessionUpdated(FuzzyFileSearchSessionUpdatedNotification),
    "guardianWarning" => GuardianWarning(GuardianWarningNotification),
    "hook/completed" => HookCompleted(HookCompletedNotification),
    "hook/started" => HookStarted(HookStartedNotification),
    "item/agentMessage/delta" => ItemAgentMessageDelta(AgentMessageDeltaNotification),
    "item/autoApprovalReview/completed" => ItemAutoApprovalReviewCompleted(ItemGuardianApprovalReviewCompletedNotification),
    "item/autoApprovalReview/started" => ItemAutoApprovalReviewStarted(ItemGuardianApprovalReviewStartedNotification),
    "item/commandExecution/outputDelta" => ItemCommandExecutionOutputDelta(CommandExecutionOutputDeltaNotification),
    "item/commandExecution/terminalInteraction" => ItemCommandExecutionTerminalInteraction(TerminalInteractionNotification),
    "item/completed" => ItemCompleted(ItemCompletedNotification),
    "item/fileChange/outputDelta" => ItemFileChangeOutputDelta(FileChangeOutputDeltaNotification),
    "item/fileChange/patchUpdated" => ItemFileChangePatchUpdated(FileChangePatchUpdatedNotification),
    "item/mcpToolCall/progress" => ItemMcpToolCallProgress(McpToolCallProgressNotification),
    "item/plan/delta" => ItemPlanDelta(PlanDeltaNotification),
    "item/reasoning/summaryPartAdded" => ItemReasoningSummaryPartAdded(ReasoningSummaryPartAddedNotification),
    "item/reasoning/summaryTextDelta" => ItemReasoningSummaryTextDelta(ReasoningSummaryTextDeltaNotification),
    "item/reasoning/textDelta" => ItemReasoningTextDelta(ReasoningTextDeltaNotification),
    "item/started" => ItemStarted(ItemStartedNotification),
    "mcpServer/event/stream/notification" => McpServerEventStreamNotification(McpServerEventStreamNotification),
    "mcpServer/oauthLogin/completed" => McpServerOauthLoginCompleted(McpServerOauthLoginCompletedNotification),
    "mcpServer/startupStatus/updated" => McpServerStartupStatusUpdated(McpServerStatusUpdatedNotification),
    "model/rerouted" => ModelRerouted(ModelReroutedNotification),
    "model/safetyBuffering/updated" => ModelSafetyBufferingUpdated(ModelSafetyBufferingUpdatedNotification),
    "model/verification" => ModelVerification(ModelVerificationNotification),
    "modelProvider/authRecoveryCompleted" => ModelProviderAuthRecoveryCompleted(AuthRecoveryNotification),
    "modelProvider/authRecoveryStarted" => ModelProviderAuthRecoveryStarted(AuthRecoveryNotification),
    "process/exited" => ProcessExited(ProcessExitedNotification),
    "process/outputDelta" => ProcessOutputDelta(ProcessOutputDeltaNotification),
    "project/changed" => ProjectChanged(ProjectChangedNotification),
    "remoteControl/status/changed" => RemoteControlStatusChanged(RemoteControlStatusChangedNotification),
    "serverRequest/resolved" => ServerRequestResolved(ServerRequestResolvedNotification),
    "skills/changed" => SkillsChanged(SkillsChangedNotification),
    "thread/archived" => ThreadArchived(ThreadArchivedNotification),
    "thread/attachment/updated" => ThreadAttachmentUpdated(ThreadAttachmentUpdatedNotification),
    "thread/closed" => ThreadClosed(ThreadClosedNotification),
    "thread/compacted" => ThreadCompacted(ContextCompactedNotification),
    "thread/deleted" => ThreadDeleted(ThreadDeletedNotification),
    "thread/environment/connected" => ThreadEnvironmentConnected(EnvironmentConnectionNotification),
    "thread/environment/disconnected" => ThreadEnvironmentDisconnected(EnvironmentConnectionNotification),
    "thread/goal/cleared" => ThreadGoalCleared(ThreadGoalClearedNotification),
    "thread/goal/updated" => ThreadGoalUpdated(ThreadGoalUpdatedNotification),
    "thread/name/updated" => ThreadNameUpdated(ThreadNameUpdatedNotification),
    "thread/prediction/updated" => ThreadPredictionUpdated(ThreadPredictionUpdatedNotification),
    "thread/project/updated" => ThreadProjectUpdated(ThreadProjectUpdatedNotification),
    "thread/queue/changed" => ThreadQueueChanged(ThreadQueueChangedNotification),
    "thread/readState/changed" => ThreadReadStateChanged(ThreadReadStateChangedNotification),
    "thread/realtime/closed" => ThreadRealtimeClosed(ThreadRealtimeClosedNotification),
    "thread/realtime/error" => ThreadRealtimeError(ThreadRealtimeErrorNotification),
    "thread/realtime/item/completed" => ThreadRealtimeItemCompleted(ThreadRealtimeItemCompletedNotification),
    "thread/realtime/item/started" => ThreadRealtimeItemStarted(ThreadRealtimeItemStartedNotification),
    "thread/realtime/item/transcript/delta" => ThreadRealtimeItemTranscriptDelta(ThreadRealtimeItemTranscriptDeltaNotification),
    "thread/realtime/itemAdded" => ThreadRealtimeItemAdded(ThreadRealtimeItemAddedNotification),
    "thread/realtime/outputAudio/delta" => ThreadRealtimeOutputAudioDelta(ThreadRealtimeOutputAudioDeltaNotification),
    "thread/realtime/sdp" => ThreadRealtimeSdp(ThreadRealtimeSdpNotification),
    "thread/realtime/started" => ThreadRealtimeStarted(ThreadRealtimeStartedNotification),
    "thread/realtime/transcript/delta" => ThreadRealtimeTranscriptDelta(ThreadRealtimeTranscriptDeltaNotification),
    "thread/realtime/transcript/done" => ThreadRealtimeTranscriptDone(ThreadRealtimeTranscriptDoneNotification),
    "thread/reverted" => ThreadReverted(ThreadRevertedNotification),
    "thread/section/changed" => ThreadSectionChanged(ThreadSectionChangedNotification),
    "thread/settings/updated" => ThreadSettingsUpdated(ThreadSettingsUpdatedNotification),
    "thread/started" => ThreadStarted(ThreadStartedNotification),
    "thread/status/changed" => ThreadStatusChanged(ThreadStatusChangedNotification),
    "thread/tokenUsage/updated" => ThreadTokenUsageUpdated(ThreadTokenUsageUpdatedNotification),
    "thread/unarchived" => ThreadUnarchived(ThreadUnarchivedNotification),
    "turn/completed" => TurnCompleted(TurnCompletedNotification),
    "turn/diff/updated" => TurnDiffUpdated(TurnDiffUpdatedNotification),
    "turn/moderationMetadata" => TurnModerationMetadata(TurnModerationMetadataNotification),
    "turn/plan/updated" => TurnPlanUpdated(TurnPlanUpdatedNotification),
    "turn/started" => TurnStarted(TurnStartedNotification),
    "warning" => Warning(WarningNotification),
    "windows/worldWritableWarning" => WindowsWorldWritableWarning(WindowsWorldWritableWarningNotification),
    "windowsSandbox/setupCompleted" => WindowsSandboxSetupCompleted(WindowsSandboxSetupCompletedNotification),
}
