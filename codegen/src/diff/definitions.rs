//! The definitions of two releases, shape by shape.
//!
//! A type that the schema names is compared once, under its own name. A type without a name of its
//! own is compared where it stands, so that what a generator calls it makes no difference.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, Kind, Semver};
use super::place::Place;
use super::{Scope, Surface, parts, sensitive};
use crate::model::Flow;
use crate::normalise::Opaque;
use crate::shape::{Definition, Shape, Type, UntaggedVariant};

/// The changes of all definitions.
pub(super) fn compare(old: &Surface, new: &Surface, scope: &Scope<'_>) -> Vec<Change> {
    let mut comparison = Comparison::new(old, new);
    let sensitive = &sensitive::definitions(old) | &sensitive::definitions(new);
    let names: BTreeSet<&String> = [old, new]
        .iter()
        .flat_map(|it| it.shapes.keys().chain(it.opaque.keys()))
        .filter(|name| old.is_own(name) && new.is_own(name))
        .collect();
    for name in names {
        let place = place(old, new, scope, name, sensitive.contains(name));
        match (Side::of(old, name), Side::of(new, name)) {
            (Some(before), Some(after)) => comparison.own(&place, name, before, after),
            // What a method carries shows where it is carried.
            (None, Some(_)) if place.methods.is_empty() => {
                comparison.add(place.change(Kind::TypeAdded));
            }
            (Some(_), None) if place.methods.is_empty() => {
                comparison.add(place.change(Kind::TypeRemoved));
            }
            _ => {}
        }
    }
    comparison.finish()
}

/// What one side has under a name of the schema's own.
enum Side<'a> {
    Known(&'a Definition),
    Opaque(&'a Opaque),
}

impl<'a> Side<'a> {
    fn of(surface: &'a Surface, name: &str) -> Option<Self> {
        let known = surface.definition(name).map(Self::Known);
        known.or_else(|| surface.opaque.get(name).map(Self::Opaque))
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Known(definition) => word(&definition.shape),
            Self::Opaque(_) => "not understood",
        }
    }
}

fn place(old: &Surface, new: &Surface, scope: &Scope<'_>, name: &str, sensitive: bool) -> Place {
    let (before, after) = (old.flow(name, scope), new.flow(name, scope));
    let flow =
        Flow { sent: before.sent || after.sent, received: before.received || after.received };
    let is_experimental = |surface: &Surface| {
        surface.definition(name).is_none_or(|it| it.experimental)
            || surface.is_carried_by_experimental_only(name)
    };
    Place {
        path: name.to_owned(),
        flow,
        methods: old.carriers(name).chain(new.carriers(name)).cloned().collect(),
        experimental: is_experimental(old) && is_experimental(new),
        sensitive,
    }
}

