//! The Rust type of each value, as typify renders it.
//!
//! One type space serves a whole generation, and each type is rendered once. Names of definitions are not
//! typify's to choose: it sees a number for each, which it replaces by the name as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::Span;
use schemars::schema::Schema;
use serde_json::{Value, json};
use syn::Ident;
use typify::{TypeSpace, TypeSpaceSettings};

use crate::shape::{Shape, Shapes, Type};

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

/// Renders the types of values.
pub(super) struct Values<'a> {
    space: TypeSpace,
    /// The number of each name that members refer to.
    numbers: BTreeMap<&'a str, usize>,
    rendered: BTreeMap<&'a Type, syn::Type>,
}

impl<'a> Values<'a> {
    /// For the members of all structs.
    ///
    /// # Errors
    ///
    /// Fails with typify's message.
    pub(super) fn new(shapes: &'a Shapes) -> Result<Self, String> {
        let structs = shapes.values().filter_map(|it| match &it.shape {
            Shape::Struct(structure) => Some(structure),
            _ => None,
        });
        let names: BTreeSet<&str> =
            structs.flat_map(|it| &it.fields).filter_map(|it| target(&it.ty)).collect();
        let mut settings = TypeSpaceSettings::default();
        settings.with_map_type("::std::collections::BTreeMap");
        for (number, name) in names.iter().enumerate() {
            settings.with_replacement(numbered(number), *name, std::iter::empty());
        }
        let space = guarded(|| {
            let mut space = TypeSpace::new(&settings);
            let replaced = (0..names.len()).map(|number| (numbered(number), Schema::Bool(true)));
            space.add_ref_types(replaced).map_err(|it| it.to_string())?;
            Ok(space)
        })?;
        let numbers = names.into_iter().zip(0..).collect();
        Ok(Self { space, numbers, rendered: BTreeMap::new() })
    }

    /// The Rust type of a member's value.
    ///
    /// # Errors
    ///
    /// Fails with typify's message.
    pub(super) fn render(&mut self, ty: &'a Type) -> Result<syn::Type, String> {
        if let Some(rendered) = self.rendered.get(ty) {
            return Ok(rendered.clone());
        }
        let schema = self.schema(ty);
        let schema: Schema = serde_json::from_value(schema).map_err(|it| it.to_string())?;
        let tokens = guarded(|| {
            let id = self.space.add_type(&schema).map_err(|it| it.to_string())?;
            Ok(self.space.get_type(&id).map_err(|it| it.to_string())?.ident())
        })?;
        let mut rendered: syn::Type = syn::parse2(tokens).map_err(|it| it.to_string())?;
        shorten(&mut rendered);
        self.rendered.insert(ty, rendered.clone());
        Ok(rendered)
    }

    fn schema(&self, ty: &Type) -> Value {
        match ty {
            Type::Named(name) => self.reference(name),
            Type::Secret => self.reference(SECRET),
            Type::String => json!({ "type": "string" }),
            Type::Bool => json!({ "type": "boolean" }),
            Type::Float => json!({ "type": "number", "format": "double" }),
            Type::Integer(rust) => json!({ "type": "integer", "format": integer_format(rust) }),
            Type::Listed { ty, .. } => self.schema(ty),
            Type::List(element) => json!({ "type": "array", "items": self.schema(element) }),
            Type::Map(value) => {
                json!({ "type": "object", "additionalProperties": self.schema(value) })
            }
            Type::Nullable(value) => json!({ "anyOf": [self.schema(value), { "type": "null" }] }),
            Type::Any(_) => Value::Bool(true),
        }
    }

    fn reference(&self, name: &str) -> Value {
        let number = self.numbers.get(name).copied().unwrap_or_default();
        json!({ "$ref": format!("#/definitions/{}", numbered(number)) })
    }
}

/// What [`Type::Secret`] is called.
const SECRET: &str = "Secret";

/// A name that typify takes as it is.
fn numbered(number: usize) -> String {
    format!("N{number}")
}

/// The name that is the core of a type.
fn target(ty: &Type) -> Option<&str> {
    if *ty == Type::Secret { Some(SECRET) } else { ty.named() }
}

/// typify panics on shapes that it does not expect.
fn guarded<T>(run: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err("it panicked".to_owned()))
}

/// `u32` to `uint32`.
fn integer_format(rust: &str) -> String {
    let (sign, bits) = rust.split_at(1);
    let prefix = if sign == "u" { "uint" } else { "int" };
    format!("{prefix}{bits}")
}

/// Shortens the paths of [`SHORTER`], at every depth.
fn shorten(ty: &mut syn::Type) {
    struct Shortener;
    impl syn::visit_mut::VisitMut for Shortener {
        fn visit_path_mut(&mut self, path: &mut syn::Path) {
            syn::visit_mut::visit_path_mut(self, path);
            let full: String = path.segments.iter().map(|it| format!("::{}", it.ident)).collect();
            if path.leading_colon.is_some()
                && let Some((_, short)) = SHORTER.iter().find(|(long, _)| *long == full)
                && let Some(mut last) = path.segments.pop()
            {
                last.ident = Ident::new(short, Span::call_site());
                *path = syn::Path::from(last);
            }
        }
    }
    syn::visit_mut::VisitMut::visit_type_mut(&mut Shortener, ty);
}
