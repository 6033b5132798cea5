//! One side of a comparison: the methods of a release, the shapes, and which leads to which.

use std::collections::{BTreeMap, BTreeSet};

use super::Scope;
use crate::Error;
use crate::boxing::Boxing;
use crate::load::{self, load};
use crate::model::{self, Flow, Model};
use crate::normalise::{self, Opaque};
use crate::shape::{Definition, Shapes, Type};

/// Everything that a release says and takes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Surface {
    /// What to call it: a version, or a path.
    pub name: String,
    pub(super) model: Model,
    pub(super) shapes: Shapes,
    /// The definitions of which no shape could be made.
    pub(super) opaque: BTreeMap<String, Opaque>,
    boxing: Boxing,
    carriers: BTreeMap<String, Carriers>,
}

/// The methods that carry a definition, directly or through others.
#[derive(Clone, Debug, Default)]
struct Carriers {
    all: BTreeSet<String>,
    /// Those with which a client sends it.
    sent: BTreeSet<String>,
    /// Those with which the server does.
    received: BTreeSet<String>,
}

impl Surface {
    /// Reads both bundles of a release. A definition of a shape that is not known stops nothing: a diff
    /// tells which it has not understood, and compares the rest.
    ///
    /// # Errors
    ///
    /// Fails if a bundle is not what the app-server prints.
    pub fn read(name: &str, stable: &str, experimental: &str) -> Result<Self, Error> {
        Self::of(name, &load("stable", stable)?, &load("experimental", experimental)?)
    }

    /// Reads one bundle alone: nothing in it counts as experimental.
    ///
    /// # Errors
    ///
    /// As [`Self::read`].
    pub fn read_one(name: &str, bundle: &str) -> Result<Self, Error> {
        let bundle = load("given", bundle)?;
        Self::of(name, &bundle, &bundle)
    }

    fn of(name: &str, stable: &load::Bundle, experimental: &load::Bundle) -> Result<Self, Error> {
        let model = model::outline(stable, experimental)?;
        let (shapes, opaque) = normalise::as_far_as_known(stable, experimental);
        let carriers = carriers(&model, &shapes, &opaque);
        let boxing = Boxing::of(&shapes);
        Ok(Self { name: name.to_owned(), model, shapes, opaque, boxing, carriers })
    }

    /// The names of all methods.
    pub fn methods(&self) -> impl Iterator<Item = &str> {
        self.model.methods.iter().map(|method| method.name.as_str())
    }

    /// The release that it is, for the index of methods.
    pub fn model(&self) -> &Model {
        &self.model
    }

    pub(super) fn definition(&self, name: &str) -> Option<&Definition> {
        self.shapes.get(name)
    }

    pub(super) fn carriers(&self, name: &str) -> impl Iterator<Item = &String> {
        self.carriers.get(name).into_iter().flat_map(|it| &it.all)
    }

    /// Whether a name is the schema's own, not made up for an inline type.
    pub(super) fn is_own(&self, name: &str) -> bool {
        self.shapes.get(name).is_none_or(|it| it.parent.is_none())
    }

    /// Whether the value of this member of a definition is boxed in Rust.
    pub(super) fn is_boxed(&self, name: &str, wire: &str) -> bool {
        self.boxing.member(name, wire)
    }

    /// Which way a definition travels with these methods; neither if none of them carries it.
    pub(super) fn flow(&self, name: &str, scope: &Scope<'_>) -> Flow {
        let Some(carriers) = self.carriers.get(name) else { return Flow::default() };
        let is_carried = |by: &BTreeSet<String>| !by.is_empty() && scope.has_one_of(by);
        Flow { sent: is_carried(&carriers.sent), received: is_carried(&carriers.received) }
    }

    /// Whether all methods that carry it are experimental.
    pub(super) fn is_carried_by_experimental_only(&self, name: &str) -> bool {
        let is_stable = |method: &String| {
            self.model.methods.iter().any(|it| it.name == *method && !it.experimental)
        };
        self.carriers.get(name).is_some_and(|it| !it.all.iter().any(is_stable))
    }
}

fn carriers(
    model: &Model,
    shapes: &Shapes,
    opaque: &BTreeMap<String, Opaque>,
) -> BTreeMap<String, Carriers> {
    let mut carriers: BTreeMap<String, Carriers> = BTreeMap::new();
    for method in &model.methods {
        for (carried, is_params) in [(&method.params, true), (&method.response, false)] {
            let is_sent = method.kind.is_from_client() == is_params;
            let mut open: Vec<&str> = carried.iter().map(String::as_str).collect();
            while let Some(name) = open.pop() {
                let it = carriers.entry(name.to_owned()).or_default();
                it.all.insert(method.name.clone());
                let of_way = if is_sent { &mut it.sent } else { &mut it.received };
                if of_way.insert(method.name.clone()) {
                    let types = shapes.get(name).map(|it| it.shape.types()).unwrap_or_default();
                    open.extend(types.into_iter().filter_map(Type::named));
                    let references = opaque.get(name).map(|it| it.references.as_slice());
                    open.extend(references.unwrap_or_default().iter().map(String::as_str));
                }
            }
        }
    }
    carriers
}
