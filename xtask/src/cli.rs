//! What can be asked for on the command line, and the help on it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use xtask::{Source, Version};

/// Regenerates, checks and measures the workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
pub(crate) enum Command {
    /// The pinned schema of the app-server
    #[command(subcommand)]
    Schema(SchemaCommand),
    /// Generate the protocol crate from the pinned schema
    Codegen {
        /// Write nothing; fail if a generated file is not what the schema says
        #[arg(long)]
        check: bool,
        /// The folder with stable.json, experimental.json and pin.json [default: schema]
        #[arg(long, value_name = "DIR")]
        schema: Option<PathBuf>,
        /// The folder of the generated files [default: protocol/src/generated]
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Run a real turn on the pinned server, with no account
    Demo {
        /// What to say to it
        prompt: Option<String>,
    },
    /// Print the size of the protocol crate and the time that it takes to build
    Stats,
    /// Run every test, those against the pinned real server included
    Test {
        /// Skip the tests that need the real server; npm is not used
        #[arg(long)]
        offline: bool,
    },
}

#[derive(Subcommand)]
pub(crate) enum SchemaCommand {
    /// Write the schema that a server prints, and pin it
    Pull {
        #[command(flatten)]
        server: Server,
        /// The folder to write [default: schema]
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Compare the schema that a server prints with the one checked in
    Check {
        #[command(flatten)]
        server: Server,
        /// The folder to compare with [default: schema]
        #[arg(long, value_name = "DIR")]
        schema: Option<PathBuf>,
    },
}

/// Which server; the pinned release if neither is given.
#[derive(Args)]
pub(crate) struct Server {
    /// The npm release to ask
    #[arg(long, value_name = "X.Y.Z", conflicts_with = "codex")]
    version: Option<Version>,
    /// An installed `codex` to ask; npm is not used
    #[arg(long, value_name = "PATH")]
    codex: Option<PathBuf>,
}

impl From<Server> for Source {
    fn from(server: Server) -> Self {
        match (server.version, server.codex) {
            (Some(version), _) => Self::Release(version),
            (None, Some(path)) => Self::Installed(path),
            (None, None) => Self::Pinned,
        }
    }
}
