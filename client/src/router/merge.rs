//! Merges text deltas without decoding them: appends the text of one to the text of another, as it
//! stands in the JSON. It merges only deltas that differ in nothing but that text.

use std::ops::Range;

use codex_app_protocol::decode::{Kind, Reader};

use crate::router::peek::range_in;

/// When a joined delta has grown so long, the next one starts anew.
const LONGEST: usize = 64 * 1024;

/// Where things stand in a delta's line.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Span {
    method: Range<usize>,
    params: Range<usize>,
    /// What stands between the quotes of `delta`.
    text: Range<usize>,
}

impl Span {
    /// Of a line whose method and params are known; none if there is no delta in it.
    pub(crate) fn of(line: &str, method: &str, params: &str) -> Option<Self> {
        if !method.ends_with("elta") {
            return None;
        }
        let mut reader = Reader::new(params);
        reader.begin_object().ok()?;
        let mut text = None;
        while let Some(key) = reader.next_key().ok()? {
            if key == "delta" && reader.peek_kind() == Kind::String {
                let quoted = range_in(line, reader.raw().ok()?)?;
                text = Some(quoted.start + 1..quoted.end - 1);
            } else {
                reader.skip().ok()?;
            }
        }
        let (method, params) = (range_in(line, method)?, range_in(line, params)?);
        Some(Self { method, params, text: text? })
    }
}

/// A delta to which others may have been joined.
#[derive(Debug)]
pub(crate) struct Delta {
    /// The line up to the end of the delta's text, which grows.
    head: String,
    /// The rest of the line.
    tail: String,
    method: Box<str>,
    span: Span,
    item: Option<Item>,
}

/// The item that a delta is of, in whichever thread.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Item {
    thread_id: Box<str>,
    item_id: Box<str>,
}

impl Item {
    pub(crate) fn new(thread_id: &str, item_id: &str) -> Self {
        Self { thread_id: thread_id.into(), item_id: item_id.into() }
    }
}

impl Delta {
    pub(crate) fn new(mut line: String, span: Span, item: Option<Item>) -> Self {
        // The method may stand behind the text, which grows.
        let method = line[span.method.clone()].into();
        let tail = line.split_off(span.text.end);
        Self { head: line, tail, method, span, item }
    }

    /// Whether it is known to be of another item than that.
    pub(crate) fn is_of_another(&self, item: Option<&Item>) -> bool {
        self.item.is_some() && self.item.as_ref() != item
    }

    /// The text of `line`, if that is a delta of the same thing.
    pub(crate) fn continuation<'a>(&self, line: &'a str, span: &Span) -> Option<&'a str> {
        let own_end = &self.tail[..self.span.params.end - self.span.text.end];
        let is_same = line[span.method.clone()] == *self.method
            && line[span.params.start..span.text.start]
                == self.head[self.span.params.start..self.span.text.start]
            && line[span.text.end..span.params.end] == *own_end;
        is_same.then(|| &line[span.text.clone()])
    }

    /// The same for a line of which nothing is known yet, if it is written just like this one, as
    /// nearly all are: then it need not be read.
    pub(crate) fn continuation_alike<'a>(&self, line: &'a str) -> Option<&'a str> {
        let Span { method, params, text } = &self.span;
        let before = self.head.get(..text.start)?;
        if method.start > text.start || !line.starts_with(before) {
            return None;
        }
        let quoted = Reader::new(line.get(text.start - 1..)?).raw().ok()?;
        let rest = &line[text.start - 1 + quoted.len() - 1..];
        let (end, own_end) = (rest.as_bytes(), self.tail.as_bytes());
        let n_params = params.end - text.end;
        let is_alike = end.len() == own_end.len()
            && end[..n_params] == own_end[..n_params]
            && std::iter::zip(&end[n_params..], &own_end[n_params..]).all(is_alike);
        is_alike.then(|| &quoted[1..quoted.len() - 1])
    }

    /// Whether there is room for more.
    pub(crate) fn has_room(&self) -> bool {
        self.head.len() < LONGEST
    }

    /// Puts the text of another behind this one's.
    pub(crate) fn join(&mut self, text: &str) {
        self.head.push_str(text);
    }

    pub(crate) fn into_line(mut self) -> String {
        self.head.push_str(&self.tail);
        self.head
    }
}

