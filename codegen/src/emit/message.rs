//! The enums of what the server says and asks, and where each message's ids live.

use proc_macro2::TokenStream;
use quote::quote;

use super::{doc_attributes, ident, union};
use crate::model::{Method, MethodKind, Model};
use crate::shape::{Shape, Type};
use crate::types::{Slot, Types, feature_gate};
use crate::{Error, names};

/// `ServerNotification`.
pub(super) fn notifications(model: &Model, types: &Types) -> Result<TokenStream, Error> {
    let docs = quote! {
        /// A decoded notification from the server.
        ///
        /// The variants are named after the methods. A method that this crate does not know is
        /// [`Unknown`](Self::Unknown), and so is a known one whose params have another shape.
    };
    message(model, types, MethodKind::ServerNotification, &docs)
}

/// `ServerRequest`.
pub(super) fn requests(model: &Model, types: &Types) -> Result<TokenStream, Error> {
    let docs = quote! {
        /// A decoded request from the server. The server waits for a reply.
        ///
        /// The variants are named after the methods. Encode the reply with
        /// [`encode_response`](crate::encode_response).
        ///
        /// A method that this crate does not know is [`Unknown`](Self::Unknown), and so is a known
        /// one whose params have another shape. Reply to it with an error, by
        /// [`encode_error`](crate::encode_error).
    };
    message(model, types, MethodKind::ServerRequest, &docs)
}

/// One method as a variant.
struct Message<'a> {
    method: &'a Method,
    variant: syn::Ident,
    gate: Option<TokenStream>,
}

