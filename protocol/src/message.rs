//! Messages from the server, one per line: the JSON-RPC envelope around the generated enums.
//!
//! A line is read once and moved into the decoded message. Members that the schema does not name can
//! still be read from the line.

mod encode;
mod envelope;

use std::error::Error;
use std::fmt;
use std::ops::Range;

use serde::ser::SerializeMap;

pub(crate) use self::encode::serialize_message;
pub use self::encode::{encode_server_notification, encode_server_request};
use self::envelope::Envelope;
use crate::decode::{Decode, DecodeError, Reader, from_str};
use crate::generated::{ServerNotification, ServerRequest};
use crate::json::Json;
use crate::jsonrpc::RpcError;
use crate::request_id::RequestId;

/// A decoded message from the server.
///
/// Serializes as on the wire, with the current body. Members that the types of the body do not have are
/// only in the line, [`Received::raw`].
///
/// # Examples
///
/// ```
/// use codex_app_protocol::{ServerMessage, ServerNotification};
///
/// let line = r#"{"method":"turn/completed","params":{"threadId":"t1","turn":{"id":"u1"}}}"#;
/// let ServerMessage::Notification(message) = ServerMessage::from_line(line.to_owned())? else {
///     panic!("not a notification");
/// };
/// assert_eq!(message.body.turn_id(), Some("u1"));
/// assert_eq!(message.raw(), line);
/// # Ok::<(), codex_app_protocol::InvalidMessage>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ServerMessage {
    /// A notification.
    Notification(Received<ServerNotification>),
    /// A request. The server waits for a reply.
    Request {
        /// The id that the reply must carry.
        id: RequestId,
        /// The request.
        message: Received<ServerRequest>,
    },
    /// The response to a request of the client: a result or an error.
    Response(Response),
    /// An error without an id: the server could not read which request it refuses.
    Error(Received<RpcError>),
}

/// The decoded body of a message, with its line.
///
/// `Debug` prints the body and not the line. Serializes as on the wire, with the current body. The id of
/// a request is not part of it: it is in [`ServerMessage::Request`].
#[derive(Clone)]
#[non_exhaustive]
pub struct Received<T> {
    /// The decoded message.
    pub body: T,
    /// When the server sent the message, in milliseconds since the Unix epoch. `None` if the message
    /// does not say.
    pub emitted_at_ms: Option<i64>,
    /// The number of values in the body that this version of the crate does not know. They are in
    /// variants named `Unknown`. An unknown message counts as one.
    pub n_unknown: u32,
    pub(crate) raw: String,
}

impl<T> Received<T> {
    /// Returns the line, as the server sent it.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// Returns the body and the line.
    pub fn into_parts(self) -> (T, String) {
        (self.body, self.raw)
    }
}

/// The response to a request of either side: a result that is not yet decoded, or an error.
///
/// `Debug` prints the length of the result in bytes and not its text, because results can contain
/// secrets. Serializes as on the wire.
#[derive(Clone)]
#[non_exhaustive]
pub struct Response {
    /// The id of the request.
    pub id: RequestId,
    pub(crate) outcome: Outcome,
    pub(crate) raw: String,
}

#[derive(Clone)]
pub(crate) enum Outcome {
    /// The position of the result in the line.
    Result(Range<usize>),
    Error(RpcError),
}

impl Response {
    /// Returns the JSON text of the result.
    ///
    /// # Errors
    ///
    /// Returns the JSON-RPC error if the request was refused.
    pub fn result(&self) -> Result<&str, &RpcError> {
        match &self.outcome {
            Outcome::Result(range) => Ok(&self.raw[range.clone()]),
            Outcome::Error(error) => Err(error),
        }
    }

    /// Decodes the result.
    ///
    /// `T` is [`ClientRequest::Response`](crate::ClientRequest::Response) for the response to a request
    /// of the client, and [`ServerRequestParams::Response`](crate::ServerRequestParams::Response) for the
    /// reply to a server request. Members that `T` does not have are dropped; they are in
    /// [`result`](Self::result).
    ///
    /// # Errors
    ///
    /// The outer `Result` is the JSON-RPC error if the request was refused. The inner one is the
    /// [`DecodeError`] if the result does not have the shape of `T`.
    ///
    /// # Examples
    ///
    /// ```
    /// use codex_app_protocol::{ClientRequest, ServerMessage, TurnSteerParams};
    ///
    /// let line = r#"{"id":7,"result":{"turnId":"u1"}}"#;
    /// if let ServerMessage::Response(response) = ServerMessage::from_line(line.to_owned())? {
    ///     match response.decode::<<TurnSteerParams as ClientRequest>::Response>() {
    ///         Ok(steered) => assert_eq!(steered?.turn_id, "u1"),
    ///         Err(refusal) => eprintln!("the server refused to steer: {refusal}"),
    ///     }
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decode<T: Decode>(&self) -> Result<Result<T, DecodeError>, &RpcError> {
        self.result().map(from_str)
    }

