//! Stage 4: the members of structs as Rust.
//!
//! typify renders the type of each value (`types/values.rs`). What we decide: the names of fields, how a member
//! may be missing ([`Slot`]), what is boxed. Enums and unions are not typify's business at all; they are
//! emitted from their shape, because they are open.

mod values;

use std::collections::BTreeMap;

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Ident, parse_quote};

use self::values::Values;
use crate::boxing::Boxing;
use crate::model::{Flow, Model};
use crate::shape::{AnyReason, Definition, Field, Shape, Shapes, Struct, Type};
use crate::{Error, names};

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
    /// Whether that is a `Box`.
    pub is_boxed: bool,
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
/// Fails with the definition's name if it has too many members, or if typify refuses one.
pub fn types(model: &Model, shapes: &Shapes) -> Result<Types, Error> {
    let failed = |definition: &str, message: String| Error::Typify {
        definition: definition.to_owned(),
        message,
    };
    let boxing = Boxing::of(shapes);
    let mut values = Values::new(shapes).map_err(|message| failed("the names", message))?;
    let mut by_name = BTreeMap::new();
    for (name, definition) in shapes {
        let flow = flow(model, shapes, name);
        let rendered = match &definition.shape {
            Shape::Struct(structure) => {
                if structure.fields.len() > MOST_MEMBERS {
                    return Err(Error::TooManyMembers { definition: name.clone() });
                }
                let slots = slots(name, definition, structure, flow);
                let wires = structure.fields.iter().map(|it| it.wire.as_str());
                let idents = names::members(name, wires)?;
                let mut fields = Vec::with_capacity(slots.len());
                for ((field, slot), ident) in structure.fields.iter().zip(slots).zip(idents) {
                    let mut value =
                        values.render(&field.ty).map_err(|message| failed(name, message))?;
                    let is_boxed = boxing.member(name, &field.wire);
                    if is_boxed {
                        value = parse_quote!(Box<#value>);
                    }
                    let ident = Ident::new(&ident, Span::call_site());
                    fields.push(RenderedField {
                        field: field.clone(),
                        ident,
                        value,
                        is_boxed,
                        slot,
                    });
                }
                let is_noted =
                    |it: &RenderedField| matches!(it.slot, Slot::Optional { null_bit: Some(_) });
                Some(Rendered { has_nulls: fields.iter().any(is_noted), fields })
            }
            _ => None,
        };
        by_name.insert(name.clone(), TypeItem { definition: definition.clone(), flow, rendered });
    }
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

/// `#[cfg(feature = "experimental")]`, if so.
pub(crate) fn feature_gate(experimental: bool) -> Option<TokenStream> {
    experimental.then(|| quote!(#[cfg(feature = "experimental")]))
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
