//! The index of releases, `schema/history/`: a file a release. What stands in one is codegen's.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use codex_app_codegen::history::Release;

use super::bundle::Bundles;
use super::server;
use crate::{Context, Source, console, file};

const FOLDER: &str = "history";

/// Adds what each of these servers has to the index.
///
/// # Errors
///
/// Fails if a server cannot be had or prints no schema; the entries before it are written then.
pub fn add(ctx: &Context, sources: &[Source]) -> Result<()> {
    let folder = ctx.schema();
    for source in sources {
        let server = server(ctx, source, &folder)?;
        write(ctx, &folder, &server.version.to_string(), &Bundles::dump(&server)?)?;
    }
    Ok(())
}

/// Writes the entry of one release.
pub(super) fn write(ctx: &Context, folder: &Path, version: &str, bundles: &Bundles) -> Result<()> {
    let text = entry(version, bundles)?;
    let path = path(folder, version);
    let shown = ctx.shown(&path);
    if fs::read(&path).is_ok_and(|before| before == text.as_bytes()) {
        console::say(&format!("{shown} has not changed"));
    } else {
        file::replace_all(&[(path, text.as_bytes())])?;
        console::say(&format!("{shown} written: next, run `cargo xtask codegen`"));
    }
    Ok(())
}

/// What the index says of a release with these bundles.
fn entry(version: &str, bundles: &Bundles) -> Result<String> {
    Ok(Release::from_surface(version, &bundles.surface(version)?).to_text())
}

/// The texts of the index as they will be once a release with these bundles is in it.
pub(super) fn with(folder: &Path, version: &str, bundles: &Bundles) -> Result<Vec<String>> {
    let mut releases = read(folder)?;
    releases.retain(|text| Release::parse(text).is_ok_and(|it| it.version != version));
    releases.push(entry(version, bundles)?);
    Ok(releases)
}

/// The texts of the index in order; none if a schema folder has no index.
pub(super) fn read(folder: &Path) -> Result<Vec<String>> {
    let folder = folder.join(FOLDER);
    let context = || format!("cannot read {}", folder.display());
    let entries = match fs::read_dir(&folder) {
        Err(err) if err.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.with_context(context)?,
    };
    let mut paths = entries
        .map(|entry| Ok(entry.with_context(context)?.path()))
        .collect::<Result<Vec<PathBuf>>>()?;
    paths.retain(|path| path.extension().is_some_and(|it| it == "json"));
    paths.sort();
    paths.iter().map(|path| read_entry(path)).collect()
}

fn read_entry(path: &Path) -> Result<String> {
    let shown = path.display();
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
    let release = Release::parse(&text).with_context(|| format!("cannot read {shown}"))?;
    let is_named = path.file_stem().is_some_and(|stem| *stem == *release.version);
    ensure!(is_named, "{shown} is the entry of {}", release.version);
    Ok(text)
}

fn path(folder: &Path, version: &str) -> PathBuf {
    folder.join(FOLDER).join(format!("{version}.json"))
}
