//! The public API of a crate as text, one item a line, from what rustdoc knows of it.
//!
//! Asks a compiler and reads its answer. Never says what a change means.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use public_api::{PublicApi, PublicItem};
use serde::Deserialize;

use super::paths::PublicModules;
use crate::{Context, process};

/// The Rust that makes the listings. Its JSON is of one format, which `public-api` has to know, and
/// another Rust may word a line in another way: raise this, `public-api` and `.ci/run` together.
const RUST: &str = "1.95.0";

/// What stands above the lines.
const HEAD: &str = "# Written by `cargo xtask api`. Every public item, with all features.\n";

/// Traits that a type has by itself and that programs do not name: which of them it has is no promise.
const UNPROMISED: [&str; 5] = [
    "core::marker::Freeze",
    "core::marker::StructuralPartialEq",
    "core::marker::UnsafeUnpin",
    "core::panic::unwind_safe::RefUnwindSafe",
    "core::panic::unwind_safe::UnwindSafe",
];

/// A crate whose API is written down.
#[derive(Debug)]
pub(super) struct Crate {
    pub(super) package: &'static str,
    /// The folder whose items are left out: they have a guard of their own.
    pub(super) generated: Option<&'static str>,
}

impl Crate {
    /// The name of the file with its API.
    pub(super) fn file_name(&self) -> String {
        format!("{}.txt", self.package)
    }
}

/// The lines of an API, in the order of the items' paths.
#[derive(Debug, Default)]
pub(super) struct Listing(Vec<String>);

impl Listing {
    pub(super) fn from_text(text: &str) -> Self {
        Self(
            text.lines()
                .filter(|it| !it.starts_with('#') || it.starts_with("#["))
                .map(str::to_owned)
                .collect(),
        )
    }

    pub(super) fn text(&self) -> String {
        let mut text = HEAD.to_owned();
        for line in &self.0 {
            text.push_str(line);
            text.push('\n');
        }
        text
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

/// Has rustdoc describe a crate, and lists what is public.
pub(super) fn of(ctx: &Context, it: &Crate) -> Result<Listing> {
    // A folder of its own: build scripts look at the variable, and would be run again for all else.
    let target = ctx.root.join("target/api");
    let mut command = cargo(ctx)?;
    command
        .args(["rustdoc", "--quiet", "--lib", "--all-features", "--package", it.package])
        .arg("--target-dir")
        .arg(&target)
        .args(["--", "-Zunstable-options", "--output-format", "json"])
        .current_dir(&ctx.root)
        // Only a nightly Rust writes JSON without being told that it may.
        .env("RUSTC_BOOTSTRAP", "1")
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("RUSTDOCFLAGS");
    process::run(&mut command)?;

    let json = target.join("doc").join(format!("{}.json", it.package.replace('-', "_")));
    let api = public_api::Builder::from_rustdoc_json(&json)
        .omit_blanket_impls(true)
        .build()
        .with_context(|| format!("cannot list the API of {}", it.package))?;
    let hidden = match it.generated {
        Some(folder) => ids_below(&json, folder)?,
        None => BTreeSet::new(),
    };
    Ok(Listing(lines(&api, &hidden, &PublicModules::read(&ctx.root)?)))
}

/// The cargo of the Rust that makes the listings.
fn cargo(ctx: &Context) -> Result<Command> {
    let ours = Command::new(&ctx.cargo).arg("--version").output().context("cannot run cargo")?;
    if String::from_utf8_lossy(&ours.stdout).starts_with(&format!("cargo {RUST} ")) {
        return Ok(Command::new(&ctx.cargo));
    }
    let there = Command::new("rustup").args(["run", RUST, "cargo", "--version"]).output();
    if !there.is_ok_and(|it| it.status.success()) {
        bail!(
            "the API is listed with Rust {RUST}: `rustup toolchain install {RUST} --profile minimal`"
        );
    }
    let mut command = Command::new("rustup");
    command.args(["run", RUST, "cargo"]);
    Ok(command)
}

fn lines(api: &PublicApi, hidden: &BTreeSet<u32>, modules: &PublicModules) -> Vec<String> {
    let is_hidden = |item: &PublicItem| {
        hidden.contains(&item.id().0) || item.parent_id().is_some_and(|it| hidden.contains(&it.0))
    };
    let mut lines = Vec::new();
    for item in api.items().filter(|it| !is_hidden(it)) {
        let line = modules.line(&item.to_string());
        let promised = !UNPROMISED.iter().any(|it| line.contains(&format!(" {it} for ")));
        if promised && lines.last() != Some(&line) {
            lines.push(line);
        }
    }
    lines
}

/// The items that are written in files below a folder.
fn ids_below(json: &Path, folder: &str) -> Result<BTreeSet<u32>> {
    let context = || format!("cannot read {}", json.display());
    let file = BufReader::new(File::open(json).with_context(context)?);
    let described: Described = serde_json::from_reader(file).with_context(context)?;
    let below = |item: &Item| item.span.as_ref().is_some_and(|it| it.filename.starts_with(folder));
    Ok(described.index.into_iter().filter(|(_, it)| below(it)).map(|(id, _)| id).collect())
}

/// The little that is needed of rustdoc's JSON.
#[derive(Deserialize)]
struct Described {
    index: BTreeMap<u32, Item>,
}

#[derive(Deserialize)]
struct Item {
    span: Option<Span>,
}

#[derive(Deserialize)]
struct Span {
    filename: String,
}
