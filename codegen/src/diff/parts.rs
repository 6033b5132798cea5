//! The parts of two definitions: members, values and arms, paired by their names on the wire.

use std::collections::BTreeSet;
use std::mem::discriminant;

use super::Surface;
use super::change::{Kind, Semver};
use super::definitions::Comparison;
use super::effect;
use super::place::Place;
use crate::shape::{Definition, EnumValue, Field, Shape, Struct, Type, Variant};
use crate::types::{self, Slot};

/// What the members of a struct are in the protocol crate, beside their types.
pub(super) struct Slots {
    slots: Vec<Slot>,
    boxed: Vec<bool>,
    sent: bool,
}

impl Slots {
    pub(super) fn of(
        surface: &Surface,
        name: &str,
        definition: &Definition,
        structure: &Struct,
    ) -> Self {
        let flow = types::flow(&surface.model, &surface.shapes, name);
        let boxed = structure.fields.iter().map(|it| surface.is_boxed(name, &it.wire)).collect();
        let slots = types::slots(name, definition, structure, flow);
        Self { slots, boxed, sent: flow.sent }
    }
}

/// A member with the way it may be missing.
struct Member<'a> {
    field: &'a Field,
    slot: Slot,
    boxed: bool,
    sent: bool,
}

impl Member<'_> {
    /// Whether a client has to send it.
    fn is_demanded(&self) -> bool {
        // An experimental member cannot be demanded of a client that has not opted in.
        self.field.required && !self.field.experimental
    }

    /// Whether a reader may count on it.
    fn is_certain(&self) -> bool {
        self.field.required && !self.field.nullable
    }

    /// What it asks of the crate that the one has become the other, but for the type of the value.
    fn semver(&self, new: &Self) -> Semver {
        if self.is_declared_as(new) { Semver::None } else { Semver::Major }
    }

    /// Whether both are the same in Rust, but for the type of the value.
    fn is_declared_as(&self, other: &Self) -> bool {
        let takes_argument = |it: &Self| it.sent && it.is_demanded();
        discriminant(&self.slot) == discriminant(&other.slot)
            && takes_argument(self) == takes_argument(other)
    }
}

fn members<'a>(structure: &'a Struct, slots: &'a Slots) -> impl Iterator<Item = Member<'a>> {
    let fields = structure.fields.iter().zip(slots.slots.iter().zip(&slots.boxed));
    fields.map(|(field, (slot, boxed))| Member {
        field,
        slot: *slot,
        boxed: *boxed,
        sent: slots.sent,
    })
}

/// A part whose name tells it from the others.
trait Part {
    fn wire(&self) -> &str;
    fn is_experimental(&self) -> bool;
}

impl Part for EnumValue {
    fn wire(&self) -> &str {
        &self.wire
    }

    fn is_experimental(&self) -> bool {
        self.experimental
    }
}

impl Part for Variant {
    fn wire(&self) -> &str {
        &self.wire
    }

    fn is_experimental(&self) -> bool {
        self.experimental
    }
}

