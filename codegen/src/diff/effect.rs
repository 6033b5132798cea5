//! What a kind of change does to whom: the one table of the rules.

use super::change::{Direction, Effect, Kind, Semver};
use crate::model::Flow;

/// What it does to programs that speak the older protocol.
///
/// A sender breaks where more is asked of it or less is understood. A reader breaks where less is
/// promised to it. More that it is told, it can leave alone; and what it knows and is never told, a value
/// of an enum for example, does it no harm.
pub(super) fn effect(kind: Kind, flow: Flow) -> Effect {
    let breaks = |breaking: bool| if breaking { Effect::Breaking } else { Effect::Additive };
    match kind {
        Kind::MethodAdded
        | Kind::FieldAdded
        | Kind::ValueAdded
        | Kind::VariantAdded
        | Kind::TypeAdded
        | Kind::BecameStable => Effect::Additive,
        Kind::RequiredFieldAdded
        | Kind::ParamsAdded
        | Kind::FieldBecameRequired
        | Kind::FieldBecameNonNull => breaks(flow.sent),
        Kind::FieldBecameOptional | Kind::FieldBecameNullable => breaks(flow.received),
        Kind::ValueRemoved | Kind::VariantRemoved => of_removed(false, flow),
        Kind::MethodRemoved
        | Kind::ParamsRemoved
        | Kind::FieldRemoved
        | Kind::TypeChanged
        | Kind::BecameExperimental => Effect::Breaking,
        // Nobody sends it.
        Kind::TypeRemoved | Kind::TypeRenamed => Effect::None,
    }
}

/// What it does that a part of a message is gone, on which a reader could count or not.
pub(super) fn of_removed(was_certain: bool, flow: Flow) -> Effect {
    if flow.sent || was_certain { Effect::Breaking } else { Effect::None }
}

/// What it asks of the protocol crate, where the kind alone tells.
///
/// Everything in the crate may grow. Whether a member's Rust type changes with the way it may be
/// missing is for [`super::parts`] to see.
pub(super) fn semver(kind: Kind, flow: Flow) -> Semver {
    match kind {
        Kind::MethodAdded
        | Kind::FieldAdded
        | Kind::ValueAdded
        | Kind::VariantAdded
        | Kind::TypeAdded
        | Kind::BecameStable => Semver::Minor,
        Kind::RequiredFieldAdded => {
            if flow.sent {
                Semver::Major
            } else {
                Semver::Minor
            }
        }
        Kind::FieldBecameRequired
        | Kind::FieldBecameOptional
        | Kind::FieldBecameNullable
        | Kind::FieldBecameNonNull => Semver::None,
        Kind::MethodRemoved
        | Kind::ParamsAdded
        | Kind::ParamsRemoved
        | Kind::FieldRemoved
        | Kind::ValueRemoved
        | Kind::VariantRemoved
        | Kind::TypeChanged
        | Kind::TypeRenamed
        | Kind::TypeRemoved
        | Kind::BecameExperimental => Semver::Major,
    }
}

pub(super) fn direction(flow: Flow) -> Direction {
    match (flow.sent, flow.received) {
        (true, true) => Direction::Both,
        (true, false) => Direction::ClientToServer,
        (false, _) => Direction::ServerToClient,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: Flow = Flow { sent: true, received: false };
    const RECEIVED: Flow = Flow { sent: false, received: true };

    #[track_caller]
    fn check(kind: Kind, to_a_sender: Effect, to_a_reader: Effect) {
        assert_eq!(effect(kind, SENT), to_a_sender, "{kind:?}");
        assert_eq!(effect(kind, RECEIVED), to_a_reader, "{kind:?}");
        let both = Flow { sent: true, received: true };
        assert_eq!(effect(kind, both), to_a_sender.max(to_a_reader), "{kind:?}");
    }

    #[test]
    fn a_sender_breaks_where_more_is_asked_and_a_reader_where_less_is_promised() {
        use Effect::{Additive, Breaking, None};
        check(Kind::FieldAdded, Additive, Additive);
        check(Kind::RequiredFieldAdded, Breaking, Additive);
        check(Kind::FieldBecameRequired, Breaking, Additive);
        check(Kind::FieldBecameNonNull, Breaking, Additive);
        check(Kind::FieldBecameOptional, Additive, Breaking);
        check(Kind::FieldBecameNullable, Additive, Breaking);
        check(Kind::ValueAdded, Additive, Additive);
        check(Kind::ValueRemoved, Breaking, None);
        check(Kind::VariantRemoved, Breaking, None);
        check(Kind::FieldRemoved, Breaking, Breaking);
        check(Kind::TypeChanged, Breaking, Breaking);
    }
}
