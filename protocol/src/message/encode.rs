//! Messages of the server, encoded as on the wire: for proxies, logs and mock servers.
//!
//! The functions are inlined, so that only programs that encode messages of the server compile them.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{Message, Outcome, Received, Response, ServerMessage};
use crate::encode::{Raw, in_one_line, optional};
use crate::generated::{ServerNotification, ServerRequest};
use crate::jsonrpc::RpcError;
use crate::request_id::RequestId;

/// Encodes a notification of the server as one line, without the line feed.
///
/// `emitted_at_ms` is the time of sending, in milliseconds since the Unix epoch.
///
/// Members of a received notification that its type does not have are lost. To change one member of a
/// line and keep the others, use [`Json::set`](crate::Json::set).
///
/// # Errors
///
/// Fails if the params cannot be serialized. Generated types always can.
///
/// # Examples
///
/// ```
/// use codex_app_protocol::{ServerMessage, ServerNotification, encode_server_notification};
///
/// let line = r#"{"method":"item/agentMessage/delta","params":{"delta":"the key is sk-1",
///     "itemId":"i1","threadId":"t1","turnId":"u1"},"emittedAtMs":7}"#;
/// let ServerMessage::Notification(mut message) = ServerMessage::from_line(line.to_owned())? else {
///     panic!("not a notification");
/// };
/// if let ServerNotification::ItemAgentMessageDelta(delta) = &mut message.body {
///     delta.delta = delta.delta.as_ref().map(|text| text.replace("sk-1", "***"));
/// }
/// let line = encode_server_notification(&message.body, message.emitted_at_ms)?;
/// assert!(line.starts_with(r#"{"method":"item/agentMessage/delta","params":{"delta":"the key is ***""#));
/// assert!(line.ends_with(r#","emittedAtMs":7}"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[inline]
pub fn encode_server_notification(
    notification: &ServerNotification,
    emitted_at_ms: Option<i64>,
) -> Result<String, serde_json::Error> {
    line(&Envelope { id: None, method: notification.method(), body: notification, emitted_at_ms })
}

/// Encodes a request of the server as one line, without the line feed.
///
/// Members of a received request that its type does not have are lost. To change one member of a line
/// and keep the others, use [`Json::set`](crate::Json::set).
///
/// # Errors
///
/// Fails if the params cannot be serialized. Generated types always can.
#[inline]
pub fn encode_server_request(
    id: &RequestId,
    request: &ServerRequest,
) -> Result<String, serde_json::Error> {
    let (method, id) = (request.method(), Some(id));
    line(&Envelope { id, method, body: request, emitted_at_ms: None })
}

#[inline]
fn line<M: Message>(envelope: &Envelope<'_, M>) -> Result<String, serde_json::Error> {
    serde_json::to_string(envelope).map(in_one_line)
}

/// A method and its params.
pub(crate) fn serialize_message<M: Message, S: Serializer>(
    method: &str,
    body: &M,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    Envelope { id: None, method, body, emitted_at_ms: None }.serialize(serializer)
}

/// A message of the server around its body, with its members in the order of the real server.
struct Envelope<'a, M> {
    id: Option<&'a RequestId>,
    method: &'a str,
    body: &'a M,
    emitted_at_ms: Option<i64>,
}

impl<M: Message> Serialize for Envelope<'_, M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("method", self.method)?;
        optional(&mut map, "id", &self.id, false)?;
        self.body.params(&mut map)?;
        optional(&mut map, "emittedAtMs", &self.emitted_at_ms, false)?;
        map.end()
    }
}

impl Serialize for ServerMessage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Notification(message) => message.serialize(serializer),
            Self::Request { id, message } => {
                let Received { body, emitted_at_ms, .. } = message;
                let (id, emitted_at_ms) = (Some(id), *emitted_at_ms);
                Envelope { id, method: body.method(), body, emitted_at_ms }.serialize(serializer)
            }
            Self::Response(response) => response.serialize(serializer),
            Self::Error(error) => error.serialize(serializer),
        }
    }
}

impl Serialize for Received<ServerNotification> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { body, emitted_at_ms, .. } = self;
        Envelope { id: None, method: body.method(), body, emitted_at_ms: *emitted_at_ms }
            .serialize(serializer)
    }
}

impl Serialize for Received<ServerRequest> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { body, emitted_at_ms, .. } = self;
        Envelope { id: None, method: body.method(), body, emitted_at_ms: *emitted_at_ms }
            .serialize(serializer)
    }
}

impl Serialize for Received<RpcError> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("error", &self.body)?;
        map.serialize_entry("id", &())?;
        map.end()
    }
}

impl Serialize for Response {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match &self.outcome {
            Outcome::Result(range) => {
                map.serialize_entry("id", &self.id)?;
                map.serialize_entry("result", &Raw(&self.raw[range.clone()]))?;
            }
            Outcome::Error(error) => {
                map.serialize_entry("error", error)?;
                map.serialize_entry("id", &self.id)?;
            }
        }
        map.end()
    }
}
