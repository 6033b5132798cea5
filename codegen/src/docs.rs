//! The schema's descriptions as rustdoc: without markup that warns, links nowhere or speaks of the
//! server's own source.

/// How the schema marks a description, and how rustdoc shows that.
///
/// The last ones are headings of the server's source that ended up in the schema.
pub(crate) const MARKS: &[(&str, &str)] = &[
    ("@deprecated ", "**Deprecated:** "),
    ("Deprecated: ", "**Deprecated:** "),
    ("EXPERIMENTAL - ", "**Experimental:** "),
    ("EXPERIMENTAL. ", "**Experimental:** "),
    ("[UNSTABLE] ", "**Unstable:** "),
    ("DEPRECATED APIs below ", "**Deprecated:** "),
    ("NEW APIs", ""),
    ("NEW NOTIFICATIONS", ""),
];

/// What is only true of the server's source: the text from there to the end of the line is dropped.
pub(crate) const ABOUT_THE_SERVER: &[&str] =
    &["IMPORTANT: When deserializing an `AbsolutePathBuf`", "TODO: "];

/// A description of the schema as Markdown; `None` if nothing of it is left.
///
/// Outside of code spans, brackets and angle brackets are escaped (the schema means them as text),
/// names in brackets become code, and bare addresses become links.
pub(crate) fn clean(description: &str) -> Option<String> {
    let mut fenced = false;
    let mut cleaned: Vec<String> = Vec::new();
    for line in description.trim().lines().map(str::trim_end) {
        let fence = line.trim_start().starts_with("```");
        if fence {
            fenced = !fenced;
        }
        let line = match fence {
            // A fence without a language would be compiled as a Rust doctest.
            true if fenced && line.trim_start() == "```" => format!("{line}text"),
            true => line.to_owned(),
            false if fenced => line.to_owned(),
            false => escape(&plain(line.trim_start())),
        };
        // What is dropped may leave two blank lines.
        let is_blank = !fenced && line.is_empty() && cleaned.last().is_none_or(String::is_empty);
        if !is_blank {
            cleaned.push(line);
        }
    }
    let cleaned = cleaned.join("\n").trim().to_owned();
    (!cleaned.is_empty()).then_some(cleaned)
}

/// The lines of a Markdown text, ready for `#[doc = …]` attributes.
pub(crate) fn lines(markdown: &str) -> Vec<String> {
    markdown
        .lines()
        .map(|line| if line.is_empty() { String::new() } else { format!(" {line}") })
        .collect()
}

/// A line with the marks of rustdoc, without what is about the server, and without links to its code.
fn plain(line: &str) -> String {
    let end = ABOUT_THE_SERVER.iter().filter_map(|it| line.find(it)).min();
    let line = line[..end.unwrap_or(line.len())].trim_end();
    let marked = MARKS.iter().find_map(|(mark, shown)| {
        line.strip_prefix(mark).map(|rest| format!("{shown}{}", rest.trim_start()))
    });
    // "[`X`]" links to code that is not here.
    marked.unwrap_or_else(|| line.to_owned()).replace("[`", "`").replace("`]", "`")
}

fn escape(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for (index, span) in line.split('`').enumerate() {
        if index > 0 {
            out.push('`');
        }
        if index % 2 == 1 {
            out.push_str(span);
        } else {
            escape_prose(span, &mut out);
        }
    }
    // An odd number of backticks leaves a code span open; close it.
    if line.matches('`').count() % 2 == 1 {
        out.push('`');
    }
    out
}

fn escape_prose(prose: &str, out: &mut String) {
    for (index, word) in prose.split(' ').enumerate() {
        if index > 0 {
            out.push(' ');
        }
        if word.starts_with("http://") || word.starts_with("https://") {
            let address = word.trim_end_matches(['.', ',', ')', ';']);
            out.push_str(&format!("<{address}>{}", &word[address.len()..]));
            continue;
        }
        if let Some((before, code, after)) = code_in_brackets(word) {
            out.push_str(&format!("{before}`{code}`{after}"));
            continue;
        }
        for character in word.chars() {
            if matches!(character, '[' | ']' | '<' | '>') {
                out.push('\\');
            }
            out.push(character);
        }
    }
}

/// The parts of a word that has a Rust path or an empty list in brackets, such as `[a::B]` and `[]`.
fn code_in_brackets(word: &str) -> Option<(&str, &str, &str)> {
    let (start, end) = (word.find('[')?, word.find(']')?);
    let inner = word.get(start + 1..end)?;
    let is_path = inner.contains("::")
        && inner.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '_' | ':'));
    let code = match inner {
        "" => &word[start..=end],
        path if is_path => path,
        _ => return None,
    };
    let (before, after) = (&word[..start], &word[end + 1..]);
    let is_plain = |text: &str| text.chars().all(|it| it.is_ascii_punctuation());
    let has_markup = |text: &str| text.contains(['[', ']', '<', '>']);
    let is_word = is_plain(before) && is_plain(after) && !has_markup(before) && !has_markup(after);
    is_word.then_some((before, code, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(description: &str, expected: &[&str]) {
        assert_eq!(lines(&clean(description).unwrap_or_default()), expected);
    }

    #[test]
    fn text_that_looks_like_markup_is_escaped() {
        check("[BETA] A <thing>.", &[r" \[BETA\] A \<thing\>."]);
        check("`Vec<String>` stays, [x] does not", &[r" `Vec<String>` stays, \[x\] does not"]);
        check("a[0], x[1]", &[r" a\[0\], x\[1\]"]);
    }

    #[test]
    fn what_is_in_brackets_and_no_text_is_code() {
        check("Use [`Self::extensions`].", &[" Use `Self::extensions`."]);
        check("See ([a::b::C]), or [d::E].", &[" See (`a::b::C`), or `d::E`."]);
        check("[] clears it; null does not.", &[" `[]` clears it; null does not."]);
    }

    #[test]
    fn marks_of_the_schema_are_shown_as_such() {
        check("@deprecated Ignored.", &[" **Deprecated:** Ignored."]);
        check("One.\n\n@deprecated Two.", &[" One.", "", " **Deprecated:** Two."]);
        check("EXPERIMENTAL - app list.", &[" **Experimental:** app list."]);
        check("[UNSTABLE] A path.", &[" **Unstable:** A path."]);
        check("NEW APIs Sent when asked.", &[" Sent when asked."]);
        assert_eq!(clean("NEW NOTIFICATIONS"), None);
    }

    #[test]
    fn what_is_about_the_servers_source_is_dropped() {
        check("On. TODO: remove this.\n\nTwo.", &[" On.", "", " Two."]);
        check("One.\n\nTODO: remove this.\n\nTwo.", &[" One.", "", " Two."]);
        check("One.\n\nIMPORTANT: When deserializing an `AbsolutePathBuf`, x.", &[" One."]);
    }

    #[test]
    fn addresses_become_links() {
        check("See https://example.com/a.", &[" See <https://example.com/a>."]);
    }

    #[test]
    fn paragraphs_and_fences_survive() {
        check("One.\n\nTwo [2].", &[" One.", "", r" Two \[2\]."]);
        check("```\n[a]\n\n\n```", &[" ```text", " [a]", "", "", " ```"]);
        check("an `open span", &[" an `open span`"]);
    }
}
