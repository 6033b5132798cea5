//! The parts of a received message that routing needs, found in one pass over its line. It makes no
//! decisions, and does not decode the payload.

use std::borrow::Cow;

use crate::decode::{DecodeError, Kind, Reader};
use crate::request_id::RequestId;

/// The kind of a message.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "JSON-RPC has these and no others")]
pub enum HeaderKind {
    /// A notification: it has a method and no id.
    Notification,
    /// A request: it has a method and an id, and the sender waits for a response.
    Request,
    /// The response to a request, with a result.
    Response,
    /// The response to a request, with an error.
    ErrorResponse,
}

/// The method and the ids of a message, read without decoding its payload.
///
/// A header borrows from its line. Members that are null or have an unexpected type are `None`; only
/// an `id` of an unexpected type is an error.
///
/// # Examples
///
/// ```
/// use codex_app_protocol::{Header, HeaderKind};
///
/// let line = r#"{"method":"turn/started","params":{"threadId":"t1","turn":{"id":"u1"}}}"#;
/// let header = Header::read(line)?;
/// assert_eq!(header.kind, HeaderKind::Notification);
/// assert_eq!(header.method.as_deref(), Some("turn/started"));
/// assert_eq!(header.thread_id.as_deref(), Some("t1"));
/// assert_eq!(header.turn_id.as_deref(), Some("u1"));
/// assert_eq!(header.params, Some(r#"{"threadId":"t1","turn":{"id":"u1"}}"#));
/// # Ok::<(), codex_app_protocol::DecodeError>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Header<'a> {
    /// The kind of message.
    pub kind: HeaderKind,
    /// The method of a request or notification.
    pub method: Option<Cow<'a, str>>,
    /// The id of a request or response.
    pub id: Option<RequestId>,
    /// The id of the thread in the params: `threadId` or `thread.id`.
    pub thread_id: Option<Cow<'a, str>>,
    /// The id of the turn in the params: `turnId` or `turn.id`.
    pub turn_id: Option<Cow<'a, str>>,
    /// The id of the item in the params: `itemId` or `item.id`.
    pub item_id: Option<Cow<'a, str>>,
    /// The JSON text of the params.
    pub params: Option<&'a str>,
    /// The JSON text of the result.
    pub result: Option<&'a str>,
    /// The JSON text of the error object.
    pub error: Option<&'a str>,
    /// When the server sent the message, in milliseconds since the Unix epoch.
    pub emitted_at_ms: Option<i64>,
}

impl<'a> Header<'a> {
    /// Reads the header of a message. Checks that the whole line is valid JSON.
    ///
    /// # Errors
    ///
    /// Fails if the line is not JSON ([`DecodeError::is_syntax`]) or not a message.
    pub fn read(line: &'a str) -> Result<Self, DecodeError> {
        read(&mut Reader::new(line)).map_err(|error| error.located(line))
    }
}

fn read<'a>(reader: &mut Reader<'a>) -> Result<Header<'a>, DecodeError> {
    let (mut method, mut id, mut emitted_at_ms) = (None, None, None);
    let (mut params, mut result, mut error) = (None, None, None);
    let mut ids = Ids::default();
    reader.begin_object()?;
    while let Some(key) = reader.next_raw_key()? {
        match key.unescaped().as_deref() {
            Some("method") => method = reader.string_or_skip()?,
            Some("params") => params = Some(read_params(reader, &mut ids)?),
            Some("id") => id = reader.value()?,
            Some("emittedAtMs") => emitted_at_ms = integer_or_skip(reader)?,
            Some("result") => result = Some(reader.raw()?),
            Some("error") => error = Some(reader.raw()?).filter(|it| *it != "null"),
            _ => reader.skip()?,
        }
    }
    let kind = match (&method, &id) {
        (Some(_), None) => HeaderKind::Notification,
        (Some(_), Some(_)) => HeaderKind::Request,
        (None, _) if error.is_some() => HeaderKind::ErrorResponse,
        (None, Some(_)) if result.is_some() => HeaderKind::Response,
        _ => return Err(reader.shape_error("expected a request, notification or response")),
    };
    reader.end()?;
    let Ids { thread, turn, item } = ids;
    let (thread_id, turn_id, item_id) = (thread.best(), turn.best(), item.best());
    Ok(Header {
        kind,
        method,
        id,
        thread_id,
        turn_id,
        item_id,
        params,
        result,
        error,
        emitted_at_ms,
    })
}

/// Where the params name a thread, turn or item: in a member of their own, or in the id of the
/// object itself. The former counts if there are both.
#[derive(Default)]
struct Id<'a> {
    direct: Option<Cow<'a, str>>,
    nested: Option<Cow<'a, str>>,
}

impl<'a> Id<'a> {
    fn best(self) -> Option<Cow<'a, str>> {
        self.direct.or(self.nested)
    }
}

#[derive(Default)]
struct Ids<'a> {
    thread: Id<'a>,
    turn: Id<'a>,
    item: Id<'a>,
}

fn read_params<'a>(reader: &mut Reader<'a>, ids: &mut Ids<'a>) -> Result<&'a str, DecodeError> {
    *ids = Ids::default();
    if reader.peek_kind() != Kind::Object {
        return reader.raw();
    }
    let start = reader.position();
    reader.begin_object()?;
    while let Some(key) = reader.next_raw_key()? {
        match key.unescaped().as_deref() {
            Some("threadId") => ids.thread.direct = reader.string_or_skip()?,
            Some("turnId") => ids.turn.direct = reader.string_or_skip()?,
            Some("itemId") => ids.item.direct = reader.string_or_skip()?,
            Some("thread") => ids.thread.nested = read_nested_id(reader)?,
            Some("turn") => ids.turn.nested = read_nested_id(reader)?,
            Some("item") => ids.item.nested = read_nested_id(reader)?,
            _ => reader.skip()?,
        }
    }
    Ok(reader.since(start))
}

