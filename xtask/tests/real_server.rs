//! The schema that is checked in, against the real server of the pinned version.

use std::env;

use xtask::schema::{Comparison, Target};
use xtask::{Context, Source, Verdict, schema};

#[test]
fn the_pinned_server_prints_the_schema_that_is_checked_in() {
    let codex = env::var_os("CODEX_APP_SERVER")
        .expect("CODEX_APP_SERVER is not set: run this test with `cargo xtask test`");
    let target = Target::Server(Source::Installed(codex.into()));
    let verdict = schema::check(&Context::from_env(), &target, None, &Comparison::default());
    assert_eq!(verdict.unwrap(), Verdict::Fine);
}