/// Two releases, and what has been found so far.
pub(super) struct Comparison<'a> {
    pub(super) old: &'a Surface,
    pub(super) new: &'a Surface,
    changes: Vec<Change>,
    /// The pairs of types that are being compared in place: a type may contain itself.
    open: Vec<(String, String)>,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(old: &'a Surface, new: &'a Surface) -> Self {
        Self { old, new, changes: Vec::new(), open: Vec::new() }
    }

    pub(super) fn add(&mut self, change: Change) {
        self.changes.push(change);
    }

    pub(super) fn finish(self) -> Vec<Change> {
        self.changes
    }

    /// Compares two definitions of one name.
    fn own(&mut self, place: &Place, name: &str, old: Side<'_>, new: Side<'_>) {
        match (&old, &new) {
            (Side::Known(before), Side::Known(after)) => {
                self.shape(place, name, before, name, after);
            }
            (Side::Opaque(before), Side::Opaque(after)) if before.is_like(after) => {}
            _ => self.add(place.change(Kind::TypeChanged).detail(old.word(), new.word())),
        }
    }

    /// Compares two definitions; the names are those that the sides have them under.
    fn shape(
        &mut self,
        place: &Place,
        old_name: &str,
        old: &Definition,
        new_name: &str,
        new: &Definition,
    ) {
        // Where the whole definition has changed sides, its parts have not.
        let marks = old.experimental == new.experimental;
        match (&old.shape, &new.shape) {
            (Shape::Struct(before), Shape::Struct(after)) => {
                let slots = (
                    parts::Slots::of(self.old, old_name, old, before),
                    parts::Slots::of(self.new, new_name, new, after),
                );
                self.fields(place, marks, (before, &slots.0), (after, &slots.1));
            }
            (Shape::StringEnum(before), Shape::StringEnum(after)) => {
                self.values(place, marks, before, after);
            }
            (Shape::Tagged { tag, variants }, Shape::Tagged { tag: new_tag, variants: after }) => {
                if tag != new_tag {
                    let change = place.change(Kind::TypeChanged);
                    self.add(change.detail(&format!("tag {tag}"), &format!("tag {new_tag}")));
                }
                self.variants(place, marks, false, variants, after);
            }
            (Shape::Keyed(before), Shape::Keyed(after)) => {
                self.variants(place, marks, true, before, after);
            }
            // A union of strings alone is an enum in Rust; on the wire there is no difference.
            (Shape::StringEnum(before), Shape::Keyed(after)) => {
                self.variants(place, marks, true, &parts::as_variants(before), after);
                self.add(
                    place.change(Kind::TypeRenamed).detail(word(&old.shape), word(&new.shape)),
                );
            }
            (Shape::Keyed(before), Shape::StringEnum(after)) => {
                self.variants(place, marks, true, before, &parts::as_variants(after));
                self.add(
                    place.change(Kind::TypeRenamed).detail(word(&old.shape), word(&new.shape)),
                );
            }
            (Shape::Untagged(before), Shape::Untagged(after)) => self.arms(place, before, after),
            (Shape::Text, Shape::Text) => {}
            (Shape::Alias(before), Shape::Alias(after)) => self.ty(place, before, after),
            (before, after) => {
                self.add(place.change(Kind::TypeChanged).detail(word(before), word(after)));
            }
        }
    }

    /// The arms of a union that only their own form tells apart.
    fn arms(&mut self, place: &Place, old: &[UntaggedVariant], new: &[UntaggedVariant]) {
        let (before, after) = (keyed_arms(self.old, old), keyed_arms(self.new, new));
        for (key, arm) in &before {
            let inner = place.inner(&format!("[{key}]"));
            match after.get(key) {
                Some(other) => self.ty(&inner, arm, other),
                None => self.add(inner.change(Kind::VariantRemoved)),
            }
        }
        for key in after.keys().filter(|key| !before.contains_key(*key)) {
            self.add(place.inner(&format!("[{key}]")).change(Kind::VariantAdded));
        }
    }

    /// The types of two values in the same place.
    pub(super) fn ty(&mut self, place: &Place, old: &Type, new: &Type) {
        match (old, new) {
            (Type::Named(before), Type::Named(after)) => self.named(place, before, after),
            (Type::List(before), Type::List(after)) => self.ty(&place.inner("[]"), before, after),
            (Type::Map(before), Type::Map(after)) => self.ty(&place.inner("{}"), before, after),
            (Type::Nullable(before), Type::Nullable(after)) => self.ty(place, before, after),
            (Type::Listed { .. }, _) | (_, Type::Listed { .. }) => self.listed(place, old, new),
            _ if wire(self.old, old) == wire(self.new, new) => {
                if old.named().is_some() || new.named().is_some() {
                    let change = place.change(Kind::TypeRenamed);
                    self.add(change.detail(&described(old), &described(new)));
                }
            }
            _ => {
                let change = place.change(Kind::TypeChanged);
                self.add(change.detail(&described(old), &described(new)));
            }
        }
    }

    /// Types of which one lists its values, or both do. Those are no items in Rust.
    fn listed(&mut self, place: &Place, old: &Type, new: &Type) {
        fn values(ty: &Type) -> Option<&[String]> {
            match ty {
                Type::Listed { values, .. } => Some(values),
                _ => None,
            }
        }
        match (values(old), values(new)) {
            (Some(before), Some(after)) => {
                for (one, other, kind) in
                    [(before, after, Kind::ValueRemoved), (after, before, Kind::ValueAdded)]
                {
                    for value in one.iter().filter(|it| !other.contains(it)) {
                        let inner = place.inner(&format!("[{value}]"));
                        self.add(inner.change(kind).only(Semver::None));
                    }
                }
            }
            (before, after) => {
                let shown =
                    |it: Option<&[String]>| it.map_or_else(|| "any".to_owned(), |it| it.join(", "));
                let kind = if after.is_some() { Kind::ValueRemoved } else { Kind::ValueAdded };
                let change = place.change(kind).detail(&shown(before), &shown(after));
                self.add(change.only(Semver::None));
            }
        }
        self.ty(place, &old.unlisted(), &new.unlisted());
    }

    fn named(&mut self, place: &Place, old_name: &str, new_name: &str) {
        let is_own = self.old.is_own(old_name) && self.new.is_own(new_name);
        if old_name == new_name && is_own {
            return;
        }
        let pair = (old_name.to_owned(), new_name.to_owned());
        if self.open.contains(&pair) {
            return;
        }
        let (Some(old), Some(new)) = (self.old.definition(old_name), self.new.definition(new_name))
        else {
            self.add(place.change(Kind::TypeChanged).detail(old_name, new_name));
            return;
        };
        let n_before = self.changes.len();
        self.open.push(pair);
        self.shape(place, old_name, old, new_name, new);
        self.open.pop();
        let is_inline = !self.old.is_own(old_name) && !self.new.is_own(new_name);
        if self.changes.len() == n_before && old_name != new_name && !is_inline {
            self.add(place.change(Kind::TypeRenamed).detail(old_name, new_name));
        }
    }
}

