//! One side of a comparison: the methods of a release, the shapes, and which leads to which.

use std::collections::{BTreeMap, BTreeSet};

use crate::boxing::Boxing;
use crate::load::{self, load};
use crate::model::{self, Flow, Model};
use crate::normalise::{self, Opaque};
use crate::shape::{Definition, Shapes, Type};
use crate::{Error, types};

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
    /// The methods that carry a definition, directly or through others.
    carriers: BTreeMap<String, BTreeSet<String>>,
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
        self.carriers.get(name).into_iter().flatten()
    }

    /// Whether a name is the schema's own, not made up for an inline type.
    pub(super) fn is_own(&self, name: &str) -> bool {
        self.shapes.get(name).is_none_or(|it| it.parent.is_none())
    }

    /// Whether the value of this member of a definition is boxed in Rust.
    pub(super) fn is_boxed(&self, name: &str, wire: &str) -> bool {
        self.boxing.member(name, wire)
    }

    /// Which way a definition travels; neither if no method carries it.
    pub(super) fn flow(&self, name: &str) -> Flow {
        if self.carriers.contains_key(name) {
            types::flow(&self.model, &self.shapes, name)
        } else {
            Flow::default()
        }
    }

    /// Whether all methods that carry it are experimental.
    pub(super) fn is_carried_by_experimental_only(&self, name: &str) -> bool {
        let is_stable = |method: &String| {
            self.model.methods.iter().any(|it| it.name == *method && !it.experimental)
        };
        self.carriers.get(name).is_some_and(|methods| !methods.iter().any(is_stable))
    }
}

fn carriers(
    model: &Model,
    shapes: &Shapes,
    opaque: &BTreeMap<String, Opaque>,
) -> BTreeMap<String, BTreeSet<String>> {
    let mut carriers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for method in &model.methods {
        let mut open: Vec<&str> =
            [&method.params, &method.response].into_iter().flatten().map(String::as_str).collect();
        while let Some(name) = open.pop() {
            if carriers.entry(name.to_owned()).or_default().insert(method.name.clone()) {
                let types = shapes.get(name).map(|it| it.shape.types()).unwrap_or_default();
                open.extend(types.into_iter().filter_map(Type::named));
                let references = opaque.get(name).map(|it| it.references.as_slice());
                open.extend(references.unwrap_or_default().iter().map(String::as_str));
            }
        }
    }
    carriers
}
