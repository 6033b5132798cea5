//! Parts of the texts of errors. What the server says is put on one line, and the content of
//! responses is left out.

use std::fmt;

use serde_json::error::Category;

/// A text as one line: a run of line breaks and other control characters is a space.
pub(crate) struct OneLine<'a>(pub(crate) &'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let breaks = |it: char| it.is_control() || matches!(it, '\u{2028}' | '\u{2029}');
        let lines = self.0.split(breaks).map(str::trim).filter(|it| !it.is_empty());
        for (n, line) in lines.enumerate() {
            let space = if n == 0 { "" } else { " " };
            write!(f, "{space}{line}")?;
        }
        Ok(())
    }
}

pub(super) fn line(text: &str) -> OneLine<'_> {
    OneLine(text)
}

pub(super) fn server(version: Option<&str>) -> String {
    version.map_or_else(|| "the server".to_owned(), |it| format!("server {}", line(it)))
}

pub(super) fn http_status(status: Option<u16>) -> String {
    status.map(|it| format!(" with HTTP status {it}")).unwrap_or_default()
}

pub(super) fn because(message: Option<&str>) -> String {
    message.map(|it| format!(": {}", line(it))).unwrap_or_default()
}

pub(super) fn shown(address: Option<&str>) -> String {
    address.map(|it| format!(" {}", line(it))).unwrap_or_default()
}

pub(super) fn turn_active(thread_id: &str, turn_id: Option<&str>) -> String {
    let thread_id = line(thread_id);
    match turn_id.map(line) {
        Some(turn_id) => format!(
            "thread '{thread_id}' already has active turn '{turn_id}': wait for it, or use steer() \
             or interrupt() of its handle"
        ),
        None => format!(
            "thread '{thread_id}' is already starting a turn: wait for it, or use steer() or \
             interrupt() of its handle"
        ),
    }
}

/// Where a text is not what it should be, and how. The error's own text may quote it.
pub(super) fn mismatch(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        Category::Syntax => "it is not valid JSON",
        Category::Eof => "it is truncated JSON",
        Category::Data | Category::Io => "it is JSON of a different shape",
    };
    match (error.line(), error.column()) {
        (0, _) => what.to_owned(),
        (line, column) => format!("{what}, at line {line} column {column}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{OneLine, mismatch};

    #[test]
    fn a_text_of_many_lines_is_one() {
        for (text, expected) in [
            ("boom", "boom"),
            (" a\nb ", "a b"),
            ("a\r\n\r\n\t b\u{2028}c\u{1b}[0m", "a b c [0m"),
            ("two  spaces", "two  spaces"),
            ("\n", ""),
        ] {
            assert_eq!(OneLine(text).to_string(), expected, "{text:?}");
        }
    }

    #[test]
    fn what_differs_is_told_without_a_quote() {
        let check = |text: &str, expected: &str| {
            let error = serde_json::from_str::<Vec<u8>>(text).unwrap_err();
            assert_eq!(mismatch(&error), expected, "{text}");
        };
        check("a secret", "it is not valid JSON, at line 1 column 1");
        check("[1,\n\"a secret\"]", "it is JSON of a different shape, at line 2 column 10");
        check("[1,", "it is truncated JSON, at line 1 column 3");
        let error = serde_json::from_value::<u8>("a secret".into()).unwrap_err();
        assert_eq!(mismatch(&error), "it is JSON of a different shape");
    }
}
