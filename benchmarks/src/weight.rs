//! What a crate weighs for those who depend on it: packages, the time of a clean build, and the size of
//! a small program. Also how long the two commands take that a maintainer runs most.
//!
//! Nothing is downloaded while the clock runs. What is built is in a folder that goes away.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use crate::Failure;

/// The programs in `quickstarts/`, each with what it depends on.
const CLIENTS: [(&str, &str); 5] = [
    ("codex-app-client", "codex-app-client, with codex-app-protocol"),
    ("codex-codes", "codex-codes 0.166.4"),
    ("codex-sdk-rs", "codex-sdk-rs 0.1.0"),
    ("codexus", "codexus 1.1.0"),
    ("codex-app-server-sdk", "codex-app-server-sdk 0.5.1"),
];
const N_ROUNDS: usize = 3;
const N_COMMANDS: usize = 5;

/// Prints the tables.
///
/// # Errors
///
/// Fails if something does not build.
pub fn main() -> Result<(), Failure> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.parent().ok_or("no folder above this one")?;
    run(cargo(here).arg("fetch"))?;
    run(cargo(root).arg("fetch"))?;

    let built = here.join("target").join("weight");
    let mut rounds = vec![Vec::new(); CLIENTS.len()];
    let mut sizes = Vec::new();
    for n_round in 0..N_ROUNDS {
        for (round, (name, _)) in rounds.iter_mut().zip(CLIENTS) {
            round.push(build(here, &format!("quickstart-{name}"), &built)?);
            if n_round == 0 {
                sizes.push(size(&built, &format!("quickstart-{name}"))?);
            }
        }
    }
    let mut protocol = Vec::new();
    for _ in 0..N_ROUNDS {
        protocol.push(build(root, "codex-app-protocol", &built)?);
    }
    std::fs::remove_dir_all(&built)?;

    println!("\n| | packages | clean build | times ours | quickstart |");
    println!("|---|--:|--:|--:|--:|");
    let mut ours = None;
    for ((name, shown), (round, size)) in CLIENTS.into_iter().zip(rounds.into_iter().zip(sizes)) {
        let packages = packages(here, &format!("quickstart-{name}"))? - 1;
        let time = median(round).as_secs_f64();
        let ratio = time / *ours.get_or_insert(time);
        let kib = size / 1024;
        println!("| {shown} | {packages} | {time:.1} s | {ratio:.2} | {kib} KiB |");
    }
    let packages = packages(root, "codex-app-protocol")?;
    let time = median(protocol).as_secs_f64();
    println!("| codex-app-protocol alone | {packages} | {time:.1} s | | |");

    println!("\n| | wall time |\n|---|--:|");
    let releases = "codegen/tests/releases";
    let diff = format!("schema diff {releases}/0.166.0 {releases}/0.169.0");
    for command in ["codegen --check", &diff] {
        let time = median(commands(root, command)?).as_secs_f64();
        println!("| `cargo xtask {command}` | {time:.2} s |");
    }
    Ok(())
}

/// Builds a package from nothing, as a release.
fn build(folder: &Path, package: &str, target: &Path) -> Result<Duration, Failure> {
    if target.exists() {
        std::fs::remove_dir_all(target)?;
    }
    let mut command = cargo(folder);
    command.args(["build", "--quiet", "--release", "--offline", "--package", package]);
    let started = Instant::now();
    run(command.arg("--target-dir").arg(target))?;
    Ok(started.elapsed())
}

/// How big a program is, without its symbols.
fn size(target: &Path, program: &str) -> Result<u64, Failure> {
    let file = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    Ok(std::fs::metadata(target.join("release").join(file))?.len())
}

/// How many packages one is made of, itself included.
fn packages(folder: &Path, package: &str) -> Result<usize, Failure> {
    let args = ["tree", "--offline", "--edges", "normal", "--prefix", "none", "--package", package];
    let output = run(cargo(folder).args(args).args(["--format", "{p}"]))?;
    let text = String::from_utf8(output.stdout)?;
    // Those that were shown before are marked so.
    let names = text.lines().map(|it| it.trim_end_matches(" (*)")).filter(|it| !it.is_empty());
    Ok(names.collect::<BTreeSet<_>>().len())
}

/// A command of the maintainer, after it was built.
fn commands(root: &Path, command: &str) -> Result<Vec<Duration>, Failure> {
    let mut times = Vec::new();
    for _ in 0..=N_COMMANDS {
        let started = Instant::now();
        let output = cargo(root).arg("xtask").args(command.split(' ')).output()?;
        // A comparison that finds something says so by this code.
        if !matches!(output.status.code(), Some(0 | 3)) {
            return Err(failed(&output).into());
        }
        times.push(started.elapsed());
    }
    // The first has built the program.
    Ok(times.split_off(1))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn cargo(folder: &Path) -> Command {
    let cargo = std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
    let mut command = Command::new(cargo);
    command.current_dir(folder).env_remove("CARGO_TARGET_DIR");
    command
}

fn run(command: &mut Command) -> Result<Output, Failure> {
    let output = command.output()?;
    match output.status.success() {
        true => Ok(output),
        false => Err(failed(&output).into()),
    }
}

fn failed(output: &Output) -> String {
    format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr))
}
