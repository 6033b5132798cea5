//! Reads single fields of JSON text without decoding the rest. It does not trust the text: what is
//! missing or truncated is `None`.

use std::borrow::Cow;
use std::ops::Range;

use codex_app_protocol::RequestId;
use codex_app_protocol::decode::{Decode, Kind, Reader};

/// The string at a path of member names.
pub(crate) fn string_at<'a>(json: &'a str, path: &[&str]) -> Option<Cow<'a, str>> {
    reader_at(json, path)?.string().ok()
}

/// The value at a path of member names, decoded.
pub(crate) fn value_at<T: Decode>(json: &str, path: &[&str]) -> Option<T> {
    reader_at(json, path)?.value().ok()
}

/// Whether there is a value at a path of member names that is not null.
pub(crate) fn has_value_at(json: &str, path: &[&str]) -> bool {
    reader_at(json, path).is_some_and(|mut it| it.peek_kind() != Kind::Null)
}

fn reader_at<'a>(json: &'a str, path: &[&str]) -> Option<Reader<'a>> {
    let mut reader = Reader::new(json);
    for member in path {
        reader.begin_object().ok()?;
        while reader.next_key().ok()?? != *member {
            reader.skip().ok()?;
        }
    }
    Some(reader)
}

/// Where a part of a text stands in it.
pub(crate) fn range_in(text: &str, part: &str) -> Option<Range<usize>> {
    let start = (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    let range = start..start + part.len();
    text.get(range.clone()).map(|_| range)
}

/// Whether a notification adds to the text of an item.
pub(crate) fn is_delta(method: Option<&str>) -> bool {
    method.is_some_and(|it| it.ends_with("elta"))
}

/// The deltas of which a server sends the most. Others go the longer way; what is asked by a request
/// must, whatever its method is called.
const FREQUENT: [&str; 6] = [
    "item/agentMessage/delta",
    "item/commandExecution/outputDelta",
    "item/plan/delta",
    "item/reasoning/summaryTextDelta",
    "item/reasoning/textDelta",
    "item/fileChange/outputDelta",
];

/// The turn that a delta belongs to.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct DeltaAddress<'a> {
    pub(crate) thread_id: &'a str,
    pub(crate) turn_id: &'a str,
}

