//! A diff as JSON: a stable form for programs, described in `schema/README.md`.

use serde_json::{Value, json};

use super::{Change, Diff, Effect, NotUnderstood};

/// Raised when a member changes its meaning; new members do not raise it.
const FORMAT: u32 = 1;

impl Diff {
    /// The whole diff as JSON.
    pub fn to_json(&self) -> Value {
        let changes: Vec<Value> = self.changes.iter().map(to_json).collect();
        let not_understood: Vec<Value> = self.not_understood.iter().map(opaque).collect();
        let count = |test: fn(&Change) -> bool| self.changes.iter().filter(|it| test(it)).count();
        json!({
            "format": FORMAT,
            "old": self.old,
            "new": self.new,
            "effect": self.effect().name(),
            "semver": self.semver().name(),
            "counts": {
                "breaking": self.count(Effect::Breaking),
                "breaking_stable": count(|it| it.effect == Effect::Breaking && !it.experimental),
                "additive": self.count(Effect::Additive),
                "none": self.count(Effect::None),
                "flagged": count(|it| it.sensitive),
                "accepted": count(|it| it.accepted),
                "not_understood": self.not_understood.len(),
            },
            "changes": changes,
            "not_understood": not_understood,
        })
    }
}

fn opaque(it: &NotUnderstood) -> Value {
    json!({
        "definition": it.definition,
        "side": it.side,
        "reason": it.reason,
        "methods": it.methods,
    })
}

fn to_json(change: &Change) -> Value {
    json!({
        "kind": change.kind.name(),
        "place": change.place,
        "detail": change.detail,
        "direction": change.direction.name(),
        "effect": change.effect.name(),
        "semver": change.semver.name(),
        "experimental": change.experimental,
        "flagged": change.sensitive,
        "methods": change.methods,
        "accepted": change.accepted,
    })
}
