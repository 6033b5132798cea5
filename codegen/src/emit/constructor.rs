//! How a client builds a struct: `new` with what is required, a setter for each of the rest.
//!
//! The signatures are made so that a member which the schema adds later never breaks a caller.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::argument::{self, Argument};
use super::{doc_attributes, ident};
use crate::names;
use crate::shape::Struct;
use crate::types::{Rendered, RenderedField, Slot, TypeItem, Types, feature_gate};

/// Whether the struct has a `Default`, which it has where nothing is required; and the inherent impl.
pub(super) fn emit(
    types: &Types,
    name: &str,
    item: &TypeItem,
    rendered: &Rendered,
    structure: &Struct,
) -> (bool, TokenStream) {
    let required = demanded(rendered);
    let builder =
        Builder { types, rendered, structure, is_experimental: item.definition.experimental };
    let is_alternative = |field: &RenderedField| {
        structure.alternatives.iter().flatten().any(|it| *it == field.field.wire)
    };

    let mut methods = Vec::new();
    let has_default = required.is_empty() && structure.alternatives.is_empty();
    if has_default {
        methods.push(quote! {
            /// Creates a value with no members set. Members that are not set are not sent.
            #[inline]
            #[must_use]
            pub fn new() -> Self {
                Self::default()
            }
        });
    } else if structure.alternatives.is_empty() {
        methods.push(builder.constructor("new", &required));
    }
    for alternative in &structure.alternatives {
        let chosen: Vec<&RenderedField> = rendered
            .fields
            .iter()
            .filter(|it| required.contains_field(it) || alternative.contains(&it.field.wire))
            .collect();
        let name = format!("with_{}", names::snake(&alternative.join("_and_")));
        methods.push(builder.constructor(&name, &chosen));
    }
    let optional =
        rendered.fields.iter().filter(|it| !required.contains_field(it) && !is_alternative(it));
    methods.extend(optional.map(|field| builder.setter(field)));
    let (name, feature) = (ident(name), feature_gate(item.definition.experimental));
    (has_default, quote!(#feature impl #name { #(#methods)* }))
}

/// What a client has to give, the ids first: `new(thread_id, input)`.
fn demanded(rendered: &Rendered) -> Vec<&RenderedField> {
    let mut fields: Vec<_> = rendered.fields.iter().filter(|it| is_demanded(it)).collect();
    fields.sort_by_key(|field| {
        let place = ID_MEMBERS.iter().position(|id| *id == field.field.wire);
        place.unwrap_or(ID_MEMBERS.len())
    });
    fields
}

/// The ids that come first among the parameters, from the outermost in.
pub(crate) const ID_MEMBERS: &[&str] = &["threadId", "turnId", "expectedTurnId", "itemId", "id"];

/// Whether a client has to give this member: the schema requires it, of everybody.
fn is_demanded(field: &RenderedField) -> bool {
    matches!(field.slot, Slot::Plain | Slot::NullOption)
        || field.field.required && !field.field.experimental
}

trait ContainsField {
    fn contains_field(&self, field: &RenderedField) -> bool;
}

impl ContainsField for Vec<&RenderedField> {
    fn contains_field(&self, field: &RenderedField) -> bool {
        self.iter().any(|it| it.ident == field.ident)
    }
}

struct Builder<'a> {
    types: &'a Types,
    rendered: &'a Rendered,
    structure: &'a Struct,
    is_experimental: bool,
}

impl Builder<'_> {
    fn gate(&self, field: &RenderedField) -> Option<TokenStream> {
        feature_gate(field.field.experimental && !self.is_experimental)
    }

    fn constructor(&self, method: &str, given: &Vec<&RenderedField>) -> TokenStream {
        let (method, notes) = (ident(method), quote!(unsendable));
        let parameters = given.iter().map(|field| {
            let ident = argument::parameter(field);
            let Argument { ty, .. } = argument::demanded(self.types, field, &notes);
            quote!(#ident: #ty)
        });
        let values = self.rendered.fields.iter().map(|field| {
            let (gate, ident) = (self.gate(field), &field.ident);
            if given.contains_field(field) {
                let Argument { stored, .. } = argument::demanded(self.types, field, &notes);
                match *ident == stored.to_string() {
                    true => quote!(#gate #ident,),
                    false => quote!(#gate #ident: #stored,),
                }
            } else if field.slot == Slot::Nullable {
                quote!(#gate #ident: Nullable::Absent,)
            } else {
                quote!(#gate #ident: None,)
            }
        });
        let rest = self.structure.open.then(|| quote!(additional: BTreeMap::new(),));
        let nulls = self.rendered.has_nulls.then(|| quote!(nulls: Nulls::default(),));
        let is_noted = given.iter().any(|field| argument::can_fail(self.types, field));
        let (note, kept) = match (is_noted, has_notes(self.types, self.rendered)) {
            (true, _) => (
                Some(quote!(let mut unsendable = Unsendable::default();)),
                Some(quote!(unsendable,)),
            ),
            (false, true) => (None, Some(quote!(unsendable: Unsendable::default(),))),
            (false, false) => (None, None),
        };
        let docs = given.iter().filter_map(|field| {
            let line = field.field.docs.as_deref()?.lines().next()?;
            Some(format!("`{}`: {line}", field.ident))
        });
        let docs: Vec<TokenStream> = docs
            .map(|line| {
                let line = doc_attributes(Some(&line));
                quote!(#[doc = ""] #line)
            })
            .collect();
        quote! {
            /// Creates a value with these members. All others are left out.
            #(#docs)*
            pub fn #method(#(#parameters),*) -> Self {
                #note
                Self { #(#values)* #rest #nulls #kept }
            }
        }
    }

    fn setter(&self, field: &RenderedField) -> TokenStream {
        let (gate, ident, parameter) = (self.gate(field), &field.ident, argument::parameter(field));
        let Argument { ty, stored } =
            argument::optional(self.types, field, &quote!(self.unsendable));
        let method = match ident.to_string().as_str() {
            // `new` and `default` are taken.
            taken @ ("new" | "default") => format_ident!("{taken}_"),
            _ => ident.clone(),
        };
        let docs = match &field.field.docs {
            Some(docs) => doc_attributes(Some(docs)),
            None => {
                let line = format!(" Sets `{}`.", field.field.wire);
                quote!(#[doc = #line])
            }
        };
        quote! {
            #docs
            #gate
            #[must_use]
            pub fn #method(mut self, #parameter: #ty) -> Self {
                self.#ident = #stored;
                self
            }
        }
    }
}

/// Whether the struct notes what cannot be sent.
pub(super) fn has_notes(types: &Types, rendered: &Rendered) -> bool {
    rendered.fields.iter().any(|field| argument::can_fail(types, field))
}
