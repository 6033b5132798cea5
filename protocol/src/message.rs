//! What the server sends, one line at a time: the JSON-RPC envelope around the generated enums.
//!
//! A line is read once. It is moved into the message that it became, so what the schema does not
//! name is still there to be read.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::ops::Range;

use crate::decode::{Decode, DecodeError, Reader, from_str};
use crate::generated::{ServerNotification, ServerRequest};
use crate::json::Json;
use crate::jsonrpc::RpcError;
use crate::request_id::RequestId;

/// A message of the server, decoded.
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
    /// Something happened.
    Notification(Received<ServerNotification>),
    /// The server asks something and waits for the answer.
    Request {
        /// What the answer has to carry.
        id: RequestId,
        /// What is asked.
        message: Received<ServerRequest>,
    },
    /// The answer to a request of the client.
    Response(Response),
}

/// The body of a message with what came around it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Received<T> {
    /// What the message says.
    pub body: T,
    /// When the server sent it, in milliseconds since the Unix epoch, where it says so.
    pub emitted_at_ms: Option<i64>,
    /// How many parts of the body this version of the crate does not know; they are in its unknown
    /// arms. An unknown message counts as one.
    pub n_unknown: u32,
    raw: String,
}

impl<T> Received<T> {
    /// The line, as the server sent it.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The body and the line.
    pub fn into_parts(self) -> (T, String) {
        (self.body, self.raw)
    }
}

/// The answer to a request of the client: a result, which the request's type decodes, or an error.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Response {
    /// The id of the request.
    pub id: RequestId,
    outcome: Outcome,
    raw: String,
}

#[derive(Clone, Debug)]
enum Outcome {
    /// Where the result stands in the line.
    Result(Range<usize>),
    Error(RpcError),
}

impl Response {
    /// The result as JSON text.
    ///
    /// # Errors
    ///
    /// Fails with the server's error if it refused the request.
    pub fn result(&self) -> Result<&str, &RpcError> {
        match &self.outcome {
            Outcome::Result(range) => Ok(&self.raw[range.clone()]),
            Outcome::Error(error) => Err(error),
        }
    }

    /// The result, decoded; the type is [`crate::ClientRequest::Response`] of the request.
    ///
    /// # Errors
    ///
    /// Fails if the result has not the shape of that type. The outer result is the server's answer,
    /// the inner one how decoding went.
    pub fn decode<T: Decode>(&self) -> Result<Result<T, DecodeError>, &RpcError> {
        self.result().map(from_str)
    }

    /// The line, as the server sent it.
    pub fn raw(&self) -> &str {
        &self.raw
    }
}

/// A line that is no message.
#[derive(Debug)]
#[non_exhaustive]
pub struct InvalidMessage {
    /// What is wrong with it.
    pub error: DecodeError,
    /// The line, as it was sent.
    pub raw: String,
}

impl fmt::Display for InvalidMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the line is not a message of the app-server")
    }
}

impl Error for InvalidMessage {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.error)
    }
}

impl ServerMessage {
    /// Decodes one line, without its line feed, and keeps it.
    ///
    /// # Errors
    ///
    /// Fails if the line is not JSON, or is neither a notification nor a request nor a response. A
    /// method that is not known, or whose params have another shape, is not an error.
    pub fn from_line(line: String) -> Result<Self, InvalidMessage> {
        match Envelope::read(&line).and_then(|envelope| envelope.interpret(&line)) {
            Ok(interpreted) => Ok(interpreted.with_line(line)),
            Err(error) => Err(InvalidMessage { error: error.located(&line), raw: line }),
        }
    }
}

/// The enums that the generator writes: one variant a method.
pub(crate) trait Message: Sized {
    /// Decodes the params of a method that is known; `None` if it is not.
    fn known(method: &str, reader: &mut Reader<'_>) -> Result<Option<Self>, DecodeError>;

    /// The variant for the rest.
    fn unknown(method: Box<str>, params: Option<Json>) -> Self;
}

/// Params, decoded while the line is read, if the method stood before them.
enum Body {
    Notification(ServerNotification),
    Request(ServerRequest),
}

/// The members of one line.
#[derive(Default)]
struct Envelope<'a> {
    method: Option<Cow<'a, str>>,
    id: Option<RequestId>,
    emitted_at_ms: Option<i64>,
    result: Option<Range<usize>>,
    error: Option<RpcError>,
    body: Option<Body>,
    params: Option<&'a str>,
    n_unknown: u32,
}

