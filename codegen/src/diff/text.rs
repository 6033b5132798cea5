//! A diff for people: a line a change, the breaking ones first, what needs reading marked.

use std::fmt;

use super::{Change, Diff, Direction, Effect, Kind, NotUnderstood};

/// How many names of a list are shown.
const SHOWN: usize = 2;

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} -> {}: {}", self.old, self.new, self.summary())?;
        for (effect, accepted, title) in [
            (Effect::Breaking, false, "breaking"),
            (Effect::Breaking, true, "accepted"),
            (Effect::Additive, false, "additive"),
            (Effect::None, false, "in Rust only"),
        ] {
            let is_of_it = |it: &&Change| (it.effect, it.accepted) == (effect, accepted);
            let changes: Vec<_> = self.changes.iter().filter(is_of_it).collect();
            if changes.is_empty() {
                continue;
            }
            writeln!(f, "\n{title}: {}", changes.len())?;
            for group in groups(&changes) {
                writeln!(f, "{}", line(&group))?;
            }
        }
        if !self.not_understood.is_empty() {
            let count = self.not_understood.len();
            writeln!(f, "\nnot understood: {count}; what is in them was not compared")?;
            for NotUnderstood { definition, side, reason, methods } in &self.not_understood {
                let of = if methods.is_empty() {
                    String::new()
                } else {
                    format!(" [{}]", some(methods))
                };
                writeln!(f, "  {definition} ({side}): {reason}{of}")?;
            }
        }
        if self.changes.iter().any(|it| it.sensitive) {
            writeln!(f, "\n! is about approvals, permissions, sandboxes or decisions: read it")?;
        }
        Ok(())
    }
}

impl Diff {
    /// What the diff comes to, in a few words.
    pub fn summary(&self) -> String {
        let mut parts = Vec::new();
        if self.changes.is_empty() {
            parts.push("no change".to_owned());
        }
        let n_breaking = self.count(Effect::Breaking);
        if n_breaking > 0 {
            let breaking = || self.changes.iter().filter(|it| it.effect == Effect::Breaking);
            let n_experimental = breaking().filter(|it| it.experimental).count();
            let n_accepted = breaking().filter(|it| it.accepted).count();
            let of_them = match (n_experimental, n_accepted) {
                (0, 0) => String::new(),
                (count, 0) => format!(" ({count} of them experimental)"),
                (0, count) => format!(" ({count} of them accepted)"),
                (count, more) => format!(" ({count} of them experimental, {more} accepted)"),
            };
            parts.push(format!("{n_breaking} breaking{of_them}"));
        }
        for (effect, word) in [(Effect::Additive, "additive"), (Effect::None, "in Rust only")] {
            match self.count(effect) {
                0 => {}
                count => parts.push(format!("{count} {word}")),
            }
        }
        let n_flagged = self.changes.iter().filter(|it| it.sensitive).count();
        if n_flagged > 0 {
            parts.push(format!("{n_flagged} to read"));
        }
        match self.not_understood.len() {
            0 => {}
            count => parts.push(format!("{count} not understood")),
        }
        parts.join(", ")
    }
}

/// Changes that are the same but for the arm or value that they are of, on one line. What breaks
/// something or has to be read is never left out of the list.
struct Group<'a> {
    change: &'a Change,
    place: String,
    /// What stands in the first brackets of the place.
    arms: Vec<&'a str>,
}

fn groups<'a>(changes: &[&'a Change]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for change in changes {
        let (place, arm) = without_arm(&change.place);
        let is_same = |it: &&mut Group<'_>| {
            let alike = |it: &Change| {
                (it.kind, it.experimental, it.sensitive, it.detail.clone(), it.methods.clone())
            };
            let may_join =
                arm.is_some() && it.change.effect < Effect::Breaking && !change.sensitive;
            may_join && it.place == place && alike(it.change) == alike(change)
        };
        match groups.iter_mut().find(is_same) {
            Some(group) => group.arms.extend(arm),
            None => groups.push(Group { change, place, arms: arm.into_iter().collect() }),
        }
    }
    groups
}

/// `ThreadItem[plan].text` to `ThreadItem[…].text` and `plan`.
fn without_arm(place: &str) -> (String, Option<&str>) {
    let brackets = place.split_once('[').and_then(|(front, rest)| {
        let (arm, back) = rest.split_once(']')?;
        Some((front, arm, back))
    });
    match brackets {
        Some((front, arm, back)) if !arm.is_empty() => (format!("{front}[…]{back}"), Some(arm)),
        _ => (place.to_owned(), None),
    }
}

impl Group<'_> {
    fn shown(&self) -> String {
        self.place.replacen('…', &some(&self.arms), 1)
    }
}

/// The first names of a list, and how many more there are.
fn some(names: &[impl AsRef<str>]) -> String {
    let shown: Vec<&str> = names.iter().take(SHOWN).map(AsRef::as_ref).collect();
    match names.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// One group on one line.
fn line(group: &Group<'_>) -> String {
    let change = group.change;
    let flag = if change.sensitive { '!' } else { ' ' };
    let arrow = match change.direction {
        Direction::ClientToServer => "->",
        Direction::ServerToClient => "<-",
        Direction::Both => "<>",
    };
    let detail = change.detail.as_deref().map(|it| format!(" ({it})")).unwrap_or_default();
    let experimental = experimental(change);
    let (place, what) = (group.shown(), words(change.kind));
    format!("{flag} {arrow} {place}: {what}{detail}{experimental}{}", carriers(change))
}

/// The first methods that carry it, unless the place is the method itself.
fn carriers(change: &Change) -> String {
    let is_method = |it: &String| change.place.split(' ').next() == Some(it);
    match change.methods.as_slice() {
        [] => String::new(),
        [only] if is_method(only) => String::new(),
        methods => format!(" [{}]", some(methods)),
    }
}

pub(super) fn experimental(change: &Change) -> &'static str {
    if change.experimental { ", experimental" } else { "" }
}

/// A kind in a few words, to follow its place.
pub(super) fn words(kind: Kind) -> &'static str {
    match kind {
        Kind::MethodAdded => "new method",
        Kind::MethodRemoved => "method removed",
        Kind::ParamsAdded => "has params now",
        Kind::ParamsRemoved => "has no params any more",
        Kind::FieldAdded => "new",
        Kind::RequiredFieldAdded => "new and required",
        Kind::FieldRemoved => "removed",
        Kind::FieldBecameRequired => "required now",
        Kind::FieldBecameOptional => "optional now",
        Kind::FieldBecameNullable => "may be null now",
        Kind::FieldBecameNonNull => "never null now",
        Kind::ValueAdded => "new value",
        Kind::ValueRemoved => "value removed",
        Kind::VariantAdded => "new variant",
        Kind::VariantRemoved => "variant removed",
        Kind::TypeChanged => "another type",
        Kind::TypeRenamed => "another name for the same type",
        Kind::TypeAdded => "new type",
        Kind::TypeRemoved => "type removed",
        Kind::BecameStable => "stable now",
        Kind::BecameExperimental => "experimental now",
    }
}