/// Behind the params only a number may differ, as the time does.
fn is_alike((one, other): (&u8, &u8)) -> bool {
    one == other || one.is_ascii_digit() && other.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use codex_app_protocol::{Header, ServerMessage, ServerNotification};

    use super::{Delta, Span};

    fn span(line: &str) -> Option<Span> {
        let header = Header::read(line).unwrap();
        Span::of(line, header.method.as_deref()?, header.params?)
    }

    fn joined(first: &str, second: &str) -> Option<String> {
        let mut delta = Delta::new(first.to_owned(), span(first)?, None);
        let text = delta.continuation(second, &span(second)?);
        // Nothing is alike that is not the same.
        let alike = delta.continuation_alike(second);
        assert!(alike.is_none() || alike == text, "{alike:?} {text:?}");
        delta.join(text?);
        Some(delta.into_line())
    }

    fn line(item: &str, text: &str, emitted: i64) -> String {
        let params =
            format!(r#"{{"threadId":"t","turnId":"u","itemId":"{item}","delta":"{text}"}}"#);
        format!(
            r#"{{"method":"item/agentMessage/delta","params":{params},"emittedAtMs":{emitted}}}"#
        )
    }

    #[test]
    fn the_texts_are_put_together_as_they_stand() {
        assert_eq!(joined(&line("i", "a\\n", 7), &line("i", "\\u00e9", 8)), {
            Some(line("i", "a\\n\\u00e9", 7))
        });
    }

    #[test]
    fn a_surrogate_pair_cut_in_two_is_whole_again() {
        let line = joined(&line("i", "\\ud83d", 7), &line("i", "\\ude00", 8)).unwrap();
        let ServerMessage::Notification(message) = ServerMessage::from_line(line).unwrap() else {
            panic!("not a notification");
        };
        let ServerNotification::ItemAgentMessageDelta(delta) = &message.body else {
            panic!("not a delta");
        };
        assert_eq!(delta.delta.as_deref(), Some("😀"));
    }

    #[test]
    fn what_differs_in_anything_else_is_not_joined() {
        let first = line("i", "a", 7);
        assert_eq!(joined(&first, &line("j", "b", 7)), None);
        assert_eq!(joined(&first, &first.replace("agentMessage", "plan")), None);
        assert_eq!(joined(&first, &first.replace("\"}", "\",\"n\":1}")), None);
        assert!(joined(&first, &first).is_some());
    }

    #[test]
    fn what_is_written_alike_need_not_be_read() {
        let first = line("i", "a", 1999);
        let delta = Delta::new(first.clone(), span(&first).unwrap(), None);
        for text in ["b", "", "\\n\\\"\\ud83d", "é😀"] {
            assert_eq!(delta.continuation_alike(&line("i", text, 2000)), Some(text));
        }
        let second = line("i", "b", 2000);
        for other in [
            line("j", "b", 2000),
            line("i", "b", 20_000),
            second.replace(":2000", ":null"),
            second.replace("\"}", "\",\"n\":1}"),
            second.replace('b', "\\q"),
            second.replace('b', "\n"),
            second[..second.len() - 20].to_owned(),
            String::new(),
        ] {
            assert_eq!(delta.continuation_alike(&other), None, "{other}");
        }
        // Each length of each line, and each of its bytes as another.
        for end in 0..second.len() {
            assert_eq!(delta.continuation_alike(&second[..end]), None);
            let mut changed = second.clone();
            changed.replace_range(end..=end, "~");
            if let Ok(header) = Header::read(&changed)
                && let Some((method, params)) = header.method.as_deref().zip(header.params)
                && let Some(span) = Span::of(&changed, method, params)
            {
                let text = delta.continuation(&changed, &span);
                assert!(delta.continuation_alike(&changed).is_none_or(|it| Some(it) == text));
            } else {
                assert_eq!(delta.continuation_alike(&changed), None, "{changed}");
            }
        }
    }

    #[test]
    fn members_may_stand_anywhere() {
        let first = r#"{"emittedAtMs":1,"params":{"delta":"a","itemId":"i"},"method":"m/delta"}"#;
        let second = r#"{"params":{"delta":"b","itemId":"i"},"method":"m/delta"}"#;
        let expected = first.replace(r#""a""#, r#""ab""#);
        assert_eq!(joined(first, second), Some(expected));
    }

    #[test]
    fn only_deltas_with_text_are_deltas() {
        assert_eq!(span(r#"{"method":"m/delta","params":{"delta":1}}"#), None);
        assert_eq!(span(r#"{"method":"m/delta","params":[]}"#), None);
        assert_eq!(span(r#"{"method":"m","params":{"delta":"a"}}"#), None);
    }
}
