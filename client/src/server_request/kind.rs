//! The kinds of what a server asks, told by the method and, for elicitations, by one member. It
//! decodes nothing.

use codex_app_protocol::{
    ApplyPatchApprovalParams, AttestationGenerateParams, ChatgptAuthTokensRefreshParams,
    CommandExecutionRequestApprovalParams, DynamicToolCallParams, ExecCommandApprovalParams,
    FileChangeRequestApprovalParams, McpServerElicitationRequestParams,
    PermissionsRequestApprovalParams, ServerRequestParams as _, ToolRequestUserInputParams,
};

use crate::peek::string_at;

/// What `_meta.codex_approval_kind` of an elicitation says if it asks whether a tool may be called.
pub(crate) const MCP_TOOL_CALL: &str = "mcp_tool_call";

/// What kind of thing a server asks.
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
    /// The kind of a request that was received as this line.
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

    /// Whether it asks for leave to do something.
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

    /// Whether it is of the time before turns had ids.
    pub(crate) fn is_legacy(self) -> bool {
        matches!(self, Self::LegacyCommandApproval | Self::LegacyPatchApproval)
    }

    /// What is declined, for whoever reads a log.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Attestation => "attestation",
            Self::CommandApproval => "approval of a command",
            #[cfg(feature = "experimental")]
            Self::CurrentTime => "current time",
            Self::Elicitation => "question of an MCP server",
            Self::FileChangeApproval => "approval of file changes",
            Self::LegacyCommandApproval => "approval of a command (legacy)",
            Self::LegacyPatchApproval => "approval of a patch (legacy)",
            Self::McpToolApproval => "approval of an MCP tool call",
            Self::PermissionsApproval => "approval of permissions",
            Self::TokenRefresh => "refresh of ChatGPT tokens",
            Self::ToolCall => "call of a dynamic tool",
            Self::Unknown => "unknown request",
            Self::UserInput => "question for the user",
        }
    }

    /// The setting with which it would be answered otherwise.
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

    /// The setting with which it would be answered otherwise, if it is not on the list that there is.
    pub(crate) fn setting_beside_list(self) -> &'static str {
        match self {
            Self::CommandApproval => "AllowList::command or Options::on_command_approval",
            Self::FileChangeApproval => "AllowList::path or Options::on_file_change_approval",
            Self::LegacyCommandApproval => {
                "AllowList::command or Options::on_legacy_command_approval"
            }
            Self::McpToolApproval => "AllowList::mcp_tool or Options::on_mcp_tool_approval",
            // These are on no list.
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
