//! One struct through typify, and the `syn` pass that makes it ours.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::Span;
use quote::quote;
use schemars::schema::Schema;
use serde_json::{Map, Value, json};
use syn::{Ident, ItemStruct, parse_quote};
use typify::{TypeSpace, TypeSpaceSettings};

use super::{Rendered, RenderedField, Slot};
use crate::shape::{Definition, Struct, Type};
use crate::{Error, docs, names};

/// Paths that typify writes in full, and what they are called where the protocol crate's prelude is
/// in scope. Matched as a whole: another `Value` stays what it is.
const SHORTER: &[(&str, &str)] = &[
    ("::std::string::String", "String"),
    ("::std::vec::Vec", "Vec"),
    ("::std::option::Option", "Option"),
    ("::serde_json::Value", "Value"),
    ("::std::collections::BTreeMap", "BTreeMap"),
    // What typify takes for an object without description; one kind of map is enough.
    ("::serde_json::Map", "BTreeMap"),
];

/// Renders one struct.
pub(super) fn render(
    name: &str,
    definition: &Definition,
    structure: &Struct,
    slots: &[Slot],
) -> Result<Rendered, Error> {
    let item = match structure.fields.as_slice() {
        // typify takes an object without members for a map.
        [] => empty(name),
        _ => typified(name, structure)?,
    };
    ours(name, definition, structure, slots, item)
}

