//! What the server asks, and how it is answered: by whoever takes the requests, and otherwise
//! safely. Nothing is ever left without an answer, and nothing is approved by default.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use codex_app_protocol::{
    ApplyPatchApprovalParams, ApplyPatchApprovalResponse, CommandExecutionApprovalDecision,
    CommandExecutionRequestApprovalParams, CommandExecutionRequestApprovalResponse,
    DeniedReviewDecision, DynamicToolCallOutputContentItem, DynamicToolCallParams,
    DynamicToolCallResponse, ExecCommandApprovalParams, ExecCommandApprovalResponse,
    FileChangeApprovalDecision, FileChangeRequestApprovalParams, FileChangeRequestApprovalResponse,
    GrantedPermissionProfile, McpServerElicitationAction, McpServerElicitationRequestParams,
    McpServerElicitationRequestResponse, PermissionGrantScope, PermissionsRequestApprovalParams,
    PermissionsRequestApprovalResponse, Received, RequestId, ReviewDecision, RpcError,
    ServerMessage, ServerRequest, ServerRequestParams, ToolRequestUserInputParams,
    ToolRequestUserInputResponse, encode_error, encode_response,
};
use futures_core::Stream;
use tokio::sync::mpsc;

use crate::connection::Shared;
use crate::error::Error;

const METHOD_NOT_FOUND: i64 = -32601;
const NOBODY: &str = "nobody answers this request";

/// A request of the server as it was received.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub(crate) id: RequestId,
    pub(crate) method: String,
    pub(crate) text: String,
}

/// The answer if nobody else gives one: no. Approvals and elicitations are declined, questions stay
/// unanswered, tools fail, and what is not known is refused.
pub(crate) fn default_answer(id: &RequestId, method: &str) -> Result<String, serde_json::Error> {
    let denied = || ReviewDecision::Denied(DeniedReviewDecision::new(NOBODY));
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
            let nothing: [DynamicToolCallOutputContentItem; 0] = [];
            let response = DynamicToolCallResponse::new(nothing, false);
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

/// The requests of the server, one after the other. While it exists, they are answered through it;
/// what it has not handed out when it is dropped is answered safely, as is everything after.
#[derive(Debug)]
pub struct ServerRequests {
    shared: Arc<Shared>,
    requests: mpsc::UnboundedReceiver<Incoming>,
}

impl ServerRequests {
    pub(crate) fn new(shared: Arc<Shared>, requests: mpsc::UnboundedReceiver<Incoming>) -> Self {
        Self { shared, requests }
    }

    /// The next request; none when the connection has ended.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<IncomingRequest> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for ServerRequests {
    type Item = IncomingRequest;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let Some(incoming) = std::task::ready!(self.requests.poll_recv(cx)) else {
                return Poll::Ready(None);
            };
            let responder = Responder::new(Arc::clone(&self.shared), &incoming);
            if let Ok(ServerMessage::Request { message, .. }) =
                ServerMessage::from_line(incoming.text)
            {
                return Poll::Ready(Some(IncomingRequest { message, responder }));
            }
        }
    }
}

impl Drop for ServerRequests {
    fn drop(&mut self) {
        self.requests.close();
        while let Ok(incoming) = self.requests.try_recv() {
            drop(Responder::new(Arc::clone(&self.shared), &incoming));
        }
    }
}

/// A request of the server, which waits for an answer.
#[derive(Debug)]
#[non_exhaustive]
pub struct IncomingRequest {
    /// What is asked.
    pub message: Received<ServerRequest>,
    /// How to answer.
    pub responder: Responder,
}

/// Answers one request of the server, once. Dropping it gives the safe answer: no.
pub struct Responder {
    shared: Arc<Shared>,
    id: RequestId,
    method: String,
    is_answered: bool,
}

impl Responder {
    fn new(shared: Arc<Shared>, incoming: &Incoming) -> Self {
        let (id, method) = (incoming.id.clone(), incoming.method.clone());
        Self { shared, id, method, is_answered: false }
    }

    /// Answers a request whose params are `P`.
    ///
    /// # Errors
    ///
    /// Fails if the answer cannot be encoded, or the connection has ended.
    pub fn respond<P: ServerRequestParams>(self, response: &P::Response) -> Result<(), Error> {
        let line = encode_response::<P>(&self.id, response);
        self.answer(line)
    }

    /// Refuses the request. The server treats a refused approval as a failure of the tool.
    ///
    /// # Errors
    ///
    /// Fails if the connection has ended.
    pub fn refuse(self, error: &RpcError) -> Result<(), Error> {
        let line = encode_error(&self.id, error);
        self.answer(line)
    }

    fn answer(mut self, line: Result<String, serde_json::Error>) -> Result<(), Error> {
        let line = line.map_err(|source| Error::Encode {
            method: self.method.as_str().into(),
            source: Arc::new(source),
        })?;
        self.is_answered = true;
        self.shared.send(line)
    }
}

impl fmt::Debug for Responder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Responder");
        debug.field("id", &self.id).field("method", &self.method).finish_non_exhaustive()
    }
}

impl Drop for Responder {
    fn drop(&mut self) {
        if !self.is_answered
            && let Ok(line) = default_answer(&self.id, &self.method)
        {
            // Without a connection nobody waits for the answer.
            let _ = self.shared.send(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::default_answer;

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
        check("item/tool/call", r#"{"id":0,"result":{"contentItems":[],"success":false}}"#);
        let elicitation = default_answer(&0.into(), "mcpServer/elicitation/request").unwrap();
        assert!(elicitation.contains(r#""action":"decline""#), "{elicitation}");
        for method in ["applyPatchApproval", "execCommandApproval"] {
            let answer = default_answer(&0.into(), method).unwrap();
            assert!(answer.contains(r#""denied""#), "{answer}");
        }
        check(
            "some/newRequest",
            r#"{"id":0,"error":{"code":-32601,"message":"nobody answers this request"}}"#,
        );
    }
}
