//! Unions whose arms only their own form tells apart.

use proc_macro2::TokenStream;
use quote::quote;

use super::union::{Arm, assemble};
use super::{argument, ident};
use crate::shape::{Field, Shape, Struct, Type, UntaggedVariant};
use crate::types::{TypeItem, Types, feature_gate};
use crate::{Error, names};

/// How far below an arm its requirements are looked at: what a type requires can lead back to it.
const DEEPEST: usize = 2;

/// A union whose arms are told apart by their form alone.
pub(super) fn untagged(
    types: &Types,
    union: &str,
    item: &TypeItem,
    variants: &[UntaggedVariant],
) -> Result<TokenStream, Error> {
    let idents = names::variants(union, variants.iter().map(|it| it.name.as_str()))?;
    let arms: Vec<Arm<'_>> = variants
        .iter()
        .zip(idents)
        .map(|(variant, name)| Arm {
            ident: ident(&name),
            wire: &variant.name,
            docs: variant.docs.as_deref(),
            payload: Some(&variant.payload),
            is_boxed: types.boxing.arm(union, &variant.payload),
            gate: None,
        })
        .collect();
    let attempts = arms.iter().zip(variants).map(|(arm, variant)| {
        let own = members(types, &variant.payload);
        let others = variants.iter().filter(|it| it.name != variant.name);
        let mut foreign: Vec<&str> = others
            .flat_map(|it| members(types, &it.payload))
            .filter(|it| !own.contains(it))
            .collect();
        foreign.sort_unstable();
        foreign.dedup();
        attempt(types, arm, &variant.payload, &foreign)
    });
    let known = quote!(#(#attempts)* Ok(None));
    let encoded = arms
        .iter()
        .map(|Arm { ident, .. }| quote!(Self::#ident(value) => value.serialize(serializer),));
    let assembled =
        assemble(union, item, &arms, &known, &quote!(#(#encoded)*), &TokenStream::new());
    let path = (item.flow.sent && argument::is_path_union(types, union)).then(|| {
        let (name, feature) = (ident(union), feature_gate(item.definition.experimental));
        quote!(#feature path_arm! { #name })
    });
    Ok(quote!(#assembled #path))
}

/// Returns the arm if the JSON ahead is it. A member that only another arm has speaks against it, one
/// that no arm has does not.
fn attempt(types: &Types, arm: &Arm<'_>, payload: &Type, foreign: &[&str]) -> TokenStream {
    let ident = &arm.ident;
    let is_object = !members(types, payload).is_empty();
    let none =
        (is_object && !foreign.is_empty()).then(|| quote!(has_none(reader, &[#(#foreign),*])?));
    let conditions = conditions(types, payload, &[]).into_iter().chain(none);
    let value = match arm.payload_type() {
        Some(ty) if is_open_union(types, payload) => {
            quote!(attempt_if(reader, |it: &#ty| !it.is_unknown())?)
        }
        _ => quote!(attempt(reader)?),
    };
    quote! {
        if #(#conditions &&)* let Some(value) = #value {
            return Ok(Some(Self::#ident(value)));
        }
    }
}

/// The members that a payload knows, those of a union's arms together.
fn members<'a>(types: &'a Types, payload: &Type) -> Vec<&'a str> {
    let Type::Named(name) = payload else { return Vec::new() };
    match types.by_name.get(name).map(|it| &it.definition.shape) {
        Some(Shape::Struct(structure)) => {
            structure.fields.iter().map(|field| field.wire.as_str()).collect()
        }
        Some(Shape::Untagged(arms)) => {
            arms.iter().flat_map(|arm| members(types, &arm.payload)).collect()
        }
        _ => Vec::new(),
    }
}

/// What must hold of the JSON ahead, and of what it requires in turn, for it to be this payload.
fn conditions(types: &Types, payload: &Type, path: &[&str]) -> Vec<TokenStream> {
    let Some(structure) = structure(types, payload) else { return Vec::new() };
    let required: Vec<&Field> = structure.fields.iter().filter(|it| it.required).collect();
    let wires = required.iter().map(|field| &field.wire);
    let mut found = vec![quote!(has_members(reader, &[#(#path),*], &[#(#wires),*])?)];
    for field in required {
        let Type::Named(name) = &field.ty else { continue };
        let shape = types.by_name.get(name).map(|it| &it.definition.shape);
        if let Some(Shape::StringEnum(values)) = shape {
            let (wire, values) = (&field.wire, values.iter().map(|it| &it.wire));
            found.push(quote!(has_value(reader, &[#(#path),*], #wire, &[#(#values),*])?));
        } else if path.len() < DEEPEST {
            let below: Vec<&str> = path.iter().copied().chain([field.wire.as_str()]).collect();
            found.extend(conditions(types, &field.ty, &below));
        }
    }
    found
}

fn structure<'a>(types: &'a Types, payload: &Type) -> Option<&'a Struct> {
    let Type::Named(name) = payload else { return None };
    match &types.by_name.get(name)?.definition.shape {
        Shape::Struct(structure) => Some(structure),
        _ => None,
    }
}

fn is_open_union(types: &Types, payload: &Type) -> bool {
    let Type::Named(name) = payload else { return false };
    types.by_name.get(name).is_some_and(|item| {
        matches!(
            item.definition.shape,
            Shape::StringEnum(_) | Shape::Tagged { .. } | Shape::Keyed(_) | Shape::Untagged(_)
        )
    })
}
