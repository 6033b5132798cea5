//! Stage 5: the source text, one file a domain.
//!
//! Emitters read the model and the types, never a schema. Each returns tokens; only `render` turns
//! tokens into text.

pub(crate) mod argument;
pub(crate) mod constructor;
mod enumeration;
mod hidden;
mod history;
mod message;
mod method;
pub(crate) mod placement;
mod render;
mod structure;
mod union;
mod untagged;

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};

use crate::history::History;
use crate::model::Model;
use crate::report::Report;
use crate::shape::{Shape, Type};
use crate::types::Types;
use crate::{Error, Output};

/// Every file of the generated folder, not laid out yet.
#[derive(Debug)]
pub(crate) struct Emitted {
    files: BTreeMap<String, syn::File>,
    /// What each file says of itself.
    docs: BTreeMap<String, String>,
    report: Report,
}

impl Emitted {
    /// The text of each file.
    pub(crate) fn lay_out(self) -> Output {
        let files = render::lay_out(&self.files, &self.docs);
        let mut report = self.report;
        report.n_lines = files.values().map(|text| text.lines().count()).sum();
        Output { files, report }
    }
}

/// Emits every file of the generated folder.
///
/// # Errors
///
/// Fails if two wire names become one Rust name, or if the generator has produced something that is
/// not Rust.
pub(crate) fn emit(
    server_version: &str,
    model: &Model,
    types: &Types,
    history: &History,
) -> Result<Emitted, Error> {
    let mut items: BTreeMap<&str, TokenStream> = BTreeMap::new();
    for (name, item) in &types.by_name {
        let tokens = match &item.definition.shape {
            Shape::Struct(structure) => structure::emit(types, name, item, structure),
            Shape::StringEnum(values) => enumeration::emit(name, &item.definition, values)?,
            Shape::Text => enumeration::newtype(name, &item.definition),
            Shape::Alias(ty) => enumeration::alias(name, &item.definition, ty),
            Shape::Tagged { tag, variants } => union::tagged(types, name, item, tag, variants)?,
            Shape::Keyed(variants) => union::keyed(types, name, item, variants)?,
            Shape::Untagged(variants) => untagged::untagged(types, name, item, variants)?,
        };
        items.insert(name, tokens);
    }
    let methods = method::emit(model);
    let mut files = placement::files(model, types, &items, &methods)?;
    files.insert("notification".to_owned(), message::notifications(model, types)?);
    files.insert("request".to_owned(), message::requests(model, types)?);
    files.insert("methods".to_owned(), method::table(server_version, model, types));
    files.insert("history".to_owned(), history::table(history));
    files.insert(HIDDEN.to_owned(), hidden::lists());

    let docs = render::docs(files.keys(), &placement::methods(model, types));
    Ok(Emitted { files: render::parse(files)?, docs, report: Report::new(model, types) })
}

/// The file of what the crate knows and does not export.
const HIDDEN: &str = "hidden";

/// A type of the graph in Rust.
fn rust(ty: &Type) -> TokenStream {
    match ty {
        Type::Named(name) => ident(name).into_token_stream(),
        Type::String => quote!(String),
        Type::Secret => quote!(Secret),
        Type::Bool => quote!(bool),
        Type::Float => quote!(f64),
        Type::Listed { ty, .. } => rust(ty),
        Type::Integer(rust) => ident(rust).into_token_stream(),
        Type::List(element) => {
            let element = rust(element);
            quote!(Vec<#element>)
        }
        Type::Map(value) => {
            let value = rust(value);
            quote!(BTreeMap<String, #value>)
        }
        Type::Nullable(value) => {
            let value = rust(value);
            quote!(Option<#value>)
        }
        Type::Any(_) => quote!(Value),
    }
}

fn ident(name: &str) -> syn::Ident {
    syn::Ident::new(name, proc_macro2::Span::call_site())
}

/// `#[doc = …]` attributes for a description.
fn doc_attributes(docs: Option<&str>) -> TokenStream {
    let lines = docs.map(crate::docs::lines).unwrap_or_default();
    quote!(#(#[doc = #lines])*)
}
