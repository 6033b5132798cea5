//! The command line of `cargo xtask`: one function for each command.
//!
//! Holds no work of its own. Exit codes: 0 done, 1 failed, 2 asked for something that is no command, 3
//! a comparison found what breaks programs.

mod cli;

use std::process::ExitCode;

use clap::Parser;
use xtask::schema::{Bump, Target};
use xtask::{
    Context, Folders, Source, Verdict, api, codegen, compat, console, demo, schema, stats, test,
};

use crate::cli::{Command, HistoryCommand, SchemaCommand};

fn main() -> ExitCode {
    let mut ctx = Context::from_env();
    let result = match Command::parse() {
        Command::Schema(command) => schema_command(&mut ctx, command),
        Command::Api { check: true, .. } => api::check(&ctx),
        Command::Api { release: true, .. } => api::release(&ctx).map(Verdict::from),
        Command::Api { .. } => api::accept(&ctx).map(Verdict::from),
        Command::Codegen { check: false, schema, out } => {
            codegen::write(&Folders::new(&ctx, schema, out)).map(Verdict::from)
        }
        Command::Codegen { check: true, schema, out } => {
            codegen::check(&ctx, &Folders::new(&ctx, schema, out)).map(Verdict::from)
        }
        Command::Compat { versions } => compat::run(&ctx, &versions).map(Verdict::from),
        Command::Demo { prompt } => demo::run(&ctx, prompt.as_deref()).map(Verdict::from),
        Command::Stats => stats::print(&ctx).map(Verdict::from),
        Command::Test { offline: false } => test::all(&ctx).map(Verdict::from),
        Command::Test { offline: true } => test::offline(&ctx).map(Verdict::from),
    };
    console::exit_code(result)
}

fn schema_command(ctx: &mut Context, command: SchemaCommand) -> anyhow::Result<Verdict> {
    match command {
        SchemaCommand::Pull { server, out } => {
            schema::pull(ctx, &server.into(), out).map(Verdict::from)
        }
        SchemaCommand::Check { server, against, schema, comparison } => {
            ctx.quiet = comparison.json || comparison.markdown;
            let target = match against {
                Some(folder) => Target::Folder(folder),
                None => Target::Server(server.into()),
            };
            schema::check(ctx, &target, schema, &comparison.into())
        }
        SchemaCommand::Bump { version, skip_tests, skip_compat, skip_api } => {
            let mut bump = Bump::default();
            bump.version = version;
            bump.skip_tests = skip_tests;
            bump.skip_compat = skip_compat;
            bump.skip_api = skip_api;
            schema::bump(ctx, &bump).map(Verdict::from)
        }
        SchemaCommand::Diff { old, new, comparison } => {
            ctx.quiet = comparison.json || comparison.markdown;
            schema::diff(ctx, &old, &new, &comparison.into())
        }
        SchemaCommand::History(HistoryCommand::Add { versions, codex }) => {
            let versions = versions.into_iter().map(Source::Release);
            let sources: Vec<_> =
                codex.map(Source::Installed).into_iter().chain(versions).collect();
            schema::add_to_history(ctx, &sources).map(Verdict::from)
        }
    }
}
