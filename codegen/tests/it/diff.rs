//! What changes between releases: real pairs, whole.

use codex_app_codegen::diff::{Diff, Effect, Surface, diff};

use crate::Bundles;

/// A release of which the bundles are checked in.
pub(crate) fn release(version: &str) -> Surface {
    let bundles = Bundles::release(version);
    Surface::read(version, &bundles.stable, &bundles.experimental).unwrap()
}

pub(crate) fn between(old: &str, new: &str) -> Diff {
    diff(&release(old), &release(new))
}

#[test]
fn from_0_140_0_to_0_150_0() {
    let diff = between("0.140.0", "0.150.0");
    // A decision that clients send: the string is refused by the newer server.
    let denied = diff.changes.iter().find(|it| it.place == "ReviewDecision[denied]").unwrap();
    assert!(denied.effect == Effect::Breaking && denied.sensitive, "{denied:?}");
    insta::assert_snapshot!(diff);
}

#[test]
fn from_0_150_0_to_0_160_0() {
    insta::assert_snapshot!(between("0.150.0", "0.160.0"));
}

#[test]
fn from_0_160_0_to_0_166_0() {
    insta::assert_snapshot!(between("0.160.0", "0.166.0"));
}

#[test]
fn from_0_166_0_to_0_169_0() {
    insta::assert_snapshot!(between("0.166.0", "0.169.0"));
}

#[test]
fn from_0_169_0_to_0_171_0() {
    insta::assert_snapshot!(between("0.169.0", "0.171.0"));
}

#[test]
fn a_changelog_has_what_breaks_and_what_has_to_be_read() {
    insta::assert_snapshot!(between("0.166.0", "0.169.0").to_markdown());
}
