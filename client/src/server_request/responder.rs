//! What answers one request, with the type of answer that it takes.

use std::fmt;
use std::marker::PhantomData;

use codex_app_protocol::{
    Json, RequestId, RpcError, ServerRequestParams, encode_error, encode_response,
};
use serde_json::Value;

use crate::error::Error;
use crate::server_request::call::{Answered, Call};
use crate::server_request::cancellation::Cancellation;

/// Answers one request whose params are `P`, once, from any task. Dropping it gives the default
/// answer: no.
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

    /// The id of the request.
    #[must_use]
    pub fn id(&self) -> &RequestId {
        self.call.id()
    }

    /// Answers. When the server does not wait for the answer any more, nothing is sent.
    ///
    /// # Errors
    ///
    /// Fails if the answer cannot be encoded. The request then gets its default answer.
    pub fn respond(self, response: P::Response) -> Result<Answered, Error> {
        self.call.answer(|id| encode_response::<P>(id, &response))
    }

    /// Answers with an error. The server treats a refused approval as a failure of the tool; to say
    /// no, decline.
    ///
    /// # Errors
    ///
    /// As [`respond`](Self::respond).
    pub fn refuse(self, error: &RpcError) -> Result<Answered, Error> {
        self.call.answer(|id| encode_error(id, error))
    }

    /// Whether the server waits for the answer no more: see [`cancelled`](Self::cancelled).
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.call.is_cancelled()
    }

    /// Returns when the server waits for the answer no more: somebody else answered, the turn ended
    /// or was interrupted, the thread was closed, or the connection ended.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn cancelled(&self) {
        self.call.cancelled().await;
    }

    /// Tells when the server waits for the answer no more, without the request; see
    /// [`Request::cancellation`](crate::server_request::Request::cancellation).
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

/// A request of a method that this crate does not know, or whose params have another shape than it
/// knows. Dropping it gives the default answer: for a method that is known its no, for others the
/// error `-32601`.
#[derive(Debug)]
#[non_exhaustive]
pub struct UnknownRequest {
    /// The method.
    pub method: Box<str>,
    /// The params, as they were sent.
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

    /// Answers with a result.
    ///
    /// # Errors
    ///
    /// As [`Responder::respond`].
    pub fn respond(self, result: &Value) -> Result<Answered, Error> {
        self.call.answer(|id| encode_result(id, result))
    }

    /// Answers with an error.
    ///
    /// # Errors
    ///
    /// As [`Responder::respond`].
    pub fn refuse(self, error: &RpcError) -> Result<Answered, Error> {
        self.call.answer(|id| encode_error(id, error))
    }

    /// Whether the server waits for the answer no more.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.call.is_cancelled()
    }

    /// Returns when the server waits for the answer no more; see [`Responder::cancelled`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    pub async fn cancelled(&self) {
        self.call.cancelled().await;
    }

    /// Tells when the server waits for the answer no more, without the request; see
    /// [`Request::cancellation`](crate::server_request::Request::cancellation).
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
