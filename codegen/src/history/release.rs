//! One release of the index: the names of its methods, and its text.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::Error;
use crate::diff::Surface;
use crate::model::{MethodKind, Model};

/// The methods of one release.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Release {
    /// The release.
    pub version: String,
    stable: BTreeSet<(MethodKind, String)>,
    experimental: BTreeSet<(MethodKind, String)>,
}

/// What the lists of a kind are called in the text.
const LISTS: [(MethodKind, &str); 4] = [
    (MethodKind::ClientRequest, "client_requests"),
    (MethodKind::ClientNotification, "client_notifications"),
    (MethodKind::ServerRequest, "server_requests"),
    (MethodKind::ServerNotification, "server_notifications"),
];

impl Release {
    /// The entry of a release whose bundles these are.
    pub fn from_surface(version: &str, surface: &Surface) -> Self {
        Self::of(version, surface.model())
    }

    pub(super) fn of(version: &str, model: &Model) -> Self {
        let of = |experimental: bool| {
            let methods = model.methods.iter().filter(|it| it.experimental == experimental);
            methods.map(|method| (method.kind, method.name.clone())).collect()
        };
        Self { version: version.to_owned(), stable: of(false), experimental: of(true) }
    }

    /// Reads an entry.
    ///
    /// # Errors
    ///
    /// Fails if the text is not one that [`Self::to_text`] writes.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let entry: Value = serde_json::from_str(text).unwrap_or_default();
        let version = entry["version"].as_str().unwrap_or("?");
        if order(version).0.is_none() {
            return Err(Error::history(version, "its text has no version"));
        }
        let read = |list: &str| {
            let mut methods = BTreeSet::new();
            for (kind, name) in LISTS {
                let names = entry[name][list].as_array();
                let missing = || Error::history(version, &format!("its text has no {name} {list}"));
                for method in names.ok_or_else(missing)? {
                    methods.insert((kind, method.as_str().ok_or_else(missing)?.to_owned()));
                }
            }
            Ok(methods)
        };
        Ok(Self {
            version: version.to_owned(),
            stable: read("stable")?,
            experimental: read("experimental")?,
        })
    }

    /// Its text: a line a method, sorted.
    pub fn to_text(&self) -> String {
        let mut entry = Map::new();
        entry.insert("version".to_owned(), json!(self.version));
        for (kind, list) in LISTS {
            let names = |methods: &BTreeSet<(MethodKind, String)>| -> Value {
                methods.iter().filter(|it| it.0 == kind).map(|it| json!(it.1)).collect()
            };
            let lists =
                json!({ "stable": names(&self.stable), "experimental": names(&self.experimental) });
            entry.insert(list.to_owned(), lists);
        }
        format!("{:#}\n", Value::Object(entry))
    }

    /// Older releases first, and a pre-release before its release.
    pub(super) fn order(&self) -> impl Ord + use<> {
        order(&self.version)
    }

    pub(super) fn methods(&self) -> impl Iterator<Item = (String, MethodKind)> {
        self.stable.iter().chain(&self.experimental).map(|(kind, name)| (name.clone(), *kind))
    }

    pub(super) fn is_stable(&self, kind: MethodKind, method: &str) -> bool {
        self.stable.contains(&(kind, method.to_owned()))
    }

    pub(super) fn has(&self, kind: MethodKind, method: &str) -> bool {
        self.is_stable(kind, method) || self.experimental.contains(&(kind, method.to_owned()))
    }
}

/// The numbers, then whether it is the release itself, then the rest.
fn order(version: &str) -> (Option<(u64, u64, u64)>, bool, String) {
    (crate::pairing::numbers(version), !version.contains('-'), version.to_owned())
}
