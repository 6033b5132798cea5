//! The table of which releases have which methods.

use proc_macro2::TokenStream;
use quote::quote;

use super::ident;
use crate::history::History;

/// The table, and the releases that it was made from.
pub(super) fn table(history: &History) -> TokenStream {
    let versions: Vec<&str> = history.versions().collect();
    let methods = history.methods();
    let rows = methods.iter().map(|(name, kind, availability)| {
        let direction = ident(kind.name());
        let introduced = versions[availability.introduced];
        let [stable, removed] = [availability.stable, availability.removed].map(|at| match at {
            Some(at) => {
                let version = versions[at];
                quote!(Some(#version))
            }
            None => quote!(None),
        });
        quote!(row(#name, #direction, #introduced, #stable, #removed))
    });
    quote! {
        use crate::method::Direction::{
            ClientNotification, ClientRequest, ServerNotification, ServerRequest,
        };
        use crate::method_history::{MethodHistory, row};

        /// The app-server releases that [`HISTORY`] was made from, oldest first. They are some of
        /// the releases, not all.
        pub const HISTORY_RELEASES: &[&str] = &[#(#versions),*];

        /// When each method was introduced and removed, sorted by name: the methods in
        /// [`METHODS`](super::METHODS), and those that were removed.
        pub const HISTORY: &[MethodHistory] = &[#(#rows),*];
    }
}
