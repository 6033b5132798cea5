//! `cargo xtask schema bump`: from a new release of the server to a change that can be reviewed.
//!
//! Only puts the other commands in order. Nothing is written before it is known that the crate can be
//! generated. From there on, a step that fails keeps none of the others from being done: what is left is
//! told at the end, and the tests come last, so that what they find is found in a tree that is complete.

mod left;

use std::process::Command;

use anyhow::{Context as _, Result};
use codex_app_codegen::Input;
use codex_app_codegen::diff::Diff;

use self::left::Left;
use super::bundle::Bundles;
use super::diff::{self, Comparison};
use super::side::Side;
use super::{Pin, WITHOUT_NPM, changelog, history, pull};
use crate::server::Server;
use crate::{Context, Folders, Version, api, codegen, compat, console, file, process, test};

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
    /// Whether to leave out writing down the API.
    pub skip_api: bool,
}

/// Moves the workspace to another release; goes on where an earlier move to it has ended, if that was
/// not to its end or the release is named.
///
/// # Errors
///
/// Fails if the release cannot be had or the crate cannot be generated from it; nothing is written then.
/// Fails if a session, the API or a test fails; all the others are done, and each failure is told.
pub fn bump(ctx: &Context, bump: &Bump) -> Result<()> {
    let version = match &bump.version {
        Some(version) => version.clone(),
        None => Server::newest(ctx)?,
    };
    let pinned = Pin::read(&ctx.schema())?.server_version;
    if pinned != version {
        let left = move_to(ctx, &version, &pinned)?;
        return follow(ctx, bump, &[pinned], left);
    }
    // Whoever names the release that is pinned wants what follows from it: the API and the tests too.
    if bump.version.is_none() && is_up_to_date(ctx, bump) {
        console::say(&format!("schema already is {version}: nothing to do"));
        return Ok(());
    }
    console::say(&format!("schema already is {version}: going on with what follows from it"));
    let bundles = Bundles::read(&ctx.schema())?;
    write(ctx, &version, &bundles)?;
    follow(ctx, bump, &[], Left::default())
}

/// Whether an earlier bump has come as far as this one would, but for the API and the tests.
fn is_up_to_date(ctx: &Context, bump: &Bump) -> bool {
    codegen::is_up_to_date(&Folders::new(ctx, None, None))
        && (bump.skip_compat || compat::check(ctx).is_ok())
}

/// Writes what is generated from a release, and tells what has changed since the old one.
fn move_to(ctx: &Context, version: &Version, old: &Version) -> Result<Left> {
    let server = Server::release(ctx, version, WITHOUT_NPM)?;
    let bundles = Bundles::dump(&server)?;
    let before = Side::Both { name: old.to_string(), bundles: Bundles::read(&ctx.schema())? };
    let after = Side::Both { name: version.to_string(), bundles: bundles.clone() };
    let diff = diff::between(&before, &after, &Comparison::default())?;
    console::print(&diff.to_string());

    write(ctx, version, &bundles)?;
    write_changelog(ctx, version, &diff)?;
    let semver = diff::crate_bump(ctx, diff.semver())?;
    console::say(&format!("codex-app-protocol: {semver}"));
    Ok(Left::of(&before.surface(None)?, &after.surface(None)?))
}

/// Writes the schema, the index and the crate, once it is known that there is a crate.
fn write(ctx: &Context, version: &Version, bundles: &Bundles) -> Result<()> {
    can_be_generated(ctx, version, bundles)
        .context("nothing is written: the generator does not support this schema yet")?;
    let folder = ctx.schema();
    pull::write(ctx, &folder, bundles, &Pin::new(version.clone(), bundles))?;
    history::write(ctx, &folder, &version.to_string(), bundles)?;
    codegen::write(&Folders::new(ctx, None, None))
}

/// Generates from a release that is not written yet: what fails here can be mended, and all of it run
/// again.
fn can_be_generated(ctx: &Context, version: &Version, bundles: &Bundles) -> Result<()> {
    let version = version.to_string();
    let releases = history::with(&ctx.schema(), &version, bundles)?;
    let [stable, experimental] = bundles.texts()?;
    let input = Input { server_version: &version, stable, experimental, history: &releases };
    codex_app_codegen::generate(&input)?;
    Ok(())
}

/// Does what follows from the crate, all of it, and then tells what is left.
fn follow(ctx: &Context, bump: &Bump, tried: &[Version], mut left: Left) -> Result<()> {
    if bump.skip_compat {
        left.add("the table of the README: `cargo xtask compat`");
    } else {
        left.unless(compat::run(ctx, tried), "the table of the README: `cargo xtask compat`");
    }
    if bump.skip_api {
        left.add("the API: `cargo xtask api`");
    } else {
        left.unless(api::accept(ctx), "the API: mend the build, then `cargo xtask api`");
    }
    if !bump.skip_tests {
        left.unless(accept_counts(ctx), "the generator's counts (codegen/tests/it/pinned.rs)");
        left.unless(test::all(ctx), "the tests: each that failed says what to do");
    }
    left.tell()
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
    cargo.args(["test", "--quiet", "--package", "codex-app-codegen", "--test", "it", "--"]);
    cargo.args(["--exact", "pinned::the_counts_of_the_pinned_release_are_known"]);
    process::run(cargo.current_dir(&ctx.root).env("INSTA_UPDATE", "always"))
}
