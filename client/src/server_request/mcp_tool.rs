//! Approvals of MCP tools. On the wire they are elicitations with nothing to fill in; here they have
//! a type of their own, so that a form is never taken for an approval nor the other way round.

use codex_app_protocol::{
    McpServerElicitationAction, McpServerElicitationRequestParams,
    McpServerElicitationRequestResponse, RequestId,
};
use serde_json::{Value, json};

use crate::error::Error;
use crate::peek::{string_at, value_at};
use crate::server_request::call::{Answered, Call};
use crate::server_request::request::Elicitation;

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
pub struct McpToolApproval {
    request: Elicitation,
}

impl McpToolApproval {
    pub(crate) fn new(request: Elicitation) -> Self {
        Self { request }
    }

    pub(crate) fn call(&self) -> &Call {
        self.request.call()
    }

    /// The request as it is on the wire.
    #[must_use]
    pub fn params(&self) -> &McpServerElicitationRequestParams {
        &self.request.params
    }

    /// The id of the request.
    #[must_use]
    pub fn id(&self) -> &RequestId {
        self.request.id()
    }

    /// The thread that it is about.
    #[must_use]
    pub fn thread_id(&self) -> Option<&str> {
        self.request.thread_id()
    }

    /// The turn that it is about.
    #[must_use]
    pub fn turn_id(&self) -> Option<&str> {
        self.request.turn_id()
    }

    /// The line, as the server sent it.
    #[must_use]
    pub fn raw(&self) -> &str {
        self.request.raw()
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
    /// As [`Responder::respond`](crate::server_request::Responder::respond).
    pub fn accept(self) -> Result<Answered, Error> {
        self.request.accept(json!({}))
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
        self.request.decline()
    }

    /// The tool is not called, as if nobody had looked at the question.
    ///
    /// # Errors
    ///
    /// As [`accept`](Self::accept).
    pub fn cancel(self) -> Result<Answered, Error> {
        self.request.cancel()
    }

    /// Whether the server waits for the answer no more.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.request.is_cancelled()
    }

    /// Returns when the server waits for the answer no more; see
    /// [`Responder::cancelled`](crate::server_request::Responder::cancelled).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn cancelled(&self) {
        self.request.cancelled().await;
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
        let response = McpServerElicitationRequestResponse::new(McpServerElicitationAction::Accept);
        self.request.respond(response.content(json!({})).meta(json!({ PERSIST: how })))
    }
}
