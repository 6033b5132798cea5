//! What was generated, counted: for people, never for the generated code.

use std::collections::BTreeMap;
use std::fmt;

use crate::model::{MethodKind, Model};
use crate::shape::Shape;
use crate::types::Types;

/// The counts of one generation.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// For each kind of method: its name, how many are stable, how many there are in all.
    pub methods: Vec<(&'static str, usize, usize)>,
    /// How many types of each kind.
    pub types: BTreeMap<&'static str, usize>,
    /// How many members structs have in all.
    pub n_fields: usize,
    /// The members that are `serde_json::Value`, each with its reason.
    pub any_fields: Vec<AnyField>,
    /// Lines of generated source, counted once it is laid out.
    pub n_lines: usize,
}

/// A member that is `serde_json::Value`.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct AnyField {
    /// Where it is, such as `ConfigEdit.value`.
    pub place: String,
    /// Why it has no type of its own.
    pub reason: &'static str,
}

impl Report {
    pub(crate) fn new(model: &Model, types: &Types) -> Self {
        let methods = MethodKind::ALL.map(|kind| {
            let of_kind = || model.methods.iter().filter(move |method| method.kind == kind);
            let stable = of_kind().filter(|method| !method.experimental).count();
            (kind.name(), stable, of_kind().count())
        });
        let mut by_kind = BTreeMap::new();
        let mut n_fields = 0;
        for item in types.by_name.values() {
            let kind = match &item.definition.shape {
                Shape::Struct(structure) => {
                    n_fields += structure.fields.len();
                    "struct"
                }
                Shape::StringEnum(_) => "string enum",
                Shape::Tagged { .. } => "tagged union",
                Shape::Keyed(_) => "keyed union",
                Shape::Untagged(_) => "untagged union",
                Shape::Text => "string newtype",
                Shape::Alias(_) => "alias",
            };
            *by_kind.entry(kind).or_insert(0) += 1;
        }
        let any_fields = types
            .untyped()
            .into_iter()
            .map(|(place, reason)| AnyField { place, reason: reason.describe() })
            .collect();
        Self { methods: methods.to_vec(), types: by_kind, n_fields, any_fields, n_lines: 0 }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "methods (stable / with experimental)")?;
        for (kind, stable, all) in &self.methods {
            writeln!(f, "  {kind:<20} {stable:>4} / {all}")?;
        }
        writeln!(f, "types ({} in all)", self.types.values().sum::<usize>())?;
        for (kind, count) in &self.types {
            writeln!(f, "  {kind:<20} {count:>4}")?;
        }
        writeln!(f, "fields                 {:>4}", self.n_fields)?;
        writeln!(f, "lines                  {:>4}", self.n_lines)?;
        writeln!(f, "fields typed as serde_json::Value: {}", self.any_fields.len())?;
        for field in &self.any_fields {
            writeln!(f, "  {}: {}", field.place, field.reason)?;
        }
        Ok(())
    }
}
