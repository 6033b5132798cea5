//! The default replies to requests that are not answered otherwise, and the log event for them. A
//! default reply never approves anything.

use codex_app_protocol::{
    ApplyPatchApprovalParams, ApplyPatchApprovalResponse, CommandExecutionApprovalDecision,
    CommandExecutionRequestApprovalParams, CommandExecutionRequestApprovalResponse,
    DeniedReviewDecision, DynamicToolCallParams, DynamicToolCallResponse,
    ExecCommandApprovalParams, ExecCommandApprovalResponse, FileChangeApprovalDecision,
    FileChangeRequestApprovalParams, FileChangeRequestApprovalResponse, GrantedPermissionProfile,
    InputTextDynamicToolCallOutputContentItem, McpServerElicitationAction,
    McpServerElicitationRequestParams, McpServerElicitationRequestResponse, PermissionGrantScope,
    PermissionsRequestApprovalParams, PermissionsRequestApprovalResponse, RequestId,
    ReviewDecision, RpcError, ServerRequestParams as _, ToolRequestUserInputParams,
    ToolRequestUserInputResponse, encode_error, encode_response,
};

use crate::server_request::incoming::Incoming;
use crate::server_request::kind::Kind;

const METHOD_NOT_FOUND: i64 = -32601;
const NOBODY: &str = "nobody answers this request";
const NO_TOOL: &str = "this client has no such tool";

/// The default reply: approvals and elicitations are declined, questions stay unanswered, tool
/// calls fail, and other methods get the error -32601.
pub(crate) fn default_answer(id: &RequestId, method: &str) -> Result<String, serde_json::Error> {
    let denied = || ReviewDecision::from(DeniedReviewDecision::new(NOBODY));
    match method {
        CommandExecutionRequestApprovalParams::METHOD => {
            let decision = CommandExecutionApprovalDecision::Decline;
            let response = CommandExecutionRequestApprovalResponse::new(decision);
            encode_response::<CommandExecutionRequestApprovalParams>(id, &response)
        }
        FileChangeRequestApprovalParams::METHOD => {
            let decision = FileChangeApprovalDecision::Decline;
            let response = FileChangeRequestApprovalResponse::new(decision);
            encode_response::<FileChangeRequestApprovalParams>(id, &response)
        }
        PermissionsRequestApprovalParams::METHOD => {
            let response =
                PermissionsRequestApprovalResponse::new(GrantedPermissionProfile::default())
                    .scope(PermissionGrantScope::Turn);
            encode_response::<PermissionsRequestApprovalParams>(id, &response)
        }
        ToolRequestUserInputParams::METHOD => {
            let response = ToolRequestUserInputResponse::new(Default::default());
            encode_response::<ToolRequestUserInputParams>(id, &response)
        }
        McpServerElicitationRequestParams::METHOD => {
            let action = McpServerElicitationAction::Decline;
            let response = McpServerElicitationRequestResponse::new(action);
            encode_response::<McpServerElicitationRequestParams>(id, &response)
        }
        DynamicToolCallParams::METHOD => {
            let text = InputTextDynamicToolCallOutputContentItem::new(NO_TOOL);
            let response = DynamicToolCallResponse::new([text], false);
            encode_response::<DynamicToolCallParams>(id, &response)
        }
        ApplyPatchApprovalParams::METHOD => {
            let response = ApplyPatchApprovalResponse::new(denied());
            encode_response::<ApplyPatchApprovalParams>(id, &response)
        }
        ExecCommandApprovalParams::METHOD => {
            let response = ExecCommandApprovalResponse::new(denied());
            encode_response::<ExecCommandApprovalParams>(id, &response)
        }
        _ => encode_error(id, &RpcError::new(METHOD_NOT_FOUND, NOBODY)),
    }
}

/// Why a request got its default reply.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Why {
    /// No handler takes requests of this kind.
    Nobody,
    /// Too many requests are open.
    Flood,
    /// The program or its handler dropped it.
    Dropped,
    /// It is not on the allow list, and there is no stream or handler.
    NotListed,
}

/// Logs that a request got its default reply, and which setting would handle such requests. The
/// params are left out: commands and forms may contain secrets.
pub(crate) fn report(kind: Kind, incoming: &Incoming, why: Why) {
    let request = kind.name();
    let (why, setting) = match why {
        Why::Nobody => ("no handler is installed for such requests", Some(kind.setting())),
        Why::Flood => ("too many requests are open", None),
        Why::Dropped => ("it was dropped without a reply", None),
        Why::NotListed => ("it is not on the AllowList", Some(kind.setting_beside_list())),
    };
    let Incoming { method, thread_id, turn_id, item_id, .. } = incoming;
    macro_rules! tell {
        ($level:ident) => {
            tracing::$level!(
                request,
                method,
                thread_id,
                turn_id,
                item_id,
                why,
                setting,
                "declined by default"
            )
        };
    }
    if kind.is_approval() { tell!(warn) } else { tell!(info) }
}

#[cfg(test)]
mod tests {
    use super::default_answer;

    const TOOL_FAILS: &str = concat!(
        r#"{"id":0,"result":{"contentItems":[{"type":"inputText","#,
        r#""text":"this client has no such tool"}],"success":false}}"#
    );

    #[test]
    fn without_a_handler_the_answer_is_no() {
        let check = |method: &str, expected: &str| {
            assert_eq!(default_answer(&0.into(), method).unwrap(), expected, "{method}");
        };
        let decline = r#"{"id":0,"result":{"decision":"decline"}}"#;
        check("item/commandExecution/requestApproval", decline);
        check("item/fileChange/requestApproval", decline);
        check(
            "item/permissions/requestApproval",
            r#"{"id":0,"result":{"permissions":{},"scope":"turn"}}"#,
        );
        check("item/tool/requestUserInput", r#"{"id":0,"result":{"answers":{}}}"#);
        check("item/tool/call", TOOL_FAILS);
        let elicitation = default_answer(&0.into(), "mcpServer/elicitation/request").unwrap();
        assert!(elicitation.contains(r#""action":"decline""#), "{elicitation}");
        for method in ["applyPatchApproval", "execCommandApproval"] {
            let answer = default_answer(&0.into(), method).unwrap();
            assert!(answer.contains(r#""denied""#), "{answer}");
        }
        for method in [
            "account/chatgptAuthTokens/refresh",
            "attestation/generate",
            "currentTime/read",
            "some/newRequest",
        ] {
            check(
                method,
                r#"{"id":0,"error":{"code":-32601,"message":"nobody answers this request"}}"#,
            );
        }
    }
}
