//! What ties a params type to its method and its response, and the table of all methods.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::{doc_attributes, ident};
use crate::model::{Method, MethodKind, Model};
use crate::shape::Shape;
use crate::types::{Types, feature_gate};

/// For each type that stands for methods, the impl; structs for methods without params of their own
/// included.
pub(super) fn emit(model: &Model) -> BTreeMap<String, TokenStream> {
    let mut by_type: BTreeMap<(String, MethodKind), Vec<&Method>> = BTreeMap::new();
    for method in &model.methods {
        by_type.entry((method.type_name(), method.kind)).or_default().push(method);
    }
    let mut tokens: BTreeMap<String, TokenStream> = BTreeMap::new();
    for ((name, kind), methods) in by_type {
        let impls = match (kind, methods.as_slice()) {
            (MethodKind::ServerNotification, methods) => notification(&name, methods),
            (_, methods) => methods.iter().map(|method| single(&name, method)).collect(),
        };
        tokens.entry(name).or_default().extend(impls);
    }
    tokens
}

fn single(params: &str, method: &Method) -> TokenStream {
    let feature = feature_gate(method.experimental);
    let (params, wire, experimental) = (ident(params), &method.name, method.experimental);
    let unit = match (&method.params, &method.stand_in) {
        (None, _) => Some(unit(&params, method)),
        (Some(shared), Some(_)) => Some(stand_in(&params, &ident(shared), method)),
        (Some(_), None) => None,
    };
    let response = method.response.as_deref().map(ident);
    let has_params = method.params.is_some();
    match method.kind {
        MethodKind::ClientRequest => quote! {
            #unit
            #feature
            impl ClientRequest for #params {
                const METHOD: &'static str = #wire;
                const EXPERIMENTAL: bool = #experimental;
                const HAS_PARAMS: bool = #has_params;
                type Response = #response;
            }
        },
        MethodKind::ClientNotification => quote! {
            #unit
            #feature
            impl ClientNotification for #params {
                const METHOD: &'static str = #wire;
                const EXPERIMENTAL: bool = #experimental;
                const HAS_PARAMS: bool = #has_params;
            }
        },
        _ => quote! {
            #unit
            #feature
            impl ServerRequestParams for #params {
                const METHOD: &'static str = #wire;
                const EXPERIMENTAL: bool = #experimental;
                type Response = #response;
            }
        },
    }
}

fn notification(params: &str, methods: &[&Method]) -> TokenStream {
    let feature = feature_gate(methods.iter().all(|method| method.experimental));
    let params_ident = ident(params);
    let unit = methods.first().filter(|it| it.params.is_none()).map(|it| unit(&params_ident, it));
    let wires = methods.iter().map(|method| &method.name);
    quote! {
        #unit
        #feature
        impl ServerNotificationParams for #params_ident {
            const METHODS: &'static [&'static str] = &[#(#wires),*];
        }
    }
}

/// The struct that stands for a method without params.
fn unit(name: &syn::Ident, method: &Method) -> TokenStream {
    let feature = feature_gate(method.experimental);
    let docs = doc_attributes(method.own_docs.as_deref());
    quote! {
        #docs
        #feature
        #[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
        #[expect(clippy::exhaustive_structs, reason = "stands for a method without params")]
        pub struct #name;
        #feature
        no_params! { #name }
    }
}

/// The struct that stands for a method whose params stand for another one.
fn stand_in(name: &syn::Ident, shared: &syn::Ident, method: &Method) -> TokenStream {
    let feature = feature_gate(method.experimental);
    let docs = doc_attributes(method.own_docs.as_deref());
    quote! {
        #docs
        #feature
        #[derive(Clone, Debug, PartialEq)]
        #[expect(clippy::exhaustive_structs, reason = "the params, and which method they are of")]
        pub struct #name(pub #shared);
        #feature
        impl From<#shared> for #name {
            fn from(params: #shared) -> Self {
                Self(params)
            }
        }
        #feature
        impl Serialize for #name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }
        #feature
        impl Decode for #name {
            fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
                reader.value().map(Self)
            }
        }
        #feature
        deserialize_via_json! { #name }
    }
}

/// The table of all methods, and the version that they are of.
pub(super) fn table(server_version: &str, model: &Model, types: &Types) -> TokenStream {
    let rows = model.methods.iter().map(|method| {
        let Method { name, experimental, .. } = method;
        let members = experimental_members(method, types);
        let direction = ident(method.kind.name());
        let params = method.params.as_ref().map(|_| method.type_name());
        let params = option(params.as_deref());
        let response = option(method.response.as_deref());
        quote! {
            MethodInfo {
                name: #name,
                direction: Direction::#direction,
                experimental: #experimental,
                experimental_members: &[#(#members),*],
                params: #params,
                response: #response,
            }
        }
    });
    let lists = [false, true].map(|experimental| list(model, experimental));
    quote! {
        use crate::method::{Direction, MethodInfo};

        /// The app-server release whose schema this crate was generated from.
        pub const SCHEMA_VERSION: &str = #server_version;

        /// All methods of the protocol, including the experimental ones, sorted by direction and
        /// then by name.
        pub const METHODS: &[MethodInfo] = &[#(#rows),*];

        #(#lists)*
    }
}

/// A macro with the types that stand for methods, for tables that need the types themselves.
fn list(model: &Model, experimental: bool) -> TokenStream {
    let types_of = |kind: MethodKind| {
        let mut names: Vec<_> = model
            .methods
            .iter()
            .filter(|it| it.kind == kind)
            .map(|it| (it.type_name(), it.experimental))
            .collect();
        // Several methods may share their params, which are there if one of the methods is.
        names.sort();
        names.dedup_by(|next, first| next.0 == first.0);
        let names = names.into_iter().filter(|it| it.1 == experimental);
        names.map(|(name, _)| ident(&name)).collect::<Vec<_>>()
    };
    let client_requests = types_of(MethodKind::ClientRequest);
    let server_requests = types_of(MethodKind::ServerRequest);
    let notifications = types_of(MethodKind::ServerNotification);
    let (name, which, feature) = match experimental {
        false => ("for_each_stable_method", "stable", ""),
        true => {
            ("for_each_experimental_method", "experimental", ". Needs the feature `experimental`")
        }
    };
    let name = ident(name);
    let docs = format!(
        "Calls a macro with the params types of all {which} methods{feature}.\n\nThe macro gets three \
         lists, so that a table made from them is complete after each update of this crate:\n\n\
         ```text\nClientRequest: [A, B], ServerRequest: [C], ServerNotification: [D]\n```"
    );
    let docs = doc_attributes(Some(&docs));
    quote! {
        #docs
        #[macro_export]
        macro_rules! #name {
            ($callback:ident) => {
                $callback! {
                    ClientRequest: [#(#client_requests),*],
                    ServerRequest: [#(#server_requests),*],
                    ServerNotification: [#(#notifications),*]
                }
            };
        }
    }
}

/// The members of a method's params that only the experimental bundle has.
fn experimental_members<'a>(method: &Method, types: &'a Types) -> Vec<&'a str> {
    let params = method.params.as_ref().and_then(|it| types.by_name.get(it));
    match params.map(|it| &it.definition.shape) {
        Some(Shape::Struct(structure)) => {
            let members = structure.fields.iter().filter(|it| it.experimental);
            members.map(|it| it.wire.as_str()).collect()
        }
        _ => Vec::new(),
    }
}

fn option(name: Option<&str>) -> TokenStream {
    match name {
        Some(name) => quote!(Some(#name)),
        None => quote!(None),
    }
}
