//! Encodes the messages that a client sends and the responses of both sides as lines of text, and has
//! the error object of JSON-RPC. Received messages start with a [`Header`](crate::Header).

use std::fmt;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use crate::decode::{Decode, DecodeError, Reader};
use crate::encode::{in_one_line, optional};
use crate::json::Json;
use crate::method::{ClientNotification, ClientRequest, ServerRequestParams};
use crate::request_id::RequestId;

/// How much of a server's message is printed.
const LONGEST_MESSAGE: usize = 300;

/// Encodes a request of the client as one line, without the line feed.
///
/// # Errors
///
/// Fails if a setter got a value that JSON cannot represent: a path that is not Unicode, or JSON that is
/// not an object where an object is required. The error names the member.
///
/// # Examples
///
/// ```
/// use codex_app_protocol::{ThreadReadParams, encode_request};
///
/// let line = encode_request(&1.into(), &ThreadReadParams::new("t1"))?;
/// assert_eq!(line, r#"{"id":1,"method":"thread/read","params":{"threadId":"t1"}}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn encode_request<R: ClientRequest>(
    id: &RequestId,
    params: &R,
) -> Result<String, serde_json::Error> {
    let body = R::HAS_PARAMS.then_some(("params", params));
    Envelope { id: Some(id), method: Some(R::METHOD), body }.line()
}

/// Encodes a notification of the client as one line, without the line feed.
///
/// # Errors
///
/// Fails if the params cannot be serialized. Generated types always can.
pub fn encode_notification<N: ClientNotification>(params: &N) -> Result<String, serde_json::Error> {
    let body = N::HAS_PARAMS.then_some(("params", params));
    Envelope { id: None, method: Some(N::METHOD), body }.line()
}

/// Encodes the reply to a server request as one line, without the line feed.
///
/// # Errors
///
/// Fails if the response cannot be serialized. Generated types can, unless a setter got a path that is
/// not Unicode or JSON that is not an object.
///
/// # Examples
///
/// ```
/// use codex_app_protocol::{
///     CommandExecutionApprovalDecision, CommandExecutionRequestApprovalParams,
///     CommandExecutionRequestApprovalResponse, encode_response,
/// };
///
/// let reply =
///     CommandExecutionRequestApprovalResponse::new(CommandExecutionApprovalDecision::Decline);
/// let line = encode_response::<CommandExecutionRequestApprovalParams>(&0.into(), &reply)?;
/// assert_eq!(line, r#"{"id":0,"result":{"decision":"decline"}}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn encode_response<P: ServerRequestParams>(
    id: &RequestId,
    response: &P::Response,
) -> Result<String, serde_json::Error> {
    Envelope { id: Some(id), method: None, body: Some(("result", response)) }.line()
}

/// Encodes the server's response to a request of a client as one line, without the line feed. For
/// proxies and mock servers.
///
/// Members of a received response that its type does not have are lost. To change one member of a line
/// and keep the others, use [`Json::set`](crate::Json::set).
///
/// # Errors
///
/// Fails if the response cannot be serialized. Generated types always can.
pub fn encode_server_response<R: ClientRequest>(
    id: &RequestId,
    response: &R::Response,
) -> Result<String, serde_json::Error>
where
    R::Response: Serialize,
{
    Envelope { id: Some(id), method: None, body: Some(("result", response)) }.line()
}

/// Encodes the response that refuses a request of either side as one line, without the line feed.
///
/// # Errors
///
/// Never fails in practice.
pub fn encode_error(id: &RequestId, error: &RpcError) -> Result<String, serde_json::Error> {
    Envelope { id: Some(id), method: None, body: Some(("error", error)) }.line()
}

/// The error object of JSON-RPC: why a request was refused.
///
/// `Display` prints the first line of the message, at most 300 characters, and the code. It does not
/// print `data`.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "JSON-RPC has these members and no others")]
pub struct RpcError {
    /// The kind of error, such as -32601 for an unknown method. 0 stands for an error that did not have
    /// the form of JSON-RPC.
    pub code: i64,
    /// The error message.
    pub message: String,
    /// Additional information about the error.
    pub data: Option<Json>,
}

impl RpcError {
    /// Creates an error without data.
    #[must_use]
    pub fn new(code: i64, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: None }
    }

    /// An error of another form than that of JSON-RPC. No error of JSON-RPC has the code 0.
    pub(crate) fn unreadable(json: Json) -> Self {
        Self { code: 0, message: "an error without code and message".to_owned(), data: Some(json) }
    }
}

impl fmt::Display for RpcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.message.trim().lines().next().unwrap_or_default();
        let short: String =
            line.chars().filter(|it| !it.is_control()).take(LONGEST_MESSAGE).collect();
        let ellipsis = if line.chars().nth(LONGEST_MESSAGE).is_some() { "…" } else { "" };
        write!(f, "{short}{ellipsis} (code {})", self.code)
    }
}

