//! The schema folder as codegen wants it: both bundles as text, the release that they are from, and the
//! index of releases.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::bundle::Bundle;
use super::history;
use super::pin::{self, Pin};
use crate::{Version, console};

/// What a schema folder holds.
#[derive(Debug)]
pub(crate) struct CheckedIn {
    pub(crate) server_version: Version,
    pub(crate) stable: String,
    pub(crate) experimental: String,
    /// The index of releases, a text a release.
    pub(crate) history: Vec<String>,
}

impl CheckedIn {
    /// Reads the folder, and remarks on a bundle that is not the pinned one.
    ///
    /// That is no failure: whoever tries the generator on a schema of their own does not pin it.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let pin = Pin::read(folder)?;
        let read = |bundle: Bundle| {
            let path = folder.join(bundle.file());
            let shown = path.display();
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read {shown}"))?;
            if pin::sha256(text.as_bytes()) != pin.sha256(bundle) {
                console::note(&format!(
                    "{shown} is not the one that is pinned (see `cargo xtask schema check`)"
                ));
            }
            anyhow::Ok(text)
        };
        let (stable, experimental) = (read(Bundle::Stable)?, read(Bundle::Experimental)?);
        let history = history::read(folder)?;
        Ok(Self { server_version: pin.server_version, stable, experimental, history })
    }
}
