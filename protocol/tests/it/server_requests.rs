//! What the tests know of every request of the server: its method, the variant, the type of its
//! params and the type of the answer.

use std::fmt::Debug;

use codex_app_protocol::{Decode, ServerRequest, ServerRequestParams};
use serde::Serialize;

use crate::codec::{Codec, encode};
use crate::requests::Request;

/// That the trait ties the answer to the params is a matter of compilation.
fn of<P, R>(method: &'static str) -> Request
where
    P: ServerRequestParams<Response = R> + Serialize + Debug,
    R: Decode + Serialize + Debug,
{
    Request {
        method,
        trait_method: P::METHOD,
        experimental: P::EXPERIMENTAL,
        has_params: true,
        params: Some(Codec::of::<P>()),
        response: Codec::of::<R>(),
    }
}

macro_rules! server_requests {
    ($($(#[$attribute:meta])* $method:literal: $variant:ident($params:ident) => $response:ident),* $(,)?) => {
        /// The requests of the server.
        pub(crate) fn of_the_server() -> Vec<Request> {
            vec![$($(#[$attribute])* of::<codex_app_protocol::$params, codex_app_protocol::$response>($method)),*]
        }

        /// The params of a request of the server, encoded; none if it is not known.
        pub(crate) fn payload(body: &ServerRequest) -> Option<String> {
            match body {
                $($(#[$attribute])* ServerRequest::$variant(params) => {
                    Some(encode::<codex_app_protocol::$params>(params))
                })*
                _ => None,
            }
        }
    };
}

server_requests! {
    "account/chatgptAuthTokens/refresh": AccountChatgptAuthTokensRefresh(ChatgptAuthTokensRefreshParams) => ChatgptAuthTokensRefreshResponse,
    "applyPatchApproval": ApplyPatchApproval(ApplyPatchApprovalParams) => ApplyPatchApprovalResponse,
    "attestation/generate": AttestationGenerate(AttestationGenerateParams) => AttestationGenerateResponse,
    #[cfg(feature = "experimental")]
    "currentTime/read": CurrentTimeRead(CurrentTimeReadParams) => CurrentTimeReadResponse,
    "execCommandApproval": ExecCommandApproval(ExecCommandApprovalParams) => ExecCommandApprovalResponse,
    "item/commandExecution/requestApproval": ItemCommandExecutionRequestApproval(CommandExecutionRequestApprovalParams) => CommandExecutionRequestApprovalResponse,
    "item/fileChange/requestApproval": ItemFileChangeRequestApproval(FileChangeRequestApprovalParams) => FileChangeRequestApprovalResponse,
    "item/permissions/requestApproval": ItemPermissionsRequestApproval(PermissionsRequestApprovalParams) => PermissionsRequestApprovalResponse,
    "item/tool/call": ItemToolCall(DynamicToolCallParams) => DynamicToolCallResponse,
    "item/tool/requestUserInput": ItemToolRequestUserInput(ToolRequestUserInputParams) => ToolRequestUserInputResponse,
    "mcpServer/elicitation/request": McpServerElicitationRequest(McpServerElicitationRequestParams) => McpServerElicitationRequestResponse,
}
