//! `cargo xtask stats`: how large the protocol crate is, and how long it takes to build.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::{Context, Folders, console, process};

/// The package that is measured.
const PACKAGE: &str = "codex-app-protocol";

/// Prints the counts of the generated code, and times clean release builds of the crate alone.
///
/// # Errors
///
/// Fails if nothing can be generated from the schema, or if the crate does not build.
pub fn print(ctx: &Context) -> Result<()> {
    let source = ctx.root.join("protocol/src");
    let generated = Size::of(&source.join("generated"))?;
    let all = Size::of(&source)?;
    let (n_files, n_lines) = (all.n_files - generated.n_files, all.n_lines - generated.n_lines);
    console::say(&format!("generated: {} files, {} lines", generated.n_files, generated.n_lines));
    console::say(&format!("by hand: {n_files} files, {n_lines} lines"));
    console::say("");
    console::say(Folders::new(ctx, None, None).generate()?.report.to_string().trim_end());
    console::say("");

    console::say("building the dependencies");
    build(ctx, &[])?;
    for (name, args) in
        [("default features", [].as_slice()), ("experimental", &["--features", "experimental"])]
    {
        clean(ctx)?;
        let seconds = build(ctx, args)?.as_secs_f32();
        console::say(&format!("clean release build of {PACKAGE}, {name}: {seconds:.1} s"));
    }
    Ok(())
}

/// The source files below a folder.
#[derive(Debug, Default)]
struct Size {
    n_files: usize,
    n_lines: usize,
}

impl Size {
    fn of(folder: &Path) -> Result<Self> {
        let context = || format!("cannot read {}", folder.display());
        let mut size = Self::default();
        for entry in fs::read_dir(folder).with_context(context)? {
            let path = entry.with_context(context)?.path();
            if path.is_dir() {
                let below = Self::of(&path)?;
                size.n_files += below.n_files;
                size.n_lines += below.n_lines;
            } else if path.extension().is_some_and(|it| it == "rs") {
                let text = fs::read_to_string(&path)
                    .with_context(|| format!("cannot read {}", path.display()))?;
                size.n_files += 1;
                size.n_lines += text.lines().count();
            }
        }
        Ok(size)
    }
}

/// Builds the crate, and says how long it took.
fn build(ctx: &Context, features: &[&str]) -> Result<Duration> {
    let started = Instant::now();
    process::run(cargo(ctx, "build").arg("--quiet").args(features))?;
    Ok(started.elapsed())
}

/// Removes what was built of the crate; its dependencies stay.
fn clean(ctx: &Context) -> Result<()> {
    process::run(cargo(ctx, "clean").arg("--quiet"))
}

/// A cargo command on the crate, in a target folder that nothing else uses.
fn cargo(ctx: &Context, command: &str) -> Command {
    let mut cargo = Command::new(&ctx.cargo);
    cargo.args([command, "--release", "--package", PACKAGE, "--target-dir"]);
    cargo.arg(ctx.root.join("target/stats")).current_dir(&ctx.root);
    // A compiler cache would be measured in the compiler's place.
    cargo.env("RUSTC_WRAPPER", "");
    cargo
}
