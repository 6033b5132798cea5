//! `Debug` of generated structs: prints their members, without internal fields such as `nulls`.

use std::fmt;

use crate::json::Json;

/// Prints a struct with these members.
pub(crate) fn debug_members(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    labels: &[&str],
    values: &[&dyn fmt::Debug],
) -> fmt::Result {
    let mut debug = f.debug_struct(name);
    for (label, value) in labels.iter().zip(values) {
        debug.field(label, value);
    }
    debug.finish()
}

/// Prints a struct without members: its name, and what was sent where nothing was expected.
pub(crate) fn debug_empty(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    unexpected: &Option<Json>,
) -> fmt::Result {
    match unexpected {
        None => f.write_str(name),
        Some(json) => f.debug_tuple(name).field(json).finish(),
    }
}

/// Implements `Debug` of a generated struct: all of its members but footnotes, some of them hidden.
macro_rules! debug {
    ($name:ident { $($(#[$attribute:meta])* $member:ident $(: $hidden:ident)?),* }) => {
        impl ::std::fmt::Debug for $name {
            // A type that a program does not print is not compiled for it.
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::debug::debug_members(
                    f,
                    stringify!($name),
                    &[$($(#[$attribute])* stringify!($member)),*],
                    &[$($(#[$attribute])* &$($hidden)?(&self.$member)),*],
                )
            }
        }
    };
}
pub(crate) use debug;