impl std::error::Error for RpcError {}

impl Serialize for RpcError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", &self.code)?;
        map.serialize_entry("message", &self.message)?;
        optional(&mut map, "data", &self.data, false)?;
        map.end()
    }
}

impl Decode for RpcError {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (mut code, mut message, mut data) = (None, None, None);
        reader.begin_object()?;
        while let Some(key) = reader.next_raw_key()? {
            match key.unescaped().as_deref() {
                Some("code") => code = Some(reader.value()?),
                Some("message") => message = Some(reader.value()?),
                Some("data") => data = reader.value()?,
                _ => reader.skip()?,
            }
        }
        Ok(Self {
            code: reader.required(code, "code")?,
            message: reader.required(message, "message")?,
            data,
        })
    }
}

/// A message around its payload. The server leaves the `jsonrpc` member out, and so do we.
struct Envelope<'a, T> {
    id: Option<&'a RequestId>,
    method: Option<&'static str>,
    body: Option<(&'static str, &'a T)>,
}

impl<T: Serialize> Envelope<'_, T> {
    fn line(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self).map(in_one_line)
    }
}

impl<T: Serialize> Serialize for Envelope<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        optional(&mut map, "id", &self.id, false)?;
        optional(&mut map, "method", &self.method, false)?;
        if let Some((key, value)) = self.body {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use serde::{Serialize, Serializer};

    use super::{
        RpcError, encode_error, encode_notification, encode_request, encode_response,
        encode_server_response,
    };
    use crate::decode::{Decode, DecodeError, Reader, from_str};
    use crate::json::Json;
    use crate::method::{ClientNotification, ClientRequest, ServerRequestParams};

    struct Ask(Json);
    struct Tell;

    impl Serialize for Ask {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            self.0.serialize(serializer)
        }
    }

    impl Serialize for Tell {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_unit()
        }
    }

    impl Decode for Ask {
        fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
            reader.value().map(Self)
        }
    }

    impl ClientRequest for Ask {
        const METHOD: &'static str = "ask";
        const EXPERIMENTAL: bool = false;
        const HAS_PARAMS: bool = true;
        type Response = bool;
    }

    impl ClientNotification for Tell {
        const METHOD: &'static str = "tell";
        const EXPERIMENTAL: bool = false;
        const HAS_PARAMS: bool = false;
    }

    impl ServerRequestParams for Ask {
        const METHOD: &'static str = "ask";
        const EXPERIMENTAL: bool = false;
        type Response = bool;
    }

    fn ask(text: &str) -> Ask {
        Ask(Json::from_text(text.to_owned()).unwrap())
    }

    #[test]
    fn messages_have_the_members_of_their_kind() {
        let id = 1.into();
        let request = encode_request(&id, &ask("{}")).unwrap();
        assert_eq!(request, r#"{"id":1,"method":"ask","params":{}}"#);
        assert_eq!(encode_notification(&Tell).unwrap(), r#"{"method":"tell"}"#);
        let response = encode_response::<Ask>(&"a".into(), &true).unwrap();
        assert_eq!(response, r#"{"id":"a","result":true}"#);
        let answer = encode_server_response::<Ask>(&"a".into(), &true).unwrap();
        assert_eq!(answer, response);
        let error = encode_error(&id, &RpcError::new(-32601, "no")).unwrap();
        assert_eq!(error, r#"{"id":1,"error":{"code":-32601,"message":"no"}}"#);
    }

    #[test]
    fn a_message_is_one_line_whatever_it_carries() {
        let line = encode_request(&1.into(), &ask("{\r\n\"a\\n\":\n1}")).unwrap();
        assert_eq!(line, r#"{"id":1,"method":"ask","params":{  "a\n": 1}}"#);
    }

    #[test]
    fn an_error_object_comes_back_as_it_was() {
        let text = r#"{"code":-1,"message":"m","data":{"a":1}}"#;
        let error: RpcError = from_str(text).unwrap();
        assert_eq!(error.data.as_ref().map(Json::get), Some(r#"{"a":1}"#));
        assert_eq!(serde_json::to_string(&error).unwrap(), text);
        let error: RpcError = from_str(r#"{"message":"m","new":[],"data":null,"code":2}"#).unwrap();
        assert_eq!(error, RpcError::new(2, "m"));
        let error = from_str::<RpcError>(r#"{"code":1}"#).unwrap_err();
        assert_eq!(error.to_string(), "missing field \"message\" (byte 9)");
    }

    #[test]
    fn an_error_prints_on_one_line() {
        let error = RpcError::new(-32600, "thread not found\n  at line 1");
        assert_eq!(error.to_string(), "thread not found (code -32600)");
        let long = RpcError::new(1, "é".repeat(400)).to_string();
        assert_eq!(long, format!("{}… (code 1)", "é".repeat(300)));
    }
}
