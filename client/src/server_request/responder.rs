//! Replies to one request, with the response type of its method.

use std::fmt;
use std::marker::PhantomData;

use codex_app_protocol::{
    Json, RequestId, RpcError, ServerRequestParams, encode_error, encode_response,
};
use serde_json::Value;

use crate::error::Error;
use crate::server_request::call::{Call, ReplyStatus};
use crate::server_request::cancellation::Cancellation;

/// Replies to one request with params of type `P`, once, from any task.
///
/// Dropping it sends the default reply, which approves nothing.
///
/// # Examples
///
/// ```no_run
/// use codex_app_client::protocol::{
///     CommandExecutionApprovalDecision, CommandExecutionRequestApprovalResponse,
/// };
/// use codex_app_client::server_request::CommandApproval;
///
/// fn decide(request: CommandApproval) -> Result<(), codex_app_client::Error> {
///     let (params, responder) = request.into_parts();
///     println!("{:?}", params.command);
///     let decision = CommandExecutionApprovalDecision::Decline;
///     responder.respond(CommandExecutionRequestApprovalResponse::new(decision))?;
///     Ok(())
/// }
/// ```
pub struct Responder<P> {
    call: Call,
    params: PhantomData<fn(P)>,
}

impl<P: ServerRequestParams> Responder<P> {
    pub(crate) fn new(call: Call) -> Self {
        Self { call, params: PhantomData }
    }

    pub(crate) fn call(&self) -> &Call {
        &self.call
    }

    /// Returns the JSON-RPC id of the request.
    #[must_use]
    pub fn id(&self) -> &RequestId {
        self.call.id()
    }

    /// Replies with a response of the method. If the server no longer waits for the reply, nothing
    /// is sent and [`ReplyStatus::Late`] is returned.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded. The request then gets its default reply.
    pub fn respond(self, response: P::Response) -> Result<ReplyStatus, Error> {
        self.call.answer(|id| encode_response::<P>(id, &response))
    }

    /// Replies with a JSON-RPC error. If the server no longer waits for the reply, nothing is sent
    /// and [`ReplyStatus::Late`] is returned.
    ///
    /// The server treats an error in reply to an approval as a failure of the tool. To say no to an
    /// approval, decline it.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded. The request then gets its default reply.
    pub fn respond_with_error(self, error: &RpcError) -> Result<ReplyStatus, Error> {
        self.call.answer(|id| encode_error(id, error))
    }

    /// Returns whether the server no longer waits for the reply; see
    /// [`cancelled`](Self::cancelled).
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.call.is_cancelled()
    }

    /// Waits until the server no longer waits for the reply: it got a reply from elsewhere, the
    /// turn ended or was interrupted, the thread was closed, or the connection ended.
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe: it only watches the request.
    pub async fn cancelled(&self) {
        self.call.cancelled().await;
    }

    /// Returns a handle that tells when the server no longer waits for the reply. It does not own
    /// the request; see [`Cancellation`].
    #[must_use]
    pub fn cancellation(&self) -> Cancellation {
        self.call.cancellation.clone()
    }
}

impl<P> fmt::Debug for Responder<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Responder").field(&self.call).finish()
    }
}

/// A request that this crate cannot decode: its method is unknown, or its params have an unknown
/// shape.
///
/// Dropping it sends the default reply: for a known method that of the method, for others the error
/// -32601.
#[derive(Debug)]
#[non_exhaustive]
pub struct UnknownRequest {
    /// The JSON-RPC method.
    pub method: Box<str>,
    /// The params as the server sent them.
    pub params: Option<Json>,
    call: Call,
}

impl UnknownRequest {
    pub(crate) fn new(method: Box<str>, params: Option<Json>, call: Call) -> Self {
        Self { method, params, call }
    }

    pub(crate) fn call(&self) -> &Call {
        &self.call
    }

    /// Replies with a result.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn respond(self, result: &Value) -> Result<ReplyStatus, Error> {
        self.call.answer(|id| encode_result(id, result))
    }

    /// Replies with a JSON-RPC error.
    ///
    /// # Errors
    ///
    /// [`Error::Encode`] if the reply cannot be encoded.
    pub fn respond_with_error(self, error: &RpcError) -> Result<ReplyStatus, Error> {
        self.call.answer(|id| encode_error(id, error))
    }

    /// Returns whether the server no longer waits for the reply; see [`Responder::cancelled`].
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.call.is_cancelled()
    }

    /// Waits until the server no longer waits for the reply; see [`Responder::cancelled`].
    ///
    /// # Cancel safety
    ///
    /// This method is cancel safe: it only watches the request.
    pub async fn cancelled(&self) {
        self.call.cancelled().await;
    }

    /// Returns a handle that tells when the server no longer waits for the reply. It does not own
    /// the request; see [`Cancellation`].
    #[must_use]
    pub fn cancellation(&self) -> Cancellation {
        self.call.cancellation.clone()
    }
}

fn encode_result(id: &RequestId, result: &Value) -> Result<String, serde_json::Error> {
    let mut message = serde_json::Map::new();
    message.insert("id".into(), serde_json::to_value(id)?);
    message.insert("result".into(), result.clone());
    serde_json::to_string(&message)
}
