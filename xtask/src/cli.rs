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
    /// Write down the public API of the crates, and say what has changed in it
    ///
    /// Exit code 3: with `--check`, the API is not what is written down, or the version is too low for it.
    Api {
        /// Write nothing; compare with what is written down, and the version with the last release
        #[arg(long)]
        check: bool,
        /// Keep what is written down as the API of the version that is released now
        #[arg(long, conflicts_with = "check")]
        release: bool,
    },
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
    /// Try out several releases of the server, and write the table of the README
    Compat {
        /// More releases than those of the table
        #[arg(value_name = "X.Y.Z")]
        versions: Vec<Version>,
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
    ///
    /// The pinned release has to print it byte for byte; what another one changes is judged as by
    /// `diff`. Exit code 0: nothing breaks; 3: something does.
    Check {
        #[command(flatten)]
        server: Server,
        /// A folder that a server wrote its schema to; no server is asked
        #[arg(long, value_name = "DIR", conflicts_with_all = ["version", "codex"])]
        against: Option<PathBuf>,
        /// The folder to compare with [default: schema]
        #[arg(long, value_name = "DIR")]
        schema: Option<PathBuf>,
        #[command(flatten)]
        comparison: Comparison,
    },
    /// Tell what changes from one schema to another, and for whom
    ///
    /// Exit code 0: what is new breaks nothing; 3: something does; 2: not a comparison.
    Diff {
        /// A folder, a file or a release
        old: String,
        /// A folder, a file or a release
        new: String,
        #[command(flatten)]
        comparison: Comparison,
    },
    /// Move to another release: schema, index, generated crate, changelog, table, API, tests
    ///
    /// Nothing is written if the crate cannot be generated from it. After that, every step is tried, and
    /// what is left is told at the end; the same command goes on from there.
    Bump {
        /// The release [default: the newest one that npm has]
        #[arg(value_name = "X.Y.Z")]
        version: Option<Version>,
        /// Do not run the tests
        #[arg(long)]
        skip_tests: bool,
        /// Do not try out the releases of the table
        #[arg(long)]
        skip_compat: bool,
        /// Do not write down the API
        #[arg(long)]
        skip_api: bool,
    },
    /// The index of which releases have which methods
    #[command(subcommand)]
    History(HistoryCommand),
}

#[derive(Subcommand)]
pub(crate) enum HistoryCommand {
    /// Add releases to the index
    Add {
        /// Releases of npm
        #[arg(value_name = "X.Y.Z", required_unless_present = "codex")]
        versions: Vec<Version>,
        /// An installed `codex` to ask; npm is not used
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
    /// Print a short list in Markdown: what breaks, what has to be read, what is new
    #[arg(long)]
    pub(crate) markdown: bool,
    /// A file with the breaking changes that the program can live with, a line each
    #[arg(long, value_name = "FILE")]
    accept: Option<PathBuf>,
    /// Only what these methods carry, directly or through references
    #[arg(long, value_name = "METHOD,…", value_delimiter = ',')]
    methods: Vec<String>,
    /// Only one bundle [default: both; the one that it is if a side is a single file]
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
    /// The npm release to ask
    #[arg(long, value_name = "X.Y.Z", conflicts_with = "codex")]
    version: Option<Version>,
    /// An installed `codex` to ask; npm is not used
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
