//! What stands behind a `Box`: decided by what a type is, never by how large it is. A member that the
//! schema adds to one type must not change another one that was there.
//!
//! A struct in an arm of a union is boxed, always. So is whatever would contain itself otherwise, which
//! is the one case where a new member can box an older one; a diff says so.

use std::collections::{BTreeMap, BTreeSet};

use crate::shape::{Shape, Shapes, Type};

/// The members and arms whose values are boxed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Boxing {
    /// Each struct with the wire name of its member.
    members: BTreeSet<(String, String)>,
    /// Each union with the name of the type in its arm.
    arms: BTreeSet<(String, String)>,
}

impl Boxing {
    pub(crate) fn of(shapes: &Shapes) -> Self {
        let by_value: BTreeMap<&str, Vec<&str>> =
            shapes.iter().map(|(name, it)| (name.as_str(), contained(shapes, &it.shape))).collect();
        let mut boxing = Self::default();
        for (name, definition) in shapes {
            match &definition.shape {
                Shape::Struct(structure) => {
                    let fields = structure.fields.iter();
                    let boxed = fields.filter(|it| {
                        direct(&it.ty).is_some_and(|target| leads_to(&by_value, target, name))
                    });
                    let boxed = boxed.map(|it| (name.clone(), it.wire.clone()));
                    boxing.members.extend(boxed);
                }
                shape @ (Shape::Tagged { .. } | Shape::Keyed(_) | Shape::Untagged(_)) => {
                    let targets = shape.types().into_iter().filter_map(direct);
                    let boxed = targets
                        .filter(|it| is_struct(shapes, it) || leads_to(&by_value, it, name))
                        .map(|it| (name.clone(), it.to_owned()));
                    boxing.arms.extend(boxed);
                }
                _ => {}
            }
        }
        boxing
    }

    /// Whether the value of this member of a struct is boxed.
    pub(crate) fn member(&self, owner: &str, wire: &str) -> bool {
        self.members.contains(&(owner.to_owned(), wire.to_owned()))
    }

    /// Whether an arm of this union with this payload is boxed.
    pub(crate) fn arm(&self, union: &str, payload: &Type) -> bool {
        direct(payload).is_some_and(|it| self.arms.contains(&(union.to_owned(), it.to_owned())))
    }
}

/// The definition that a value of this type is or holds in itself, without a list or map between.
fn direct(ty: &Type) -> Option<&str> {
    match ty {
        Type::Named(name) => Some(name),
        Type::Nullable(value) => direct(value),
        _ => None,
    }
}

/// The definitions that a value holds in itself, where no box is by rule.
fn contained<'a>(shapes: &'a Shapes, shape: &'a Shape) -> Vec<&'a str> {
    let targets = shape.types().into_iter().filter_map(direct);
    match shape {
        Shape::Struct(_) | Shape::Alias(_) => targets.collect(),
        _ => targets.filter(|it| !is_struct(shapes, it)).collect(),
    }
}

/// Whether a definition is a struct, or another name for one.
fn is_struct(shapes: &Shapes, name: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut name = name;
    while seen.insert(name) {
        match shapes.get(name).map(|it| &it.shape) {
            Some(Shape::Struct(_)) => return true,
            Some(Shape::Alias(Type::Named(target))) => name = target,
            _ => return false,
        }
    }
    false
}

/// Whether a value of `from` holds one of `to` in itself.
fn leads_to(by_value: &BTreeMap<&str, Vec<&str>>, from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(name) = open.pop() {
        if name == to {
            return true;
        }
        if seen.insert(name) {
            open.extend(by_value.get(name).into_iter().flatten());
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{Definition, Field, Struct, UntaggedVariant};

    fn named(name: &str) -> Type {
        Type::Named(name.to_owned())
    }

    fn structure(members: &[(&str, Type)]) -> Shape {
        let field = |(wire, ty): &(&str, Type)| Field {
            wire: (*wire).to_owned(),
            docs: None,
            ty: ty.clone(),
            required: false,
            nullable: false,
            experimental: false,
            hidden: false,
        };
        Shape::Struct(Struct { fields: members.iter().map(field).collect(), ..Struct::default() })
    }

    fn union(payloads: &[Type]) -> Shape {
        let arm =
            |it: &Type| UntaggedVariant { name: "A".to_owned(), docs: None, payload: it.clone() };
        Shape::Untagged(payloads.iter().map(arm).collect())
    }

    fn boxing(shapes: &[(&str, Shape)]) -> Boxing {
        let definition = |(name, shape): &(&str, Shape)| {
            let shape = shape.clone();
            (
                (*name).to_owned(),
                Definition { docs: None, experimental: false, parent: None, shape },
            )
        };
        Boxing::of(&shapes.iter().map(definition).collect())
    }

    #[test]
    fn a_struct_in_an_arm_is_boxed_however_small_it_is_and_under_another_name_too() {
        let it = boxing(&[
            ("U", union(&[named("S"), named("Alias"), named("V"), Type::String])),
            ("S", structure(&[])),
            ("Alias", Shape::Alias(named("S"))),
            ("V", union(&[Type::String])),
        ]);
        assert!(it.arm("U", &named("S")) && it.arm("U", &named("Alias")));
        assert!(!it.arm("U", &named("V")) && !it.arm("U", &Type::String));
        assert!(!it.arm("V", &named("S")));
    }

    #[test]
    fn what_would_contain_itself_is_boxed() {
        let it = boxing(&[
            ("A", structure(&[("b", named("B")), ("list", Type::List(Box::new(named("A"))))])),
            ("B", structure(&[("a", named("A")), ("u", named("U"))])),
            // The arm is boxed already.
            ("U", union(&[named("B")])),
            ("W", union(&[named("W"), Type::Nullable(Box::new(named("W")))])),
        ]);
        assert!(it.member("A", "b") && it.member("B", "a"));
        assert!(!it.member("A", "list") && !it.member("B", "u"));
        assert!(it.arm("W", &named("W")));
    }
}
