//! Definitions that say nothing but themselves: no value has such a type, and no Rust type is one.

use std::collections::BTreeSet;

use crate::Error;
use crate::shape::{Shape, Shapes, Type};

/// Checks that every definition comes to something.
///
/// # Errors
///
/// Names a definition that does not.
pub(crate) fn check(shapes: &Shapes) -> Result<(), Error> {
    // Rust has no alias that contains itself, and an arm without a form of its own has to have one.
    match shapes.keys().find(|name| {
        leads_to_itself(shapes, name, aliased) || leads_to_itself(shapes, name, identical)
    }) {
        Some(definition) => Err(Error::Circular { definition: definition.clone() }),
        None => Ok(()),
    }
}

fn leads_to_itself(shapes: &Shapes, name: &str, next: fn(&Shape) -> Vec<&str>) -> bool {
    let of = |name: &str| shapes.get(name).map_or_else(Vec::new, |it| next(&it.shape));
    let mut seen = BTreeSet::new();
    let mut open = of(name);
    while let Some(target) = open.pop() {
        if target == name {
            return true;
        }
        if seen.insert(target) {
            open.extend(of(target));
        }
    }
    false
}

/// What an alias mentions.
fn aliased(shape: &Shape) -> Vec<&str> {
    match shape {
        Shape::Alias(ty) => ty.named().into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The definitions whose values are values of this one as they are.
fn identical(shape: &Shape) -> Vec<&str> {
    fn bare(ty: &Type) -> Option<&str> {
        match ty {
            Type::Named(name) => Some(name),
            Type::Nullable(value) => bare(value),
            _ => None,
        }
    }
    match shape {
        Shape::Alias(_) | Shape::Untagged(_) => {
            shape.types().into_iter().filter_map(bare).collect()
        }
        _ => Vec::new(),
    }
}
