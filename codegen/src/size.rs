//! How large a value of a type is, roughly: what decides whether a variant is boxed.
//!
//! Estimates for a 64-bit target. A wrong one costs a little memory, never correctness.

use crate::shape::{Shape, Type};
use crate::types::{Slot, Types};

/// A variant with more than this is boxed.
pub(crate) const LARGEST_VARIANT: usize = 48;

/// A `String`, `Vec` or `BTreeMap`.
const CONTAINER: usize = 24;
/// A word, and so a `Box`.
const WORD: usize = 8;
/// The `Unknown` arm of an open enum: a boxed text.
const UNKNOWN: usize = 16;

/// The size of a value of this type.
pub(crate) fn size(types: &Types, ty: &Type) -> usize {
    match ty {
        Type::Named(name) => named(types, name),
        Type::String | Type::Secret | Type::List(_) | Type::Map(_) => CONTAINER,
        Type::Nullable(value) => optional(size(types, value)),
        Type::Any(_) => 32,
        Type::Bool => 1,
        Type::Float => WORD,
        Type::Integer(rust) => rust[1..].parse().map_or(WORD, |bits: usize| bits / 8),
    }
}

/// The size of a named type.
pub(crate) fn named(types: &Types, name: &str) -> usize {
    let Some(item) = types.by_name.get(name) else { return CONTAINER };
    match &item.definition.shape {
        Shape::Struct(_) => {
            let Some(rendered) = &item.rendered else { return 0 };
            let fields = rendered.fields.iter().map(|field| match field.slot {
                _ if is_boxed(&field.value) => WORD,
                Slot::Plain => size(types, &field.field.ty),
                _ => optional(size(types, &field.field.ty)),
            });
            let nulls = if rendered.has_nulls { WORD } else { 0 };
            fields.sum::<usize>().next_multiple_of(WORD) + nulls
        }
        Shape::StringEnum(_) => UNKNOWN,
        Shape::Tagged { variants, .. } | Shape::Keyed(variants) => {
            union(types, variants.iter().filter_map(|it| it.payload.as_ref()))
        }
        Shape::Untagged(variants) => union(types, variants.iter().map(|it| &it.payload)),
        Shape::Text => CONTAINER,
        Shape::Alias(ty) => size(types, ty),
    }
}

/// Whether a variant with this payload is boxed.
pub(crate) fn boxes(types: &Types, payload: &Type) -> bool {
    size(types, payload) > LARGEST_VARIANT
}

fn union<'a>(types: &Types, payloads: impl Iterator<Item = &'a Type>) -> usize {
    let size_of = |payload| match size(types, payload) {
        size if size > LARGEST_VARIANT => WORD,
        size => size,
    };
    let largest = payloads.map(size_of).max().unwrap_or(0).max(UNKNOWN);
    largest.next_multiple_of(WORD) + WORD
}

/// Containers and booleans have room for "nothing"; numbers do not.
fn optional(size: usize) -> usize {
    if size >= UNKNOWN || size == 1 { size } else { size * 2 }
}

fn is_boxed(ty: &syn::Type) -> bool {
    matches!(ty, syn::Type::Path(path) if path.path.segments.last().is_some_and(|it| it.ident == "Box"))
}
