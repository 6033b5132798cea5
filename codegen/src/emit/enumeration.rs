//! String enums, string newtypes and aliases: declarations, and one macro line each.
//!
//! What is the same for all of them is written by hand in the protocol crate, behind the macros.

use proc_macro2::TokenStream;
use quote::quote;

use super::argument::is_path_type;
use super::{doc_attributes, ident, rust};
use crate::shape::{Definition, EnumValue, Type};
use crate::types::feature_gate;
use crate::{Error, names};

/// A string enum, open by its `Unknown` arm.
pub(super) fn emit(
    name: &str,
    definition: &Definition,
    values: &[EnumValue],
) -> Result<TokenStream, Error> {
    let variants = names::variants(name, values.iter().map(|value| value.wire.as_str()))?;
    let variants: Vec<syn::Ident> = variants.iter().map(|it| ident(it)).collect();
    let (docs, feature) =
        (doc_attributes(definition.docs.as_deref()), feature_gate(definition.experimental));
    let gate = |value: &EnumValue| feature_gate(value.experimental && !definition.experimental);
    let declared = values.iter().zip(&variants).map(|(value, variant)| {
        let (docs, gate) = (doc_attributes(value.docs.as_deref()), gate(value));
        quote!(#docs #gate #variant,)
    });
    let listed = values.iter().zip(&variants).map(|(value, variant)| {
        let (wire, gate) = (&value.wire, gate(value));
        quote!(#gate #wire => #variant,)
    });
    let name = ident(name);
    Ok(quote! {
        #docs
        #feature
        #[derive(Clone, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#declared)*
            /// A value that this version of the crate does not know, as it was sent.
            Unknown(Json),
        }
        #feature
        string_enum! { #name { #(#listed)* } }
    })
}

/// A string with a name of its own.
pub(super) fn newtype(name: &str, definition: &Definition) -> TokenStream {
    let (docs, feature) =
        (doc_attributes(definition.docs.as_deref()), feature_gate(definition.experimental));
    let path = is_path_type(name)
        .then(|| ident(name))
        .map(|name| quote!(#feature path_newtype! { #name }));
    let name = ident(name);
    quote! {
        #docs
        #feature
        #[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[expect(clippy::exhaustive_structs, reason = "a string and nothing else")]
        pub struct #name(pub String);
        #feature
        string_newtype! { #name }
        #path
    }
}

/// Another name for a type.
pub(super) fn alias(name: &str, definition: &Definition, ty: &Type) -> TokenStream {
    let (docs, feature) =
        (doc_attributes(definition.docs.as_deref()), feature_gate(definition.experimental));
    let (name, ty) = (ident(name), rust(ty));
    quote!(#docs #feature pub type #name = #ty;)
}
