//! `cargo xtask schema check`: whether a server speaks what the crates were generated from. Writes
//! nothing.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::bundle::{Bundle, Bundles};
use super::diff::{self, Comparison};
use super::pin::{self, Pin};
use super::side::Side;
use super::{pull_command, server};
use crate::server::Server;
use crate::{Context, Source, Verdict, console};

/// What the schema that is checked in is compared with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Target {
    /// What a server prints.
    Server(Source),
    /// A folder that a server has written, or one like `schema/`.
    Folder(PathBuf),
}

/// Compares the schema that is checked in with its pin, and with another one.
///
/// The pinned release has to print it byte for byte. Any other is judged by what the difference
/// means, as `schema diff` does.
///
/// # Errors
///
/// Fails if the schema is not what its pin says or the pinned release prints, or if the other one
/// cannot be had.
pub fn check(
    ctx: &Context,
    target: &Target,
    folder: Option<PathBuf>,
    comparison: &Comparison,
) -> Result<Verdict> {
    let folder = folder.unwrap_or_else(|| ctx.schema());
    let unpinned = unpinned(ctx, &folder)?;
    let other = match target {
        Target::Folder(path) => Side::folder(&path.display().to_string(), path)?,
        Target::Server(source) => {
            let server = server(ctx, source, &folder)?;
            if server.version == Pin::read(&folder)?.server_version {
                let fix = pull_command(ctx, source, &server, &folder);
                same_release(ctx, &folder, &server, &unpinned, &fix)?;
                return Ok(Verdict::Fine);
            }
            Side::server(&server)?
        }
    };
    if !unpinned.is_empty() {
        bail!("not what the pin says: {}", unpinned.join(" and "));
    }
    let ours = Side::folder(&ctx.shown(&folder), &folder)?;
    diff::report(ctx, diff::between(&ours, &other, comparison)?, comparison)
}

fn same_release(
    ctx: &Context,
    folder: &Path,
    server: &Server,
    unpinned: &[String],
    fix: &str,
) -> Result<()> {
    let (differing, version) = (differing(ctx, folder, server)?, &server.version);
    if !differing.is_empty() {
        let files = differing.join(" and ");
        bail!("not what codex {version} prints: {files}; run `{fix}`, then `cargo xtask codegen`");
    }
    if !unpinned.is_empty() {
        bail!("not what the pin says: {}; run `{fix}`", unpinned.join(" and "));
    }
    console::say(&format!("{} is what codex {version} prints", ctx.shown(folder)));
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
        let (shown, version) = (ctx.shown(&path), &server.version);
        console::say(&match diff::between_texts(&old, new) {
            Some(diff) if diff.changes.is_empty() => {
                format!("{shown} against codex {version}: the same, written differently")
            }
            Some(diff) => format!("{shown} against codex {version}: {}", diff.summary()),
            None => format!("{shown} against codex {version}: one is no schema"),
        });
        differing.push(shown);
    }
    Ok(differing)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}
