//! The messages that a client sends, answers and the error object of JSON-RPC, as lines of text. The
//! messages that a client receives begin with a [`Header`](crate::Header).

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

/// A request as one line, without the line feed.
///
/// # Errors
///
/// If the params cannot be serialised, which generated types always can.
pub fn encode_request<R: ClientRequest>(
    id: &RequestId,
    params: &R,
) -> Result<String, serde_json::Error> {
    let body = R::HAS_PARAMS.then_some(("params", params));
    Envelope { id: Some(id), method: Some(R::METHOD), body }.line()
}

/// A notification as one line, without the line feed.
///
/// # Errors
///
/// If the params cannot be serialised, which generated types always can.
pub fn encode_notification<N: ClientNotification>(params: &N) -> Result<String, serde_json::Error> {
    let body = N::HAS_PARAMS.then_some(("params", params));
    Envelope { id: None, method: Some(N::METHOD), body }.line()
}

/// The response to a request of the server as one line, without the line feed.
///
/// # Errors
///
/// If the response cannot be serialised, which generated types always can.
pub fn encode_response<P: ServerRequestParams>(
    id: &RequestId,
    response: &P::Response,
) -> Result<String, serde_json::Error> {
    Envelope { id: Some(id), method: None, body: Some(("result", response)) }.line()
}

/// The answer of the server to a request of a client as one line, without the line feed: for proxies,
/// and for servers that tests make up.
///
/// Of a response that was received, what its type does not have is lost:
/// [`Json::set`](crate::Json::set) changes a line and keeps the rest.
///
/// # Errors
///
/// If the response cannot be serialised, which generated types always can.
pub fn encode_server_response<R: ClientRequest>(
    id: &RequestId,
    response: &R::Response,
) -> Result<String, serde_json::Error>
where
    R::Response: Serialize,
{
    Envelope { id: Some(id), method: None, body: Some(("result", response)) }.line()
}

/// The refusal of a request, of whichever side, as one line, without the line feed.
///
/// # Errors
///
/// None in practice.
pub fn encode_error(id: &RequestId, error: &RpcError) -> Result<String, serde_json::Error> {
    Envelope { id: Some(id), method: None, body: Some(("error", error)) }.line()
}

/// The error object of JSON-RPC: why a request was refused.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "JSON-RPC has these members and no others")]
pub struct RpcError {
    /// The sort of error: -32601 is a method that is not known, for example.
    pub code: i64,
    /// What went wrong, in words.
    pub message: String,
    /// Whatever else the sender tells.
    pub data: Option<Json>,
}

impl RpcError {
    /// An error without data.
    #[must_use]
    pub fn new(code: i64, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: None }
    }

    /// An error that is none by its form. The code 0 stands for none: JSON-RPC gives it to no error.
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