impl<'a> DeltaAddress<'a> {
    /// Reads no further than to the ids, in the order in which servers write. None if it is no delta,
    /// or is written otherwise.
    pub(crate) fn of(line: &'a str) -> Option<Self> {
        let (method, rest) = quoted(line.strip_prefix(r#"{"method":""#)?)?;
        if !FREQUENT.contains(&method) {
            return None;
        }
        let (thread_id, rest) = quoted(rest.strip_prefix(r#","params":{"threadId":""#)?)?;
        let (turn_id, _) = quoted(rest.strip_prefix(r#","turnId":""#)?)?;
        Some(Self { thread_id, turn_id })
    }
}

/// What stands before the next quote, and what behind it; none if there are escapes before it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let end = memchr::memchr2(b'"', b'\\', text.as_bytes())?;
    let rest = text.get(end..)?.strip_prefix('"')?;
    Some((&text[..end], rest))
}

/// Whom a line was for of which only the beginning is known.
#[derive(Debug, Default, Eq, PartialEq)]
pub(crate) struct Addressee {
    pub(crate) id: Option<RequestId>,
    pub(crate) method: Option<String>,
    pub(crate) thread_id: Option<String>,
    pub(crate) turn_id: Option<String>,
}

impl Addressee {
    /// Reads as far as the beginning goes, and then what the end has of the ids: an item comes before
    /// them, and is what makes a line long.
    pub(crate) fn of(beginning: &[u8], end: &[u8]) -> Self {
        let valid = match std::str::from_utf8(beginning) {
            Ok(text) => text,
            Err(error) => {
                std::str::from_utf8(&beginning[..error.valid_up_to()]).unwrap_or_default()
            }
        };
        let mut addressee = Self::default();
        // The end of the text is an error for the reader, but not for us.
        let _ = addressee.read(&mut Reader::new(valid));
        if addressee.method.is_some() {
            let ids = [
                (&mut addressee.thread_id, br#""threadId":""#.as_slice()),
                (&mut addressee.turn_id, br#""turnId":""#.as_slice()),
            ];
            for (id, key) in ids {
                *id = id.take().or_else(|| last_string(end, key));
            }
        }
        addressee
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        reader.begin_object().ok()?;
        while let Some(key) = reader.next_key().ok()? {
            match &*key {
                "id" => self.id = reader.value().ok(),
                "method" => self.method = Some(reader.string().ok()?.into_owned()),
                "params" if reader.peek_kind() == Kind::Object => self.read_params(reader)?,
                _ => reader.skip().ok()?,
            }
        }
        Some(())
    }

    fn read_params(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        reader.begin_object().ok()?;
        while let Some(key) = reader.next_key().ok()? {
            match &*key {
                "threadId" => self.thread_id = Some(reader.string().ok()?.into_owned()),
                "turnId" => self.turn_id = Some(reader.string().ok()?.into_owned()),
                "turn" => {
                    reader.begin_object().ok()?;
                    while let Some(key) = reader.next_key().ok()? {
                        if key == "id" {
                            self.turn_id = Some(reader.string().ok()?.into_owned());
                        } else {
                            reader.skip().ok()?;
                        }
                    }
                }
                _ => reader.skip().ok()?,
            }
        }
        Some(())
    }
}

/// The string behind the last of these keys, which is written with its quotes. Within a string it
/// would be written with backslashes.
fn last_string(json: &[u8], key: &[u8]) -> Option<String> {
    let start = memchr::memmem::rfind(json, key)?;
    if start > 0 && json[start - 1] == b'\\' {
        return None;
    }
    let (string, _) = quoted(std::str::from_utf8(&json[start + key.len()..]).ok()?)?;
    Some(string.to_owned())
}

#[cfg(test)]
mod tests {
    use codex_app_protocol::{Direction, METHODS};

    use super::{Addressee, DeltaAddress, FREQUENT, is_delta, range_in, string_at};

    #[test]
    fn a_string_is_found_at_its_path() {
        let json = r#"{"a":[1],"turn":{"items":[],"id":"u1"}}"#;
        assert_eq!(string_at(json, &["turn", "id"]).as_deref(), Some("u1"));
        assert_eq!(string_at(json, &["turn", "x"]), None);
        assert_eq!(string_at("[]", &["turn"]), None);
    }

    #[test]
    fn the_address_of_a_delta_is_read_from_its_beginning() {
        let of = |line| DeltaAddress::of(line).map(|it| (it.thread_id, it.turn_id));
        let delta = r#"{"method":"item/agentMessage/delta","params":{"threadId":"t","turnId":"u","#;
        assert_eq!(of(delta), Some(("t", "u")));
        for line in [
            r#"{"method":"item/x/delta","id":1,"params":{"threadId":"t","turnId":"u"}}"#,
            r#"{"method":"item/started","params":{"threadId":"t","turnId":"u"}}"#,
            r#"{"method":"item/plan/delta","params":{"threadId":"t"}}"#,
            r#"{"method":"item/plan/delta","params":[]}"#,
            r#"{"params":{"threadId":"t","turnId":"u"},"method":"item/plan/delta"}"#,
            r#"{"method":"item/plan/delta","params":{"threadId":"t\n","turnId":"u"}}"#,
            r#"{"method":"item/plan/delta","params":{"threadId":"t","turnId":"u"#,
            r#"{"method":"new/delta","params":{"threadId":"t","turnId":"u"},"id":1}"#,
            "",
        ] {
            assert_eq!(of(line), None, "{line}");
        }
    }

    #[test]
    fn frequent_deltas_are_notifications() {
        for method in FREQUENT {
            let known = METHODS.iter().find(|it| it.name == method);
            assert_eq!(
                known.map(|it| it.direction),
                Some(Direction::ServerNotification),
                "{method}"
            );
            assert!(is_delta(Some(method)));
        }
    }

    #[test]
    fn a_part_is_found_where_it_stands() {
        let text = "hello world";
        assert_eq!(range_in(text, &text[6..]), Some(6..11));
        assert_eq!(range_in(text, "elsewhere"), None);
    }

    #[test]
    fn the_beginning_of_a_line_tells_whom_it_is_for() {
        let line = br#"{"method":"turn/completed","params":{"threadId":"t","turn":{"id":"u","items":[{"te"#;
        let addressee = Addressee::of(line, b"");
        assert_eq!(addressee.method.as_deref(), Some("turn/completed"));
        assert_eq!(addressee.thread_id.as_deref(), Some("t"));
        assert_eq!(addressee.turn_id.as_deref(), Some("u"));
        assert_eq!(Addressee::of(br#"{"id":7,"result":{"data":"xx"#, b"").id, Some(7.into()));
        assert_eq!(Addressee::of(b"xxxxx\xff", b"xxxxx\xff"), Addressee::default());
    }

    #[test]
    fn the_end_of_a_line_tells_what_its_beginning_does_not() {
        let beginning =
            br#"{"method":"item/completed","params":{"item":{"type":"agentMessage","text":"x"#;
        let of = |end: &str| {
            let Addressee { thread_id, turn_id, .. } = Addressee::of(beginning, end.as_bytes());
            thread_id.zip(turn_id)
        };
        let ids = Some(("t".to_owned(), "u".to_owned()));
        assert_eq!(of(r#"xx"},"threadId":"t","turnId":"u","completedAtMs":1}}"#), ids);
        assert_eq!(of(r#""threadId":"nested"},"threadId":"t","turnId":"u"}}"#), ids);
        for end in [
            r#"\"threadId\":\"t\",\"turnId\":\"u\""}}"#,
            r#"xx"},"threadId":"t"}}"#,
            r#"xx"},"threadId":"t","turnId":"#,
            "",
        ] {
            assert_eq!(of(end), None, "{end}");
        }
    }
}
