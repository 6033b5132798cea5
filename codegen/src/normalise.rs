//! Stage 3: each definition to one of a few shapes.
//!
//! Schema to schema by small rules (`rules`), schema to shape by a strict reader (`read`), and
//! the two bundles to one graph that knows what only the experimental one has (`merge`).

mod arms;
mod listed;
mod merge;
mod opaque;
mod read;
mod rules;

use std::collections::BTreeMap;

use serde_json::Value;

pub(crate) use self::opaque::Opaque;
pub(crate) use self::read::{HIDDEN_MEMBERS, SECRET_MEMBERS};
use crate::Error;
use crate::load::Bundle;
use crate::shape::Shapes;

/// Definitions that are not rendered as types: the unions of methods become tables and enums of
/// their own, and the JSON-RPC envelope is written by hand in the protocol crate.
pub(crate) const NOT_TYPES: &[&str] = &[
    "ClientNotification",
    "ClientRequest",
    "JSONRPCError",
    "JSONRPCErrorError",
    "JSONRPCMessage",
    "JSONRPCNotification",
    "JSONRPCRequest",
    "JSONRPCResponse",
    "RequestId",
    "ServerNotification",
    "ServerRequest",
];

/// Reduces every definition of both bundles to its shape, and marks what only the experimental
/// bundle has.
///
/// # Errors
///
/// Fails with the definition's name if it has a shape that is not known, or if the stable bundle has
/// something that the experimental one has differently.
pub fn normalise(stable: &Bundle, experimental: &Bundle) -> Result<Shapes, Error> {
    let (shapes, failed) = read(stable, experimental);
    match failed.into_values().next() {
        Some(reason) => Err(reason),
        None => Ok(shapes),
    }
}

/// The same, but for the definitions of which no shape can be made: those come by themselves.
pub(crate) fn as_far_as_known(
    stable: &Bundle,
    experimental: &Bundle,
) -> (Shapes, BTreeMap<String, Opaque>) {
    let (shapes, failed) = read(stable, experimental);
    let opaque = failed.into_iter().map(|(name, reason)| {
        let schema = [experimental, stable].into_iter().find_map(|it| it.definitions.get(&name));
        (name, Opaque::new(schema.unwrap_or(&Value::Null), &reason))
    });
    (shapes, opaque.collect())
}

/// The shapes of both bundles, and why those of some definitions are missing.
fn read(stable: &Bundle, experimental: &Bundle) -> (Shapes, BTreeMap<String, Error>) {
    let (of_stable, mut failed) = shapes(stable);
    let (of_experimental, more) = shapes(experimental);
    failed.extend(more);
    (merge::merge(&of_stable, of_experimental, &mut failed), failed)
}

/// The shapes of a bundle, and why those of some definitions are missing.
fn shapes(bundle: &Bundle) -> (Shapes, BTreeMap<String, Error>) {
    let mut reader = read::Reader::new(bundle);
    let mut failed = BTreeMap::new();
    for (name, schema) in &bundle.definitions {
        if NOT_TYPES.contains(&name.as_str()) {
            continue;
        }
        let mut schema = schema.clone();
        rules::apply(&mut schema);
        if let Err(reason) = reader.definition(name, &schema) {
            failed.insert(name.clone(), reason);
        }
    }
    (reader.finish(), failed)
}
