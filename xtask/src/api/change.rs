//! What is different between two listings, and what it means for programs.
//!
//! Compares text. A line that is gone or worded in another way breaks somebody; a new line does only
//! below a trait, whose other implementations may lack it. New variants and members break nobody:
//! clippy's `exhaustive_enums` and `exhaustive_structs` keep public types open.

use std::collections::BTreeSet;
use std::fmt;

use super::listing::Listing;

/// What a change asks of those who build on the crate; the worst comes last.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Effect {
    None,
    Addition,
    Breaking,
}

/// The lines that are in one of two listings only.
#[derive(Debug)]
pub(super) struct Change {
    removed: Vec<String>,
    added: Vec<String>,
    /// Added to traits that were there before.
    added_to_traits: Vec<String>,
}

impl Change {
    pub(super) fn between(old: &Listing, new: &Listing) -> Self {
        let only = |one: &Listing, other: &Listing| {
            let other: BTreeSet<_> = other.lines().collect();
            one.lines().filter(|it| !other.contains(it)).map(str::to_owned).collect::<Vec<_>>()
        };
        let traits: BTreeSet<_> = old.lines().filter_map(trait_path).collect();
        let (added_to_traits, added) = only(new, old)
            .into_iter()
            .partition(|line| parent(line).is_some_and(|it| traits.contains(it)));
        Self { removed: only(old, new), added, added_to_traits }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.effect() == Effect::None
    }

    pub(super) fn effect(&self) -> Effect {
        if !self.removed.is_empty() || !self.added_to_traits.is_empty() {
            Effect::Breaking
        } else if !self.added.is_empty() {
            Effect::Addition
        } else {
            Effect::None
        }
    }

    /// What it comes to, in one line.
    pub(super) fn summary(&self) -> String {
        let n_removed = self.removed.len();
        let n_added = self.added.len() + self.added_to_traits.len();
        match self.effect() {
            Effect::None => "unchanged".to_owned(),
            Effect::Addition => format!("{n_added} lines added, nothing breaks"),
            Effect::Breaking => format!("breaking: {n_removed} lines removed, {n_added} added"),
        }
    }
}

/// A line each: what is gone after a minus, what is new after a plus.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let removed = self.removed.iter().map(|it| (it, '-'));
        let added = self.added.iter().chain(&self.added_to_traits).map(|it| (it, '+'));
        let mut lines: Vec<_> = removed.chain(added).collect();
        // A line that was reworded stands below what it was.
        lines.sort_by_key(|(line, sign)| (path(line).to_owned(), *sign == '+'));
        for (line, sign) in lines {
            writeln!(f, "{sign} {line}")?;
        }
        Ok(())
    }
}

/// The path of the item that a line is about, without what it is and what it takes.
fn path(line: &str) -> &str {
    let end = line.find("::").map_or(line.len(), |colons| {
        let after = line[colons..].find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
        after.map_or(line.len(), |it| colons + it)
    });
    let start = line[..end].rfind(' ').map_or(0, |it| it + 1);
    line[start..end].trim_end_matches(':')
}

fn parent(line: &str) -> Option<&str> {
    path(line).rsplit_once("::").map(|(parent, _)| parent)
}

fn trait_path(line: &str) -> Option<&str> {
    line.contains("pub trait ").then(|| path(line))
}

#[cfg(test)]
mod tests {
    use super::{Change, Effect, path};
    use crate::api::listing::Listing;

    const OLD: &str =
        "pub struct a::S\npub fn a::S::f(&self) -> u8\npub trait a::T: core::marker::Send\n";

    fn check(new: &str, effect: Effect, shown: &str) {
        let change = Change::between(&Listing::from_text(OLD), &Listing::from_text(new));
        assert_eq!(change.effect(), effect);
        assert_eq!(change.to_string(), shown);
    }

    #[test]
    fn the_same_lines_are_no_change() {
        check(OLD, Effect::None, "");
    }

    #[test]
    fn a_new_line_is_an_addition() {
        let line = "pub fn a::S::g(&self)";
        check(&format!("{OLD}{line}\n"), Effect::Addition, &format!("+ {line}\n"));
    }

    #[test]
    fn a_new_trait_is_an_addition_with_all_that_it_has() {
        let new = "pub trait a::U\npub fn a::U::g(&self)\n";
        let shown = "+ pub trait a::U\n+ pub fn a::U::g(&self)\n";
        check(&format!("{OLD}{new}"), Effect::Addition, shown);
    }

    #[test]
    fn a_new_line_below_a_trait_is_breaking() {
        let line = "pub fn a::T::g(&self)";
        check(&format!("{OLD}{line}\n"), Effect::Breaking, &format!("+ {line}\n"));
    }

    #[test]
    fn a_line_that_is_worded_in_another_way_is_breaking_and_stands_below_what_it_was() {
        let new = OLD.replace("-> u8", "-> u16");
        let shown = "- pub fn a::S::f(&self) -> u8\n+ pub fn a::S::f(&self) -> u16\n";
        check(&new, Effect::Breaking, shown);
    }

    #[test]
    fn a_line_that_is_gone_is_breaking() {
        check(
            "pub struct a::S\npub fn a::S::f(&self) -> u8\n",
            Effect::Breaking,
            "- pub trait a::T: core::marker::Send\n",
        );
    }

    #[test]
    fn the_path_of_a_line_is_that_of_its_item() {
        assert_eq!(path("pub async fn a::S::f(&self, b::C) -> u8"), "a::S::f");
        assert_eq!(path("pub a::S::member: alloc::string::String"), "a::S::member");
        assert_eq!(path("pub trait a::T: core::marker::Send"), "a::T");
        assert_eq!(path("pub mod a"), "a");
    }
}