/// Puts a box around the value of a field.
pub(super) fn box_field(item: &mut ItemStruct, field: &mut RenderedField) {
    let value = &field.value;
    field.value = parse_quote!(Box<#value>);
    let ty = wrapped(&field.value, field.slot);
    for it in &mut item.fields {
        if it.ident.as_ref() == Some(&field.ident) {
            it.ty = ty.clone();
        }
    }
}

fn empty(name: &str) -> ItemStruct {
    let ident = Ident::new(name, Span::call_site());
    parse_quote!(pub struct #ident {})
}

/// What typify makes of the struct, all members required: how they may be missing is not its to say.
fn typified(name: &str, structure: &Struct) -> Result<ItemStruct, Error> {
    let failed = |message: String| Error::Typify { definition: name.to_owned(), message };
    let schema = schema(structure);
    let schema: Schema =
        serde_json::from_value(schema).map_err(|error| failed(error.to_string()))?;
    let mut settings = TypeSpaceSettings::default();
    settings.with_map_type("::std::collections::BTreeMap");
    let targets: BTreeSet<&str> = structure.fields.iter().filter_map(|it| target(&it.ty)).collect();
    for target in &targets {
        settings.with_replacement(*target, *target, std::iter::empty());
    }
    // typify panics on shapes that it does not expect.
    let rendered = catch_unwind(AssertUnwindSafe(|| {
        let mut space = TypeSpace::new(&settings);
        let replaced = targets.iter().map(|name| ((*name).to_owned(), Schema::Bool(true)));
        space.add_ref_types(replaced).map_err(|it| it.to_string())?;
        space.add_type_with_name(&schema, Some(name.to_owned())).map_err(|it| it.to_string())?;
        Ok(space.to_stream())
    }));
    let stream = rendered.map_err(|_| failed("it panicked".to_owned()))?.map_err(failed)?;
    let file: syn::File = syn::parse2(stream).map_err(|error| failed(error.to_string()))?;
    file.items
        .into_iter()
        .find_map(|item| match item {
            syn::Item::Struct(item) if item.ident == name => Some(item),
            _ => None,
        })
        .ok_or_else(|| failed("it rendered no struct of that name".to_owned()))
}

/// The name that typify has to take as it is.
fn target(ty: &Type) -> Option<&str> {
    if *ty == Type::Secret { Some("Secret") } else { ty.named() }
}

fn schema(structure: &Struct) -> Value {
    let properties: Map<String, Value> =
        structure.fields.iter().map(|field| (field.wire.clone(), type_schema(&field.ty))).collect();
    let required: Vec<&str> = structure.fields.iter().map(|field| field.wire.as_str()).collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

fn type_schema(ty: &Type) -> Value {
    match ty {
        Type::Named(name) => json!({ "$ref": format!("#/definitions/{name}") }),
        Type::String => json!({ "type": "string" }),
        Type::Secret => json!({ "$ref": "#/definitions/Secret" }),
        Type::Bool => json!({ "type": "boolean" }),
        Type::Float => json!({ "type": "number", "format": "double" }),
        Type::Integer(rust) => json!({ "type": "integer", "format": integer_format(rust) }),
        Type::Listed { ty, .. } => type_schema(ty),
        Type::List(element) => json!({ "type": "array", "items": type_schema(element) }),
        Type::Map(value) => {
            json!({ "type": "object", "additionalProperties": type_schema(value) })
        }
        Type::Nullable(value) => json!({ "anyOf": [type_schema(value), { "type": "null" }] }),
        Type::Any(_) => Value::Bool(true),
    }
}

/// `u32` to `uint32`.
fn integer_format(rust: &str) -> String {
    let (sign, bits) = rust.split_at(1);
    let prefix = if sign == "u" { "uint" } else { "int" };
    format!("{prefix}{bits}")
}

/// The `syn` pass: our derives, cleaned docs, short paths, wrapped types; none of typify's attributes.
fn ours(
    name: &str,
    definition: &Definition,
    structure: &Struct,
    slots: &[Slot],
    mut item: ItemStruct,
) -> Result<Rendered, Error> {
    let names = names::members(name, structure.fields.iter().map(|it| it.wire.as_str()))?;
    let mut fields = Vec::new();
    for ((field, slot), rust) in structure.fields.iter().zip(slots).zip(names) {
        let rendered = item.fields.iter_mut().find(|it| wire_name(it) == Some(field.wire.clone()));
        let Some(rendered) = rendered else {
            let message = format!("it dropped the member {}", field.wire);
            return Err(Error::Typify { definition: name.to_owned(), message });
        };
        let ident = Ident::new(&rust, Span::call_site());
        let value = shortened(&rendered.ty);
        let docs = field.docs.as_deref().map(docs::lines).unwrap_or_default();
        let feature = feature_gate(field.experimental && !definition.experimental);
        rendered.attrs = parse_quote!(#(#[doc = #docs])* #feature);
        rendered.ident = Some(ident.clone());
        rendered.ty = wrapped(&value, *slot);
        fields.push(RenderedField { field: field.clone(), ident, value, slot: *slot });
    }
    let has_nulls = slots.iter().any(|it| matches!(it, Slot::Optional { null_bit: Some(_) }));
    add_field(&mut item, structure.open, || {
        parse_quote!(
            /// Members that the schema does not name.
            pub additional: BTreeMap<String, Value>
        )
    });
    add_field(&mut item, has_nulls, || parse_quote!(pub(crate) nulls: Nulls));
    let docs = definition.docs.as_deref().map(docs::lines).unwrap_or_default();
    let feature = feature_gate(definition.experimental);
    item.attrs = parse_quote! {
        #(#[doc = #docs])*
        #feature
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
    };
    Ok(Rendered { item, fields, has_nulls })
}

fn add_field(item: &mut ItemStruct, wanted: bool, field: impl FnOnce() -> syn::Field) {
    if let (true, syn::Fields::Named(fields)) = (wanted, &mut item.fields) {
        fields.named.push(field());
    }
}

/// `#[cfg(feature = "experimental")]`, if so.
pub(crate) fn feature_gate(experimental: bool) -> Option<syn::Attribute> {
    experimental.then(|| parse_quote!(#[cfg(feature = "experimental")]))
}

/// The wire name of a field that typify rendered: its `rename`, or its own name.
fn wire_name(field: &syn::Field) -> Option<String> {
    let mut renamed = None;
    for attribute in field.attrs.iter().filter(|it| it.path().is_ident("serde")) {
        // Attributes of other forms are skipped; a field without `rename` is named as on the wire.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                let value: syn::LitStr = meta.value()?.parse()?;
                renamed = Some(value.value());
            }
            Ok(())
        });
    }
    renamed.or_else(|| field.ident.as_ref().map(ToString::to_string))
}

fn wrapped(value: &syn::Type, slot: Slot) -> syn::Type {
    match slot {
        Slot::Plain => value.clone(),
        Slot::Optional { .. } | Slot::NullOption => parse_quote!(Option<#value>),
        Slot::Nullable => parse_quote!(Nullable<#value>),
    }
}

/// The same type with the paths of [`SHORTER`] shortened, at every depth.
fn shortened(ty: &syn::Type) -> syn::Type {
    struct Shortener;
    impl syn::visit_mut::VisitMut for Shortener {
        fn visit_path_mut(&mut self, path: &mut syn::Path) {
            syn::visit_mut::visit_path_mut(self, path);
            let mut full = path.clone();
            if let Some(last) = full.segments.last_mut() {
                last.arguments = syn::PathArguments::None;
            }
            let full = quote!(#full).to_string().replace(' ', "");
            if let Some((_, short)) = SHORTER.iter().find(|(long, _)| *long == full)
                && let Some(mut last) = path.segments.pop()
            {
                last.ident = Ident::new(short, Span::call_site());
                *path = syn::Path::from(last);
            }
        }
    }
    let mut ty = ty.clone();
    syn::visit_mut::VisitMut::visit_type_mut(&mut Shortener, &mut ty);
    ty
}
