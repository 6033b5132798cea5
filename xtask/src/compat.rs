//! `cargo xtask compat`: how the crates get on with several releases of the server, tried out.
//!
//! Results are kept in `schema/compat.json`, and shown in the README. Nothing here is filled in by
//! hand: what was not run is not in the table.

mod data;
mod table;

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use self::data::{Compat, Difference, Release, Smoke};
use crate::schema::{self, Pin};
use crate::server::Server;
use crate::{Context, Version, console, file, marked, process, test};

/// What of the README is written here.
const MARKER: &str = "compat";

/// The releases that are tried out beside the pinned one, until the data file says otherwise.
const FIRST: [&str; 5] = ["0.140.0", "0.150.0", "0.160.0", "0.163.0", "0.166.0"];

/// Tries out every release of the table, and these, and the pinned one.
///
/// # Errors
///
/// Fails if a release cannot be had or a run does not come to an end. A step that a server fails at
/// is a result.
pub fn run(ctx: &Context, more: &[Version]) -> Result<()> {
    let pinned = Pin::read(&ctx.schema())?.server_version;
    let mut versions = match Compat::read(ctx) {
        Ok(compat) => compat.versions()?,
        Err(_) => FIRST.iter().map(|it| Ok(it.parse()?)).collect::<Result<Vec<Version>>>()?,
    };
    versions.extend(more.iter().cloned().chain([pinned.clone()]));
    versions.sort_by_key(Version::order);
    versions.dedup();
    let releases =
        versions.iter().map(|it| release(ctx, &pinned, it)).collect::<Result<Vec<_>>>()?;
    let compat = Compat { pinned, releases };
    let readme = ctx.root.join("README.md");
    let text = readme_with(ctx, &compat)?;
    let data = compat.to_text()?;
    file::replace_all(&[(Compat::path(ctx), &data), (readme, text.as_bytes())])?;
    console::print(&table::table(&compat));
    Ok(())
}

/// Checks that the table of the README says what the data says, and is of the pinned release.
///
/// # Errors
///
/// Fails if not, and says what to run.
pub fn check(ctx: &Context) -> Result<()> {
    let compat = Compat::read(ctx)?;
    let pinned = Pin::read(&ctx.schema())?.server_version;
    if compat.pinned != pinned || compat.releases.iter().all(|it| it.version != pinned) {
        bail!("schema/compat.json is not of {pinned}: run `cargo xtask compat`");
    }
    let readme = ctx.root.join("README.md");
    if file::read(&readme)? != readme_with(ctx, &compat)? {
        bail!("the table of README.md is not that of schema/compat.json: run `cargo xtask compat`");
    }
    Ok(())
}

fn readme_with(ctx: &Context, compat: &Compat) -> Result<String> {
    let readme = file::read(&ctx.root.join("README.md"))?;
    marked::replace(&readme, MARKER, &table::table(compat)).context("README.md")
}

/// Tries out one release.
fn release(ctx: &Context, pinned: &Version, version: &Version) -> Result<Release> {
    let without_npm = "the table needs every release in it";
    let server = Server::release(ctx, version, without_npm)?;
    let to_pinned = if version == pinned {
        None
    } else {
        Some(Difference::of(&schema::to_pinned(ctx, &server)?))
    };
    console::say(&format!("codex {version}: a session"));
    let smoke = smoke(ctx, &server.path, version)?;
    Ok(Release { version: version.clone(), to_pinned, smoke })
}

/// Runs the example of the client that does all the work, and keeps its recording if there is none.
fn smoke(ctx: &Context, server: &Path, version: &Version) -> Result<Smoke> {
    let recording = ctx.root.join(format!("protocol/tests/releases/{version}.jsonl"));
    // What it prints to stdout is the result; what cargo does meanwhile goes to stderr.
    let mut cargo = Command::new(&ctx.cargo);
    cargo.args(["run", "--package", "codex-app-client", "--features", "testing"]);
    cargo.args(["--example", "smoke", "--"]);
    if !recording.exists() {
        cargo.arg(&recording);
    }
    let output = cargo
        .current_dir(&ctx.root)
        .env(test::VARIABLE, server)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        let failure = process::failure(output.status, &output.stdout);
        bail!("the session with codex {version} did not come to an end ({failure})");
    }
    Smoke::parse(&output.stdout, version)
}
