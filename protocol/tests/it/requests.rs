//! What the tests know of every stable request of the client: its method, the type of its params
//! and the type of its response. Written out, so that a type that changes places is noticed.

use std::fmt::Debug;

use codex_app_protocol::{ClientRequest, Decode};
use serde::Serialize;

use crate::codec::Codec;

/// A request of either side.
pub(crate) struct Request {
    pub(crate) method: &'static str,
    /// The method, as the params' trait has it.
    pub(crate) trait_method: &'static str,
    pub(crate) experimental: bool,
    pub(crate) has_params: bool,
    /// None if there are no params, and nothing to decode.
    pub(crate) params: Option<Codec>,
    pub(crate) response: Codec,
}

/// The requests of the client that the crate was built with.
pub(crate) fn of_the_client() -> Vec<Request> {
    #[cfg(feature = "experimental")]
    let others = crate::experimental_requests::experimental();
    #[cfg(not(feature = "experimental"))]
    let others = Vec::new();
    stable().into_iter().chain(others).collect()
}

/// That the trait ties the response to the params is a matter of compilation.
fn of<P, R>(method: &'static str, params: Option<Codec>) -> Request
where
    P: ClientRequest<Response = R>,
    R: Decode + Serialize + Debug,
{
    Request {
        method,
        trait_method: P::METHOD,
        experimental: P::EXPERIMENTAL,
        has_params: P::HAS_PARAMS,
        params,
        response: Codec::of::<R>(),
    }
}

pub(crate) fn with<P, R>(method: &'static str) -> Request
where
    P: ClientRequest<Response = R> + Decode + Debug,
    R: Decode + Serialize + Debug,
{
    of::<P, R>(method, Some(Codec::of::<P>()))
}

pub(crate) fn without<P, R>(method: &'static str) -> Request
where
    P: ClientRequest<Response = R>,
    R: Decode + Serialize + Debug,
{
    of::<P, R>(method, None)
}

macro_rules! client_requests {
    (
        $name:ident
        with params { $($method:literal: $params:ident => $response:ident,)* }
        without params { $($bare:literal: $unit:ident => $result:ident,)* }
    ) => {
        pub(crate) fn $name() -> Vec<$crate::requests::Request> {
            use codex_app_protocol as types;
            vec![
                $($crate::requests::with::<types::$params, types::$response>($method),)*
                $($crate::requests::without::<types::$unit, types::$result>($bare),)*
            ]
        }
    };
}
#[cfg(feature = "experimental")]
pub(crate) use client_requests;

client_requests! {
    stable
    with params {
        "account/gatewayOAuth/login": GatewayOAuthLoginParams => GatewayOAuthLoginResponse,
        "account/gatewayOAuth/read": GatewayOAuthReadParams => GatewayOAuthReadResponse,
        "account/login/cancel": CancelLoginAccountParams => CancelLoginAccountResponse,
        "account/login/start": LoginAccountParams => LoginAccountResponse,
        "account/rateLimitResetCredit/consume": ConsumeAccountRateLimitResetCreditParams => ConsumeAccountRateLimitResetCreditResponse,
        "account/rateLimits/read": GetAccountRateLimitsParams => GetAccountRateLimitsResponse,
        "account/read": GetAccountParams => GetAccountResponse,
        "account/sendAddCreditsNudgeEmail": SendAddCreditsNudgeEmailParams => SendAddCreditsNudgeEmailResponse,
        "account/usage/read": GetAccountTokenUsageParams => GetAccountTokenUsageResponse,
        "app/installed": AppsInstalledParams => AppsInstalledResponse,
        "app/list": AppsListParams => AppsListResponse,
        "app/read": AppsReadParams => AppsReadResponse,
        "command/exec": CommandExecParams => CommandExecResponse,
        "command/exec/resize": CommandExecResizeParams => CommandExecResizeResponse,
        "command/exec/terminate": CommandExecTerminateParams => CommandExecTerminateResponse,
        "command/exec/write": CommandExecWriteParams => CommandExecWriteResponse,
        "config/batchWrite": ConfigBatchWriteParams => ConfigWriteResponse,
        "config/read": ConfigReadParams => ConfigReadResponse,
        "config/value/write": ConfigValueWriteParams => ConfigWriteResponse,
        "experimentalFeature/enablement/set": ExperimentalFeatureEnablementSetParams => ExperimentalFeatureEnablementSetResponse,
        "experimentalFeature/list": ExperimentalFeatureListParams => ExperimentalFeatureListResponse,
        "externalAgentConfig/detect": ExternalAgentConfigDetectParams => ExternalAgentConfigDetectResponse,
        "externalAgentConfig/import": ExternalAgentConfigImportParams => ExternalAgentConfigImportResponse,
        "externalAgentConfig/import/recordHistory": ExternalAgentConfigImportHistoryRecordParams => ExternalAgentConfigImportHistoryRecordResponse,
        "feedback/save": FeedbackSaveParams => FeedbackSaveResponse,
        "feedback/upload": FeedbackUploadParams => FeedbackUploadResponse,
        "fs/copy": FsCopyParams => FsCopyResponse,
        "fs/createDirectory": FsCreateDirectoryParams => FsCreateDirectoryResponse,
        "fs/getMetadata": FsGetMetadataParams => FsGetMetadataResponse,
        "fs/readDirectory": FsReadDirectoryParams => FsReadDirectoryResponse,
        "fs/readFile": FsReadFileParams => FsReadFileResponse,
        "fs/remove": FsRemoveParams => FsRemoveResponse,
        "fs/unwatch": FsUnwatchParams => FsUnwatchResponse,
        "fs/watch": FsWatchParams => FsWatchResponse,
        "fs/writeFile": FsWriteFileParams => FsWriteFileResponse,
        "fuzzyFileSearch": FuzzyFileSearchParams => FuzzyFileSearchResponse,
        "hooks/list": HooksListParams => HooksListResponse,
        "initialize": InitializeParams => InitializeResponse,
        "marketplace/add": MarketplaceAddParams => MarketplaceAddResponse,
        "marketplace/remove": MarketplaceRemoveParams => MarketplaceRemoveResponse,
        "marketplace/upgrade": MarketplaceUpgradeParams => MarketplaceUpgradeResponse,
        "mcpServer/oauth/login": McpServerOauthLoginParams => McpServerOauthLoginResponse,
        "mcpServer/resource/read": McpResourceReadParams => McpResourceReadResponse,
        "mcpServer/tool/call": McpServerToolCallParams => McpServerToolCallResponse,
        "mcpServerStatus/list": ListMcpServerStatusParams => ListMcpServerStatusResponse,
        "model/list": ModelListParams => ModelListResponse,
        "modelProvider/capabilities/read": ModelProviderCapabilitiesReadParams => ModelProviderCapabilitiesReadResponse,
        "modelProvider/config/write": ModelProviderConfigWriteParams => ModelProviderConfigWriteResponse,
        "modelProvider/list": ModelProviderListParams => ModelProviderListResponse,
        "permissionProfile/list": PermissionProfileListParams => PermissionProfileListResponse,
        "plugin/install": PluginInstallParams => PluginInstallResponse,
        "plugin/installed": PluginInstalledParams => PluginInstalledResponse,
        "plugin/list": PluginListParams => PluginListResponse,
        "plugin/read": PluginReadParams => PluginReadResponse,
        "plugin/reconcile": PluginReconcileParams => PluginReconcileResponse,
        "plugin/share/checkout": PluginShareCheckoutParams => PluginShareCheckoutResponse,
        "plugin/share/delete": PluginShareDeleteParams => PluginShareDeleteResponse,
        "plugin/share/list": PluginShareListParams => PluginShareListResponse,
        "plugin/share/save": PluginShareSaveParams => PluginShareSaveResponse,
        "plugin/share/updateTargets": PluginShareUpdateTargetsParams => PluginShareUpdateTargetsResponse,
        "plugin/skill/read": PluginSkillReadParams => PluginSkillReadResponse,
        "plugin/uninstall": PluginUninstallParams => PluginUninstallResponse,
        "review/start": ReviewStartParams => ReviewStartResponse,
        "skills/config/write": SkillsConfigWriteParams => SkillsConfigWriteResponse,
        "skills/extraRoots/set": SkillsExtraRootsSetParams => SkillsExtraRootsSetResponse,
        "skills/list": SkillsListParams => SkillsListResponse,
        "thread/approveGuardianDeniedAction": ThreadApproveGuardianDeniedActionParams => ThreadApproveGuardianDeniedActionResponse,
        "thread/archive": ThreadArchiveParams => ThreadArchiveResponse,
        "thread/attachment/add": ThreadAttachmentAddParams => ThreadAttachmentAddResponse,
        "thread/attachment/list": ThreadAttachmentListParams => ThreadAttachmentListResponse,
        "thread/attachment/remove": ThreadAttachmentRemoveParams => ThreadAttachmentRemoveResponse,
        "thread/attachmentOwner/list": ThreadAttachmentOwnerListParams => ThreadAttachmentOwnerListResponse,
        "thread/compact/start": ThreadCompactStartParams => ThreadCompactStartResponse,
        "thread/delete": ThreadDeleteParams => ThreadDeleteResponse,
        "thread/fork": ThreadForkParams => ThreadForkResponse,
        "thread/goal/clear": ThreadGoalClearParams => ThreadGoalClearResponse,
        "thread/goal/get": ThreadGoalGetParams => ThreadGoalGetResponse,
        "thread/goal/set": ThreadGoalSetParams => ThreadGoalSetResponse,
        "thread/inject_items": ThreadInjectItemsParams => ThreadInjectItemsResponse,
        "thread/items/list": ThreadItemsListParams => ThreadItemsListResponse,
        "thread/list": ThreadListParams => ThreadListResponse,
        "thread/loaded/list": ThreadLoadedListParams => ThreadLoadedListResponse,
        "thread/metadata/update": ThreadMetadataUpdateParams => ThreadMetadataUpdateResponse,
        "thread/name/set": ThreadSetNameParams => ThreadSetNameResponse,
        "thread/read": ThreadReadParams => ThreadReadResponse,
        "thread/resume": ThreadResumeParams => ThreadResumeResponse,
        "thread/revert": ThreadRevertParams => ThreadRevertResponse,
        "thread/section/move": ThreadSectionMoveParams => ThreadSectionMoveResponse,
        "thread/shellCommand": ThreadShellCommandParams => ThreadShellCommandResponse,
        "thread/start": ThreadStartParams => ThreadStartResponse,
        "thread/turns/list": ThreadTurnsListParams => ThreadTurnsListResponse,
        "thread/unarchive": ThreadUnarchiveParams => ThreadUnarchiveResponse,
        "thread/unsubscribe": ThreadUnsubscribeParams => ThreadUnsubscribeResponse,
        "threadSection/create": ThreadSectionCreateParams => ThreadSectionCreateResponse,
        "threadSection/delete": ThreadSectionDeleteParams => ThreadSectionDeleteResponse,
        "threadSection/list": ThreadSectionListParams => ThreadSectionListResponse,
        "threadSection/update": ThreadSectionUpdateParams => ThreadSectionUpdateResponse,
        "turn/interrupt": TurnInterruptParams => TurnInterruptResponse,
        "turn/start": TurnStartParams => TurnStartResponse,
        "turn/steer": TurnSteerParams => TurnSteerResponse,
        "windowsSandbox/setupStart": WindowsSandboxSetupStartParams => WindowsSandboxSetupStartResponse,
    }
    without params {
        "account/gatewayOAuth/cancel": AccountGatewayOAuthCancelParams => GatewayOAuthCancelResponse,
        "account/logout": AccountLogoutParams => LogoutAccountResponse,
        "account/securitySetup/read": AccountSecuritySetupReadParams => GetAccountSecuritySetupResponse,
        "account/workspaceMessages/read": AccountWorkspaceMessagesReadParams => GetWorkspaceMessagesResponse,
        "config/mcpServer/reload": ConfigMcpServerReloadParams => McpServerRefreshResponse,
        "configRequirements/read": ConfigRequirementsReadParams => ConfigRequirementsReadResponse,
        "externalAgentConfig/import/readHistories": ExternalAgentConfigImportReadHistoriesParams => ExternalAgentConfigImportHistoriesReadResponse,
        "windowsSandbox/readiness": WindowsSandboxReadinessParams => WindowsSandboxReadinessResponse,
    }
}