    /// Returns the line, as it was sent.
    pub fn raw(&self) -> &str {
        &self.raw
    }
}

/// The error for a line that is not a message.
///
/// `Debug` prints the length of the line in bytes and not its text.
#[non_exhaustive]
pub struct InvalidMessage {
    /// What is wrong with the line.
    pub error: DecodeError,
    /// The line, as it was sent.
    pub raw: String,
}

impl<T: fmt::Debug> fmt::Debug for Received<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("body", &self.body)
            .field("emitted_at_ms", &self.emitted_at_ms)
            .field("n_unknown", &self.n_unknown)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut response = f.debug_struct("Response");
        response.field("id", &self.id);
        match &self.outcome {
            Outcome::Result(range) => response.field("result_bytes", &range.len()),
            Outcome::Error(error) => response.field("error", error),
        };
        response.finish_non_exhaustive()
    }
}

impl fmt::Debug for InvalidMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvalidMessage")
            .field("error", &self.error)
            .field("raw_bytes", &self.raw.len())
            .finish()
    }
}

impl fmt::Display for InvalidMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the line is not a message of the app-server protocol")
    }
}

impl Error for InvalidMessage {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.error)
    }
}

impl ServerMessage {
    /// Decodes one line, without its line feed, and keeps the line.
    ///
    /// A method that this crate does not know is not an error, and neither are params of another shape:
    /// they are decoded as `Unknown`. Members that the types do not have are only in the line: encoding
    /// the message does not write them.
    ///
    /// # Errors
    ///
    /// Fails if the line is not JSON, or is neither a notification nor a request nor a response. These
    /// are the lines that [`Header::read`](crate::Header::read) refuses.
    pub fn from_line(line: String) -> Result<Self, InvalidMessage> {
        match Envelope::read(&line).and_then(|envelope| envelope.interpret(&line)) {
            Ok(interpreted) => Ok(interpreted.with_line(line)),
            Err(error) => Err(InvalidMessage { error: error.located(&line), raw: line }),
        }
    }
}

/// For messages that are part of other JSON, such as a log.
impl Decode for ServerMessage {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mark = reader.mark();
        let line = reader.raw()?.to_owned();
        Self::from_line(line).map_err(|_| {
            reader.reset(mark);
            reader.shape_error("expected a message of the server")
        })
    }
}

crate::serde_bridge::deserialize_via_json!(ServerMessage);

