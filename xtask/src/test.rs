//! `cargo xtask test`: every test of the workspace, with default and with all features.
//!
//! A test needs the real server if its test binary or its module has `real_server` in its name. It
//! finds the server in `CODEX_APP_SERVER`.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::schema::Pin;
use crate::server::Server;
use crate::{Context, console, process};

/// What the names of tests that need the real server contain.
const REAL_SERVER: &str = "real_server";

/// The environment variable that names the server to those tests.
pub(crate) const VARIABLE: &str = "CODEX_APP_SERVER";

/// Each run: what to call it, and the flags of cargo.
const RUNS: [(&str, &[&str]); 2] =
    [("default features", &[]), ("all features", &["--all-features"])];

/// Runs every test, with the pinned server at hand; one that fails keeps none from running.
///
/// # Errors
///
/// Fails if the server cannot be had, or if a test fails.
pub fn all(ctx: &Context) -> Result<()> {
    let pin = Pin::read(&ctx.schema())?;
    let without_npm = "run `cargo xtask test --offline` to skip the tests that need the server";
    let server = Server::release(ctx, &pin.server_version, without_npm)?;
    console::say(&format!("{VARIABLE}={}", ctx.shown(&server.path)));
    let mut failed = Vec::new();
    for (name, features) in RUNS {
        console::say(&format!("cargo test, {name}"));
        let mut cargo = cargo_test(ctx, features);
        if process::run(cargo.arg("--no-fail-fast").env(VARIABLE, &server.path)).is_err() {
            failed.push(name);
        }
    }
    if !failed.is_empty() {
        bail!("tests failed with {}: see above", failed.join(" and with "));
    }
    Ok(())
}

/// Runs the tests that do not need the real server, and says how many do.
///
/// # Errors
///
/// Fails if a test fails.
pub fn offline(ctx: &Context) -> Result<()> {
    let mut skipped = Vec::new();
    for (name, features) in RUNS {
        console::say(&format!("cargo test, {name}, without the real server"));
        let binaries = binaries(ctx, features)?;
        let mut n_skipped = 0;
        for binary in &binaries {
            n_skipped += binary.count_skipped()?;
        }
        // Doc tests cannot be asked for together with other targets.
        process::run(skipping(cargo_test(ctx, features).args(targets(&binaries))))?;
        process::run(skipping(cargo_test(ctx, features).arg("--doc")))?;
        skipped.push(format!("{n_skipped} with {name}"));
    }
    console::say(&format!("skipped real-server tests: {}", skipped.join(", ")));
    Ok(())
}

fn cargo_test(ctx: &Context, features: &[&str]) -> Command {
    let mut cargo = Command::new(&ctx.cargo);
    cargo.args(["test", "--workspace"]).args(features).current_dir(&ctx.root);
    cargo
}

fn skipping(command: &mut Command) -> &mut Command {
    command.args(["--", "--skip", REAL_SERVER])
}

/// The flags that select every test binary but those for the real server.
fn targets(binaries: &[Binary]) -> Vec<&str> {
    let mut targets = vec!["--lib", "--bins"];
    let tests: BTreeSet<&str> = binaries
        .iter()
        .filter(|binary| binary.is_integration && !binary.needs_server())
        .map(|binary| binary.name.as_str())
        .collect();
    targets.extend(tests.into_iter().flat_map(|name| ["--test", name]));
    targets
}

/// A test binary that cargo has built.
#[derive(Debug)]
struct Binary {
    name: String,
    path: PathBuf,
    /// Whether it is one of `tests/`, which cargo selects by name.
    is_integration: bool,
}

impl Binary {
    /// Reads one message of cargo; most are about something else.
    fn parse(message: &str) -> Option<Self> {
        let message: Value = serde_json::from_str(message).ok()?;
        let is_test = message.pointer("/profile/test")?.as_bool()?;
        let target = message.get("target")?;
        let binary = Self {
            name: target.get("name")?.as_str()?.to_owned(),
            path: message.get("executable")?.as_str()?.into(),
            is_integration: target.pointer("/kind/0")?.as_str()? == "test",
        };
        is_test.then_some(binary)
    }

    fn needs_server(&self) -> bool {
        self.is_integration && self.name.contains(REAL_SERVER)
    }

    /// How many of its tests need the real server.
    fn count_skipped(&self) -> Result<usize> {
        let name = &self.name;
        let output = Command::new(&self.path)
            .args(["--list", "--format", "terse"])
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("cannot list the tests of {name}"))?;
        if !output.status.success() {
            let failure = process::failure(output.status, &output.stderr);
            bail!("cannot list the tests of {name} ({failure})");
        }
        let list = String::from_utf8_lossy(&output.stdout);
        Ok(self.count(&list))
    }

    fn count(&self, list: &str) -> usize {
        list.lines()
            .filter_map(|line| line.strip_suffix(": test"))
            .filter(|test| self.needs_server() || test.contains(REAL_SERVER))
            .count()
    }
}

/// Builds the tests, and names their binaries.
fn binaries(ctx: &Context, features: &[&str]) -> Result<Vec<Binary>> {
    let output = cargo_test(ctx, features)
        .args(["--no-run", "--message-format", "json-render-diagnostics"])
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        bail!("the tests do not build ({})", output.status);
    }
    let messages = String::from_utf8_lossy(&output.stdout);
    Ok(messages.lines().filter_map(Binary::parse).collect())
}

#[cfg(test)]
mod tests {
    use super::{Binary, targets};

    fn binary(kind: &str, name: &str) -> Binary {
        let message = format!(
            r#"{{"reason": "compiler-artifact", "executable": "/x", "profile": {{"test": true}},
                "target": {{"name": "{name}", "kind": ["{kind}"]}}}}"#
        );
        Binary::parse(&message).unwrap()
    }

    #[test]
    fn only_test_binaries_are_taken_from_the_messages_of_cargo() {
        let library = r#"{"executable": null, "profile": {"test": false},
            "target": {"name": "a", "kind": ["lib"]}}"#;
        assert!(Binary::parse(library).is_none());
        assert!(Binary::parse(r#"{"reason": "build-finished", "success": true}"#).is_none());
    }

    #[test]
    fn tests_for_the_real_server_are_told_by_their_binary_or_their_module() {
        let list = "a: test\nreal_server::b: test\ndeep::real_server::c: test\n";
        assert_eq!(binary("test", "it").count(list), 2);
        assert_eq!(binary("test", "real_server").count(list), 3);
    }

    #[test]
    fn every_binary_but_those_for_the_real_server_is_selected() {
        let binaries = ["it", "real_server", "wire", "it"].map(|name| binary("test", name));
        assert_eq!(targets(&binaries), ["--lib", "--bins", "--test", "it", "--test", "wire"]);
    }
}