impl Comparison<'_> {
    pub(super) fn fields(
        &mut self,
        place: &Place,
        marks: bool,
        (old, old_slots): (&Struct, &Slots),
        (new, new_slots): (&Struct, &Slots),
    ) {
        let choice = choice(old, new);
        let chosen = choice.as_ref().map(|it| it.members.clone()).unwrap_or_default();
        let mut semver = Semver::None;
        for before in members(old, old_slots) {
            let wire = &before.field.wire;
            let inner =
                place.inner(&format!(".{wire}")).experimental(before.field.experimental && marks);
            let Some(after) = members(new, new_slots).find(|it| it.field.wire == *wire) else {
                let mut change = inner.change(Kind::FieldRemoved);
                change.effect = effect::of_removed(before.is_certain(), place.flow);
                self.add(change);
                continue;
            };
            let is_chosen = chosen.contains(wire);
            if is_chosen {
                semver = semver.max(before.semver(&after));
            }
            self.field(&inner, marks, is_chosen, &before, &after);
        }
        let is_new = |it: &Member<'_>| old.fields.iter().all(|old| old.wire != it.field.wire);
        for after in members(new, new_slots).filter(is_new) {
            let inner = place
                .inner(&format!(".{}", after.field.wire))
                .experimental(after.field.experimental);
            let is_demanded = after.is_demanded() && place.flow.sent;
            let kind = if is_demanded { Kind::RequiredFieldAdded } else { Kind::FieldAdded };
            self.add(inner.change(kind));
        }
        if old.open != new.open {
            let word = |it: &Struct| if it.open { "open" } else { "closed" };
            let kind = if new.open { Kind::FieldAdded } else { Kind::FieldRemoved };
            let mut change = place.inner(".*").change(kind).detail(word(old), word(new));
            if !new.open {
                change.effect = effect::of_removed(false, place.flow);
            }
            self.add(change);
        }
        if let Some(Choice { kind, old, new, loses_one, .. }) = choice {
            // Each set is a constructor.
            let constructors =
                if loses_one && old_slots.sent { Semver::Major } else { Semver::None };
            let change = place.change(kind).detail(&old, &new);
            self.add(change.at_least(semver).at_least(constructors));
        }
    }

    /// `is_chosen`: whether there is a change of what it is chosen from, which says whether it is
    /// required.
    fn field(
        &mut self,
        place: &Place,
        marks: bool,
        is_chosen: bool,
        old: &Member<'_>,
        new: &Member<'_>,
    ) {
        let (before, after) = (old.field, new.field);
        if marks {
            self.mark(place, before.experimental, after.experimental);
        }
        let presence = [
            (before.required, after.required, Kind::FieldBecameOptional, Kind::FieldBecameRequired),
            (before.nullable, after.nullable, Kind::FieldBecameNonNull, Kind::FieldBecameNullable),
        ];
        for (before, after, off, on) in presence.into_iter().skip(usize::from(is_chosen)) {
            if before != after {
                let kind = if after { on } else { off };
                self.add(place.change(kind).at_least(old.semver(new)));
            }
        }
        let are_named = before.ty.named().is_some() && after.ty.named().is_some();
        if old.boxed != new.boxed && are_named {
            let word = |it: &Member<'_>| if it.boxed { "boxed" } else { "not boxed" };
            self.add(place.change(Kind::TypeRenamed).detail(word(old), word(new)));
        }
        self.ty(place, &before.ty, &after.ty);
    }

    pub(super) fn values(
        &mut self,
        place: &Place,
        marks: bool,
        old: &[EnumValue],
        new: &[EnumValue],
    ) {
        let kinds = (Kind::ValueRemoved, Kind::ValueAdded);
        self.pairs(place, marks, kinds, old, new, |_, _, _, _| {});
    }

    pub(super) fn variants(
        &mut self,
        place: &Place,
        marks: bool,
        is_keyed: bool,
        old: &[Variant],
        new: &[Variant],
    ) {
        let kinds = (Kind::VariantRemoved, Kind::VariantAdded);
        self.pairs(place, marks, kinds, old, new, |comparison, place, before, after| {
            match (&before.payload, &after.payload) {
                (None, None) => {}
                (Some(old), Some(new)) => comparison.ty(place, old, new),
                (old, new) if is_keyed => comparison.form(place, old.is_some(), new.is_some()),
                (old, new) => comparison.payload(place, old.as_ref(), new.as_ref()),
            }
        });
    }

    /// An arm that was a bare string and is an object now, or the other way round: in either case, what
    /// was sent for it is not it any more.
    fn form(&mut self, place: &Place, old: bool, new: bool) {
        let word = |is_object: bool| if is_object { "object" } else { "string" };
        self.add(place.change(Kind::TypeChanged).detail(word(old), word(new)));
    }

    /// An arm that had nothing but its tag and has members now, or the other way round.
    fn payload(&mut self, place: &Place, old: Option<&Type>, new: Option<&Type>) {
        let none = (Struct::default(), Slots { slots: Vec::new(), boxed: Vec::new(), sent: false });
        let members = |surface: &Surface, ty: Option<&Type>| {
            let name = ty.and_then(Type::named)?;
            let definition = surface.definition(name)?;
            let Shape::Struct(structure) = &definition.shape else { return None };
            let slots = Slots::of(surface, name, definition, structure);
            Some((structure.clone(), slots))
        };
        let (old_members, new_members) = (members(self.old, old), members(self.new, new));
        let (old_members, new_members) =
            (old_members.as_ref().unwrap_or(&none), new_members.as_ref().unwrap_or(&none));
        self.fields(
            place,
            true,
            (&old_members.0, &old_members.1),
            (&new_members.0, &new_members.1),
        );
        // With members or without, it is another variant in Rust.
        let word = |ty: Option<&Type>| if ty.is_some() { "members" } else { "no members" };
        self.add(place.change(Kind::TypeRenamed).detail(word(old), word(new)));
    }

    fn pairs<P: Part>(
        &mut self,
        place: &Place,
        marks: bool,
        (removed, added): (Kind, Kind),
        old: &[P],
        new: &[P],
        both: impl Fn(&mut Self, &Place, &P, &P),
    ) {
        let step = |part: &P| format!("[{}]", part.wire());
        for before in old {
            let inner = place.inner(&step(before)).experimental(before.is_experimental() && marks);
            match new.iter().find(|it| it.wire() == before.wire()) {
                None => self.add(inner.change(removed)),
                Some(after) => {
                    if marks {
                        self.mark(&inner, before.is_experimental(), after.is_experimental());
                    }
                    both(self, &inner, before, after);
                }
            }
        }
        for after in new.iter().filter(|it| old.iter().all(|old| old.wire() != it.wire())) {
            let inner = place.inner(&step(after)).experimental(after.is_experimental());
            self.add(inner.change(added));
        }
    }

    /// A part that has become stable, or experimental.
    fn mark(&mut self, place: &Place, old: bool, new: bool) {
        match (old, new) {
            (true, false) => self.add(place.change(Kind::BecameStable)),
            (false, true) => self.add(place.change(Kind::BecameExperimental)),
            _ => {}
        }
    }
}

