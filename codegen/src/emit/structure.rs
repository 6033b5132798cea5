//! A struct: its item, how it is decoded, how it is encoded, how a client builds it.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::{constructor, doc_attributes, ident};
use crate::shape::Struct;
use crate::types::{Rendered, RenderedField, Slot, TypeItem, Types, feature_gate};

/// The item and its impls.
pub(super) fn emit(types: &Types, name: &str, item: &TypeItem, structure: &Struct) -> TokenStream {
    let Some(rendered) = &item.rendered else { return TokenStream::new() };
    let emitter = Emitter {
        has_notes: item.flow.sent && constructor::has_notes(types, rendered),
        name: ident(name),
        rendered,
        structure,
        is_experimental: item.definition.experimental,
        feature: feature_gate(item.definition.experimental),
    };
    let (has_default, build) = match item.flow.sent {
        true => constructor::emit(types, name, item, rendered, structure),
        false => (false, TokenStream::new()),
    };
    let debug = emitter.debug();
    let declaration = emitter.declaration(item.definition.docs.as_deref(), has_default);
    if emitter.is_empty() {
        let (name, feature) = (&emitter.name, &emitter.feature);
        return quote!(#declaration #build #feature empty_record! { #name });
    }
    let decode = emitter.decode();
    let encode = emitter.encode();
    quote!(#declaration #debug #build #decode #encode)
}

struct Emitter<'a> {
    name: syn::Ident,
    /// Whether it is noted of a value what cannot be sent of it.
    has_notes: bool,
    rendered: &'a Rendered,
    structure: &'a Struct,
    is_experimental: bool,
    feature: Option<TokenStream>,
}

impl Emitter<'_> {
    /// Whether the schema has no members for it.
    fn is_empty(&self) -> bool {
        self.rendered.fields.is_empty() && self.structure.tag.is_none() && !self.structure.open
    }

    fn gate(&self, field: &RenderedField) -> Option<TokenStream> {
        feature_gate(field.field.experimental && !self.is_experimental)
    }

    /// The struct itself, its fields by name.
    fn declaration(&self, docs: Option<&str>, has_default: bool) -> TokenStream {
        let (name, feature, docs) = (&self.name, &self.feature, doc_attributes(docs));
        let debug = (!self.is_empty() && !self.has_own_debug()).then(|| quote!(Debug,));
        let default = has_default.then(|| quote!(Default,));
        let mut fields: Vec<&RenderedField> = self.rendered.fields.iter().collect();
        fields.sort_by(|left, right| left.ident.cmp(&right.ident));
        let fields = fields.into_iter().map(|field| {
            let (gate, ident, value) = (self.gate(field), &field.ident, &field.value);
            let docs = doc_attributes(field.field.docs.as_deref());
            let ty = match field.slot {
                Slot::Plain => quote!(#value),
                Slot::Optional { .. } | Slot::NullOption => quote!(Option<#value>),
                Slot::Nullable => quote!(Nullable<#value>),
            };
            quote!(#docs #gate pub #ident: #ty,)
        });
        let rest = self.structure.open.then(|| {
            quote! {
                /// Members that the schema does not name.
                pub additional: BTreeMap<String, Value>,
            }
        });
        let nulls = self.rendered.has_nulls.then(|| quote!(pub(crate) nulls: Nulls,));
        let notes = self.has_notes.then(|| quote!(pub(crate) unsendable: Unsendable,));
        let unexpected = self.is_empty().then(|| quote!(pub(crate) unexpected: Option<Json>,));
        quote! {
            #docs
            #feature
            #[derive(Clone, #debug #default PartialEq)]
            #[non_exhaustive]
            pub struct #name { #(#fields)* #rest #nulls #notes #unexpected }
        }
    }

    fn has_own_debug(&self) -> bool {
        let has_footnotes = self.rendered.has_nulls || self.has_notes;
        let has_hidden =
            self.structure.open || self.rendered.fields.iter().any(|it| it.field.hidden);
        !self.is_empty() && (has_footnotes || has_hidden)
    }

    /// Prints all but footnotes and what may hold secrets, if there is any of that.
    fn debug(&self) -> Option<TokenStream> {
        if !self.has_own_debug() {
            return None;
        }
        let (name, feature) = (&self.name, &self.feature);
        let members = self.rendered.fields.iter().map(|field| {
            let (gate, ident) = (self.gate(field), &field.ident);
            let hidden = field.field.hidden.then(|| quote!(: Hidden));
            quote!(#gate #ident #hidden)
        });
        let rest = self.structure.open.then(|| quote!(additional: Hidden));
        let members = members.chain(rest);
        Some(quote!(#feature debug! { #name { #(#members),* } }))
    }

    fn decode(&self) -> TokenStream {
        let (name, feature) = (&self.name, &self.feature);
        if self.structure.open {
            return self.decode_open();
        }
        let blanks = self.rendered.fields.iter().map(|field| self.blank(field));
        let footnotes = self.footnotes();
        let wires = self.rendered.fields.iter().map(|field| &field.field.wire);
        let fields = self.rendered.fields.iter().enumerate();
        let required = fields
            .filter(|(_, field)| field.slot == Slot::Plain)
            .map(|(place, _)| Literal::usize_unsuffixed(place));
        let arms = self.rendered.fields.iter().enumerate().map(|(place, it)| self.arm(place, it));
        quote! {
            #feature
            impl Blank for #name {
                fn blank() -> Self {
                    Self { #(#blanks)* #footnotes }
                }
            }
            #feature
            impl Record for #name {
                #[inline]
                fn member(
                    &mut self,
                    place: usize,
                    reader: &mut Reader<'_>,
                ) -> Result<(), DecodeError> {
                    match place {
                        #(#arms,)*
                        _ => reader.skip(),
                    }
                }
            }
            #feature
            record! { #name { required: [#(#required),*], members: [#(#wires),*] } }
        }
    }

    /// A struct that keeps the members which the schema does not name; there are few of them.
    fn decode_open(&self) -> TokenStream {
        let (name, feature) = (&self.name, &self.feature);
        let blanks = self.rendered.fields.iter().map(|field| self.blank(field));
        let footnotes = self.footnotes();
        let arms = self.rendered.fields.iter().map(|field| {
            let (gate, wire, store) =
                (self.gate(field), &field.field.wire, self.store(field, "out"));
            quote!(#gate #wire => #store)
        });
        quote! {
            #feature
            impl Blank for #name {
                fn blank() -> Self {
                    Self { #(#blanks)* additional: BTreeMap::new(), #footnotes }
                }
            }
            #feature
            impl Decode for #name {
                fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
                    let mut out = Self::blank();
                    reader.begin_object()?;
                    while let Some(key) = reader.next_key()? {
                        match &*key {
                            #(#arms,)*
                            _ => reader.value().map(|value| {
                                out.additional.insert(key.into_owned(), value);
                            }),
                        }?;
                    }
                    Ok(out)
                }
            }
            #feature
            deserialize_via_json! { #name }
        }
    }

    /// The members that are not on the wire, as they are at first.
    fn footnotes(&self) -> TokenStream {
        let nulls = self.rendered.has_nulls.then(|| quote!(nulls: Nulls::default(),));
        let notes = self.has_notes.then(|| quote!(unsendable: Unsendable::default(),));
        quote!(#nulls #notes)
    }

    fn blank(&self, field: &RenderedField) -> TokenStream {
        let (gate, ident) = (self.gate(field), &field.ident);
        let value = match field.slot {
            Slot::Plain => quote!(Blank::blank()),
            Slot::Optional { .. } | Slot::NullOption => quote!(None),
            Slot::Nullable => quote!(Nullable::Absent),
        };
        quote!(#gate #ident: #value,)
    }

    /// What to do with the value of the member at this place.
    fn arm(&self, place: usize, field: &RenderedField) -> TokenStream {
        let (gate, place) = (self.gate(field), Literal::usize_unsuffixed(place));
        let store = self.store(field, "self");
        quote!(#gate #place => #store)
    }

    fn store(&self, field: &RenderedField, out: &str) -> TokenStream {
        let (ident, out) = (&field.ident, ident(out));
        match field.slot {
            Slot::Optional { null_bit: Some(bit) } => {
                let bit = Literal::usize_unsuffixed(bit);
                quote!(reader.store_optional(&mut #out.#ident, &mut #out.nulls, #bit))
            }
            _ => quote!(reader.store(&mut #out.#ident)),
        }
    }

    fn encode(&self) -> TokenStream {
        let (name, feature) = (&self.name, &self.feature);
        let tag = self
            .structure
            .tag
            .as_ref()
            .map(|(tag, value)| quote!(map.serialize_entry(#tag, #value)?;));
        let check = self.has_notes.then(|| quote!(self.unsendable.check::<S::Error>()?;));
        let entries = self.rendered.fields.iter().map(|field| self.entry(field));
        let rest = self.structure.open.then(|| {
            quote! {
                for (key, value) in &self.additional {
                    map.serialize_entry(key, value)?;
                }
            }
        });
        quote! {
            #feature
            impl Serialize for #name {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    #check
                    let mut map = serializer.serialize_map(None)?;
                    #tag
                    #(#entries)*
                    #rest
                    map.end()
                }
            }
        }
    }

    fn entry(&self, field: &RenderedField) -> TokenStream {
        let (gate, ident, wire) = (self.gate(field), &field.ident, &field.field.wire);
        match field.slot {
            Slot::Plain | Slot::NullOption => {
                quote!(#gate map.serialize_entry(#wire, &self.#ident)?;)
            }
            Slot::Optional { null_bit } => {
                let null = match null_bit {
                    Some(bit) => {
                        let bit = Literal::usize_unsuffixed(bit);
                        quote!(self.nulls.contains(#bit))
                    }
                    None => quote!(false),
                };
                quote!(#gate optional(&mut map, #wire, &self.#ident, #null)?;)
            }
            Slot::Nullable => {
                let helper = format_ident!("nullable");
                quote!(#gate #helper(&mut map, #wire, &self.#ident)?;)
            }
        }
    }
}
