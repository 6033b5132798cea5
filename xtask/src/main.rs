//! The command line of `cargo xtask`: one function for each command.
//!
//! Holds no work of its own. Exit codes: 0 done, 1 failed, 2 asked for something that is no command.

mod cli;

use std::process::ExitCode;

use clap::Parser;
use xtask::{Context, Folders, codegen, console, demo, schema, stats, test};

use crate::cli::{Command, SchemaCommand};

fn main() -> ExitCode {
    let ctx = Context::from_env();
    let result = match Command::parse() {
        Command::Schema(SchemaCommand::Pull { server, out }) => {
            schema::pull(&ctx, &server.into(), out)
        }
        Command::Schema(SchemaCommand::Check { server, schema }) => {
            schema::check(&ctx, &server.into(), schema)
        }
        Command::Codegen { check: false, schema, out } => {
            codegen::write(&Folders::new(&ctx, schema, out))
        }
        Command::Codegen { check: true, schema, out } => {
            codegen::check(&Folders::new(&ctx, schema, out))
        }
        Command::Demo { prompt } => demo::run(&ctx, prompt.as_deref()),
        Command::Stats => stats::print(&ctx),
        Command::Test { offline: false } => test::all(&ctx),
        Command::Test { offline: true } => test::offline(&ctx),
    };
    console::exit_code(result)
}
