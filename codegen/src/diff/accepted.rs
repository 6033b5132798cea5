//! A list of changes that a program can live with, and what it makes of a diff.
//!
//! A line is a change as [`Change::line`] writes it: what happened, where, and what became of what, so
//! that another change of the same part is not accepted with it.

use std::collections::BTreeSet;

use super::{Change, Diff, Effect, Kind};

/// The changes that are accepted.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Accepted {
    lines: BTreeSet<String>,
}

impl Accepted {
    /// Reads a list: a change a line; blank lines, and what begins with `#`, say nothing.
    ///
    /// # Errors
    ///
    /// Gives the first line that does not begin with the name of a kind of change.
    pub fn parse(text: &str) -> Result<Self, String> {
        let lines = text.lines().map(str::trim);
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let lines = lines.map(|line| {
            let kind = line.split(' ').next().unwrap_or_default();
            let is_kind = Kind::ALL.iter().any(|it| it.name() == kind);
            if is_kind { Ok(line.to_owned()) } else { Err(line.to_owned()) }
        });
        Ok(Self { lines: lines.collect::<Result<_, _>>()? })
    }

    /// The lines that accept nothing of this diff: the change is not there, or breaks nothing.
    pub fn unused(&self, diff: &Diff) -> Vec<&str> {
        let used: BTreeSet<String> =
            diff.changes.iter().filter(|it| it.accepted).map(Change::line).collect();
        self.lines.iter().filter(|line| !used.contains(*line)).map(String::as_str).collect()
    }
}

impl Change {
    /// The change as a line of such a list.
    pub fn line(&self) -> String {
        let detail = self.detail.as_deref().map(|it| format!(" ({it})")).unwrap_or_default();
        format!("{} {}{detail}", self.kind.name(), self.place)
    }
}

impl Diff {
    /// Marks the breaking changes that are accepted.
    #[must_use]
    pub fn accepting(mut self, accepted: &Accepted) -> Self {
        for change in &mut self.changes {
            change.accepted =
                change.effect == Effect::Breaking && accepted.lines.contains(&change.line());
        }
        self
    }

    /// The breaking changes that are not accepted.
    pub fn refused(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|it| it.effect == Effect::Breaking && !it.accepted)
    }
}

#[cfg(test)]
mod tests {
    use super::Accepted;

    #[test]
    fn a_line_begins_with_what_happened() {
        let text = "# known\n\n  field_removed A.b  \ntype_changed C (object -> string)\n";
        let expected = ["field_removed A.b", "type_changed C (object -> string)"];
        let accepted = Accepted::parse(text).unwrap();
        assert_eq!(accepted.lines.iter().collect::<Vec<_>>(), expected);
        assert_eq!(Accepted::parse("A.b: removed").unwrap_err(), "A.b: removed");
    }
}