fn message(
    model: &Model,
    types: &Types,
    kind: MethodKind,
    docs: &TokenStream,
) -> Result<TokenStream, Error> {
    let methods: Vec<&Method> = model.methods.iter().filter(|it| it.kind == kind).collect();
    let variants = names::variants(kind.name(), methods.iter().map(|it| it.name.as_str()))?;
    let messages: Vec<Message<'_>> = methods
        .into_iter()
        .zip(variants)
        .map(|(method, variant)| Message {
            method,
            variant: ident(&variant),
            gate: feature_gate(method.experimental),
        })
        .collect();
    let name = ident(kind.name());
    let declared = messages.iter().map(|Message { method, variant, gate }| {
        let line = format!(" `{}`", method.name);
        let docs = doc_attributes(method.docs.as_deref());
        let blank = method.docs.is_some().then(|| quote!(#[doc = ""]));
        let payload = method.params.as_ref().map(|params| {
            let params = ident(params);
            quote!((Box<#params>))
        });
        quote!(#[doc = #line] #blank #docs #gate #variant #payload,)
    });
    let codec = codec(&name, &messages);
    let method_names = messages.iter().map(|Message { method, variant, gate }| {
        let (wire, pattern) = (&method.name, pattern(method));
        quote!(#gate Self::#variant #pattern => #wire,)
    });
    let accessors = ID_SOURCES.iter().map(|source| accessor(types, &messages, source));
    Ok(quote! {
        use super::*;

        #docs
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#declared)*
            /// A method that this version of the crate does not know, or params of another shape.
            Unknown {
                /// The method, as it was sent.
                method: Box<str>,
                /// The params, as they were sent. `None` if there were none.
                params: Option<Json>,
            },
        }

        impl #name {
            /// Returns the name of the method on the wire.
            pub fn method(&self) -> &str {
                match self {
                    #(#method_names)*
                    Self::Unknown { method, .. } => method,
                }
            }

            #(#accessors)*

            /// Returns whether this is [`Unknown`](Self::Unknown).
            pub fn is_unknown(&self) -> bool {
                matches!(self, Self::Unknown { .. })
            }
        }

        #codec
    })
}

/// How a message is read and written.
fn codec(name: &syn::Ident, messages: &[Message<'_>]) -> TokenStream {
    let known = known(messages);
    let encoded = messages.iter().map(|Message { method, variant, gate }| match method.params {
        Some(_) => quote!(#gate Self::#variant(params) => map.serialize_entry("params", params),),
        None => quote!(#gate Self::#variant => Ok(()),),
    });
    quote! {
        impl Message for #name {
            #known

            fn unknown(method: Box<str>, params: Option<Json>) -> Self {
                Self::Unknown { method, params }
            }

            fn params<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                match self {
                    #(#encoded)*
                    Self::Unknown { params, .. } => optional(map, "params", params, false),
                }
            }
        }

        /// Serializes as on the wire: the method and the params.
        impl Serialize for #name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serialize_message(self.method(), self, serializer)
            }
        }
    }
}

fn pattern(method: &Method) -> Option<TokenStream> {
    method.params.as_ref().map(|_| quote!((_)))
}

/// The method to its variant, by length first: one jump instead of a comparison a method.
fn known(messages: &[Message<'_>]) -> TokenStream {
    let mut lengths: Vec<usize> = messages.iter().map(|it| it.method.name.len()).collect();
    lengths.sort_unstable();
    lengths.dedup();
    let arms = lengths.into_iter().map(|length| {
        let of_length = messages.iter().filter(|it| it.method.name.len() == length);
        let arms = of_length.map(|Message { method, variant, gate }| {
            let wire = &method.name;
            match method.params {
                Some(_) => quote!(#gate #wire => Self::#variant(reader.value()?),),
                None => quote! {
                    #gate
                    #wire => {
                        reader.skip()?;
                        Self::#variant
                    }
                },
            }
        });
        let length = proc_macro2::Literal::usize_unsuffixed(length);
        quote!(#length => match method { #(#arms)* _ => return Ok(None), },)
    });
    quote! {
        fn known(method: &str, reader: &mut Reader<'_>) -> Result<Option<Self>, DecodeError> {
            Ok(Some(match method.len() {
                #(#arms)*
                _ => return Ok(None),
            }))
        }
    }
}

/// Where an id of a message may stand in its params.
struct IdSource {
    accessor: &'static str,
    /// The member that is the id.
    member: &'static str,
    /// The member whose `id` it is.
    object: &'static str,
}

const ID_SOURCES: &[IdSource] = &[
    IdSource { accessor: "thread_id", member: "threadId", object: "thread" },
    IdSource { accessor: "turn_id", member: "turnId", object: "turn" },
    IdSource { accessor: "item_id", member: "itemId", object: "item" },
];

fn accessor(types: &Types, messages: &[Message<'_>], source: &IdSource) -> TokenStream {
    let IdSource { accessor, member, object } = source;
    let arms: Vec<TokenStream> = messages
        .iter()
        .filter_map(|Message { method, variant, gate }| {
            let value = id(types, method.params.as_deref()?, source)?;
            Some(quote!(#gate Self::#variant(value) => #value,))
        })
        .collect();
    let docs = format!(
        " Returns the id of the {object} that the message is about: `{member}` or `{object}.id`."
    );
    let accessor = ident(accessor);
    quote! {
        #[doc = #docs]
        pub fn #accessor(&self) -> Option<&str> {
            match self {
                #(#arms)*
                Self::Unknown { params: Some(params), .. } => {
                    params.str_at(&[#member]).or_else(|| params.str_at(&[#object, "id"]))
                }
                _ => None,
            }
        }
    }
}

/// The expression for an id in the params `value`, as `Option<&str>`.
fn id(types: &Types, params: &str, source: &IdSource) -> Option<TokenStream> {
    if union::id_field(types, params, source.member).is_some() {
        return Some(union::id_of(types, params, source.member));
    }
    let item = types.by_name.get(params)?;
    if let Shape::Tagged { variants, .. } = &item.definition.shape {
        let accessor = ident(source.accessor);
        return union::common_ids(types, variants)
            .contains(&source.member)
            .then(|| quote!(value.#accessor()));
    }
    let fields = &item.rendered.as_ref()?.fields;
    let field = fields.iter().find(|it| it.field.wire == source.object)?;
    let (ident, of_object) = (&field.ident, id_of_object(types, &field.field.ty)?);
    Some(match field.slot {
        Slot::Plain => quote!({
            let value = &value.#ident;
            #of_object
        }),
        _ => quote!(value.#ident.as_ref().and_then(|value| #of_object)),
    })
}

/// The expression for the `id` of the object `value`, as `Option<&str>`.
fn id_of_object(types: &Types, ty: &Type) -> Option<TokenStream> {
    let Type::Named(name) = ty else { return None };
    match &types.by_name.get(name)?.definition.shape {
        Shape::Tagged { variants, .. } => {
            union::common_ids(types, variants).contains(&"id").then(|| quote!(value.id()))
        }
        _ => union::id_field(types, name, "id").map(|_| union::id_of(types, name, "id")),
    }
}