/// The values of an enum as arms of a union of strings.
pub(super) fn as_variants(values: &[EnumValue]) -> Vec<Variant> {
    let variant = |value: &EnumValue| Variant {
        wire: value.wire.clone(),
        docs: None,
        payload: None,
        experimental: value.experimental,
    };
    values.iter().map(variant).collect()
}

type Set = BTreeSet<String>;

/// Another choice of members, of which one set is present.
struct Choice {
    kind: Kind,
    /// Every member of every set.
    members: Set,
    old: String,
    new: String,
    /// Whether one of the sets is none any more.
    loses_one: bool,
}

fn choice(old: &Struct, new: &Struct) -> Option<Choice> {
    let (before, after) = (choices(old, new), choices(new, old));
    if before == after {
        return None;
    }
    // What satisfies the one side satisfies the other, if each of its sets has one of theirs.
    let covers = |ours: &[Set], theirs: &[Set]| {
        ours.iter().all(|it| theirs.iter().any(|other| other.is_subset(it)))
    };
    let kind = match (covers(&before, &after), covers(&after, &before)) {
        (true, true) => return None,
        (true, false) => Kind::FieldBecameOptional,
        (false, true) => Kind::FieldBecameRequired,
        (false, false) => Kind::TypeChanged,
    };
    Some(Choice {
        kind,
        members: before.iter().chain(&after).flatten().cloned().collect(),
        old: described(&before),
        new: described(&after),
        loses_one: before.iter().any(|it| !after.contains(it)),
    })
}

/// The sets of members of which one is present; where a side has none, what it requires of those of
/// the other.
fn choices(ours: &Struct, theirs: &Struct) -> Vec<Set> {
    let of = |it: &Struct| -> Vec<Set> {
        it.alternatives.iter().map(|set| set.iter().cloned().collect()).collect()
    };
    let mut sets = of(ours);
    if sets.is_empty() {
        let named: Set = of(theirs).into_iter().flatten().collect();
        let is_required =
            |wire: &String| ours.fields.iter().any(|field| field.wire == *wire && field.required);
        sets.push(named.into_iter().filter(is_required).collect());
    }
    sets.sort();
    sets
}

fn described(sets: &[Set]) -> String {
    let words: Vec<String> = sets
        .iter()
        .map(|set| match set.len() {
            0 => "nothing".to_owned(),
            _ => set.iter().map(String::as_str).collect::<Vec<_>>().join(" and "),
        })
        .collect();
    words.join(" or ")
}
