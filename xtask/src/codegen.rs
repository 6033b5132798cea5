//! `cargo xtask codegen`: the generated folder becomes what the schema says, or is compared with it.
//!
//! Reads and writes files; what stands in them is `codex-app-codegen`'s.

mod folder;

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use codex_app_codegen::{Input, Output};

use self::folder::{Drift, Folder};
use crate::schema::CheckedIn;
use crate::{Context, compat, console, process};

/// Where the schema is, and where what is generated goes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Folders {
    schema: PathBuf,
    out: PathBuf,
    /// The two as a reader of the output wants them.
    shown: (String, String),
    /// The command that writes them.
    command: String,
    /// Whether these are the folders of the workspace, with all that belongs to them.
    is_workspace: bool,
}

impl Folders {
    /// The folders that the user names, or else the workspace's.
    #[must_use]
    pub fn new(ctx: &Context, schema: Option<PathBuf>, out: Option<PathBuf>) -> Self {
        let mut command = "cargo xtask codegen".to_owned();
        for (flag, folder) in [("--schema", &schema), ("--out", &out)] {
            if let Some(folder) = folder {
                command.push_str(&format!(" {flag} {}", process::typed(folder)));
            }
        }
        let is_workspace = schema.is_none() && out.is_none();
        let schema = schema.unwrap_or_else(|| ctx.schema());
        let out = out.unwrap_or_else(|| ctx.root.join("protocol/src/generated"));
        Self { shown: (ctx.shown(&schema), ctx.shown(&out)), schema, out, command, is_workspace }
    }

    /// Generates from the schema; the files are in memory only.
    pub(crate) fn generate(&self) -> Result<Output> {
        let schema = CheckedIn::read(&self.schema)?;
        let version = schema.server_version.to_string();
        let input = Input {
            server_version: &version,
            stable: &schema.stable,
            experimental: &schema.experimental,
            history: &schema.history,
        };
        codex_app_codegen::generate(&input)
            .with_context(|| format!("cannot generate from {}", self.shown.0))
    }
}

/// Writes what has changed and removes what is generated no more.
///
/// # Errors
///
/// Fails if nothing can be generated from the schema, or if the folder has a file that was not
/// generated. Nothing is written then.
pub fn write(folders: &Folders) -> Result<()> {
    let output = folders.generate()?;
    let folder = Folder::read(&folders.out)?;
    let drift = folder.compare(&output.files)?;
    folder.apply(&drift, &output.files)?;

    let n_written = drift.stale.len() + drift.missing.len();
    let (shown, n_files, n_removed) = (&folders.shown.1, output.files.len(), drift.orphaned.len());
    console::say(&format!("{shown}: {n_files} files, {n_written} written, {n_removed} removed"));
    Ok(())
}

/// Whether the generated folder is what the schema says; it is not if that cannot be told.
pub(crate) fn is_up_to_date(folders: &Folders) -> bool {
    let drift = |output: Output| Folder::read(&folders.out)?.compare(&output.files);
    folders.generate().and_then(drift).is_ok_and(|it| it == Drift::default())
}

/// Compares the generated folder with what the schema says, and the table of releases with what came of
/// trying them out; writes nothing.
///
/// # Errors
///
/// Fails if a file is stale, missing or orphaned, each of which is printed, or if the table is stale.
pub fn check(ctx: &Context, folders: &Folders) -> Result<()> {
    let output = folders.generate()?;
    let Drift { stale, missing, orphaned } = Folder::read(&folders.out)?.compare(&output.files)?;

    let (shown, n_files) = (&folders.shown.1, output.files.len());
    for (state, names) in [("stale", &stale), ("missing", &missing), ("orphaned", &orphaned)] {
        for name in names {
            console::say(&format!("{state}: {shown}/{name}"));
        }
    }
    let n_drifted = stale.len() + missing.len() + orphaned.len();
    if n_drifted > 0 {
        let command = &folders.command;
        bail!("{n_drifted} of {n_files} generated files are not up to date: run `{command}`");
    }
    if folders.is_workspace {
        compat::check(ctx)?;
    }
    console::say(&format!("{shown}: {n_files} files, all up to date"));
    Ok(())
}
