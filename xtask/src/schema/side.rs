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

    /// Which bundle of both sides to compare: the wanted one, or the one that a side is, or else both.
    pub(super) fn common_bundle(
        old: &Self,
        new: &Self,
        wanted: Option<Bundle>,
    ) -> Result<Option<Bundle>> {
        let is = match (old, new) {
            (Self::Both { .. }, Self::Both { .. }) => return Ok(wanted),
            (Self::Both { bundles, .. }, Self::One { text, .. })
            | (Self::One { text, .. }, Self::Both { bundles, .. }) => bundles.which(text)?,
            (Self::One { .. }, Self::One { .. }) => None,
        };
        if let (Some(is), Some(wanted)) = (is, wanted)
            && is != wanted
        {
            let name = old.one().or_else(|| new.one()).unwrap_or_default();
            let message = match is {
                Bundle::Stable => format!(
                    "{name} is a stable bundle: a server writes the other one with --experimental"
                ),
                Bundle::Experimental => {
                    format!("{name} is an experimental bundle: leave out --bundle stable")
                }
            };
            return Err(Misuse(message).into());
        }
        // A single bundle can be compared with its like only.
        Ok(wanted.or(is).or(Some(Bundle::Stable)))
    }

    /// The name of a side that is one bundle.
    fn one(&self) -> Option<&str> {
        match self {
            Self::One { name, .. } => Some(name),
            Self::Both { .. } => None,
        }
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
