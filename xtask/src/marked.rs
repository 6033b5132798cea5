//! A part of a text between two markers, which is written by a command.

use anyhow::{Context as _, Result};

/// The text with another part between `<!-- NAME:begin … -->` and `<!-- NAME:end -->`.
pub(crate) fn replace(text: &str, name: &str, part: &str) -> Result<String> {
    let (begin, end) = (format!("<!-- {name}:begin"), format!("<!-- {name}:end -->"));
    let missing = || format!("there is no part {begin} … {end}");
    let begin = text.find(&begin).with_context(missing)?;
    let line_end = text[begin..].find('\n').with_context(missing)? + begin + 1;
    let end = text[line_end..].find(&end).with_context(missing)? + line_end;
    Ok(format!("{}\n{}\n{}", &text[..line_end], part.trim_end(), &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::replace;

    #[test]
    fn only_what_is_between_the_markers_changes() {
        let text = "a\n<!-- x:begin by a command -->\n\nold\n<!-- x:end -->\nb\n";
        let expected = "a\n<!-- x:begin by a command -->\n\nnew\n<!-- x:end -->\nb\n";
        assert_eq!(replace(text, "x", "new\n").unwrap(), expected);
        assert_eq!(replace(expected, "x", "new\n").unwrap(), expected);
    }

    #[test]
    fn a_text_without_markers_is_refused() {
        for text in ["", "<!-- x:begin -->\n", "<!-- x:begin --><!-- x:end -->"] {
            assert!(replace(text, "x", "new").is_err(), "{text}");
        }
    }
}
