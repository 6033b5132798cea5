//! `cargo xtask schema bump`: from a new release of the server to a change that can be reviewed.
//!
//! Only puts the other commands in order. The tests come last, so that what they find is found in a
//! tree that is complete.

use std::process::Command;

use anyhow::{Context as _, Result};
use codex_app_codegen::diff::Diff;

use super::bundle::Bundles;
use super::diff::{self, Comparison};
use super::side::Side;
use super::{Pin, WITHOUT_NPM, changelog, history, pull};
use crate::server::Server;
use crate::{Context, Folders, Version, codegen, compat, console, file, process, test};

/// What to move to, and what to leave out.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Bump {
    /// The release; the newest one that npm has if there is none.
    pub version: Option<Version>,
    /// Whether to leave out the tests.
    pub skip_tests: bool,
    /// Whether to leave out trying out the releases of the table.
    pub skip_compat: bool,
}

/// Moves the workspace to another release.
///
/// # Errors
///
/// Fails if the release cannot be had or has a schema that cannot be read; nothing is written then.
/// Fails if the generator, a session or a test fails; what was done before it stays.
pub fn bump(ctx: &Context, bump: &Bump) -> Result<()> {
    let version = match &bump.version {
        Some(version) => version.clone(),
        None => Server::newest(ctx)?,
    };
    let folder = ctx.schema();
    let old = Pin::read(&folder)?.server_version;
    if old == version {
        console::say(&format!("schema already is {version}: nothing to do"));
        return Ok(());
    }
    let server = Server::release(ctx, &version, WITHOUT_NPM)?;
    let bundles = Bundles::dump(&server)?;
    let diff = difference(ctx, &old, &version, &bundles)?;
    console::print(&diff.to_string());

    pull::write(ctx, &folder, &bundles, &Pin::new(version.clone(), &bundles))?;
    history::write(ctx, &folder, &version.to_string(), &bundles)?;
    codegen::write(&Folders::new(ctx, None, None))
        .context("the schema is written, the crate is not: the generator has to learn something")?;
    write_changelog(ctx, &version, &diff)?;
    if bump.skip_compat {
        console::say("the table of the README is not written: run `cargo xtask compat`");
    } else {
        compat::run(ctx, &[old])?;
    }
    let semver = diff::crate_bump(ctx, diff.semver())?;
    console::say(&format!("codex-app-protocol: {semver}"));
    if !bump.skip_tests {
        accept_counts(ctx)?;
        test::all(ctx).context("everything is written; what the tests found is for a person")?;
    }
    Ok(())
}

fn difference(ctx: &Context, old: &Version, new: &Version, bundles: &Bundles) -> Result<Diff> {
    let old = Side::Both { name: old.to_string(), bundles: Bundles::read(&ctx.schema())? };
    let new = Side::Both { name: new.to_string(), bundles: bundles.clone() };
    diff::between(&old, &new, &Comparison::default())
}

fn write_changelog(ctx: &Context, version: &Version, diff: &Diff) -> Result<()> {
    let path = ctx.root.join("CHANGELOG.md");
    let semver = diff::crate_bump(ctx, diff.semver())?;
    let section = format!(
        "Generated from app-server {version}; since {}: {}. `codex-app-protocol` {semver}.\n\n{}",
        diff.old,
        diff.summary(),
        diff.to_markdown()
    );
    let title = format!("Server {version}");
    let text = changelog::with_section(&file::read(&path)?, &title, &section)?;
    file::replace_all(&[(path, text.as_bytes())])
}

/// Accepts the counts of the pinned release, which differ with every release: they are there to be
/// read in the change.
fn accept_counts(ctx: &Context) -> Result<()> {
    let mut cargo = Command::new(&ctx.cargo);
    cargo.args(["test", "--quiet", "--package", "codex-app-codegen", "--test", "it", "pinned"]);
    process::run(cargo.current_dir(&ctx.root).env("INSTA_UPDATE", "always"))
}
