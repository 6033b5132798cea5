//! The schema's descriptions as rustdoc that neither warns nor links nowhere.

/// The lines of a description, ready for `#[doc = …]` attributes.
///
/// Outside of code spans, brackets and angle brackets are escaped (the schema means them as text),
/// and bare addresses become links.
pub(crate) fn lines(description: &str) -> Vec<String> {
    let mut fenced = false;
    description
        .trim()
        .lines()
        .map(|line| {
            let line = line.trim_end();
            let fence = line.trim_start().starts_with("```");
            if fence {
                fenced = !fenced;
            }
            let text = match fence {
                // A fence without a language would be compiled as a Rust doctest.
                true if fenced && line.trim_start() == "```" => format!("{line}text"),
                true => line.to_owned(),
                false if fenced => line.to_owned(),
                false => escape(line.trim_start()),
            };
            if text.is_empty() { text } else { format!(" {text}") }
        })
        .collect()
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
        for character in word.chars() {
            if matches!(character, '[' | ']' | '<' | '>') {
                out.push('\\');
            }
            out.push(character);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(description: &str, expected: &[&str]) {
        assert_eq!(lines(description), expected);
    }

    #[test]
    fn text_that_looks_like_markup_is_escaped() {
        check("[UNSTABLE] A <thing>.", &[r" \[UNSTABLE\] A \<thing\>."]);
        check("`Vec<String>` stays, [x] does not", &[r" `Vec<String>` stays, \[x\] does not"]);
    }

    #[test]
    fn addresses_become_links() {
        check("See https://example.com/a.", &[" See <https://example.com/a>."]);
    }

    #[test]
    fn paragraphs_and_fences_survive() {
        check("One.\n\nTwo [2].", &[" One.", "", r" Two \[2\]."]);
        check("```\n[a]\n```", &[" ```text", " [a]", " ```"]);
        check("an `open span", &[" an `open span`"]);
    }
}
