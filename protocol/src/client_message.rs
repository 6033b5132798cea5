//! Messages from a client, one per line, for the other side: a proxy, a log viewer, a mock server.
//! Params are decoded on request, by their type.

use std::ops::Range;

use serde::{Serialize, Serializer};

use crate::decode::{Decode, DecodeError, Reader, from_str};
use crate::encode::Raw;
use crate::header::{Header, HeaderKind};
use crate::json::Json;
use crate::jsonrpc::RpcError;
use crate::message::{InvalidMessage, Outcome, Received, Response};
use crate::method::ClientRequest;
use crate::request_id::RequestId;

/// A message from a client, for proxies, log viewers and mock servers.
///
/// Serializes as the line that was sent.
///
/// # Examples
///
/// ```
/// use codex_app_protocol::{ClientMessage, TurnStartParams};
///
/// let line = r#"{"id":7,"method":"turn/start","params":{"threadId":"t1","input":[]}}"#;
/// if let ClientMessage::Request { id, call } = ClientMessage::from_line(line.to_owned())?
///     && let Some(params) = call.decode::<TurnStartParams>()?
/// {
///     assert_eq!((id, params.thread_id.as_str()), (7.into(), "t1"));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ClientMessage {
    /// A request. The client waits for a response.
    Request {
        /// The id that the response must carry.
        id: RequestId,
        /// The method and the params.
        call: ClientCall,
    },
    /// A notification, such as `initialized`.
    Notification(ClientCall),
    /// The reply to a server request: a result or an error.
    Response(Response),
    /// An error without an id.
    Error(Received<RpcError>),
}

impl ClientMessage {
    /// Reads one line, without its line feed, and keeps the line.
    ///
    /// # Errors
    ///
    /// Fails if the line is not JSON, or is neither a request nor a notification nor a response. These
    /// are the lines that [`Header::read`] refuses.
    pub fn from_line(line: String) -> Result<Self, InvalidMessage> {
        let parts = match Parts::read(&line) {
            Ok(parts) => parts,
            Err(error) => return Err(InvalidMessage { error, raw: line }),
        };
        Ok(match parts {
            Parts::Call(id, method, params) => {
                let call = ClientCall { method, params, raw: line };
                match id {
                    Some(id) => Self::Request { id, call },
                    None => Self::Notification(call),
                }
            }
            Parts::Response(id, outcome) => Self::Response(Response { id, outcome, raw: line }),
            Parts::Error(body, emitted_at_ms) => {
                Self::Error(Received { body, emitted_at_ms, n_unknown: 0, raw: line })
            }
        })
    }

    /// Returns the line, as it was sent.
    pub fn raw(&self) -> &str {
        match self {
            Self::Request { call, .. } | Self::Notification(call) => &call.raw,
            Self::Response(response) => response.raw(),
            Self::Error(error) => error.raw(),
        }
    }

    /// Returns the line, as it was sent.
    pub fn into_raw(self) -> String {
        match self {
            Self::Request { call, .. } | Self::Notification(call) => call.raw,
            Self::Response(response) => response.raw,
            Self::Error(error) => error.into_parts().1,
        }
    }
}

/// The method and the params of a request or notification from a client.
///
/// The params are decoded by [`decode`](Self::decode). `Debug` prints their length in bytes and not
/// their text.
#[derive(Clone)]
#[non_exhaustive]
pub struct ClientCall {
    method: String,
    /// The position of the params in the line.
    params: Option<Range<usize>>,
    raw: String,
}

impl ClientCall {
    /// Returns the name of the method on the wire.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Returns the JSON text of the params. `None` if there are no params.
    pub fn params(&self) -> Option<&str> {
        self.params.clone().map(|range| &self.raw[range])
    }

    /// Decodes the params. Returns `None` if `R` is the type of another method.
    ///
    /// Members that the type does not have are dropped: those newer than this crate, and experimental
    /// ones without the feature `experimental`. Encoding the params does not write them. To change a
    /// request without losing members, use [`Json::set`].
    ///
    /// # Errors
    ///
    /// Fails if the params do not have the shape of `R`. The server refuses such params too.
    pub fn decode<R: ClientRequest + Decode>(&self) -> Result<Option<R>, DecodeError> {
        if self.method != R::METHOD {
            return Ok(None);
        }
        from_str(self.params().unwrap_or("{}")).map(Some)
    }

    /// Returns the member `threadId` of the params.
    pub fn thread_id(&self) -> Option<&str> {
        crate::json::str_at(self.params()?, &["threadId"])
    }

    /// Returns the line, as it was sent.
    pub fn raw(&self) -> &str {
        &self.raw
    }
}

impl std::fmt::Debug for ClientCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientCall")
            .field("method", &self.method)
            .field("params_bytes", &self.params.as_ref().map(Range::len))
            .finish_non_exhaustive()
    }
}

/// A message without its line.
enum Parts {
    Call(Option<RequestId>, String, Option<Range<usize>>),
    Response(RequestId, Outcome),
    Error(RpcError, Option<i64>),
}

