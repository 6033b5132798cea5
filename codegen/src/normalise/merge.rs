//! The shapes of both bundles to one graph that knows what only the experimental bundle has.
//!
//! The experimental bundle is a superset: it adds definitions, members, values and arms. Anything
//! that it has differently is an error, because no feature flag could express it.

use std::collections::BTreeMap;

use crate::Error;
use crate::shape::{Definition, EnumValue, Field, Shape, Shapes, Type, Variant};

/// Marks in `experimental` what `stable` lacks; gives what they agree on.
///
/// `failed` has the definitions that are out of the question, and gets those in which the two differ.
pub(super) fn merge(
    stable: &Shapes,
    mut experimental: Shapes,
    failed: &mut BTreeMap<String, Error>,
) -> Shapes {
    let mut differing = Vec::new();
    for name in stable.keys().filter(|name| !experimental.contains_key(*name)) {
        differing.push((owner(stable, name), diverged(name, "only the stable bundle has it")));
    }
    for (name, definition) in &mut experimental {
        let marked = match stable.get(name) {
            None => {
                definition.experimental = true;
                Ok(())
            }
            Some(stable) => mark(name, &stable.shape, definition),
        };
        if let Err(reason) = marked {
            differing.push((name.clone(), reason));
        }
    }
    for (name, reason) in differing {
        // Of one that could not be read in either, the other's half says nothing.
        failed.entry(owner(&experimental, &name)).or_insert(reason);
    }
    let is_left = |name: &String| !failed.contains_key(&owner(&experimental, name));
    let left: Vec<String> = experimental.keys().filter(|it| is_left(it)).cloned().collect();
    left.into_iter().filter_map(|name| experimental.remove_entry(&name)).collect()
}

/// The definition that an inline type was lifted out of, or that it is.
fn owner(shapes: &Shapes, name: &str) -> String {
    let parent = shapes.get(name).and_then(|it| it.parent.as_deref());
    parent.map_or_else(|| name.to_owned(), |parent| owner(shapes, parent))
}

fn mark(name: &str, stable: &Shape, definition: &mut Definition) -> Result<(), Error> {
    match (stable, &mut definition.shape) {
        (Shape::Struct(stable), Shape::Struct(structure)) => {
            mark_all(name, &stable.fields, &mut structure.fields)
        }
        (Shape::StringEnum(stable), Shape::StringEnum(values)) => mark_all(name, stable, values),
        (Shape::Tagged { variants: stable, .. }, Shape::Tagged { variants, .. })
        | (Shape::Keyed(stable), Shape::Keyed(variants)) => mark_all(name, stable, variants),
        (Shape::Alias(stable), Shape::Alias(ty)) if stable.unlisted() == ty.unlisted() => Ok(()),
        (stable, other) if stable == other => Ok(()),
        _ => Err(diverged(name, "it has another shape")),
    }
}

/// A part of a definition that only the experimental bundle may have.
trait Part: PartialEq {
    fn wire(&self) -> &str;
    fn experimental(&mut self) -> &mut bool;
    /// Whether two parts of one name are the same to a program.
    fn agrees(&self, other: &Self) -> bool;
}

fn mark_all<P: Part>(name: &str, stable: &[P], parts: &mut [P]) -> Result<(), Error> {
    let gone = |part: &&P| !parts.iter().any(|it| it.wire() == part.wire());
    if let Some(part) = stable.iter().find(gone) {
        return Err(diverged(name, &format!("{:?} is in the stable one only", part.wire())));
    }
    for part in parts {
        match stable.iter().find(|it| it.wire() == part.wire()) {
            None => *part.experimental() = true,
            Some(it) if it.agrees(part) => {}
            Some(_) => return Err(diverged(name, &format!("{:?} has another type", part.wire()))),
        }
    }
    Ok(())
}

impl Part for Field {
    fn wire(&self) -> &str {
        &self.wire
    }

    fn experimental(&mut self) -> &mut bool {
        &mut self.experimental
    }

    fn agrees(&self, other: &Self) -> bool {
        self.ty.unlisted() == other.ty.unlisted()
            && (self.required, self.nullable) == (other.required, other.nullable)
    }
}

impl Part for EnumValue {
    fn wire(&self) -> &str {
        &self.wire
    }

    fn experimental(&mut self) -> &mut bool {
        &mut self.experimental
    }

    fn agrees(&self, _other: &Self) -> bool {
        true
    }
}

impl Part for Variant {
    fn wire(&self) -> &str {
        &self.wire
    }

    fn experimental(&mut self) -> &mut bool {
        &mut self.experimental
    }

    fn agrees(&self, other: &Self) -> bool {
        let [ours, theirs] = [self, other].map(|it| it.payload.as_ref().map(Type::unlisted));
        ours == theirs
    }
}

fn diverged(definition: &str, what: &str) -> Error {
    Error::Diverged { definition: definition.to_owned(), what: what.to_owned() }
}
