//! `cargo xtask schema check`: whether what is checked in is what a server prints. Writes nothing.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::bundle::{self, Bundle, Bundles};
use super::diff::Diff;
use super::pin::{self, Pin};
use super::{pull_command, server};
use crate::server::Server;
use crate::{Context, Source, console};

/// Compares the schema that is checked in with its pin and with what a server prints.
///
/// # Errors
///
/// Fails if they differ, or if the server cannot be had or prints no schema.
pub fn check(ctx: &Context, source: &Source, folder: Option<PathBuf>) -> Result<()> {
    let folder = folder.unwrap_or_else(|| ctx.schema());
    let unpinned = unpinned(ctx, &folder)?;
    let server = server(ctx, source, &folder)?;
    let differing = differing(ctx, &folder, &server)?;

    let version = &server.version;
    let fix = pull_command(ctx, source, &server, &folder);
    if !differing.is_empty() {
        let files = differing.join(" and ");
        bail!("not what codex {version} prints: {files}; run `{fix}`, then `cargo xtask codegen`");
    }
    if !unpinned.is_empty() {
        bail!("not what the pin says: {}; run `{fix}`", unpinned.join(" and "));
    }
    console::say(&format!("{} is what codex {version} prints", ctx.shown(&folder)));
    Ok(())
}

/// The files that do not have the hash that the pin says; each is printed.
fn unpinned(ctx: &Context, folder: &Path) -> Result<Vec<String>> {
    let pin = Pin::read(folder)?;
    let mut unpinned = Vec::new();
    for bundle in Bundle::ALL {
        let path = folder.join(bundle.file());
        let (pinned, actual) = (pin.sha256(bundle), pin::sha256(&read(&path)?));
        if pinned != actual {
            let shown = ctx.shown(&path);
            console::say(&format!("{shown}: its sha256 is {actual}, the pin says {pinned}"));
            unpinned.push(shown);
        }
    }
    Ok(unpinned)
}

/// The files that are not what the server prints; each is printed with a summary.
fn differing(ctx: &Context, folder: &Path, server: &Server) -> Result<Vec<String>> {
    let printed = Bundles::dump(server)?;
    let mut differing = Vec::new();
    for bundle in Bundle::ALL {
        let path = folder.join(bundle.file());
        let (old, new) = (read(&path)?, printed.text(bundle));
        if old == new {
            continue;
        }
        let shown = ctx.shown(&path);
        console::say(&match (bundle::parse(&old), bundle::parse(new)) {
            (Ok(old), Ok(new)) => {
                let diff = Diff::between(&old, &new);
                format!("{shown} against codex {}:\n{diff}", server.version)
            }
            _ => format!("{shown} is no schema"),
        });
        differing.push(shown);
    }
    Ok(differing)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}
