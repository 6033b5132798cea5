//! `cargo xtask schema pull`: the schema folder becomes what a server prints, wholly or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use super::bundle::{Bundle, Bundles};
use super::{Pin, server};
use crate::server::PACKAGE;
use crate::{Context, Source, console, file};

/// Writes the schema of a server and its pin.
///
/// # Errors
///
/// Fails if the server cannot be had or prints no schema, or if the pinned release prints something
/// else than it did when it was pinned. The folder is untouched then.
pub fn pull(ctx: &Context, source: &Source, out: Option<PathBuf>) -> Result<()> {
    let folder = out.unwrap_or_else(|| ctx.schema());
    // A new folder takes the release that the workspace pins.
    let pinned_in = if folder.join(Pin::FILE).exists() { folder.clone() } else { ctx.schema() };
    let server = server(ctx, source, &pinned_in)?;
    let bundles = Bundles::dump(&server)?;
    let pin = Pin::new(server.version, &bundles);
    if matches!(source, Source::Pinned) {
        verify(&Pin::read(&pinned_in)?, &pin)?;
    }
    write(ctx, &folder, &bundles, &pin)
}

/// Checks that the pinned release still prints what it did: a release of npm never changes.
fn verify(pinned: &Pin, printed: &Pin) -> Result<()> {
    for bundle in Bundle::ALL {
        let (pinned, printed) = (pinned.sha256(bundle), printed.sha256(bundle));
        if pinned != printed {
            bail!(
                "hash mismatch: {} is pinned with {pinned}, the server printed {printed}; pass \
                 --version to pin what it prints now",
                bundle.file()
            );
        }
    }
    Ok(())
}

/// Writes both bundles and the pin, all of them or none.
pub(super) fn write(ctx: &Context, folder: &Path, bundles: &Bundles, pin: &Pin) -> Result<()> {
    let pin_text = pin.to_text()?;
    let texts = Bundle::ALL.map(|bundle| (folder.join(bundle.file()), bundles.text(bundle)));
    let mut files = texts.to_vec();
    // The pin comes last: should the machine stop in between, its hashes tell.
    files.push((folder.join(Pin::FILE), &pin_text));
    files.retain(|(path, text)| !fs::read(path).is_ok_and(|before| before == *text));

    let changes = Bundle::ALL.map(|bundle| (bundle, change(folder, bundle, bundles)));
    file::replace_all(&files)?;

    for (bundle, change) in changes {
        console::say(&format!("{} {change}", ctx.shown(&folder.join(bundle.file()))));
    }
    let (shown, version) = (ctx.shown(folder), &pin.server_version);
    if files.is_empty() {
        console::say(&format!("{shown} already is {PACKAGE} {version}"));
    } else {
        console::say(&format!(
            "{shown} now is {PACKAGE} {version}: next, run `cargo xtask codegen`"
        ));
    }
    Ok(())
}

/// What happens to one bundle, as the rest of a line that names it.
fn change(folder: &Path, bundle: Bundle, bundles: &Bundles) -> String {
    let new = bundles.text(bundle);
    let Ok(old) = fs::read(folder.join(bundle.file())) else { return "is new".to_owned() };
    if old == new {
        return "has not changed".to_owned();
    }
    match super::diff::between_texts(&old, new) {
        Some(diff) => format!("has changed: {}", diff.summary()),
        None => "has changed".to_owned(),
    }
}
