//! A server to ask: one that is installed, or a release from npm, downloaded once.
//!
//! Knows programs and their versions, never what a schema is.

mod npm;
mod run;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::{Context, Version, console, process};

/// The npm package of the server.
pub(crate) const PACKAGE: &str = "@openai/codex";

/// How much of what is no version is shown.
const LONGEST: usize = 80;

/// Which server a command asks.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Source {
    /// An installed `codex`.
    Installed(PathBuf),
    /// The release that the schema folder pins.
    Pinned,
    /// A release from npm.
    Release(Version),
}

/// A server that runs on this machine.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    /// The `codex` program.
    pub(crate) path: PathBuf,
    /// What it says its version is.
    pub(crate) version: Version,
    /// How long to wait for it.
    patience: Duration,
}

impl Server {
    /// Opens an installed server and asks for its version.
    pub(crate) fn open(ctx: &Context, path: &Path) -> Result<Self> {
        let patience = ctx.patience;
        // A bare name would otherwise be looked up in PATH.
        let path =
            std::path::absolute(path).with_context(|| format!("no path: {}", path.display()))?;
        let shown = path.display();
        match path.metadata() {
            Err(err) if err.kind() == ErrorKind::NotFound => bail!("{shown} does not exist"),
            Err(err) => return Err(err).with_context(|| format!("cannot read {shown}")),
            Ok(metadata) if !metadata.is_file() => bail!("{shown} is not a file"),
            Ok(_) => {}
        }
        let output = run::output(&path, &["--version"], &scratch()?, patience)?;
        if !output.status.success() {
            let failure = process::failure(output.status, &output.stderr);
            bail!("{shown} --version failed ({failure})");
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let version = text
            .trim()
            .strip_prefix("codex-cli ")
            .and_then(|version| version.parse().ok())
            .with_context(|| {
                let said: String = text.trim().chars().take(LONGEST).collect();
                format!("{shown} is no codex: --version says {said:?}")
            })?;
        Ok(Self { path, version, patience })
    }

    /// Finds a release among the downloaded ones, or downloads it.
    ///
    /// `without_npm` tells the user what works when npm does not.
    pub(crate) fn release(ctx: &Context, version: &Version, without_npm: &str) -> Result<Self> {
        let folder = ctx.servers.join(version.to_string());
        // What was downloaded may have been damaged since, or be another release by now, whose schema
        // would be pinned under this one's name.
        match npm::native(&folder).map(|path| Self::open(ctx, &path)) {
            Some(Ok(server)) if server.version == *version => return Ok(server),
            Some(Ok(server)) => {
                let shown = ctx.shown(&folder);
                console::note(&format!("{shown} has codex {}: downloading again", server.version));
            }
            Some(Err(err)) => {
                console::note(&format!("{}: {err:#}: downloading again", ctx.shown(&folder)));
            }
            None => {}
        }
        npm::install(ctx, version, &folder, without_npm)
    }

    /// The newest release that npm has.
    pub(crate) fn newest(ctx: &Context) -> Result<Version> {
        npm::newest(ctx)
    }

    /// Runs the server to its end, in a home folder of its own.
    pub(crate) fn output(&self, args: &[&str], home: &TempDir) -> Result<Output> {
        run::output(&self.path, args, home, self.patience)
    }
}

/// A home folder for one run: the user's configuration must not change what a server prints.
pub(crate) fn scratch() -> Result<TempDir> {
    tempfile::tempdir().context("cannot make a scratch folder")
}
