//! `cargo xtask api`: the public API of the crates, written down in `api/`, and what a change of it
//! asks of the version.
//!
//! Reads and writes files. How a listing comes about is `listing.rs`'s, what a change means `change.rs`'s.

mod change;
mod listing;
mod paths;
mod release;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use self::change::Change;
use self::listing::{Crate, Listing};
use self::release::Release;
use crate::{Context, Verdict, console, file};

/// The crates that programs are built on. The client comes first: it builds what the other one needs.
const CRATES: [Crate; 2] = [
    Crate { package: "codex-app-client", generated: None },
    // What a new schema changes there is told by `cargo xtask schema diff`.
    Crate { package: "codex-app-protocol", generated: Some("protocol/src/generated/") },
];

/// The version of the workspace; cargo builds this anew when it changes.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Writes the API down as it is, and prints what has changed.
///
/// # Errors
///
/// Fails if a crate does not build, or if a file cannot be written.
pub fn accept(ctx: &Context) -> Result<()> {
    let mut texts = Vec::new();
    for it in &CRATES {
        let (path, new) = (written_down(ctx, it), listing::of(ctx, it)?);
        let old = if path.exists() { read(&path)? } else { Listing::default() };
        let change = Change::between(&old, &new);
        console::print(&change.to_string());
        console::say(&format!("{}: {}", it.package, change.summary()));
        texts.push((path, new.text()));
    }
    write(&texts)
}

/// Compares the API with what is written down, and the version with the last release; writes nothing.
///
/// # Errors
///
/// Fails if a crate does not build, or if nothing is written down of it.
pub fn check(ctx: &Context) -> Result<Verdict> {
    let mut verdict = Verdict::Fine;
    let last = Release::last(&folder(ctx))?;
    for it in &CRATES {
        let old = read(&written_down(ctx, it))?;
        let new = listing::of(ctx, it)?;
        let change = Change::between(&old, &new);
        if !change.is_empty() {
            console::print(&change.to_string());
            let summary = change.summary();
            console::say(&format!("{}: {summary}: `cargo xtask api` accepts it", it.package));
            verdict = Verdict::Breaking;
        }
        if let Some(last) = &last {
            let change = Change::between(&last.listing(it)?, &new);
            let summary = change.summary();
            console::say(&format!("{} since {}: {summary}", it.package, last.version()));
            if let Err(needed) = last.allows(VERSION, change.effect())? {
                console::print(&change.to_string());
                console::say(&format!("{}: {VERSION} has to be at least {needed}", it.package));
                verdict = Verdict::Breaking;
            }
        }
        console::say(&format!("{}: {} lines compared", it.package, new.len()));
    }
    if last.is_none() {
        console::say("nothing is released yet: any change goes with the version as it is");
    }
    Ok(verdict)
}

/// Keeps what is written down as the API of the current version.
///
/// # Errors
///
/// Fails if nothing is written down, or if the version was released before.
pub fn release(ctx: &Context) -> Result<()> {
    let kept = folder(ctx).join(VERSION);
    if kept.exists() {
        bail!("{VERSION} was released before: its API stays as it is");
    }
    let texts = CRATES
        .iter()
        .map(|it| Ok((kept.join(it.file_name()), read(&written_down(ctx, it))?.text())));
    write(&texts.collect::<Result<Vec<_>>>()?)?;
    console::say(&format!("{}: kept", ctx.shown(&kept)));
    Ok(())
}

fn folder(ctx: &Context) -> PathBuf {
    ctx.root.join("api")
}

fn written_down(ctx: &Context, it: &Crate) -> PathBuf {
    folder(ctx).join(it.file_name())
}

fn read(path: &Path) -> Result<Listing> {
    let text = file::read(path).context("`cargo xtask api` writes down what there is")?;
    Ok(Listing::from_text(&text))
}

fn write(texts: &[(PathBuf, String)]) -> Result<()> {
    let files: Vec<_> = texts.iter().map(|(path, text)| (path.clone(), text.as_bytes())).collect();
    file::replace_all(&files)
}
