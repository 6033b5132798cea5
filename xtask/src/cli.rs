//! The commands and options of the command line, with their help texts.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use xtask::{Source, Version};

/// Development commands of the workspace
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
pub(crate) enum Command {
    /// Pull, check and compare schemas of the app-server
    #[command(subcommand)]
    Schema(SchemaCommand),
    /// Write the public API of the crates to the folder `api`, and print what has changed
    ///
    /// Exit code 3: with `--check`, the API differs from the files, or the version of a crate is too low.
    Api {
        /// Write nothing; fail if the API differs from the files, or the version is too low for the changes
        #[arg(long)]
        check: bool,
        /// Copy the files to a folder for the version that is being released
        #[arg(long, conflicts_with = "check")]
        release: bool,
    },
    /// Generate the protocol crate from the pinned schema
    Codegen {
        /// Write nothing; fail if a generated file is not up to date
        #[arg(long)]
        check: bool,
        /// Folder with stable.json, experimental.json and pin.json [default: schema]
        #[arg(long, value_name = "DIR")]
        schema: Option<PathBuf>,
        /// Folder for the generated files [default: protocol/src/generated]
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Test several releases of the server, and update the table in the README
    Compat {
        /// Releases to test in addition to those in the table
        #[arg(value_name = "X.Y.Z")]
        versions: Vec<Version>,
    },
    /// Run a turn on the pinned server with a scripted model, without an account
    Demo {
        /// The user message
        prompt: Option<String>,
    },
    /// Print the size of the protocol crate and its build time
    Stats,
    /// Run all tests, including those against the pinned real server
    Test {
        /// Skip the tests that need the real server, and do not use npm
        #[arg(long)]
        offline: bool,
    },
}

#[derive(Subcommand)]
pub(crate) enum SchemaCommand {
    /// Write the schema that a server prints to the folder, and pin its release
    Pull {
        #[command(flatten)]
        server: Server,
        /// Folder to write to [default: schema]
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Compare the schema that a server prints with the checked-in one
    ///
    /// The pinned release must print the checked-in schema byte for byte. The schema of any other release
    /// is compared as by `diff`. Exit codes: 0 no breaking change, 3 breaking changes.
    Check {
        #[command(flatten)]
        server: Server,
        /// Folder that a server wrote its schema to; no server is started
        #[arg(long, value_name = "DIR", conflicts_with_all = ["version", "codex"])]
        against: Option<PathBuf>,
        /// Folder with the checked-in schema [default: schema]
        #[arg(long, value_name = "DIR")]
        schema: Option<PathBuf>,
        #[command(flatten)]
        comparison: Comparison,
    },
    /// Print the changes between two schemas, and which users they affect
    ///
    /// Exit codes: 0 no breaking change, 2 invalid arguments, 3 breaking changes.
    Diff {
        /// A folder, a file, or a release such as 0.169.0
        old: String,
        /// A folder, a file, or a release such as 0.169.0
        new: String,
        #[command(flatten)]
        comparison: Comparison,
    },
    /// Update to another release: schema, index, generated crate, changelog, table, API, tests
    ///
    /// Nothing is written if the crate cannot be generated from the release. Otherwise all steps run, and
    /// failed ones are listed at the end. Run the same command again to continue.
    Bump {
        /// The release to update to [default: the newest one on npm]
        #[arg(value_name = "X.Y.Z")]
        version: Option<Version>,
        /// Do not run the tests
        #[arg(long)]
        skip_tests: bool,
        /// Do not test the releases in the table
        #[arg(long)]
        skip_compat: bool,
        /// Do not update the files of the public API
        #[arg(long)]
        skip_api: bool,
    },
    /// Update the index of which releases have which methods
    #[command(subcommand)]
    History(HistoryCommand),
}

#[derive(Subcommand)]
pub(crate) enum HistoryCommand {
    /// Add releases to the index
    Add {
        /// Releases on npm
        #[arg(value_name = "X.Y.Z", required_unless_present = "codex")]
        versions: Vec<Version>,
        /// Path of an installed `codex` to use instead of npm
        #[arg(long, value_name = "PATH", conflicts_with = "versions")]
        codex: Option<PathBuf>,
    },
}

/// How to compare, and how to show it.
#[derive(Args)]
pub(crate) struct Comparison {
    /// Print JSON
    #[arg(long, conflicts_with = "markdown")]
    pub(crate) json: bool,
    /// Print Markdown: breaking changes, changes that need a review, and new methods
    #[arg(long)]
    pub(crate) markdown: bool,
    /// File with accepted breaking changes, one per line
    #[arg(long, value_name = "FILE")]
    accept: Option<PathBuf>,
    /// Compare only what these methods carry, directly or through references
    #[arg(long, value_name = "METHOD,…", value_delimiter = ',')]
    methods: Vec<String>,
    /// Compare only one bundle [default: both, or the bundle of a single file]
    #[arg(long, value_name = "BUNDLE", value_parser = ["stable", "experimental"])]
    bundle: Option<String>,
}

impl From<Comparison> for xtask::schema::Comparison {
    fn from(given: Comparison) -> Self {
        let mut comparison = Self::default();
        comparison.json = given.json;
        comparison.markdown = given.markdown;
        comparison.accept = given.accept;
        let methods = given.methods.iter().map(|it| it.trim().to_owned());
        comparison.methods = methods.filter(|it| !it.is_empty()).collect();
        comparison.experimental = given.bundle.map(|it| it == "experimental");
        comparison
    }
}

/// Which server; the pinned release if neither is given.
#[derive(Args)]
pub(crate) struct Server {
    /// Release on npm to use
    #[arg(long, value_name = "X.Y.Z", conflicts_with = "codex")]
    version: Option<Version>,
    /// Path of an installed `codex` to use instead of npm
    #[arg(long, visible_alias = "server", value_name = "PATH")]
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
