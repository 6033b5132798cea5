//! Where a type is used, for those of which the schema says nothing.

use std::collections::BTreeMap;

use super::{link, list};
use crate::shape::{Definition, Shape, Shapes, Type};
use crate::{Error, names};

/// How many members or types are named.
const MOST: usize = 3;

/// Where each type is used, by its name.
pub(super) struct Uses(BTreeMap<String, Vec<Use>>);

/// One place that has a type.
struct Use {
    /// The definition that has it.
    owner: String,
    part: Part,
    experimental: bool,
}

/// The part of a definition that has a type.
enum Part {
    /// A member, by its Rust name; whether the type is that of the member's elements.
    Member(String, bool),
    /// A variant of a tagged or keyed union, by its wire name.
    Variant(String),
    /// A variant of an untagged union, by its Rust name.
    Untagged(String),
    /// The definition is another name for the type.
    Alias,
}

impl Uses {
    pub(super) fn of(shapes: &Shapes) -> Result<Self, Error> {
        let mut uses: BTreeMap<String, Vec<Use>> = BTreeMap::new();
        for (owner, definition) in shapes {
            for (ty, part, is_experimental) in parts(owner, &definition.shape)? {
                let Some(name) = ty.named() else { continue };
                let (owner, experimental) =
                    (owner.clone(), definition.experimental || is_experimental);
                let use_ = Use { owner, part, experimental };
                uses.entry(name.to_owned()).or_default().push(use_);
            }
        }
        Ok(Self(uses))
    }

    /// What to say of a type: which variant it is, or else, if nothing is said of it so far, where it
    /// is used.
    pub(super) fn sentence(
        &self,
        name: &str,
        definition: &Definition,
        is_described: bool,
    ) -> Option<String> {
        let uses = self.0.get(name).map(Vec::as_slice).unwrap_or_default();
        let is_there = |use_: &Use| definition.experimental || !use_.experimental;
        if let [use_] = uses
            && let Some(sentence) = variant(use_, is_there(use_))
        {
            return Some(sentence);
        }
        if is_described {
            return None;
        }
        let there: Vec<&Use> = uses.iter().filter(|it| is_there(it)).collect();
        match there.as_slice() {
            [] if uses.is_empty() => Some("No method of the schema leads to this type.".to_owned()),
            // A stable type that only experimental members have.
            [] => Some(used(&uses.iter().collect::<Vec<_>>(), false)),
            there => Some(used(there, true)),
        }
    }
}

/// The types that a definition mentions, and where; whether the part alone is experimental.
fn parts<'a>(owner: &str, shape: &'a Shape) -> Result<Vec<(&'a Type, Part, bool)>, Error> {
    Ok(match shape {
        Shape::Struct(it) => {
            let members = names::members(owner, it.fields.iter().map(|it| it.wire.as_str()))?;
            let fields = it.fields.iter().zip(members);
            let parts = fields.map(|(field, name)| {
                let is_element = !matches!(field.ty, Type::Named(_));
                (&field.ty, Part::Member(name, is_element), field.experimental)
            });
            parts.collect()
        }
        Shape::Tagged { variants, .. } | Shape::Keyed(variants) => {
            let parts = variants.iter().filter_map(|variant| {
                let part = Part::Variant(variant.wire.clone());
                Some((variant.payload.as_ref()?, part, variant.experimental))
            });
            parts.collect()
        }
        Shape::Untagged(variants) => {
            let idents = names::variants(owner, variants.iter().map(|it| it.name.as_str()))?;
            let variants = variants.iter().zip(idents);
            variants.map(|(it, name)| (&it.payload, Part::Untagged(name), false)).collect()
        }
        Shape::Alias(ty) => vec![(ty, Part::Alias, false)],
        Shape::StringEnum(_) | Shape::Text => Vec::new(),
    })
}

/// What is said of the type of a variant.
fn variant(use_: &Use, is_there: bool) -> Option<String> {
    let Use { owner, part, .. } = use_;
    match part {
        Part::Variant(wire) => Some(format!("The variant `{wire}` of {}.", link(owner, is_there))),
        Part::Untagged(name) => {
            Some(format!("The variant {}.", link(&format!("{owner}::{name}"), is_there)))
        }
        Part::Member(..) | Part::Alias => None,
    }
}

/// What is said of a type that is used in these places.
fn used(uses: &[&Use], is_there: bool) -> String {
    let members: Vec<(String, bool)> = uses
        .iter()
        .filter_map(|use_| match &use_.part {
            Part::Member(name, is_element) => {
                Some((link(&format!("{}::{name}", use_.owner), is_there), *is_element))
            }
            _ => None,
        })
        .collect();
    let are_members = members.len() == uses.len() && uses.len() <= MOST;
    if are_members && members.iter().all(|(_, is_element)| !is_element) {
        let members: Vec<String> = members.into_iter().map(|(member, _)| member).collect();
        return format!("The type of {}.", list(&members));
    }
    if are_members && members.iter().all(|(_, is_element)| *is_element) {
        let members: Vec<String> = members.into_iter().map(|(member, _)| member).collect();
        return format!("An element of {}.", list(&members));
    }
    let mut owners: Vec<String> = uses.iter().map(|use_| link(&use_.owner, is_there)).collect();
    owners.dedup();
    let n_more = owners.len().saturating_sub(MOST);
    // "1 more" is as long as its name.
    if n_more > 1 {
        owners.truncate(MOST);
        owners.push(format!("{n_more} other types"));
    }
    format!("Used by {}.", list(&owners))
}
