//! The schema that is checked in: pulled from a server, and compared with one.
//!
//! A schema is bytes here; what it means, and what a difference means, is codegen's.

mod bump;
mod bundle;
mod changelog;
mod check;
mod checked_in;
mod diff;
mod history;
mod pin;
mod pull;
mod side;

use std::path::Path;

use anyhow::{Context as _, Result};

pub use self::bump::{Bump, bump};
pub use self::check::{Target, check};
pub(crate) use self::checked_in::CheckedIn;
pub use self::diff::{Comparison, diff};
pub use self::history::add as add_to_history;
pub(crate) use self::pin::Pin;
pub use self::pull::pull;
use crate::server::Server;
use crate::{Context, Source, process};

/// What changes from a server to the schema that is checked in.
pub(crate) fn to_pinned(ctx: &Context, server: &Server) -> Result<codex_app_codegen::diff::Diff> {
    let pinned = side::Side::folder("schema", &ctx.schema())?;
    diff::between(&side::Side::server(server)?, &pinned, &Comparison::default())
}

/// What a user without npm can do.
const WITHOUT_NPM: &str = "pass --codex PATH to ask an installed server";

/// The server that a command names; `folder` has the pin.
fn server(ctx: &Context, source: &Source, folder: &Path) -> Result<Server> {
    match source {
        Source::Installed(path) => Server::open(ctx, path),
        Source::Pinned => {
            let pin = Pin::read(folder)
                .context("no release is pinned (pass --version X.Y.Z or --codex PATH)")?;
            Server::release(ctx, &pin.server_version, WITHOUT_NPM)
        }
        Source::Release(version) => Server::release(ctx, version, WITHOUT_NPM),
    }
}

/// The command that makes a schema folder say what this server prints.
fn pull_command(ctx: &Context, source: &Source, server: &Server, folder: &Path) -> String {
    let from = match source {
        Source::Installed(path) => format!("--codex {}", process::typed(path)),
        Source::Pinned | Source::Release(_) => format!("--version {}", server.version),
    };
    let to = if *folder == ctx.schema() {
        String::new()
    } else {
        format!(" --out {}", process::typed(Path::new(&ctx.shown(folder))))
    };
    format!("cargo xtask schema pull {from}{to}")
}
