//! One side of a comparison: a schema folder, a bundle in a file, or a release.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use codex_app_codegen::diff::Surface;

use super::bundle::{Bundle, Bundles, PRINTED};
use super::{Pin, WITHOUT_NPM};
use crate::server::Server;
use crate::verdict::Misuse;
use crate::{Context, Version};

/// What a side has been read to be.
pub(super) enum Side {
    /// Both bundles of a release.
    Both { name: String, bundles: Bundles },
    /// One bundle, and nothing to say what of it is experimental.
    One { name: String, text: String },
}

impl Side {
    /// Reads what the user has named.
    pub(super) fn read(ctx: &Context, named: &str) -> Result<Self> {
        let path = Path::new(named);
        if path.is_dir() {
            return Self::folder(named, path);
        }
        if path.is_file() {
            return Self::file(named, path);
        }
        let version: Version = named.parse().map_err(|_| {
            Misuse(format!("{named} is no folder, no file and no version such as 0.169.0"))
        })?;
        let folder = ctx.schema();
        // What is checked in need not be asked for.
        if Pin::read(&folder).is_ok_and(|pin| pin.server_version == version) {
            return Ok(Self::Both { name: named.to_owned(), bundles: Bundles::read(&folder)? });
        }
        Self::server(&Server::release(ctx, &version, WITHOUT_NPM)?)
    }

    /// Asks a server.
    pub(super) fn server(server: &Server) -> Result<Self> {
        Ok(Self::Both { name: server.version.to_string(), bundles: Bundles::dump(server)? })
    }

    /// A folder like `schema/`, or one that a server has written.
    pub(super) fn folder(named: &str, path: &Path) -> Result<Self> {
        let printed = path.join(PRINTED);
        if printed.is_file() {
            return Self::file(named, &printed);
        }
        // A pin says which release it is.
        let name = Pin::read(path).map_or_else(|_| named.to_owned(), |it| it.server_version.into());
        Ok(Self::Both { name, bundles: Bundles::read(path)? })
    }

    fn file(named: &str, path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {named}"))?;
        Ok(Self::One { name: named.to_owned(), text })
    }

    pub(super) fn is_one(&self) -> bool {
        matches!(self, Self::One { .. })
    }

    /// What it means: all of it, or one bundle of it.
    pub(super) fn surface(&self, bundle: Option<Bundle>) -> Result<Surface> {
        let (name, text) = match (self, bundle) {
            (Self::Both { name, bundles }, None) => return bundles.surface(name),
            (Self::Both { name, bundles }, Some(bundle)) => {
                (name, String::from_utf8_lossy(bundles.text(bundle)).into_owned())
            }
            (Self::One { name, text }, _) => (name, text.clone()),
        };
        Surface::read_one(name, &text).with_context(|| format!("cannot read the schema of {name}"))
    }
}