/// A line without itself: everything but the raw text, which is still borrowed.
enum Interpreted {
    Notification(ServerNotification, Option<i64>, u32),
    Request(RequestId, ServerRequest, Option<i64>, u32),
    Response(RequestId, Outcome),
}

impl<'a> Envelope<'a> {
    fn read(line: &'a str) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(line);
        let mut envelope = Self::default();
        reader.begin_object()?;
        while let Some(key) = reader.next_key()? {
            match &*key {
                "method" => envelope.method = Some(reader.string()?),
                "params" => envelope.read_params(&mut reader)?,
                "emittedAtMs" => envelope.emitted_at_ms = reader.value()?,
                "id" => envelope.id = reader.value()?,
                "result" => {
                    let text = reader.raw()?;
                    let end = reader.position();
                    envelope.result = Some(end - text.len()..end);
                }
                "error" => envelope.error = Some(reader.value()?),
                _ => reader.skip()?,
            }
        }
        reader.end()?;
        envelope.n_unknown = reader.unknown_count();
        Ok(envelope)
    }

    /// Decodes params in place where the method is known by now, and keeps their text otherwise.
    ///
    /// The methods of requests and notifications have no name in common, so what was decoded does
    /// not depend on an `id` that may follow.
    fn read_params(&mut self, reader: &mut Reader<'a>) -> Result<(), DecodeError> {
        let mark = reader.mark();
        if let Some(method) = &self.method {
            let body = if self.id.is_some() {
                ServerRequest::known(method, reader).map(|it| it.map(Body::Request))
            } else {
                ServerNotification::known(method, reader).map(|it| it.map(Body::Notification))
            };
            match body {
                Ok(Some(body)) => {
                    self.body = Some(body);
                    return Ok(());
                }
                Err(error) if error.is_syntax() => return Err(error),
                Ok(None) | Err(_) => reader.reset(mark),
            }
        }
        self.params = Some(reader.raw()?);
        Ok(())
    }

    fn interpret(self, line: &str) -> Result<Interpreted, DecodeError> {
        let not_a_message =
            || Reader::new(line).shape_error("expected a method, a result or an error");
        let Some(method) = self.method else {
            let id = self.id.ok_or_else(not_a_message)?;
            let outcome = match (self.error, self.result) {
                (Some(error), _) => Outcome::Error(error),
                (None, Some(range)) => Outcome::Result(range),
                (None, None) => return Err(not_a_message()),
            };
            return Ok(Interpreted::Response(id, outcome));
        };
        let (method, params, emitted) = (&*method, self.params, self.emitted_at_ms);
        Ok(match (self.id, self.body) {
            (None, Some(Body::Notification(body))) => {
                Interpreted::Notification(body, emitted, self.n_unknown)
            }
            (Some(id), Some(Body::Request(body))) => {
                Interpreted::Request(id, body, emitted, self.n_unknown)
            }
            (None, _) => {
                let (body, n_unknown) = decode_apart(method, params)?;
                Interpreted::Notification(body, emitted, n_unknown)
            }
            (Some(id), _) => {
                let (body, n_unknown) = decode_apart(method, params)?;
                Interpreted::Request(id, body, emitted, n_unknown)
            }
        })
    }
}

impl Interpreted {
    fn with_line(self, raw: String) -> ServerMessage {
        match self {
            Self::Notification(body, emitted_at_ms, n_unknown) => {
                ServerMessage::Notification(Received { body, emitted_at_ms, n_unknown, raw })
            }
            Self::Request(id, body, emitted_at_ms, n_unknown) => {
                let message = Received { body, emitted_at_ms, n_unknown, raw };
                ServerMessage::Request { id, message }
            }
            Self::Response(id, outcome) => ServerMessage::Response(Response { id, outcome, raw }),
        }
    }
}

/// Decodes params from their own text: they stood before the method, are not known, or are missing.
pub(crate) fn decode_apart<M: Message>(
    method: &str,
    params: Option<&str>,
) -> Result<(M, u32), DecodeError> {
    let mut reader = Reader::new(params.unwrap_or("{}"));
    match M::known(method, &mut reader) {
        Ok(Some(body)) => return Ok((body, reader.unknown_count())),
        Err(error) if error.is_syntax() => return Err(error),
        Ok(None) | Err(_) => {}
    }
    let params = params.map(from_str::<Json>).transpose()?;
    Ok((M::unknown(method.into(), params), 1))
}
