//! The path of an error. It is found by reading the text again, so that decoding does not have to keep
//! track of it.

use std::fmt::Write as _;

use super::{Kind, Reader};

/// The longest member name that a path repeats; longer ones are data rather than names.
const LONGEST_NAME: usize = 64;

/// Names the innermost value that holds the byte at `offset`. Member names, commas and brackets
/// belong to the object or array around them.
pub(super) fn path_at(text: &str, offset: usize) -> String {
    let mut reader = Reader::new(text);
    let mut path = String::new();
    while descend(&mut reader, offset, &mut path) {}
    path
}

/// Moves the reader to the member or element that holds the byte, if there is one.
fn descend(reader: &mut Reader<'_>, offset: usize, path: &mut String) -> bool {
    match reader.peek_kind() {
        Kind::Object => descend_into_object(reader, offset, path),
        Kind::Array => descend_into_array(reader, offset, path),
        _ => false,
    }
}

fn descend_into_object(reader: &mut Reader<'_>, offset: usize, path: &mut String) -> bool {
    if reader.begin_object().is_err() {
        return false;
    }
    while let Ok(Some(key)) = reader.next_raw_key() {
        if let Some(found) = holds(reader, offset) {
            if found {
                push_member(path, key.plain());
            }
            return found;
        }
    }
    false
}

fn descend_into_array(reader: &mut Reader<'_>, offset: usize, path: &mut String) -> bool {
    if reader.begin_array().is_err() {
        return false;
    }
    let mut index = 0_usize;
    while let Ok(true) = reader.next_element() {
        if let Some(found) = holds(reader, offset) {
            if found {
                // Writing to a string cannot fail.
                let _ = write!(path, "[{index}]");
            }
            return found;
        }
        index += 1;
    }
    false
}

/// Whether the value ahead holds the byte; none if the byte comes later. The reader stays at the
/// value if it does, and moves behind it otherwise. Malformed text always holds the byte, since
/// decoding cannot have come past it.
fn holds(reader: &mut Reader<'_>, offset: usize) -> Option<bool> {
    reader.peek_kind();
    let value = reader.mark();
    if reader.position() > offset {
        return Some(false);
    }
    if reader.skip().is_ok() && reader.position() <= offset {
        return None;
    }
    reader.reset(value);
    Some(true)
}

/// Only what looks like a name of the protocol is repeated: a map's keys are data, and may be
/// secret or break the line.
fn push_member(path: &mut String, key: Option<&str>) {
    let is_name = |it: &&str| {
        (1..=LONGEST_NAME).contains(&it.len())
            && it.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-$".contains(&byte))
    };
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(key.filter(is_name).unwrap_or("*"));
}

#[cfg(test)]
mod tests {
    use super::path_at;

    fn check(text: &str, needle: &str, expected: &str) {
        let offset = text.find(needle).unwrap_or(text.len());
        assert_eq!(path_at(text, offset), expected, "{text} at {needle}");
    }

    #[test]
    fn a_byte_belongs_to_the_innermost_value() {
        let text = r#"{"turn": {"items": [1, {"id": "x"}], "n": 2}, "last": true}"#;
        check(text, "\"x\"", "turn.items[1].id");
        check(text, "}], ", "turn.items[1]");
        check(text, "], ", "turn.items");
        check(text, "2}", "turn.n");
        check(text, "}, \"last", "turn");
        check(text, "true", "last");
        check(text, "\"last\"", "");
        check(text, "1", "turn.items[0]");
    }

    #[test]
    fn malformed_text_is_followed_as_far_as_it_goes() {
        check(r#"{"a":{"b":[1,"#, "nowhere", "a.b[1]");
        check(r#"{"a":{"b":[1,!]}}"#, "!", "a.b[1]");
        check(r#"{"a":{"b" 1}}"#, " 1", "a");
        check("", "nowhere", "");
    }

    #[test]
    fn keys_that_are_data_are_not_repeated() {
        check(r#"{"/home/me/secret.txt": {"kind": 1}}"#, "1", "*.kind");
        check(r#"{"a\nb": 1}"#, "1", "*");
    }
}
