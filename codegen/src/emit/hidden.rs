//! The names of members that `Debug` hides, for JSON without a type.

use proc_macro2::TokenStream;
use quote::quote;

use crate::normalise::{HIDDEN_MEMBERS, SECRET_MEMBERS};

/// Both lists, as the generator reads the schema with them.
pub(super) fn lists() -> TokenStream {
    let (secret, hidden) = (SECRET_MEMBERS, HIDDEN_MEMBERS);
    quote! {
        /// Members with secret text.
        pub(crate) const SECRET_MEMBERS: &[&str] = &[#(#secret),*];

        /// Members whose values may hold secrets under any name.
        pub(crate) const HIDDEN_MEMBERS: &[&str] = &[#(#hidden),*];
    }
}
