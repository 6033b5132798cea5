//! The section of a release in the changelog: put in once, replaced when the same is done again.

use anyhow::{Context as _, Result};

/// The heading that the section stands under.
const UNRELEASED: &str = "## Unreleased\n";

/// The changelog with this section first among the unreleased ones.
pub(super) fn with_section(changelog: &str, title: &str, section: &str) -> Result<String> {
    let heading = format!("### {title}\n");
    let text = without_section(changelog, &heading);
    let at = text.find(UNRELEASED).context("CHANGELOG.md has no heading ## Unreleased")?;
    let (before, after) = text.split_at(at + UNRELEASED.len());
    let (section, after) = (section.trim_end(), after.trim_start());
    Ok(format!("{before}\n{heading}\n{section}\n\n{}{after}", next_heading(after)))
}

/// What stood under the heading itself needs one of its own, now that a section is before it.
fn next_heading(after: &str) -> &'static str {
    if after.is_empty() || after.starts_with('#') { "" } else { "### The crates\n\n" }
}

fn without_section(changelog: &str, heading: &str) -> String {
    let Some(start) = changelog.find(heading) else { return changelog.to_owned() };
    let rest = &changelog[start + heading.len()..];
    let length = ["\n## ", "\n### "].iter().filter_map(|it| rest.find(it)).min();
    let end = length.map_or(changelog.len(), |it| start + heading.len() + it + 1);
    format!("{}{}", &changelog[..start], &changelog[end..])
}

#[cfg(test)]
mod tests {
    use super::with_section;

    #[track_caller]
    fn check(before: &str, expected: &str) {
        let after = with_section(before, "Server 2", "* new\n").unwrap();
        assert_eq!(after, expected);
        assert_eq!(with_section(&after, "Server 2", "* new\n").unwrap(), expected);
    }

    #[test]
    fn a_section_is_put_first_and_once() {
        check(
            "# Changelog\n\n## Unreleased\n\nText.\n\n## 0.1\n\n* old\n",
            "# Changelog\n\n## Unreleased\n\n### Server 2\n\n* new\n\n### The crates\n\nText.\n\n\
             ## 0.1\n\n* old\n",
        );
        check(
            "## Unreleased\n\n### Server 1\n\n* one\n\n### Server 2\n\n* stale\n\n### More\n\n* x\n",
            "## Unreleased\n\n### Server 2\n\n* new\n\n### Server 1\n\n* one\n\n### More\n\n* x\n",
        );
    }

    #[test]
    fn a_changelog_without_the_heading_is_refused() {
        assert!(with_section("# Changelog\n", "Server 2", "* new\n").is_err());
    }
}
