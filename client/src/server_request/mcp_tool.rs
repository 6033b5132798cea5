//! Approvals of MCP tool calls. On the wire they are elicitations with an empty form. Here they
//! have their own type: a form is never taken for an approval, or the other way round.

use codex_app_protocol::{
    McpServerElicitationAction as Action, McpServerElicitationRequestParams,
    McpServerElicitationRequestResponse, RequestId, RpcError, ServerRequestParams as _,
};
use serde_json::{Value, json};

use crate::error::Error;
use crate::router::peek::{string_at, value_at};
use crate::server_request::call::{Call, ReplyStatus};
use crate::server_request::cancellation::Cancellation;
use crate::server_request::request::Elicitation;
use crate::server_request::responder::Responder;

const PERSIST: &str = "persist";
const SESSION: &str = "session";
const ALWAYS: &str = "always";

/// Asks whether to call a tool of an MCP server: `mcpServer/elicitation/request` with
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
    /// The params of the request.
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

    /// Returns the JSON-RPC id of the request.
    #[must_use]
    pub fn id(&self) -> &RequestId {
        self.responder.id()
    }

    /// Returns the JSON-RPC method of the request.
    #[must_use]
    pub fn method(&self) -> &'static str {
        McpServerElicitationRequestParams::METHOD
    }

    /// Returns the id of the thread that the request is about, if it names one.
    #[must_use]
    pub fn thread_id(&self) -> Option<&str> {
        self.call().incoming.thread_id.as_deref()
    }

    /// Returns the id of the turn that the request is about, if it names one.
    #[must_use]
    pub fn turn_id(&self) -> Option<&str> {
        self.call().incoming.turn_id.as_deref()
    }

    /// Returns the id of the item that the request is about, if it names one.
    #[must_use]
    pub fn item_id(&self) -> Option<&str> {
        self.call().incoming.item_id.as_deref()
    }

    /// Returns the request as the server sent it: one line of JSON.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// Splits the request into its params and the responder that replies to it.
    #[must_use]
    pub fn into_parts(
        self,
    ) -> (McpServerElicitationRequestParams, Responder<McpServerElicitationRequestParams>) {
        (*self.params, self.responder)
    }

    /// Returns the name of the MCP server in the configuration (`serverName`).
    #[must_use]
    pub fn server_name(&self) -> Option<String> {
        string_at(self.raw(), &["params", "serverName"]).map(Into::into)
    }

    /// Returns the name of the tool (`_meta.tool_name`).
    #[must_use]
    pub fn tool_name(&self) -> Option<String> {
        string_at(self.raw(), &["params", "_meta", "tool_name"]).map(Into::into)
    }

    /// Returns the MCP server's description of the tool (`_meta.tool_description`).
    #[must_use]
    pub fn tool_description(&self) -> Option<String> {
        string_at(self.raw(), &["params", "_meta", "tool_description"]).map(Into::into)
    }

    /// Returns the arguments of the call (`_meta.tool_params`).
    #[must_use]
    pub fn tool_params(&self) -> Option<Value> {
        value_at(self.raw(), &["params", "_meta", "tool_params"])
    }

    /// Returns the question as text for the user (`message`).
    #[must_use]
    pub fn message(&self) -> Option<String> {
        string_at(self.raw(), &["params", "message"]).map(Into::into)
    }

    /// Returns whether the server offers [`accept_for_session`](Self::accept_for_session)
    /// (`_meta.persist` contains `session`).
    #[must_use]
    pub fn offers_accept_for_session(&self) -> bool {
        self.offers(SESSION)
    }

    /// Returns whether the server offers [`accept_always`](Self::accept_always) (`_meta.persist`
    /// contains `always`).
    #[must_use]
    pub fn offers_accept_always(&self) -> bool {
        self.offers(ALWAYS)
    }

    /// Accepts: the tool is called.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn accept(self) -> Result<ReplyStatus, Error> {
        self.respond(accepted())
    }

    /// Accepts: the tool is called, and the server does not ask about it again in this session.
    ///
    /// If the server does not [offer](Self::offers_accept_for_session) this, it is the same as
    /// [`accept`](Self::accept).
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn accept_for_session(self) -> Result<ReplyStatus, Error> {
        self.persist(SESSION)
    }

    /// Accepts: the tool is called, and the server never asks about it again. The server stores
    /// this decision in the user's configuration.
    ///
    /// If the server does not [offer](Self::offers_accept_always) this, it is the same as
    /// [`accept`](Self::accept).
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn accept_always(self) -> Result<ReplyStatus, Error> {
        self.persist(ALWAYS)
    }

    /// Declines: the tool is not called, and the turn continues.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn decline(self) -> Result<ReplyStatus, Error> {
        self.respond(McpServerElicitationRequestResponse::new(Action::Decline))
    }

    /// Dismisses the request without a decision (action `cancel`): the tool is not called.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn cancel(self) -> Result<ReplyStatus, Error> {
        self.respond(McpServerElicitationRequestResponse::new(Action::Cancel))
    }

    /// Replies with any response of the protocol; see [`Responder::respond`].
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn respond(
        self,
        response: McpServerElicitationRequestResponse,
    ) -> Result<ReplyStatus, Error> {
        self.responder.respond(response)
    }

    /// Replies with a JSON-RPC error; see [`Responder::respond_with_error`].
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn respond_with_error(self, error: &RpcError) -> Result<ReplyStatus, Error> {
        self.responder.respond_with_error(error)
    }

    /// Returns whether the server no longer waits for the reply; see [`Responder::cancelled`].
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.responder.is_cancelled()
    }

    /// Waits until the server no longer waits for the reply; see [`Responder::cancelled`].
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe: it only watches the request.
    pub async fn cancelled(&self) {
        self.responder.cancelled().await;
    }

    /// Returns a handle that tells when the server no longer waits for the reply. It does not own
    /// the request; see [`Cancellation`].
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

    fn persist(self, how: &str) -> Result<ReplyStatus, Error> {
        if !self.offers(how) {
            return self.accept();
        }
        self.respond(accepted().meta(json!({ PERSIST: how })))
    }
}

fn accepted() -> McpServerElicitationRequestResponse {
    McpServerElicitationRequestResponse::new(Action::Accept).content(json!({}))
}
