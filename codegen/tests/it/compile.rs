//! What is generated from older and newer releases compiles with the hand-written part of the crate as
//! it is, with and without the experimental API.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Bundles, workspace};

const MANIFEST: &str = r#"
[package]
name = "codex-app-protocol"
edition = "2024"
[features]
experimental = []
[dependencies]
serde = { version = "1", default-features = false, features = ["std"] }
serde_json = { version = "1", features = ["raw_value"] }
[workspace]
"#;

#[test]
fn the_output_of_0_140_0_compiles() {
    check("0.140.0");
}

#[test]
fn the_output_of_0_150_0_compiles() {
    check("0.150.0");
}

#[test]
fn the_output_of_0_160_0_compiles() {
    check("0.160.0");
}

#[test]
fn the_output_of_0_166_0_compiles() {
    check("0.166.0");
}

#[test]
fn the_output_of_0_171_0_compiles() {
    check("0.171.0");
}

#[track_caller]
fn check(version: &str) {
    let output = Bundles::release(version).generate().unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("releases").join(version);
    let sources = folder.join("src");
    // What an earlier run left must not help this one to compile.
    if sources.exists() {
        fs::remove_dir_all(&sources).unwrap();
    }
    copy(&workspace().join("protocol/src"), &sources);
    for (path, text) in output.files {
        fs::write(sources.join("generated").join(path), text).unwrap();
    }
    fs::write(folder.join("Cargo.toml"), MANIFEST).unwrap();
    fs::copy(workspace().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    for features in [None, Some("--all-features")] {
        let output = Command::new(env!("CARGO"))
            .args(["check", "--quiet", "--offline"])
            .args(features)
            .current_dir(&folder)
            // The checks share the dependencies, and leave the tests' own target folder alone.
            .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("releases/target"))
            .env("RUSTFLAGS", "-D warnings")
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{version} {features:?}:\n{errors}");
    }
}

/// Copies a folder of sources but for `generated`, which is left empty.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, target): (PathBuf, PathBuf) = {
            let entry = entry.unwrap();
            (entry.path(), to.join(entry.file_name()))
        };
        match path.is_dir() {
            true if path.ends_with("generated") => fs::create_dir_all(&target).unwrap(),
            true => copy(&path, &target),
            false => drop(fs::copy(&path, &target).unwrap()),
        }
    }
}
