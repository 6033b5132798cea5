//! Approvals of MCP tools. On the wire they are elicitations with nothing to fill in; here they have
//! a type of their own, so that a form is never taken for an approval nor the other way round.

use codex_app_protocol::{
    McpServerElicitationAction as Action, McpServerElicitationRequestParams,
    McpServerElicitationRequestResponse, RequestId, RpcError, ServerRequestParams as _,
};
use serde_json::{Value, json};

use crate::error::Error;
use crate::peek::{string_at, value_at};
use crate::server_request::call::{Answered, Call};
use crate::server_request::cancellation::Cancellation;
use crate::server_request::request::Elicitation;
use crate::server_request::responder::Responder;

const PERSIST: &str = "persist";
const SESSION: &str = "session";
const ALWAYS: &str = "always";

/// Whether a tool of an MCP server may be called: `mcpServer/elicitation/request` with
/// `codex_approval_kind: mcp_tool_call`. Dropping it declines.
///
/// # Examples
///
/// ```
/// use codex_app_client::Options;
///
/// let options = Options::new().on_mcp_tool_approval(|request| async move {
///     match (request.server_name().as_deref(), request.tool_name().as_deref()) {
///         (Some("docs"), Some("search")) => request.accept(),
///         _ => request.decline(),
///     }
/// });
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct McpToolApproval {
    /// What is asked, as it is on the wire.
    pub params: Box<McpServerElicitationRequestParams>,
    responder: Responder<McpServerElicitationRequestParams>,
    raw: String,
}

impl McpToolApproval {
    pub(crate) fn new(request: Elicitation) -> Self {
        let (params, responder, raw) = request.into_all();
        Self { params, responder, raw }
    }

    pub(crate) fn call(&self) -> &Call {
        self.responder.call()
    }

    /// The id of the request.
    #[must_use]
    pub fn id(&self) -> &RequestId {
        self.responder.id()
    }

    /// The method of the request.
    #[must_use]
    pub fn method(&self) -> &'static str {
        McpServerElicitationRequestParams::METHOD
    }

    /// The thread that it is about.
    #[must_use]
    pub fn thread_id(&self) -> Option<&str> {
        self.call().incoming.thread_id.as_deref()
    }

    /// The turn that it is about.
    #[must_use]
    pub fn turn_id(&self) -> Option<&str> {
        self.call().incoming.turn_id.as_deref()
    }

    /// The item that it is about.
    #[must_use]
    pub fn item_id(&self) -> Option<&str> {
        self.call().incoming.item_id.as_deref()
    }

    /// The line, as the server sent it.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// What is asked, and what answers it.
    #[must_use]
    pub fn into_parts(
        self,
    ) -> (McpServerElicitationRequestParams, Responder<McpServerElicitationRequestParams>) {
        (*self.params, self.responder)
    }

    /// The MCP server, by its name in the configuration.
    #[must_use]
    pub fn server_name(&self) -> Option<String> {
        string_at(self.raw(), &["params", "serverName"]).map(Into::into)
    }

    /// The tool.
    #[must_use]
    pub fn tool_name(&self) -> Option<String> {
        string_at(self.raw(), &["params", "_meta", "tool_name"]).map(Into::into)
    }

    /// What the MCP server says of the tool.
    #[must_use]
    pub fn tool_description(&self) -> Option<String> {
        string_at(self.raw(), &["params", "_meta", "tool_description"]).map(Into::into)
    }

    /// What the tool is to be called with.
    #[must_use]
    pub fn tool_params(&self) -> Option<Value> {
        value_at(self.raw(), &["params", "_meta", "tool_params"])
    }

    /// The question, for a human.
    #[must_use]
    pub fn message(&self) -> Option<String> {
        string_at(self.raw(), &["params", "message"]).map(Into::into)
    }

    /// Whether the server offers [`accept_for_session`](Self::accept_for_session).
    #[must_use]
    pub fn offers_session(&self) -> bool {
        self.offers(SESSION)
    }

    /// Whether the server offers [`accept_always`](Self::accept_always).
    #[must_use]
    pub fn offers_always(&self) -> bool {
        self.offers(ALWAYS)
    }

    /// The tool is called.
    ///
    /// # Errors
    ///
    /// As [`Responder::respond`].
    pub fn accept(self) -> Result<Answered, Error> {
        self.respond(accepted())
    }

    /// The tool is called, and not asked about again in this session. If the server does not offer
    /// that, it is called once.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    pub fn accept_for_session(self) -> Result<Answered, Error> {
        self.persist(SESSION)
    }

    /// The tool is called, and never asked about again: the server writes that into the user's
    /// configuration. If the server does not offer that, it is called once.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    pub fn accept_always(self) -> Result<Answered, Error> {
        self.persist(ALWAYS)
    }

    /// The tool is not called, and the turn goes on.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    pub fn decline(self) -> Result<Answered, Error> {
        self.respond(McpServerElicitationRequestResponse::new(Action::Decline))
    }

    /// The tool is not called, as if nobody had looked at the question.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    pub fn cancel(self) -> Result<Answered, Error> {
        self.respond(McpServerElicitationRequestResponse::new(Action::Cancel))
    }

    /// Answers; see [`Responder::respond`].
    ///
    /// # Errors
    ///
    /// As [`Responder::respond`].
    pub fn respond(self, response: McpServerElicitationRequestResponse) -> Result<Answered, Error> {
        self.responder.respond(response)
    }

    /// Answers with an error; see [`Responder::refuse`].
    ///
    /// # Errors
    ///
    /// As [`Responder::respond`].
    pub fn refuse(self, error: &RpcError) -> Result<Answered, Error> {
        self.responder.refuse(error)
    }

    /// Whether the server waits for the answer no more.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.responder.is_cancelled()
    }

    /// Returns when the server waits for the answer no more; see
    /// [`Responder::cancelled`](crate::server_request::Responder::cancelled).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn cancelled(&self) {
        self.responder.cancelled().await;
    }

    /// Tells when the server waits for the answer no more, without the request; see
    /// [`Request::cancellation`](crate::server_request::Request::cancellation).
    #[must_use]
    pub fn cancellation(&self) -> Cancellation {
        self.responder.cancellation()
    }

    fn offers(&self, wanted: &str) -> bool {
        let path = ["params", "_meta", PERSIST];
        match value_at::<Vec<String>>(self.raw(), &path) {
            Some(offered) => offered.iter().any(|it| it == wanted),
            None => string_at(self.raw(), &path).is_some_and(|it| it == wanted),
        }
    }

    fn persist(self, how: &str) -> Result<Answered, Error> {
        if !self.offers(how) {
            return self.accept();
        }
        self.respond(accepted().meta(json!({ PERSIST: how })))
    }
}

fn accepted() -> McpServerElicitationRequestResponse {
    McpServerElicitationRequestResponse::new(Action::Accept).content(json!({}))
}
