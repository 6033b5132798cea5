//! Which type answers which request of a client. It only lists them; a test compares the list with
//! the table of all methods.

use codex_app_protocol as types;
use codex_app_protocol::ClientRequest as _;

use super::{Check, check_as};

macro_rules! checks {
    ($name:ident: $($params:ident),* $(,)?) => {
        fn $name(method: &str) -> Option<Check> {
            match method {
                $(types::$params::METHOD => {
                    Some(check_as::<<types::$params as types::ClientRequest>::Response>)
                })*
                _ => None,
            }
        }
    };
}

/// How to check the result of a request; none if the method is not known.
pub(super) fn check(method: &str) -> Option<Check> {
    let found = stable(method);
    #[cfg(feature = "experimental")]
    let found = found.or_else(|| experimental(method));
    found
}

checks! {
    stable:
        AccountGatewayOAuthCancelParams, AccountLogoutParams, AccountSecuritySetupReadParams,
        AccountWorkspaceMessagesReadParams, AppsInstalledParams, AppsListParams, AppsReadParams,
        CancelLoginAccountParams, CommandExecParams, CommandExecResizeParams,
        CommandExecTerminateParams, CommandExecWriteParams, ConfigBatchWriteParams,
        ConfigMcpServerReloadParams, ConfigReadParams, ConfigRequirementsReadParams,
        ConfigValueWriteParams, ConsumeAccountRateLimitResetCreditParams,
        ExperimentalFeatureEnablementSetParams, ExperimentalFeatureListParams,
        ExternalAgentConfigDetectParams, ExternalAgentConfigImportHistoryRecordParams,
        ExternalAgentConfigImportParams, ExternalAgentConfigImportReadHistoriesParams,
        FeedbackSaveParams, FeedbackUploadParams, FsCopyParams, FsCreateDirectoryParams,
        FsGetMetadataParams, FsReadDirectoryParams, FsReadFileParams, FsRemoveParams,
        FsUnwatchParams, FsWatchParams, FsWriteFileParams, FuzzyFileSearchParams,
        GatewayOAuthLoginParams, GatewayOAuthReadParams, GetAccountParams,
        GetAccountRateLimitsParams, GetAccountTokenUsageParams, HooksListParams, InitializeParams,
        ListMcpServerStatusParams, LoginAccountParams, MarketplaceAddParams,
        MarketplaceRemoveParams, MarketplaceUpgradeParams, McpResourceReadParams,
        McpServerOauthLoginParams, McpServerToolCallParams, ModelListParams,
        ModelProviderCapabilitiesReadParams, ModelProviderConfigWriteParams,
        ModelProviderListParams, PermissionProfileListParams, PluginInstallParams,
        PluginInstalledParams, PluginListParams, PluginReadParams, PluginReconcileParams,
        PluginShareCheckoutParams, PluginShareDeleteParams, PluginShareListParams,
        PluginShareSaveParams, PluginShareUpdateTargetsParams, PluginSkillReadParams,
        PluginUninstallParams, ReviewStartParams, SendAddCreditsNudgeEmailParams,
        SkillsConfigWriteParams, SkillsExtraRootsSetParams, SkillsListParams,
        ThreadApproveGuardianDeniedActionParams, ThreadArchiveParams, ThreadAttachmentAddParams,
        ThreadAttachmentListParams, ThreadAttachmentOwnerListParams, ThreadAttachmentRemoveParams,
        ThreadCompactStartParams, ThreadDeleteParams, ThreadForkParams, ThreadGoalClearParams,
        ThreadGoalGetParams, ThreadGoalSetParams, ThreadInjectItemsParams, ThreadItemsListParams,
        ThreadListParams, ThreadLoadedListParams, ThreadMetadataUpdateParams, ThreadReadParams,
        ThreadResumeParams, ThreadRevertParams, ThreadSectionCreateParams,
        ThreadSectionDeleteParams, ThreadSectionListParams, ThreadSectionMoveParams,
        ThreadSectionUpdateParams, ThreadSetNameParams, ThreadShellCommandParams,
        ThreadStartParams, ThreadTurnsListParams, ThreadUnarchiveParams, ThreadUnsubscribeParams,
        TurnInterruptParams, TurnStartParams, TurnSteerParams, WindowsSandboxReadinessParams,
        WindowsSandboxSetupStartParams,
}

#[cfg(feature = "experimental")]
checks! {
    experimental:
        AccountSessionsListParams, AccountSessionsSwitchParams,
        BedrockCheckGovCloudRequirementsParams, BedrockDiscoverParams, BedrockSetupParams,
        CollaborationModeListParams, EnvironmentAddParams, EnvironmentInfoParams,
        EnvironmentStatusParams, FuzzyFileSearchSessionStartParams,
        FuzzyFileSearchSessionStopParams, FuzzyFileSearchSessionUpdateParams, GcpSetupParams,
        McpServerEventStreamStartParams, McpServerEventStreamStopParams, MemoryResetParams,
        MemoryStatusParams, MockExperimentalMethodParams, PluginSearchParams, ProcessKillParams,
        ProcessResizePtyParams, ProcessSpawnParams, ProcessWriteStdinParams, ProjectCreateParams,
        ProjectDeleteParams, ProjectImportParams, ProjectListParams, ProjectMoveParams,
        ProjectReadParams, ProjectUpdateParams, RemoteControlClientsListParams,
        RemoteControlClientsRevokeParams, RemoteControlDisableParams, RemoteControlEnableParams,
        RemoteControlPairingStartParams, RemoteControlPairingStatusParams,
        RemoteControlStatusReadParams, RolloutCompressParams, ServerDiagnosticsParams,
        ThreadBackgroundTerminalsCleanParams, ThreadBackgroundTerminalsListParams,
        ThreadBackgroundTerminalsTerminateParams, ThreadDecrementElicitationParams,
        ThreadGuardianReviewParams, ThreadIncrementElicitationParams, ThreadItemsReadParams,
        ThreadMemoryModeSetParams, ThreadMemoryReadParams, ThreadPredictionRequestParams,
        ThreadPrepareApprovedPlanParams, ThreadQueueAddParams, ThreadQueueDeleteParams,
        ThreadQueueListParams, ThreadQueueReorderParams, ThreadQueueStartParams,
        ThreadQueueUpdateParams, ThreadReadStateUpdateParams, ThreadRealtimeAppendAudioParams,
        ThreadRealtimeAppendSpeechParams, ThreadRealtimeAppendTextParams,
        ThreadRealtimeListVoicesParams, ThreadRealtimeStartParams, ThreadRealtimeStopParams,
        ThreadSampleCancelParams, ThreadSampleParams, ThreadSearchOccurrencesParams,
        ThreadSearchParams, ThreadSettingsUpdateParams, ThreadTimelineListParams,
        TurnSettingsUpdateParams, UserVerificationCancelParams, UserVerificationDeleteParams,
        UserVerificationEnrollParams, UserVerificationStatusParams, UserVerificationVerifyParams,
}
