//! Turns the app-server's JSON Schema into the source of `codex-app-protocol`.
//!
//! The pipeline is five stages, each a module with one public function:
//!
//! 1. [`load`]: bundle text to one flat map of definitions;
//! 2. [`model`]: the methods, what they carry and answer, and which way each definition travels;
//! 3. [`normalise`]: each definition to one of a few [`shape`]s;
//! 4. [`types`]: the members of structs as Rust, the types of values rendered by typify;
//! 5. [`emit`]: tables, enums, routing and codecs, one file a domain.
//!
//! Between the third and the fourth, `describe` completes the docs of every type.
//!
//! The crate does no I/O: strings in, strings out, the same bytes on every run and machine.
//! A schema that it cannot express is an [`Error`] that names the definition; it never falls back
//! to an untyped value on its own.

mod boxing;
mod circular;
mod describe;
pub mod diff;
mod docs;
pub mod emit;
mod error;
pub mod history;
pub mod load;
pub mod model;
mod names;
pub mod normalise;
mod pairing;
mod report;
pub mod shape;
mod sharing;
#[cfg(test)]
mod tables;
pub mod types;

use std::collections::BTreeMap;

use serde_json::Value;

pub use crate::error::Error;
use crate::load::Bundle;
pub use crate::report::{AnyField, Report};

/// What the generator reads: both bundles of one server release, and the index of releases.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers build it from exactly these texts")]
pub struct Input<'a> {
    /// The release that printed the bundles, such as `0.169.0`.
    pub server_version: &'a str,
    /// The text of the stable bundle.
    pub stable: &'a str,
    /// The text of the experimental bundle, a superset of the stable one.
    pub experimental: &'a str,
    /// The index of which releases have which methods, a text a release; empty for none.
    pub history: &'a [String],
}

/// What the generator writes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Output {
    /// The text of each file, by its path below the generated folder.
    pub files: BTreeMap<String, String>,
    /// What was generated, counted.
    pub report: Report,
}

/// Generates the whole protocol crate from the two bundles of one release.
///
/// # Errors
///
/// Fails if a bundle is not what the app-server prints, if a method cannot be paired with its
/// response, if a definition has a shape that the generator does not know, or if the index does not
/// have this release as it is. The error names the definition, method or release.
pub fn generate(input: &Input<'_>) -> Result<Output, Error> {
    let stable = load::load("stable", input.stable)?;
    let experimental = load::load("experimental", input.experimental)?;
    emitted(&stable, &experimental, input.server_version, input.history).map(emit::Emitted::lay_out)
}

/// Does all that [`generate`] does, but for the layout: reads both bundles and parses what is emitted.
///
/// It takes a fraction of the time.
///
/// # Errors
///
/// As [`generate`].
pub fn check(stable: Value, experimental: Value, server_version: &str) -> Result<(), Error> {
    let stable = load::read("stable", stable)?;
    let experimental = load::read("experimental", experimental)?;
    emitted(&stable, &experimental, server_version, &[]).map(|_| ())
}

fn emitted(
    stable: &Bundle,
    experimental: &Bundle,
    server_version: &str,
    history: &[String],
) -> Result<emit::Emitted, Error> {
    let mut model = model::model(stable, experimental, server_version)?;
    let history = history::History::read(history, server_version, &model)?;
    sharing::name_stand_ins(&mut model, &history);
    let mut shapes = normalise::normalise(stable, experimental)?;
    names::check_types(&model, &shapes)?;
    circular::check(&shapes)?;
    describe::describe(&mut model, &mut shapes, &history)?;
    let types = types::types(&model, &shapes)?;
    emit::emit(server_version, &model, &types, &history)
}
