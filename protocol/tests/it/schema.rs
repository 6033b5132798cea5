//! The schema that the crate was generated from, as the server printed it. The tests read it by
//! themselves: no code of the generator is used here.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;

pub(crate) type Schema = &'static Value;

/// Whether the crate was built with everything that the experimental bundle describes.
pub(crate) const EXPERIMENTAL: bool = cfg!(feature = "experimental");

static STABLE: LazyLock<Value> = LazyLock::new(|| read("stable.json"));
static WITH_EXPERIMENTAL: LazyLock<Value> = LazyLock::new(|| read("experimental.json"));

#[derive(Clone, Copy)]
pub(crate) struct Bundle(Schema);

/// The bundle of the API that the crate was built for.
pub(crate) fn bundle() -> Bundle {
    if EXPERIMENTAL { experimental() } else { stable() }
}

/// The bundle that describes the stable API alone.
pub(crate) fn stable() -> Bundle {
    Bundle(&STABLE)
}

/// The bundle that also describes the experimental API.
pub(crate) fn experimental() -> Bundle {
    Bundle(&WITH_EXPERIMENTAL)
}

fn read(file: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema");
    let text = fs::read_to_string(folder.join(file)).expect("the schema is in the workspace");
    serde_json::from_str(&text).expect("the schema is JSON")
}

impl Bundle {
    pub(crate) fn root(self) -> Schema {
        self.0
    }

    /// The definition of this name, in either of the two namespaces.
    pub(crate) fn definition(self, name: &str) -> Option<Schema> {
        let definitions = &self.0["definitions"];
        definitions.get(name).or_else(|| definitions["v2"].get(name))
    }

    /// The definition that a `$ref` points to, with its name.
    pub(crate) fn target(self, reference: &'static str) -> (&'static str, Schema) {
        let pointer = reference.strip_prefix('#').expect("a reference within the bundle");
        let schema = self.0.pointer(pointer).expect("a reference that leads somewhere");
        (pointer.rsplit('/').next().unwrap_or_default(), schema)
    }

    /// The methods of one of the four envelopes, such as `ClientRequest`, with their params.
    pub(crate) fn methods(self, envelope: &str) -> BTreeMap<&'static str, Option<Schema>> {
        let arms = self.definition(envelope).and_then(|it| it["oneOf"].as_array());
        arms.expect("an envelope is a union").iter().map(method).collect()
    }
}

fn method(arm: &'static Value) -> (&'static str, Option<Schema>) {
    let members = &arm["properties"];
    let name = members["method"]["enum"][0].as_str().expect("an arm names its method");
    let has_none = |params: &Value| params["type"] == "null";
    (name, members.get("params").filter(|params| !has_none(params)))
}
