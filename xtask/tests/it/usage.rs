//! What is no command ends with exit code 2 and does nothing.

use crate::fake::Fake;

#[test]
fn what_is_no_command_is_a_usage_error() {
    let fake = Fake::new();
    fake.xtask(&[]).misused("Usage:");
    fake.xtask(&["schema"]).misused("Usage:");
    fake.xtask(&["publish"]).misused("publish");
    fake.xtask(&["codegen", "--checks"]).misused("--check");
    fake.pull(&["--version", "latest"]).misused("a version looks like 0.169.0");
    fake.pull(&["--version", "../0.2.0"]).misused("a version looks like 0.169.0");
    fake.pull(&["--version", "0.2.0", "--codex", "codex"]).misused("cannot be used with");
    fake.check(&["--against", "a", "--codex", "b"]).misused("cannot be used with");
    fake.xtask(&["schema", "diff", "0.1.0"]).misused("Usage:");
    fake.xtask(&["schema", "diff", "a", "b", "--bundle", "all"]).misused("possible values");
    fake.xtask(&["schema", "history", "add"]).misused("Usage:");
    assert_eq!(fake.downloads(), "");
}
