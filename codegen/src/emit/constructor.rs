//! How a client builds a struct: `new` with what is required, a setter for each of the rest.
//!
//! The signatures are made so that a member which the schema adds later never breaks a caller.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{doc_attributes, ident, rust};
use crate::names;
use crate::shape::{Struct, Type};
use crate::types::{Rendered, RenderedField, Slot, TypeItem, feature_gate};

/// Whether the struct has a `Default`, which it has where nothing is required; and the inherent impl.
pub(super) fn emit(
    name: &str,
    item: &TypeItem,
    rendered: &Rendered,
    structure: &Struct,
) -> (bool, TokenStream) {
    let gate_of = |field: &RenderedField| {
        feature_gate(field.field.experimental && !item.definition.experimental)
    };
    let required = demanded(rendered);
    let is_alternative = |field: &RenderedField| {
        structure.alternatives.iter().flatten().any(|it| *it == field.field.wire)
    };

    let mut methods = Vec::new();
    if structure.alternatives.is_empty() && !required.is_empty() {
        methods.push(constructor("new", rendered, structure, &required, &gate_of));
    }
    for alternative in &structure.alternatives {
        let chosen: Vec<&RenderedField> = rendered
            .fields
            .iter()
            .filter(|it| required.contains_field(it) || alternative.contains(&it.field.wire))
            .collect();
        let name = format!("with_{}", names::snake(&alternative.join("_and_")));
        methods.push(constructor(&name, rendered, structure, &chosen, &gate_of));
    }
    let optional =
        rendered.fields.iter().filter(|it| !required.contains_field(it) && !is_alternative(it));
    methods.extend(optional.map(|field| setter(field, gate_of(field))));

    let has_default = required.is_empty() && structure.alternatives.is_empty();
    if methods.is_empty() {
        return (has_default, TokenStream::new());
    }
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

fn constructor(
    method: &str,
    rendered: &Rendered,
    structure: &Struct,
    given: &Vec<&RenderedField>,
    gate_of: &dyn Fn(&RenderedField) -> Option<syn::Attribute>,
) -> TokenStream {
    let method = ident(method);
    let parameters = given.iter().map(|field| {
        let (ident, Argument { ty, .. }) = (&field.ident, argument(field));
        quote!(#ident: #ty)
    });
    let values = rendered.fields.iter().map(|field| {
        let (gate, ident) = (gate_of(field), &field.ident);
        if given.contains_field(field) {
            match argument(field) {
                it if it.is_stored_as_it_is(ident) => quote!(#gate #ident,),
                Argument { stored, .. } => quote!(#gate #ident: #stored,),
            }
        } else if field.slot == Slot::Nullable {
            quote!(#gate #ident: Nullable::Absent,)
        } else {
            quote!(#gate #ident: None,)
        }
    });
    let rest = structure.open.then(|| quote!(additional: BTreeMap::new(),));
    let nulls = rendered.has_nulls.then(|| quote!(nulls: Nulls::default(),));
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
        /// With what is required; the rest is left out.
        #(#docs)*
        pub fn #method(#(#parameters),*) -> Self {
            Self { #(#values)* #rest #nulls }
        }
    }
}

fn setter(field: &RenderedField, gate: Option<syn::Attribute>) -> TokenStream {
    let (ident, Argument { ty, stored }) = (&field.ident, argument(field));
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
        pub fn #method(mut self, #ident: #ty) -> Self {
            self.#ident = #stored;
            self
        }
    }
}

/// What a caller passes for a field, and how it is stored.
struct Argument {
    ty: TokenStream,
    stored: TokenStream,
}

impl Argument {
    fn is_stored_as_it_is(&self, ident: &syn::Ident) -> bool {
        *ident == self.stored.to_string()
    }
}

fn argument(field: &RenderedField) -> Argument {
    let (ident, value) = (&field.ident, &field.value);
    if field.slot == Slot::Nullable {
        return Argument { ty: quote!(impl Into<Nullable<#value>>), stored: quote!(#ident.into()) };
    }
    if field.slot == Slot::NullOption {
        return Argument { ty: quote!(Option<#value>), stored: quote!(#ident) };
    }
    let boxed = *value != rust(&field.field.ty);
    let (ty, stored) = match &field.field.ty {
        ty @ (Type::Named(_) | Type::String | Type::Secret | Type::Any(_)) => {
            let ty = rust(ty);
            (quote!(impl Into<#ty>), quote!(#ident.into()))
        }
        Type::List(element) if !matches!(**element, Type::Map(_) | Type::Any(_)) => {
            let element = rust(element);
            (
                quote!(impl IntoIterator<Item = impl Into<#element>>),
                quote!(#ident.into_iter().map(Into::into).collect()),
            )
        }
        ty => {
            let ty = rust(ty);
            (quote!(#ty), quote!(#ident))
        }
    };
    let stored = if boxed { quote!(Box::new(#stored)) } else { stored };
    match field.slot {
        Slot::Optional { .. } => Argument { ty, stored: quote!(Some(#stored)) },
        _ => Argument { ty, stored },
    }
}
