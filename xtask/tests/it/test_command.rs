//! `test`: what it runs with and without the real server, on a workspace of one small crate.

use std::fs;

use crate::fake::Fake;

const MANIFEST: &str = r#"
[workspace]
[package]
name = "small"
edition = "2024"
[features]
more = []
"#;

/// A doc test and a unit test that run anywhere, and one that needs the server.
const LIB: &str = r#"
//! ```
//! assert!(true);
//! ```
#[cfg(test)]
mod tests {
    #[test]
    fn runs_anywhere() {}
}
#[cfg(test)]
mod real_server {
    #[test]
    fn runs_with_the_server() {
        assert!(std::env::var("CODEX_APP_SERVER").unwrap().ends_with("/codex"));
    }
}
"#;

/// A test binary that needs the server as a whole; it has one test more with the feature.
const REAL_SERVER: &str = r#"
#[test]
fn finds_the_server() {
    std::env::var_os("CODEX_APP_SERVER").unwrap();
}
#[cfg(feature = "more")]
#[test]
fn finds_more() {
    std::env::var_os("CODEX_APP_SERVER").unwrap();
}
"#;

/// A workspace whose pinned server can be installed.
fn workspace() -> Fake {
    let fake = Fake::pulled();
    for folder in ["src", "tests"] {
        fs::create_dir(fake.path(folder)).unwrap();
    }
    fs::write(fake.path("Cargo.toml"), MANIFEST).unwrap();
    fs::write(fake.path("src/lib.rs"), LIB).unwrap();
    fs::write(fake.path("tests/real_server.rs"), REAL_SERVER).unwrap();
    fs::write(fake.path("tests/wire.rs"), "#[test] fn decodes() {}").unwrap();
    fake
}

#[test]
fn every_test_runs_with_both_feature_sets_and_finds_the_server() {
    let fake = workspace();

    let run = fake.xtask_of_workspace(&["test"]);

    let passed = |test: &str| run.stdout.matches(&format!("test {test} ... ok")).count();
    assert_eq!(passed("tests::runs_anywhere"), 2, "{}{}", run.stdout, run.stderr);
    assert_eq!(passed("real_server::runs_with_the_server"), 2);
    assert_eq!(passed("decodes"), 2);
    assert_eq!(passed("finds_the_server"), 2);
    assert_eq!(passed("finds_more"), 1);
    assert_eq!(passed("src/lib.rs - (line 2)"), 2);
    assert_eq!(fake.downloads(), "0.2.0\n");
}

#[test]
fn a_test_that_fails_keeps_none_from_running() {
    let fake = workspace();
    fs::write(fake.path("tests/aside.rs"), "#[test] fn fails() { panic!() }").unwrap();

    let run = fake.xtask_of_workspace(&["test"]);

    let passed = |test: &str| run.stdout.matches(&format!("test {test} ... ok")).count();
    assert_eq!(passed("decodes"), 2, "{}{}", run.stdout, run.stderr);
    assert_eq!(passed("src/lib.rs - (line 2)"), 2);
    let error = "error: tests failed with default features and with all features: see above\n";
    assert!(run.stderr.ends_with(error), "{}", run.stderr);
}

#[test]
fn offline_every_other_test_runs_and_the_skipped_ones_are_counted() {
    let fake = workspace();
    fake.npm("exit 1");

    let run = fake.xtask_of_workspace(&["test", "--offline"]);

    let passed = |test: &str| run.stdout.matches(&format!("test {test} ... ok")).count();
    assert_eq!(passed("tests::runs_anywhere"), 2, "{}{}", run.stdout, run.stderr);
    assert_eq!(passed("decodes"), 2);
    assert_eq!(passed("src/lib.rs - (line 2)"), 2);
    assert!(!run.stdout.contains("with_the_server") && !run.stdout.contains("finds_"));
    let skipped = "skipped real-server tests: 2 with default features, 3 with all features\n";
    assert!(run.stdout.ends_with(skipped), "{}", run.stdout);
}

#[test]
fn without_a_registry_the_message_says_how_to_skip_those_tests() {
    let fake = workspace();
    fs::remove_dir_all(fake.release("0.2.0")).unwrap();
    fake.npm("echo 'npm error code ENOTFOUND' >&2; exit 1");

    let parts = ["cannot reach the registry", "`cargo xtask test --offline`"];
    fake.xtask_of_workspace(&["test"]).failed(&parts);
}
