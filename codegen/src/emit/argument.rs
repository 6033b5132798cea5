//! What a setter or constructor takes for a member, chosen by the member's shape.
//!
//! A text is taken from whatever holds a text, a path from `&Path` and `PathBuf` too, a free-form object
//! from pairs and JSON; what may be left out is taken as an `Option`, too. How that is done is written
//! by hand in the protocol crate, behind `Into<Nullable<_>>`, `IntoPath` and `IntoObject`.

use proc_macro2::TokenStream;
use quote::quote;

use super::{ident, rust};
use crate::shape::{Shape, Type};
use crate::types::{RenderedField, Slot, Types};

/// Words that a member ends with if it is a path: `cwd`, `filePath`, `extraLogFiles`. Text is taken for
/// such a member all the same, so that a word too many does no harm.
const PATH_WORDS: &[&str] =
    &["cwd", "cwds", "dir", "file", "files", "folder", "path", "paths", "root", "roots"];

/// Members that end with such a word and are no paths.
pub(crate) const NO_PATHS: &[&str] = &["keyPath"];

/// What a caller passes for a field, and how it is stored.
pub(super) struct Argument {
    pub(super) ty: TokenStream,
    pub(super) stored: TokenStream,
}

/// Whether values of this field may turn out not to be sendable.
pub(super) fn can_fail(types: &Types, field: &RenderedField) -> bool {
    is_object(&field.field.ty) || is_path(types, field)
}

