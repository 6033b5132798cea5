//! The generator on whole bundles: the pinned release, older ones, and small ones made for a case.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod compile;
mod corpus;
mod diff;
mod diff_opaque;
mod diff_properties;
mod diff_rules;
#[path = "../../../fuzz/src/generator.rs"]
#[expect(unreachable_pub, reason = "it is a module of a crate there")]
mod generator;
mod history;
mod names;
mod newer;
mod pinned;
mod refusal;
mod sharing;
#[path = "../../../fuzz/src/slices.rs"]
#[expect(unreachable_pub, reason = "it is a module of a crate there")]
mod slices;
mod small;

use std::fs;
use std::path::{Path, PathBuf};

use codex_app_codegen::{Error, Input, Output};

/// The text of both bundles of a release.
struct Bundles {
    version: String,
    stable: String,
    experimental: String,
    /// The index of releases.
    history: Vec<String>,
}

impl Bundles {
    /// The release that is checked in under `schema/`.
    fn pinned() -> Self {
        let folder = workspace().join("schema");
        let pin: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(folder.join("pin.json")).unwrap()).unwrap();
        Self::read(&folder, pin["server_version"].as_str().unwrap())
    }

    /// One of the releases under `tests/releases`.
    fn release(version: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/releases").join(version);
        Self::read(&folder, version)
    }

    fn read(folder: &Path, version: &str) -> Self {
        let text = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
        Self {
            version: version.to_owned(),
            stable: text("stable.json"),
            experimental: text("experimental.json"),
            history: history(),
        }
    }

    fn generate(&self) -> Result<Output, Error> {
        codex_app_codegen::generate(&Input {
            server_version: &self.version,
            stable: &self.stable,
            experimental: &self.experimental,
            history: &self.history,
        })
    }
}

/// The index of releases, which is for all of them.
fn history() -> Vec<String> {
    let entries = fs::read_dir(workspace().join("schema/history")).unwrap();
    entries.map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap()).collect()
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