fn read_nested_id<'a>(reader: &mut Reader<'a>) -> Result<Option<Cow<'a, str>>, DecodeError> {
    if reader.peek_kind() != Kind::Object {
        return reader.skip().map(|()| None);
    }
    let mut id = None;
    reader.begin_object()?;
    while let Some(key) = reader.next_raw_key()? {
        if key.is("id") {
            id = reader.string_or_skip()?;
        } else {
            reader.skip()?;
        }
    }
    Ok(id)
}

fn integer_or_skip(reader: &mut Reader<'_>) -> Result<Option<i64>, DecodeError> {
    let mark = reader.mark();
    match reader.value() {
        Ok(integer) => Ok(Some(integer)),
        Err(error) if error.is_syntax() => Err(error),
        Err(_) => {
            reader.reset(mark);
            reader.skip().map(|()| None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Header, HeaderKind};

    fn kind(line: &str) -> HeaderKind {
        Header::read(line).unwrap().kind
    }

    fn ids(params: &str) -> [Option<String>; 3] {
        let line = format!(r#"{{"params":{params},"method":"m"}}"#);
        let header = Header::read(&line).unwrap();
        assert_eq!(header.params, Some(params));
        [header.thread_id, header.turn_id, header.item_id].map(|it| it.map(Into::into))
    }

    fn some(ids: [&str; 3]) -> [Option<String>; 3] {
        ids.map(|it| (!it.is_empty()).then(|| it.to_owned()))
    }

    #[test]
    fn the_kind_follows_from_the_members() {
        assert_eq!(kind(r#"{"method":"m"}"#), HeaderKind::Notification);
        assert_eq!(kind(r#"{"method":"m","id":null}"#), HeaderKind::Notification);
        assert_eq!(kind(r#"{"method":"m","id":1}"#), HeaderKind::Request);
        assert_eq!(kind(r#"{"id":1,"result":null}"#), HeaderKind::Response);
        assert_eq!(kind(r#"{"id":1,"result":1,"error":null}"#), HeaderKind::Response);
        assert_eq!(kind(r#"{"id":"a","error":{}}"#), HeaderKind::ErrorResponse);
        assert_eq!(kind(r#"{"id":null,"error":{}}"#), HeaderKind::ErrorResponse);
    }

    #[test]
    fn what_is_no_message_is_refused() {
        for line in ["{}", "[]", r#"{"id":1}"#, r#"{"result":1}"#, r#"{"id":1.5,"method":"m"}"#] {
            assert!(!Header::read(line).unwrap_err().is_syntax(), "{line}");
        }
        for line in ["", "hello", r#"{"method":"m""#, r#"{"method":"m"}}"#, r#"{"a":01}"#] {
            assert!(Header::read(line).unwrap_err().is_syntax(), "{line}");
        }
    }

    #[test]
    fn ids_are_found_in_the_params_and_one_level_below() {
        assert_eq!(ids(r#"{"threadId":"t","turnId":"u","itemId":"i"}"#), some(["t", "u", "i"]));
        assert_eq!(
            ids(r#"{"turn":{"items":[{"id":"x"}],"id":"u"},"item":{"id":"i"},"threadId":"t"}"#),
            some(["t", "u", "i"])
        );
        assert_eq!(ids(r#"{"thread":{"turn":{"id":"u"},"id":"t"}}"#), some(["t", "", ""]));
    }

    #[test]
    fn a_member_of_its_own_counts_more_than_a_nested_id() {
        let expected = some(["", "direct", ""]);
        assert_eq!(ids(r#"{"turnId":"direct","turn":{"id":"nested"}}"#), expected);
        assert_eq!(ids(r#"{"turn":{"id":"nested"},"turnId":"direct"}"#), expected);
        assert_eq!(ids(r#"{"turn":{"id":"nested"},"turnId":null}"#), some(["", "nested", ""]));
    }

    #[test]
    fn ids_of_another_kind_are_none() {
        for params in [
            "null",
            "[1]",
            r#"{"threadId":1,"turnId":null,"itemId":{}}"#,
            r#"{"thread":"t","turn":{"id":2},"item":{}}"#,
            r#"{"threadId":"\ud800","\udc00":1}"#,
        ] {
            assert_eq!(ids(params), some(["", "", ""]), "{params}");
        }
    }

    #[test]
    fn members_come_in_any_order_and_new_ones_are_ignored() {
        let line = r#" { "emittedAtMs" : 17, "new":[{}], "params":{"a":[1]} , "\u0069d":"r1",
            "method":"a\/b" } "#;
        let header = Header::read(line).unwrap();
        assert_eq!(header.kind, HeaderKind::Request);
        assert_eq!(header.method.as_deref(), Some("a/b"));
        assert_eq!(header.id, Some("r1".into()));
        assert_eq!(header.params, Some(r#"{"a":[1]}"#));
        assert_eq!(header.emitted_at_ms, Some(17));
        let header = Header::read(r#"{"method":"m","emittedAtMs":1.5}"#).unwrap();
        assert_eq!(header.emitted_at_ms, None);
    }

    #[test]
    fn payloads_are_slices_of_the_line() {
        let header = Header::read(r#"{"id":7,"result":{"a": 1}}"#).unwrap();
        assert_eq!(header.result, Some(r#"{"a": 1}"#));
        let header = Header::read(r#"{"id":7,"error":{"code":1}}"#).unwrap();
        assert_eq!(header.error, Some(r#"{"code":1}"#));
    }
}
