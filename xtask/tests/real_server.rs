//! The schema that is checked in, against the real server of the pinned version.

use std::env;

use xtask::{Context, Source, schema};

#[test]
fn the_pinned_server_prints_the_schema_that_is_checked_in() {
    let codex = env::var_os("CODEX_APP_SERVER")
        .expect("CODEX_APP_SERVER is not set: run this test with `cargo xtask test`");
    schema::check(&Context::from_env(), &Source::Installed(codex.into()), None).unwrap();
}
