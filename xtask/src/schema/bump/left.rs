//! What a move to another release leaves to a person: what failed, and what no command can do.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use codex_app_codegen::diff::Surface;
use codex_app_codegen::model::MethodKind;

use crate::console;

/// What is left, in the order in which it came up.
#[derive(Debug, Default)]
pub(super) struct Left {
    /// For a person to do.
    notes: Vec<String>,
    /// For a person to mend.
    failures: Vec<String>,
}

impl Left {
    /// What a change of the schema asks for that is written by hand.
    pub(super) fn of(old: &Surface, new: &Surface) -> Self {
        let mut left = Self::default();
        let (before, after) = (asked(old), asked(new));
        for method in before.difference(&after) {
            left.notes.push(format!(
                "the server no longer sends {method}: remove it from the client, which does not build with \
                 all features until then"
            ));
        }
        for method in after.difference(&before) {
            left.notes.push(format!(
                "the server sends the new request {method}: add it to the client, which declines it as \
                 unknown until then"
            ));
        }
        left
    }

    pub(super) fn add(&mut self, note: &str) {
        self.notes.push(note.to_owned());
    }

    /// Notes what is left of a step that has failed, which is told at once and stops nothing.
    pub(super) fn unless(&mut self, done: Result<()>, left: &str) {
        if let Err(err) = done {
            console::note(&format!("{err:#}"));
            self.failures.push(left.to_owned());
        }
    }

    /// Tells all of it.
    pub(super) fn tell(self) -> Result<()> {
        for note in &self.notes {
            console::say(&format!("left to do: {note}"));
        }
        if self.failures.is_empty() {
            return Ok(());
        }
        bail!("everything else is written; failed steps: {}", self.failures.join("; "));
    }
}

/// The methods that the server asks.
fn asked(surface: &Surface) -> BTreeSet<&str> {
    let methods = surface.model().methods.iter();
    methods.filter(|it| it.kind == MethodKind::ServerRequest).map(|it| it.name.as_str()).collect()
}
