//! `pin.json`: which release the bundles beside it are from, and their hashes.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::bundle::{Bundle, Bundles};
use crate::Version;
use crate::server::PACKAGE;

/// The content of `pin.json`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Pin {
    /// The npm package of the server.
    package: String,
    /// The release.
    pub(crate) server_version: Version,
    stable_sha256: String,
    experimental_sha256: String,
}

impl Pin {
    pub(super) const FILE: &'static str = "pin.json";

    /// The pin of what a server has printed.
    pub(super) fn new(server_version: Version, bundles: &Bundles) -> Self {
        Self {
            package: PACKAGE.to_owned(),
            server_version,
            stable_sha256: sha256(bundles.text(Bundle::Stable)),
            experimental_sha256: sha256(bundles.text(Bundle::Experimental)),
        }
    }

    /// Reads the pin of a schema folder.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(Self::FILE);
        let context = || format!("cannot read {}", path.display());
        let text = fs::read(&path).with_context(context)?;
        serde_json::from_slice(&text).with_context(context)
    }

    pub(super) fn sha256(&self, bundle: Bundle) -> &str {
        match bundle {
            Bundle::Stable => &self.stable_sha256,
            Bundle::Experimental => &self.experimental_sha256,
        }
    }

    pub(super) fn to_text(&self) -> Result<Vec<u8>> {
        let mut text = serde_json::to_vec_pretty(self).context("cannot render the pin")?;
        text.push(b'\n');
        Ok(text)
    }
}

/// The SHA-256 of a text, in hexadecimal.
pub(super) fn sha256(text: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(text).iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::sha256;

    #[test]
    fn the_hash_is_the_one_that_sha256sum_prints() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sha256(b""), empty);
    }
}
