//! Stage 3: each definition to one of a few shapes.
//!
//! Schema to schema by small rules (`rules`), schema to shape by a strict reader (`read`), and
//! the two bundles to one graph that knows what only the experimental one has (`merge`).

mod arms;
mod listed;
mod merge;
mod read;
mod rules;

use crate::Error;
use crate::load::Bundle;
use crate::shape::Shapes;

/// Definitions that are not rendered as types: the unions of methods become tables and enums of
/// their own, and the JSON-RPC envelope is written by hand in the protocol crate.
const NOT_TYPES: &[&str] = &[
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
    merge::merge(&shapes(stable)?, shapes(experimental)?)
}

fn shapes(bundle: &Bundle) -> Result<Shapes, Error> {
    let mut reader = read::Reader::new(bundle);
    for (name, schema) in &bundle.definitions {
        if NOT_TYPES.contains(&name.as_str()) {
            continue;
        }
        let mut schema = schema.clone();
        rules::apply(&mut schema);
        reader.definition(name, &schema)?;
    }
    Ok(reader.finish())
}