/// The arms of a union by what tells each from the others: its name, or the members that only it
/// requires.
fn keyed_arms<'a>(surface: &Surface, arms: &'a [UntaggedVariant]) -> BTreeMap<String, &'a Type> {
    let required = |arm: &UntaggedVariant| -> BTreeSet<String> {
        let name = arm.payload.named().filter(|name| !surface.is_own(name));
        match name.and_then(|name| surface.definition(name)).map(|it| &it.shape) {
            Some(Shape::Struct(structure)) => {
                let required = structure.fields.iter().filter(|field| field.required);
                required.map(|field| field.wire.clone()).collect()
            }
            _ => BTreeSet::new(),
        }
    };
    let is_elsewhere = |arm: &UntaggedVariant, member: &String| {
        arms.iter().any(|other| other != arm && required(other).contains(member))
    };
    arms.iter()
        .map(|arm| {
            let mut members = required(arm);
            members.retain(|member| !is_elsewhere(arm, member));
            let members: Vec<String> = members.into_iter().collect();
            let key = match &arm.payload {
                Type::Named(name) if surface.is_own(name) => name.clone(),
                Type::Named(_) if members.is_empty() => arm.name.clone(),
                Type::Named(_) => members.join("+"),
                other => described(other),
            };
            (key, &arm.payload)
        })
        .collect()
}

/// The type as it is on the wire: without names for strings and the like.
fn wire(surface: &Surface, ty: &Type) -> Type {
    match ty {
        Type::Named(name) => match surface.definition(name).map(|it| &it.shape) {
            Some(Shape::Alias(target)) if target != ty => wire(surface, target),
            Some(Shape::Text) => Type::String,
            _ => ty.clone(),
        },
        Type::Secret => Type::String,
        Type::List(inner) => Type::List(Box::new(wire(surface, inner))),
        Type::Map(inner) => Type::Map(Box::new(wire(surface, inner))),
        Type::Nullable(inner) => Type::Nullable(Box::new(wire(surface, inner))),
        Type::Listed { ty, .. } => wire(surface, ty),
        // Why it is untyped is no part of the type.
        Type::Any(_) => Type::Any(crate::shape::AnyReason::Anything),
        other => other.clone(),
    }
}

/// A type in the words of the schema.
pub(super) fn described(ty: &Type) -> String {
    match ty {
        Type::Named(name) => name.clone(),
        Type::String | Type::Secret => "string".to_owned(),
        Type::Bool => "boolean".to_owned(),
        Type::Integer(rust) => (*rust).to_owned(),
        Type::Float => "number".to_owned(),
        Type::Listed { ty, .. } => described(ty),
        Type::List(inner) => format!("{}[]", described(inner)),
        Type::Map(inner) => format!("{{{}}}", described(inner)),
        Type::Nullable(inner) => format!("{} or null", described(inner)),
        Type::Any(_) => "any".to_owned(),
    }
}

fn word(shape: &Shape) -> &'static str {
    match shape {
        Shape::Struct(_) => "object",
        Shape::StringEnum(_) => "enum",
        Shape::Tagged { .. } => "tagged union",
        Shape::Keyed(_) => "keyed union",
        Shape::Untagged(_) => "union",
        Shape::Text => "string",
        Shape::Alias(_) => "another type",
    }
}
