//! `cargo xtask schema diff`: what changes between two schemas. Writes nothing.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use codex_app_codegen::diff::{self, Accepted, Change, Diff, Semver, Surface};
use serde_json::json;

use super::bundle::Bundle;
use super::side::Side;
use crate::verdict::Misuse;
use crate::{Context, Verdict, console, file};

/// How to compare, and how to show it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Comparison {
    /// Print JSON.
    pub json: bool,
    /// Print a short list in Markdown.
    pub markdown: bool,
    /// A file with the breaking changes that the program accepts.
    pub accept: Option<PathBuf>,
    /// Only what these methods carry; all of it if there are none.
    pub methods: Vec<String>,
    /// Only one bundle: `Some(true)` the experimental one, `Some(false)` the stable one.
    pub experimental: Option<bool>,
}

impl Comparison {
    fn bundle(&self) -> Option<Bundle> {
        self.experimental.map(|it| if it { Bundle::Experimental } else { Bundle::Stable })
    }
}

/// Prints what changes from one schema to another: folders, files or releases.
///
/// # Errors
///
/// Fails if a side cannot be had or is no schema, or if neither has one of the methods.
pub fn diff(ctx: &Context, old: &str, new: &str, comparison: &Comparison) -> Result<Verdict> {
    let (old, new) = (Side::read(ctx, old)?, Side::read(ctx, new)?);
    report(ctx, between(&old, &new, comparison)?, comparison)
}

/// Compares two sides.
pub(super) fn between(old: &Side, new: &Side, comparison: &Comparison) -> Result<Diff> {
    let bundle = Side::common_bundle(old, new, comparison.bundle())?;
    let (old, new) = (old.surface(bundle)?, new.surface(bundle)?);
    if comparison.methods.is_empty() {
        return Ok(diff::diff(&old, &new));
    }
    let methods: BTreeSet<String> = comparison.methods.iter().cloned().collect();
    for method in &methods {
        if !old.methods().chain(new.methods()).any(|it| it == method) {
            return Err(Misuse(format!("neither side has a method {method}")).into());
        }
    }
    Ok(diff::diff_of(&old, &new, &methods))
}

/// Compares two bundles, if they are such.
pub(super) fn between_texts(old: &[u8], new: &[u8]) -> Option<Diff> {
    let read = |text| Surface::read_one("", std::str::from_utf8(text).ok()?).ok();
    Some(diff::diff(&read(old)?, &read(new)?))
}

/// What the protocol crate's version does after a change.
pub(super) fn crate_bump(ctx: &Context, semver: Semver) -> Result<String> {
    let current = crate_version(ctx)?;
    Ok(bump(&current, &next_version(&current, semver), semver))
}

/// Prints a diff, and says whether it breaks anything that is not accepted.
pub(super) fn report(ctx: &Context, diff: Diff, comparison: &Comparison) -> Result<Verdict> {
    let accepted = comparison.accept.as_deref().map(read_accepted).transpose()?;
    let diff = match &accepted {
        Some(accepted) => diff.accepting(accepted),
        None => diff,
    };
    let verdict = if diff.refused().next().is_some() { Verdict::Breaking } else { Verdict::Fine };
    let unused = accepted.as_ref().map(|it| it.unused(&diff)).unwrap_or_default();
    let current = crate_version(ctx)?;
    let next = next_version(&current, diff.semver());
    if comparison.json {
        let mut report = diff.to_json();
        report["crate_version"] = json!({ "current": current, "next": next });
        report["verdict"] = json!(verdict.name());
        report["accepted_unused"] = json!(unused);
        console::say(&format!("{report:#}"));
    } else if comparison.markdown {
        console::print(&format!("{} to {}: {}\n\n", diff.old, diff.new, diff.summary()));
        console::print(&diff.to_markdown());
    } else {
        console::print(&diff.to_string());
        let semver = bump(&current, &next, diff.semver());
        console::say(&format!("\ncodex-app-protocol: {semver}"));
    }
    if !comparison.json {
        console::print(&advice(&diff, comparison.accept.as_deref(), &unused));
    }
    Ok(verdict)
}

/// What to do about the breaking changes, and about a list that has more than there is to accept.
fn advice(diff: &Diff, accept: Option<&Path>, unused: &[&str]) -> String {
    let mut text = String::new();
    let refused: Vec<String> = diff.refused().map(Change::line).collect();
    // Writing to a string cannot fail.
    let _ = match accept.map(Path::display) {
        None if refused.is_empty() => Ok(()),
        None => {
            writeln!(
                text,
                "\nto accept changes, list them in a file for --accept (see schema/README.md)"
            )
        }
        Some(_) if refused.is_empty() => Ok(()),
        Some(shown) => {
            let lines = refused.join("\n");
            writeln!(text, "\nnot in {shown}; add the changes that you accept:\n{lines}")
        }
    };
    if let (Some(accept), false) = (accept, unused.is_empty()) {
        let (shown, lines) = (accept.display(), unused.join("\n"));
        let _ = writeln!(text, "\nin {shown}, but not a breaking change any more:\n{lines}");
    }
    text
}

fn read_accepted(path: &Path) -> Result<Accepted> {
    let shown = path.display();
    Accepted::parse(&file::read(path)?).map_err(|line| {
        Misuse(format!(
            "{shown}: {line:?} is no change such as `field_removed UserInput[audio].fileId`"
        ))
        .into()
    })
}

fn bump(current: &str, next: &str, semver: Semver) -> String {
    match semver {
        Semver::None => format!("stays {current}"),
        level => format!("{current} -> {next} ({} change)", level.name()),
    }
}

/// The version of the crates of this workspace, which is this crate's own.
fn crate_version(ctx: &Context) -> Result<String> {
    let path = ctx.root.join("Cargo.toml");
    let Ok(manifest) = fs::read_to_string(&path) else {
        // Outside of the workspace, the version that was compiled in is as good.
        return Ok(env!("CARGO_PKG_VERSION").to_owned());
    };
    let version = manifest.lines().find_map(|line| line.strip_prefix("version = \""));
    let version = version.and_then(|it| it.strip_suffix('"'));
    version.map(str::to_owned).with_context(|| format!("{} has no version", path.display()))
}

/// The version after a change, in cargo's reading: before 1.0, the second number is the major one.
fn next_version(current: &str, semver: Semver) -> String {
    let mut numbers = current.split(['.', '-', '+']).map(|it| it.parse::<u64>().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    let (major, minor, patch) = (next(), next(), next());
    match (semver, major) {
        (Semver::None, _) => current.to_owned(),
        (Semver::Major, 0) => format!("0.{}.0", minor + 1),
        (Semver::Major, _) => format!("{}.0.0", major + 1),
        (_, 0) => format!("0.{minor}.{}", patch + 1),
        (_, _) => format!("{major}.{}.0", minor + 1),
    }
}

#[cfg(test)]
mod tests {
    use codex_app_codegen::diff::Semver;

    use super::next_version;

    #[test]
    fn before_1_0_a_major_change_raises_the_second_number() {
        assert_eq!(next_version("0.1.0", Semver::Major), "0.2.0");
        assert_eq!(next_version("0.1.4", Semver::Minor), "0.1.5");
        assert_eq!(next_version("0.1.4", Semver::None), "0.1.4");
        assert_eq!(next_version("1.2.3", Semver::Major), "2.0.0");
        assert_eq!(next_version("1.2.3", Semver::Minor), "1.3.0");
    }
}
