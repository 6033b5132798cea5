//! The two bundles of a release, byte for byte as the server printed them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use codex_app_codegen::diff::Surface;
use serde_json::Value;

use crate::process;
use crate::server::{self, Server};

/// The file of a dump that holds everything.
pub(super) const PRINTED: &str = "codex_app_server_protocol.schemas.json";

/// One of the two bundles.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Bundle {
    Stable,
    Experimental,
}

impl Bundle {
    pub(super) const ALL: [Self; 2] = [Self::Stable, Self::Experimental];

    /// Its file in the schema folder.
    pub(super) fn file(self) -> &'static str {
        match self {
            Self::Stable => "stable.json",
            Self::Experimental => "experimental.json",
        }
    }

    /// Asks a server for it.
    fn dump(self, server: &Server) -> Result<Vec<u8>> {
        let home = server::scratch()?;
        let mut args = vec!["app-server", "generate-json-schema", "--out", "schema"];
        if self == Self::Experimental {
            args.push("--experimental");
        }
        let output = server.output(&args, &home)?;
        let version = &server.version;
        if !output.status.success() {
            let failure = process::failure(output.status, &output.stderr);
            bail!("codex {version} could not print its schema ({failure})");
        }
        let text = fs::read(home.path().join("schema").join(PRINTED))
            .with_context(|| format!("codex {version} printed no {PRINTED}"))?;
        parse(&text).with_context(|| format!("codex {version} printed a broken {PRINTED}"))?;
        Ok(text)
    }
}

/// Both bundles of one release.
#[derive(Clone, Debug)]
pub(super) struct Bundles {
    stable: Vec<u8>,
    experimental: Vec<u8>,
}

impl Bundles {
    /// Asks a server for both.
    pub(super) fn dump(server: &Server) -> Result<Self> {
        Ok(Self {
            stable: Bundle::Stable.dump(server)?,
            experimental: Bundle::Experimental.dump(server)?,
        })
    }

    /// Reads both from a folder.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let read = |bundle: Bundle| {
            let path = folder.join(bundle.file());
            fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
        };
        Ok(Self { stable: read(Bundle::Stable)?, experimental: read(Bundle::Experimental)? })
    }

    /// Which of the two another bundle is like, by its methods; `None` if that cannot be told.
    pub(super) fn which(&self, other: &str) -> Result<Option<Bundle>> {
        let methods = |text: &str| -> Result<BTreeSet<String>> {
            let surface = Surface::read_one("", text)?;
            Ok(surface.methods().map(str::to_owned).collect())
        };
        let [stable, experimental] = self.texts()?;
        // A text that cannot be read is for whoever compares it to tell of.
        let Ok(other) = methods(other) else { return Ok(None) };
        let trial = &methods(experimental)? - &methods(stable)?;
        let is_like = if trial.is_disjoint(&other) { Bundle::Stable } else { Bundle::Experimental };
        Ok(Some(is_like).filter(|_| !trial.is_empty()))
    }

    /// What they mean, under a name.
    pub(super) fn surface(&self, name: &str) -> Result<Surface> {
        let [stable, experimental] =
            self.texts().with_context(|| format!("cannot read the schema of {name}"))?;
        Surface::read(name, stable, experimental)
            .with_context(|| format!("cannot read the schema of {name}"))
    }

    /// The stable one and the experimental one.
    pub(super) fn texts(&self) -> Result<[&str; 2]> {
        let text = |bundle: Bundle| {
            let text = std::str::from_utf8(self.text(bundle));
            text.with_context(|| format!("{} is not UTF-8", bundle.file()))
        };
        Ok([text(Bundle::Stable)?, text(Bundle::Experimental)?])
    }

    pub(super) fn text(&self, bundle: Bundle) -> &[u8] {
        match bundle {
            Bundle::Stable => &self.stable,
            Bundle::Experimental => &self.experimental,
        }
    }
}

/// Parses a bundle just far enough to know that it is one.
pub(super) fn parse(text: &[u8]) -> Result<Value> {
    let bundle: Value = serde_json::from_slice(text).context("not JSON")?;
    let definitions = bundle.get("definitions").and_then(Value::as_object);
    ensure!(definitions.is_some_and(|it| !it.is_empty()), "no definitions");
    Ok(bundle)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_bundle_is_json_with_definitions() {
        assert!(parse(br#"{"definitions": {"A": {}}}"#).is_ok());
        for text in ["", "{", "[]", "{}", r#"{"definitions": {}}"#, r#"{"definitions": []}"#] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
    }
}
