//! Unions that say which of their arms they are, tagged and keyed; each is open by its `Unknown` arm.
//!
//! An emitter writes what is particular to one union, `known`; falling back to `Unknown` is written
//! by hand in the protocol crate.

use proc_macro2::TokenStream;
use quote::quote;

use super::{doc_attributes, ident, rust};
use crate::shape::{Type, Variant};
use crate::types::{RenderedField, Slot, TypeItem, Types, feature_gate};
use crate::{Error, names};

/// An arm, with everything that the emitters need of it.
pub(super) struct Arm<'a> {
    pub(super) ident: syn::Ident,
    pub(super) wire: &'a str,
    pub(super) docs: Option<&'a str>,
    pub(super) payload: Option<&'a Type>,
    pub(super) is_boxed: bool,
    pub(super) gate: Option<TokenStream>,
}

impl Arm<'_> {
    pub(super) fn payload_type(&self) -> Option<TokenStream> {
        let ty = rust(self.payload?);
        Some(if self.is_boxed { quote!(Box<#ty>) } else { ty })
    }
}

/// A union whose arms are told apart by a member.
pub(super) fn tagged(
    types: &Types,
    name: &str,
    item: &TypeItem,
    tag: &str,
    variants: &[Variant],
) -> Result<TokenStream, Error> {
    let arms = arms(types, name, item, variants)?;
    let known = arms.iter().map(|Arm { ident, wire, payload, gate, .. }| match payload {
        Some(_) => quote!(#gate #wire => Self::#ident(reader.value()?),),
        None => quote! {
            #gate
            #wire => {
                reader.skip()?;
                Self::#ident
            }
        },
    });
    let encoded = arms.iter().map(|Arm { ident, wire, payload, gate, .. }| match payload {
        Some(_) => quote!(#gate Self::#ident(value) => value.serialize(serializer),),
        None => quote!(#gate Self::#ident => tag_only(serializer, #tag, #wire),),
    });
    let known = quote! {
        let Some(tag) = reader.peek_tag(#tag)? else { return Ok(None) };
        Ok(Some(match &*tag {
            #(#known)*
            _ => return Ok(None),
        }))
    };
    let accessors = accessors(types, item, variants, &arms);
    Ok(assemble(name, item, &arms, &known, &quote!(#(#encoded)*), &accessors))
}

/// A union of strings and objects with one key.
pub(super) fn keyed(
    types: &Types,
    name: &str,
    item: &TypeItem,
    variants: &[Variant],
) -> Result<TokenStream, Error> {
    let arms = arms(types, name, item, variants)?;
    let strings = arms.iter().filter(|arm| arm.payload.is_none());
    let strings: Vec<_> = strings
        .map(|Arm { ident, wire, gate, .. }| quote!(#gate #wire => Some(Self::#ident),))
        .collect();
    let objects = arms.iter().filter(|arm| arm.payload.is_some()).map(|arm| {
        let Arm { ident, wire, gate, .. } = arm;
        quote!(#gate #wire => Self::#ident(reader.value()?),)
    });
    let encoded = arms.iter().map(|Arm { ident, wire, payload, gate, .. }| match payload {
        Some(_) => quote!(#gate Self::#ident(value) => single_key(serializer, #wire, value),),
        None => quote!(#gate Self::#ident => serializer.serialize_str(#wire),),
    });
    let strings = (!strings.is_empty()).then(|| {
        quote! {
            if reader.peek_kind() == Kind::String {
                return Ok(match &*reader.string()? {
                    #(#strings)*
                    _ => None,
                });
            }
        }
    });
    let known = quote! {
        #strings
        let Some(key) = reader.enter_single_key()? else { return Ok(None) };
        let value = match &*key {
            #(#objects)*
            _ => return Ok(None),
        };
        reader.leave_single_key()?;
        Ok(Some(value))
    };
    Ok(assemble(name, item, &arms, &known, &quote!(#(#encoded)*), &TokenStream::new()))
}

fn arms<'a>(
    types: &Types,
    union: &str,
    item: &TypeItem,
    variants: &'a [Variant],
) -> Result<Vec<Arm<'a>>, Error> {
    let idents = names::variants(union, variants.iter().map(|it| it.wire.as_str()))?;
    let arms = variants.iter().zip(idents).map(|(variant, name)| Arm {
        ident: ident(&name),
        wire: &variant.wire,
        docs: variant.docs.as_deref(),
        payload: variant.payload.as_ref(),
        is_boxed: variant.payload.as_ref().is_some_and(|it| types.boxing.arm(union, it)),
        gate: feature_gate(variant.experimental && !item.definition.experimental),
    });
    Ok(arms.collect())
}

/// The enum and its impls, around the body of `known` and the arms of `serialize`.
pub(super) fn assemble(
    name: &str,
    item: &TypeItem,
    arms: &[Arm<'_>],
    known: &TokenStream,
    encoded: &TokenStream,
    accessors: &TokenStream,
) -> TokenStream {
    let (docs, feature) = (
        doc_attributes(item.definition.docs.as_deref()),
        feature_gate(item.definition.experimental),
    );
    let declared = arms.iter().map(|arm| {
        let (docs, gate, ident) = (doc_attributes(arm.docs), &arm.gate, &arm.ident);
        match arm.payload_type() {
            Some(ty) => quote!(#docs #gate #ident(#ty),),
            None => quote!(#docs #gate #ident,),
        }
    });
    let conversions = if item.flow.sent { conversions(name, item, arms) } else { Vec::new() };
    let name = ident(name);
    quote! {
        #docs
        #feature
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#declared)*
            /// A variant that this version of the crate does not know, or a known one of another
            /// shape, as it was sent.
            Unknown(Json),
        }
        #accessors
        #feature
        impl OpenUnion for #name {
            fn known(reader: &mut Reader<'_>) -> Result<Option<Self>, DecodeError> {
                #known
            }

            fn unknown(json: Json) -> Self {
                Self::Unknown(json)
            }
        }
        #feature
        impl Serialize for #name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    #encoded
                    Self::Unknown(json) => json.serialize(serializer),
                }
            }
        }
        #feature
        open_union! { #name }
        #(#conversions)*
    }
}

/// `From` each payload that only one arm has, so that a client need not know what is boxed, nor make
/// the union itself for a setter.
fn conversions(name: &str, item: &TypeItem, arms: &[Arm<'_>]) -> Vec<TokenStream> {
    let name = ident(name);
    let is_unique =
        |arm: &&Arm<'_>| arms.iter().filter(|other| other.payload == arm.payload).count() == 1;
    arms.iter()
        .filter(is_unique)
        .filter_map(|arm| {
            let (variant, ty) = (&arm.ident, arm.payload_type()?);
            let feature = feature_gate(item.definition.experimental || arm.gate.is_some());
            match arm.payload? {
                Type::Named(_) | Type::List(_) => {
                    Some(quote!(#feature arm! { #name::#variant(#ty) }))
                }
                Type::String => Some(quote!(#feature text_arm! { #name::#variant })),
                _ => None,
            }
        })
        .collect()
}

/// Accessors for the ids that every arm of a received union has.
fn accessors(
    types: &Types,
    item: &TypeItem,
    variants: &[Variant],
    arms: &[Arm<'_>],
) -> TokenStream {
    let accessors: Vec<TokenStream> = common_ids(types, variants)
        .into_iter()
        .map(|wire| {
            let method = ident(&names::snake(wire));
            let reads = arms.iter().map(|Arm { ident, gate, payload, .. }| {
                let value = id_of(types, payload.and_then(Type::named).unwrap_or_default(), wire);
                quote!(#gate Self::#ident(value) => #value,)
            });
            let docs = format!(" Returns the `{wire}`, which every variant has.");
            quote! {
                #[doc = #docs]
                pub fn #method(&self) -> Option<&str> {
                    match self {
                        #(#reads)*
                        Self::Unknown(json) => json.str_at(&[#wire]),
                    }
                }
            }
        })
        .collect();
    if accessors.is_empty() {
        return TokenStream::new();
    }
    let name = variants.first().and_then(|it| it.payload.as_ref()).and_then(Type::named);
    let parent =
        name.and_then(|it| types.by_name.get(it)).and_then(|it| it.definition.parent.as_deref());
    let (name, feature) =
        (ident(parent.unwrap_or_default()), feature_gate(item.definition.experimental));
    quote!(#feature impl #name { #(#accessors)* })
}

/// Which ids all arms of a union have as a string.
pub(super) fn common_ids(types: &Types, variants: &[Variant]) -> Vec<&'static str> {
    let payload =
        |variant: &Variant| variant.payload.as_ref().and_then(Type::named).map(str::to_owned);
    ["id", "itemId", "threadId", "turnId"]
        .into_iter()
        .filter(|wire| {
            variants.iter().all(|variant| {
                payload(variant).is_some_and(|name| id_field(types, &name, wire).is_some())
            })
        })
        .collect()
}

/// The expression for an id member of `value`, as `Option<&str>`.
pub(super) fn id_of(types: &Types, payload: &str, wire: &str) -> TokenStream {
    let Some(RenderedField { ident, slot, .. }) = id_field(types, payload, wire) else {
        return quote!(None);
    };
    match slot {
        Slot::Plain => quote!(Some(&value.#ident)),
        Slot::Nullable => quote!(value.#ident.as_option().map(String::as_str)),
        _ => quote!(value.#ident.as_deref()),
    }
}

/// The string member of a struct; `None` if it has no such member.
pub(super) fn id_field<'a>(
    types: &'a Types,
    payload: &str,
    wire: &str,
) -> Option<&'a RenderedField> {
    let rendered = types.by_name.get(payload)?.rendered.as_ref()?;
    let field = rendered.fields.iter().find(|it| it.field.wire == wire)?;
    (field.field.ty == Type::String && !field.field.experimental).then_some(field)
}