/// The enums that the generator writes: one variant a method.
pub(crate) trait Message: Sized {
    /// Decodes the params of a method that is known; `None` if it is not.
    fn known(method: &str, reader: &mut Reader<'_>) -> Result<Option<Self>, DecodeError>;

    /// The variant for the rest.
    fn unknown(method: Box<str>, params: Option<Json>) -> Self;

    /// Writes the params, if there are any.
    fn params<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(line: &str) -> ServerMessage {
        ServerMessage::from_line(line.to_owned()).unwrap()
    }

    #[test]
    fn the_order_of_members_does_not_matter() {
        let params = r#""params":{"threadId":"t","turn":{"id":"u","status":"later"}}"#;
        for line in [
            format!(r#"{{"method":"turn/started",{params},"emittedAtMs":7}}"#),
            format!(r#"{{"emittedAtMs":7,{params},"method":"turn/started"}}"#),
        ] {
            let ServerMessage::Notification(message) = decode(&line) else { panic!("{line}") };
            assert!(matches!(message.body, ServerNotification::TurnStarted(_)), "{line}");
            assert_eq!((message.emitted_at_ms, message.n_unknown), (Some(7), 1));
            assert_eq!(message.raw(), line);
        }
    }

    #[test]
    fn of_two_members_with_one_name_the_last_counts_as_for_a_header() {
        let started = r#"{"threadId":"t","turn":{"id":"u"}}"#;
        let (method, params) = (r#""method":"turn/started""#, format!(r#""params":{started}"#));
        let newer = r#""params":{"threadId":"t","turn":{"id":"u","status":"later"}}"#;
        for (members, expected, n_unknown) in [
            (format!(r#"{method},{params},"method":"turn/completed""#), "turn/completed", None),
            (format!(r#"{method},{params},"params":{{"threadId":"t"}}"#), "turn/started", Some(1)),
            (format!(r#"{method},{newer},{params}"#), "turn/started", None),
            (format!(r#""\ud800":1,{method},{params}"#), "turn/started", None),
        ] {
            let line = format!("{{{members}}}");
            let ServerMessage::Notification(message) = decode(&line) else { panic!("{line}") };
            assert_eq!(message.body.method(), expected, "{line}");
            assert_eq!(message.body.is_unknown(), n_unknown.is_some(), "{line}");
            assert_eq!(message.n_unknown, n_unknown.unwrap_or_default(), "{line}");
            assert_eq!(crate::Header::read(&line).unwrap().method.as_deref(), Some(expected));
        }
        let line = r#"{"method":null,"id":1,"result":{}}"#;
        assert!(matches!(decode(line), ServerMessage::Response(_)));
    }

    #[test]
    fn an_error_without_an_id_is_no_response() {
        for line in [
            r#"{"id":null,"error":{"code":-32700,"message":"no JSON"}}"#,
            r#"{"\ud800":1,"error":{"\udc00":1,"code":-32700,"message":"no JSON"}}"#,
        ] {
            let ServerMessage::Error(refusal) = decode(line) else { panic!("{line}") };
            assert_eq!(refusal.body, RpcError::new(-32700, "no JSON"));
            assert_eq!((refusal.raw(), refusal.n_unknown), (line, 0));
        }
    }

    #[test]
    fn a_request_may_carry_its_id_anywhere() {
        let params = r#""params":{"threadId":"t","turnId":"u","itemId":"i"}"#;
        let method = r#""method":"item/commandExecution/requestApproval""#;
        for line in
            [format!(r#"{{{method},"id":0,{params}}}"#), format!(r#"{{{method},{params},"id":0}}"#)]
        {
            let ServerMessage::Request { id, message } = decode(&line) else { panic!("{line}") };
            assert_eq!(id, RequestId::from(0));
            assert_eq!(message.body.item_id(), Some("i"), "{line}");
            assert!(!message.body.is_unknown());
        }
    }

    #[test]
    fn an_unknown_method_arrives_whole_and_counted() {
        let line = r#"{"method":"new/thing","params":{"threadId":"t", "turn":{"id":"u"}}}"#;
        let ServerMessage::Notification(message) = decode(line) else { panic!("{line}") };
        let ServerNotification::Unknown { method, params: Some(params) } = &message.body else {
            panic!("{message:?}")
        };
        assert_eq!(&**method, "new/thing");
        assert_eq!(params.get(), r#"{"threadId":"t", "turn":{"id":"u"}}"#);
        assert_eq!(message.body.thread_id(), Some("t"));
        assert_eq!(message.body.turn_id(), Some("u"));
        assert_eq!(message.n_unknown, 1);
    }

    #[test]
    fn a_message_without_params_keeps_that() {
        let ServerMessage::Notification(message) = decode(r#"{"method":"turn/started"}"#) else {
            panic!("a notification")
        };
        assert!(matches!(message.body, ServerNotification::Unknown { params: None, .. }));
    }

    #[test]
    fn an_answer_is_a_result_or_an_error() {
        let ServerMessage::Response(answer) = decode(r#"{"id":"a","result":{"turnId":"u"}}"#)
        else {
            panic!("a response")
        };
        assert_eq!(answer.result().unwrap(), r#"{"turnId":"u"}"#);
        let steered = answer.decode::<crate::TurnSteerResponse>().unwrap().unwrap();
        assert_eq!(steered.turn_id, "u");

        let refusal = r#"{"error":{"code":-32600,"message":"no"},"id":1}"#;
        let ServerMessage::Response(answer) = decode(refusal) else { panic!("a response") };
        assert_eq!(answer.result().unwrap_err().code, -32600);
    }

    #[test]
    fn an_error_of_another_form_is_an_error() {
        for error in [r#""text""#, r#"{"message":"x"}"#] {
            let line = format!(r#"{{"id":1,"error":{error}}}"#);
            let ServerMessage::Response(answer) = decode(&line) else { panic!("a response") };
            let refusal = answer.result().unwrap_err();
            assert_eq!((refusal.code, refusal.data.as_ref().unwrap().get()), (0, error));
        }
    }

    #[test]
    fn what_is_no_message_is_given_back() {
        for line in
            ["", "null", "[]", "{}", r#"{"id":1}"#, r#"{"method":1}"#, r#"{"method":"a"} x"#]
        {
            let error = ServerMessage::from_line(line.to_owned()).unwrap_err();
            assert_eq!(error.raw, line);
        }
    }

    #[test]
    fn debug_prints_no_line() {
        let line = r#"{"id":1,"result":{"accessToken":"hunter2"}}"#;
        assert!(!format!("{:?}", decode(line)).contains("hunter2"));
        let error = ServerMessage::from_line("hunter2".to_owned()).unwrap_err();
        assert!(!format!("{error:?} {error} {}", error.error).contains("hunter2"));
    }
}
