//! Stage 4: the structs as Rust, rendered by typify and then made ours by a `syn` pass.
//!
//! What typify decides: field names, the Rust type of a value. What we decide: how a member may be
//! missing ([`Slot`]), what is boxed, what is derived, how docs read. Enums and unions are not
//! typify's business at all; they are emitted from their shape, because they are open.

mod render;

use std::collections::BTreeMap;

use syn::{Ident, ItemStruct};

use crate::Error;
use crate::boxing::Boxing;
use crate::model::{Flow, Model};
use crate::shape::{AnyReason, Definition, Field, Shape, Shapes, Struct, Type};

pub(crate) use self::render::feature_gate;

/// Every type of the protocol, ready to emit.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Types {
    /// The types by name.
    pub by_name: BTreeMap<String, TypeItem>,
    /// What of them is boxed.
    pub(crate) boxing: Boxing,
}

/// One type, ready to emit.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TypeItem {
    /// What it is on the wire.
    pub definition: Definition,
    /// Which way it travels.
    pub flow: Flow,
    /// Its Rust struct, if it is one.
    pub rendered: Option<Rendered>,
}

/// A struct in Rust.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Rendered {
    /// The item: docs, derives, fields.
    pub item: ItemStruct,
    /// The fields, in the order of the shape's.
    pub fields: Vec<RenderedField>,
    /// Whether the struct remembers which members came as `null`.
    pub has_nulls: bool,
}

/// A field in Rust.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RenderedField {
    /// What it is on the wire.
    pub field: Field,
    /// Its Rust name.
    pub ident: Ident,
    /// The type of its value, without the wrapper that [`Slot`] stands for.
    pub value: syn::Type,
    /// How it may be missing.
    pub slot: Slot,
}

/// How a member may be missing, and so what wraps its value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Slot {
    /// `T`: always there.
    Plain,
    /// `Option<T>`: may be left out. A received `null` is remembered in this bit.
    Optional {
        /// The bit in the struct's `nulls`; `None` where the struct is never received.
        null_bit: Option<usize>,
    },
    /// `Option<T>`: always there, `null` for `None`.
    NullOption,
    /// `Nullable<T>`: left out, `null`, or a value.
    Nullable,
}

/// Members that say which thread, turn, item or request a message is about. A message without one
/// that the schema requires is not that message.
pub(crate) const IDENTITY_MEMBERS: &[&str] = &["itemId", "requestId", "threadId", "turnId"];

/// `(member, type)`: objects that carry such an id as `id`.
pub(crate) const IDENTITY_OBJECTS: &[(&str, &str)] =
    &[("item", "ThreadItem"), ("thread", "Thread"), ("turn", "Turn")];

/// Types whose own `id` is such an id; arms of a union count with the union's name.
pub(crate) const IDENTIFIED: &[&str] = &["Thread", "ThreadItem", "Turn"];

/// The decoder notes which members it has seen, and which were `null`, in one bit each.
const MOST_MEMBERS: usize = 64;

/// Renders every struct and decides how each member may be missing.
///
/// # Errors
///
/// Fails with the definition's name if typify refuses a struct.
pub fn types(model: &Model, shapes: &Shapes) -> Result<Types, Error> {
    let mut by_name = BTreeMap::new();
    for (name, definition) in shapes {
        let flow = flow(model, shapes, name);
        let rendered = match &definition.shape {
            Shape::Struct(structure) => {
                if structure.fields.len() > MOST_MEMBERS {
                    return Err(Error::TooManyMembers { definition: name.clone() });
                }
                let slots = slots(name, definition, structure, flow);
                Some(render::render(name, definition, structure, &slots)?)
            }
            _ => None,
        };
        by_name.insert(name.clone(), TypeItem { definition: definition.clone(), flow, rendered });
    }
    let boxing = Boxing::of(shapes);
    box_members(&mut by_name, &boxing);
    Ok(Types { by_name, boxing })
}

impl Types {
    /// Every member without a type of its own, with the reason.
    pub(crate) fn untyped(&self) -> Vec<(String, AnyReason)> {
        let mut found = Vec::new();
        for (name, item) in &self.by_name {
            if let Shape::Struct(structure) = &item.definition.shape {
                found.extend(
                    structure.fields.iter().filter_map(|field| {
                        Some((format!("{name}.{}", field.wire), field.ty.any()?))
                    }),
                );
            } else {
                let reasons = item.definition.shape.types().into_iter().filter_map(Type::any);
                found.extend(reasons.map(|reason| (name.clone(), reason)));
            }
        }
        found
    }
}

/// A lifted type travels as the definition that it was lifted out of.
pub(crate) fn flow(model: &Model, shapes: &Shapes, name: &str) -> Flow {
    let mut name = name;
    loop {
        match (model.flows.get(name), shapes.get(name).and_then(|it| it.parent.as_deref())) {
            (Some(flow), _) => return *flow,
            (None, Some(parent)) => name = parent,
            (None, None) => return Flow { sent: false, received: true },
        }
    }
}

/// How each member of a struct may be missing, in the order of its fields.
pub(crate) fn slots(
    name: &str,
    definition: &Definition,
    structure: &Struct,
    flow: Flow,
) -> Vec<Slot> {
    let owner = definition.parent.as_deref().unwrap_or(name);
    let mut null_bits = 0..;
    structure
        .fields
        .iter()
        .map(|field| {
            // An experimental member cannot be demanded of a client that has not opted in.
            let required = field.required && !field.experimental;
            if flow.received {
                if required && !field.nullable && is_identity(owner, field) {
                    Slot::Plain
                } else if flow.sent && field.nullable {
                    Slot::Nullable
                } else {
                    Slot::Optional { null_bit: null_bits.next() }
                }
            } else {
                match (required, field.nullable) {
                    (true, false) => Slot::Plain,
                    (true, true) => Slot::NullOption,
                    (false, true) => Slot::Nullable,
                    (false, false) => Slot::Optional { null_bit: None },
                }
            }
        })
        .collect()
}

fn is_identity(owner: &str, field: &Field) -> bool {
    let wire = field.wire.as_str();
    let is_object = |(member, ty): &(&str, &str)| {
        wire == *member && matches!(&field.ty, Type::Named(name) if name == ty)
    };
    IDENTITY_MEMBERS.contains(&wire)
        || wire == "id" && IDENTIFIED.contains(&owner)
        || IDENTITY_OBJECTS.iter().any(is_object)
}

fn box_members(by_name: &mut BTreeMap<String, TypeItem>, boxing: &Boxing) {
    for (name, item) in by_name {
        let Some(rendered) = &mut item.rendered else { continue };
        for field in rendered.fields.iter_mut().filter(|it| boxing.member(name, &it.field.wire)) {
            render::box_field(&mut rendered.item, field);
        }
    }
}
