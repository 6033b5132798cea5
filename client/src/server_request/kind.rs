//! The kinds of requests, read from the method and, for elicitations, from one member. Nothing else
//! is decoded.

use codex_app_protocol::{
    ApplyPatchApprovalParams, AttestationGenerateParams, ChatgptAuthTokensRefreshParams,
    CommandExecutionRequestApprovalParams, DynamicToolCallParams, ExecCommandApprovalParams,
    FileChangeRequestApprovalParams, McpServerElicitationRequestParams,
    PermissionsRequestApprovalParams, ServerRequestParams as _, ToolRequestUserInputParams,
};

use crate::router::peek::string_at;

/// The value of `_meta.codex_approval_kind` in an elicitation that asks for approval of a tool
/// call.
pub(crate) const MCP_TOOL_CALL: &str = "mcp_tool_call";

/// The kind of a request.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Kind {
    Attestation,
    CommandApproval,
    #[cfg(feature = "experimental")]
    CurrentTime,
    Elicitation,
    FileChangeApproval,
    LegacyCommandApproval,
    LegacyPatchApproval,
    McpToolApproval,
    PermissionsApproval,
    TokenRefresh,
    ToolCall,
    Unknown,
    UserInput,
}

impl Kind {
    /// The kind of the request in this line.
    pub(crate) fn of(method: &str, line: &str) -> Self {
        match method {
            AttestationGenerateParams::METHOD => Self::Attestation,
            CommandExecutionRequestApprovalParams::METHOD => Self::CommandApproval,
            #[cfg(feature = "experimental")]
            codex_app_protocol::CurrentTimeReadParams::METHOD => Self::CurrentTime,
            FileChangeRequestApprovalParams::METHOD => Self::FileChangeApproval,
            ExecCommandApprovalParams::METHOD => Self::LegacyCommandApproval,
            ApplyPatchApprovalParams::METHOD => Self::LegacyPatchApproval,
            McpServerElicitationRequestParams::METHOD => {
                let kind = string_at(line, &["params", "_meta", "codex_approval_kind"]);
                match kind.as_deref() {
                    Some(MCP_TOOL_CALL) => Self::McpToolApproval,
                    _ => Self::Elicitation,
                }
            }
            PermissionsRequestApprovalParams::METHOD => Self::PermissionsApproval,
            ChatgptAuthTokensRefreshParams::METHOD => Self::TokenRefresh,
            DynamicToolCallParams::METHOD => Self::ToolCall,
            ToolRequestUserInputParams::METHOD => Self::UserInput,
            _ => Self::Unknown,
        }
    }

    /// Whether this is an approval request.
    pub(crate) fn is_approval(self) -> bool {
        matches!(
            self,
            Self::CommandApproval
                | Self::FileChangeApproval
                | Self::LegacyCommandApproval
                | Self::LegacyPatchApproval
                | Self::McpToolApproval
                | Self::PermissionsApproval
        )
    }

    /// Whether the request is of the API before turns had ids.
    pub(crate) fn is_legacy(self) -> bool {
        matches!(self, Self::LegacyCommandApproval | Self::LegacyPatchApproval)
    }

    /// The name of the kind in log events.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Attestation => "attestation",
            Self::CommandApproval => "command approval",
            #[cfg(feature = "experimental")]
            Self::CurrentTime => "current time",
            Self::Elicitation => "MCP elicitation",
            Self::FileChangeApproval => "file change approval",
            Self::LegacyCommandApproval => "command approval (legacy)",
            Self::LegacyPatchApproval => "patch approval (legacy)",
            Self::McpToolApproval => "MCP tool approval",
            Self::PermissionsApproval => "permissions approval",
            Self::TokenRefresh => "ChatGPT token refresh",
            Self::ToolCall => "dynamic tool call",
            Self::Unknown => "unknown request",
            Self::UserInput => "user input",
        }
    }

    /// The setting that would handle such a request.
    pub(crate) fn setting(self) -> &'static str {
        match self {
            Self::Attestation => "Options::on_attestation",
            Self::CommandApproval => "Options::on_command_approval or Options::approvals",
            #[cfg(feature = "experimental")]
            Self::CurrentTime => "Options::on_current_time",
            Self::Elicitation => "Options::on_elicitation",
            Self::FileChangeApproval => "Options::on_file_change_approval or Options::approvals",
            Self::LegacyCommandApproval => {
                "Options::on_legacy_command_approval or Options::approvals"
            }
            Self::LegacyPatchApproval => "Options::on_legacy_patch_approval or Options::approvals",
            Self::McpToolApproval => "Options::on_mcp_tool_approval or Options::mcp_tool_approvals",
            Self::PermissionsApproval => "Options::on_permissions_approval or Options::approvals",
            Self::TokenRefresh => "Options::on_token_refresh",
            Self::ToolCall => "Options::on_tool_call",
            Self::Unknown => "Options::on_unknown_request",
            Self::UserInput => "Options::on_user_input",
        }
    }

    /// The setting that would handle such a request, if there is an allow list that does not name
    /// it.
    pub(crate) fn setting_beside_list(self) -> &'static str {
        match self {
            Self::CommandApproval => "AllowList::command or Options::on_command_approval",
            Self::FileChangeApproval => "AllowList::path or Options::on_file_change_approval",
            Self::LegacyCommandApproval => {
                "AllowList::command or Options::on_legacy_command_approval"
            }
            Self::McpToolApproval => "AllowList::mcp_tool or Options::on_mcp_tool_approval",
            // An allow list never accepts these.
            Self::LegacyPatchApproval => "Options::on_legacy_patch_approval",
            Self::PermissionsApproval => "Options::on_permissions_approval",
            other => other.setting(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn an_approval_of_an_mcp_tool_is_told_from_other_elicitations() {
        let kind = |meta: &str| {
            let line = format!(r#"{{"id":0,"params":{{"mode":"form","_meta":{meta}}}}}"#);
            Kind::of("mcpServer/elicitation/request", &line)
        };
        assert_eq!(kind(r#"{"codex_approval_kind":"mcp_tool_call"}"#), Kind::McpToolApproval);
        assert_eq!(kind(r#"{"codex_approval_kind":"other"}"#), Kind::Elicitation);
        assert_eq!(kind("null"), Kind::Elicitation);
    }

    #[test]
    fn what_is_not_known_is_of_its_own_kind() {
        assert_eq!(Kind::of("brand/new", "{}"), Kind::Unknown);
        assert!(!Kind::Unknown.is_approval());
    }
}