/// The argument for a field that has to be given.
pub(super) fn demanded(types: &Types, field: &RenderedField, notes: &TokenStream) -> Argument {
    let Slot::Optional { .. } = field.slot else { return optional(types, field, notes) };
    let plain = RenderedField { slot: Slot::Plain, ..field.clone() };
    let Argument { ty, stored } = optional(types, &plain, notes);
    Argument { ty, stored: quote!(Some(#stored)) }
}

/// The argument for a field that may be missing if its slot says so; `notes` is where it is noted that
/// a value cannot be sent.
pub(super) fn optional(types: &Types, field: &RenderedField, notes: &TokenStream) -> Argument {
    if can_fail(types, field) {
        return checked(field, notes);
    }
    let (ident, value, boxed) = (&parameter(field), &field.value, field.is_boxed);
    match (field.slot, &field.field.ty) {
        (Slot::Nullable, _) => {
            Argument { ty: quote!(impl Into<Nullable<#value>>), stored: quote!(#ident.into()) }
        }
        // Of what may not be null, a list is taken from any iterator.
        (slot @ (Slot::Plain | Slot::Optional { .. }), Type::List(element))
            if !boxed && !matches!(**element, Type::Map(_) | Type::Any(_)) =>
        {
            let element = rust(element);
            let stored = quote!(#ident.into_iter().map(Into::into).collect());
            Argument {
                ty: quote!(impl IntoIterator<Item = impl Into<#element>>),
                stored: if slot == Slot::Plain { stored } else { quote!(Some(#stored)) },
            }
        }
        // Any JSON may be null.
        (Slot::Optional { .. }, Type::Any(_)) => {
            Argument { ty: quote!(impl Into<#value>), stored: quote!(Some(#ident.into())) }
        }
        (Slot::Plain, ty @ (Type::Named(_) | Type::String | Type::Secret | Type::Any(_))) => {
            let ty = rust(ty);
            let stored =
                if boxed { quote!(Box::new(#ident.into())) } else { quote!(#ident.into()) };
            Argument { ty: quote!(impl Into<#ty>), stored }
        }
        (Slot::Plain, _) => Argument { ty: quote!(#value), stored: quote!(#ident) },
        (Slot::Optional { .. } | Slot::NullOption, ty) => {
            let ty = rust(ty);
            let boxed = boxed.then(|| quote!(.map(Box::new)));
            Argument {
                ty: quote!(impl Into<Nullable<#ty>>),
                stored: quote!(#ident.into().into_option()#boxed),
            }
        }
    }
}

/// The argument for a path or an object.
fn checked(field: &RenderedField, notes: &TokenStream) -> Argument {
    let (ident, RenderedField { value, slot, field, .. }) = (&parameter(field), field);
    let (wire, is_object) = (&field.wire, is_object(&field.ty));
    let (bound, convert) = match is_object {
        true => (quote!(IntoObject), quote!(#ident.into_object())),
        false => (quote!(IntoPath), quote!(#ident.into_path())),
    };
    match (slot, &field.ty) {
        (Slot::Plain | Slot::Optional { .. }, Type::List(element)) if !is_object => {
            let element = rust(element);
            let stored = quote!(#notes.keep(#wire, paths(#ident)));
            Argument {
                ty: quote!(impl IntoIterator<Item = impl IntoPath<#element>>),
                stored: if *slot == Slot::Plain { stored } else { quote!(Some(#stored)) },
            }
        }
        (Slot::Plain, _) => Argument {
            ty: quote!(impl #bound<#value>),
            stored: quote!(#notes.keep(#wire, #convert)),
        },
        (Slot::Nullable, _) => Argument {
            ty: quote!(impl #bound<Nullable<#value>>),
            stored: quote!(#notes.keep(#wire, #convert)),
        },
        (Slot::Optional { .. } | Slot::NullOption, _) => Argument {
            ty: quote!(impl #bound<Nullable<#value>>),
            stored: quote!(#notes.keep(#wire, #convert).into_option()),
        },
    }
}

/// Whether a member is an object of which the schema says nothing.
fn is_object(ty: &Type) -> bool {
    matches!(ty, Type::Map(value) if matches!(**value, Type::Any(_)))
}

fn is_path(types: &Types, field: &RenderedField) -> bool {
    let ty = match &field.field.ty {
        Type::List(element) => element,
        ty => ty,
    };
    match ty {
        Type::String => is_named_like_a_path(&field.field.wire),
        Type::Named(name) => match types.by_name.get(name).map(|it| &it.definition.shape) {
            Some(Shape::Text) => is_path_type(name),
            Some(Shape::Untagged(_)) => {
                text_arm(types, name).is_some() && is_named_like_a_path(&field.field.wire)
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether a text with a name of its own is a path by that name: `AbsolutePathBuf`.
pub(super) fn is_path_type(name: &str) -> bool {
    name.ends_with("PathBuf") || name.ends_with("PathString")
}

/// The arm of an untagged union that is a text.
pub(super) fn text_arm<'a>(types: &'a Types, name: &str) -> Option<&'a str> {
    let Shape::Untagged(variants) = &types.by_name.get(name)?.definition.shape else { return None };
    let mut texts = variants.iter().filter(|it| it.payload == Type::String);
    match (texts.next(), texts.next()) {
        (Some(only), None) => Some(&only.name),
        _ => None,
    }
}

/// Whether a client sets a path of this union.
pub(super) fn is_path_union(types: &Types, name: &str) -> bool {
    let is_of_it = |field: &&RenderedField| field.field.ty == Type::Named(name.to_owned());
    text_arm(types, name).is_some()
        && types.by_name.values().filter(|it| it.flow.sent).any(|item| {
            let fields = item.rendered.iter().flat_map(|it| &it.fields);
            fields.filter(is_of_it).any(|field| is_path(types, field))
        })
}

fn is_named_like_a_path(wire: &str) -> bool {
    has_path_word(wire) && !NO_PATHS.contains(&wire)
}

pub(crate) fn has_path_word(wire: &str) -> bool {
    let snake = crate::names::snake(wire);
    let last = snake.rsplit('_').next().unwrap_or_default();
    PATH_WORDS.contains(&last)
}

/// The member's name, but for `paths`, which is a function.
pub(super) fn parameter(field: &RenderedField) -> syn::Ident {
    if field.ident == "paths" { ident("paths_") } else { field.ident.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_a_path_by_its_last_word() {
        for wire in ["cwd", "filePath", "path", "extraLogFiles", "roots", "working_directory_path"]
        {
            assert!(is_named_like_a_path(wire), "{wire}");
        }
        for wire in ["keyPath", "model", "pathology", "fileId", "cwdFilter", "profile"] {
            assert!(!is_named_like_a_path(wire), "{wire}");
        }
    }
}