impl Parts {
    fn read(line: &str) -> Result<Self, DecodeError> {
        let header = Header::read(line)?;
        // The parts of a header are slices of its line.
        let range = |part: &str| {
            let start = part.as_ptr().addr() - line.as_ptr().addr();
            start..start + part.len()
        };
        match (header.kind, header.id, header.method) {
            (HeaderKind::Request | HeaderKind::Notification, id, Some(method)) => {
                Ok(Self::Call(id, method.into_owned(), header.params.map(range)))
            }
            (HeaderKind::Response, Some(id), _) => {
                // A response has a result.
                let result = header.result.map(range).unwrap_or_default();
                Ok(Self::Response(id, Outcome::Result(result)))
            }
            (_, id, _) => {
                let text = header.error.unwrap_or("null");
                let error = match from_str(text) {
                    Ok(error) => error,
                    Err(_) => RpcError::unreadable(from_str::<Json>(text)?),
                };
                Ok(match id {
                    Some(id) => Self::Response(id, Outcome::Error(error)),
                    None => Self::Error(error, header.emitted_at_ms),
                })
            }
        }
    }
}

impl Serialize for ClientMessage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Raw(self.raw()).serialize(serializer)
    }
}

/// For messages that are part of other JSON, such as a log.
impl Decode for ClientMessage {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mark = reader.mark();
        let line = reader.raw()?.to_owned();
        Self::from_line(line).map_err(|_| {
            reader.reset(mark);
            reader.shape_error("expected a message of a client")
        })
    }
}

crate::serde_bridge::deserialize_via_json!(ClientMessage);

#[cfg(test)]
mod tests {
    use super::ClientMessage;
    use crate::{
        AccountLogoutParams, CommandExecutionApprovalDecision,
        CommandExecutionRequestApprovalResponse, RpcError, ThreadStartParams, TurnStartParams,
    };

    fn read(line: &str) -> ClientMessage {
        let message = ClientMessage::from_line(line.to_owned()).unwrap();
        assert_eq!(message.raw(), line);
        assert_eq!(serde_json::to_string(&message).unwrap(), line);
        assert_eq!(message.clone().into_raw(), line);
        message
    }

    #[test]
    fn params_are_decoded_by_the_type_of_their_method() {
        let line =
            r#"{"id":7,"params":{"threadId":"t1","input":[] ,"new":1.0},"method":"turn/start"}"#;
        let ClientMessage::Request { id, call } = read(line) else { panic!("{line}") };
        assert_eq!((id, call.method(), call.thread_id()), (7.into(), "turn/start", Some("t1")));
        assert_eq!(call.params(), Some(r#"{"threadId":"t1","input":[] ,"new":1.0}"#));
        assert_eq!(call.decode::<ThreadStartParams>().unwrap(), None);
        let params = call.decode::<TurnStartParams>().unwrap().unwrap();
        assert_eq!(params, TurnStartParams::new("t1", [""; 0]));
    }

    #[test]
    fn params_of_another_shape_are_an_error_of_their_type_alone() {
        let line = r#"{"id":"a","method":"turn/start","params":{"threadId":1}}"#;
        let ClientMessage::Request { call, .. } = read(line) else { panic!("{line}") };
        assert!(call.decode::<TurnStartParams>().is_err());
        assert_eq!(call.decode::<ThreadStartParams>().unwrap(), None);
        assert_eq!(call.thread_id(), None);
    }

    #[test]
    fn methods_without_params_are_read_as_the_others() {
        for line in [
            r#"{"id":1,"method":"account/logout"}"#,
            r#"{"id":1,"method":"account/logout","params":null}"#,
        ] {
            let ClientMessage::Request { call, .. } = read(line) else { panic!("{line}") };
            assert_eq!(call.decode().unwrap(), Some(AccountLogoutParams));
        }
        let ClientMessage::Notification(call) = read(r#"{"method":"initialized"}"#) else {
            panic!("it has no id")
        };
        assert_eq!((call.method(), call.params()), ("initialized", None));
    }

    #[test]
    fn answers_are_decoded_by_the_type_of_their_request() {
        let line = r#"{"id":0,"result":{"decision":"accept"}}"#;
        let ClientMessage::Response(response) = read(line) else { panic!("{line}") };
        let answer: CommandExecutionRequestApprovalResponse = response.decode().unwrap().unwrap();
        assert_eq!(answer.decision, CommandExecutionApprovalDecision::Accept);
        let line = r#"{"id":0,"error":{"code":1,"message":"no"}}"#;
        let ClientMessage::Response(response) = read(line) else { panic!("{line}") };
        assert_eq!(response.result(), Err(&RpcError::new(1, "no")));
        let line = r#"{"id":null,"error":"no"}"#;
        let ClientMessage::Error(error) = read(line) else { panic!("{line}") };
        assert_eq!(error.body.code, 0);
    }

    #[test]
    fn debug_prints_no_params() {
        let line = r#"{"id":1,"method":"thread/start","params":{"config":{"a":"hunter2"}}}"#;
        assert!(!format!("{:?}", read(line)).contains("hunter2"));
    }
}
