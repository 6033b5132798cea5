//! A diff as a few lines for a changelog: what breaks, what has to be read, what is new.

use super::text::{self, words};
use super::{Change, Diff, Effect, Kind};

impl Diff {
    /// A list in Markdown. What breaks and what is about approvals is in it one by one; of the rest,
    /// only new methods are named.
    pub fn to_markdown(&self) -> String {
        let is_named = |it: &&Change| it.effect == Effect::Breaking || it.sensitive;
        let mut lines: Vec<String> = self.changes.iter().filter(is_named).map(bullet).collect();
        let rest: Vec<&Change> = self.changes.iter().filter(|it| !is_named(it)).collect();
        let methods: Vec<String> = rest
            .iter()
            .filter(|it| it.kind == Kind::MethodAdded)
            .map(|it| format!("`{}`{}", it.place, text::experimental(it)))
            .collect();
        if !methods.is_empty() {
            lines.push(format!("* New methods: {}.", methods.join("; ")));
        }
        match rest.len() - methods.len() {
            0 => {}
            more => lines.push(format!("* {more} more changes, none of which breaks anything.")),
        }
        lines.extend(
            self.not_understood
                .iter()
                .map(|it| format!("* Not understood, and so not compared: `{}`.", it.definition)),
        );
        lines.iter().map(|line| format!("{line}\n")).collect()
    }
}

fn bullet(change: &Change) -> String {
    let effect = match change.effect {
        Effect::Breaking => "Breaking",
        Effect::Additive => "Additive",
        Effect::None => "In Rust only",
    };
    let detail = change.detail.as_deref().map(|it| format!(" ({it})")).unwrap_or_default();
    let flag = if change.sensitive { "; about approvals or permissions" } else { "" };
    let (place, what) = (&change.place, words(change.kind));
    format!("* {effect}: `{place}` {what}{detail}{}{flag}.", text::experimental(change))
}
