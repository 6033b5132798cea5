//! A whole turn of the real server: the processor time of a client process that gets every event of
//! it, beside that of the server. The clients run one after the other, round by round.
//!
//! This process is the model. A client is this program started again, or Python.

mod bare;
mod client;
mod processor_time;

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use codex_app_client::testing::{MockModel, Reply, TestHome, server_path};

use crate::Failure;

const N_DELTAS: usize = 20_000;
const SIZES: [usize; 2] = [8, 200];
const N_ROUNDS: usize = 5;
/// No client takes as long as this.
const PATIENCE: Duration = Duration::from_secs(120);
/// As long as our client rests while a server streams.
const REST: Duration = Duration::from_millis(4);
/// The Python to start, which has the official SDK.
const PYTHON: &str = "CODEX_PYTHON";

/// What a client tells: nanoseconds of its own and of the server's in the turn, events read,
/// nanoseconds that the turn took, and those of its own from the start of the process on.
struct Round {
    client: f64,
    server: f64,
    n_events: f64,
    taken: f64,
    process: f64,
}

/// Who reads the turn: first ours, and Python last.
const CLIENTS: [(&str, &str); 7] = [
    ("ours", "codex-app-client, typed events"),
    ("ours-websocket", "the same over a WebSocket"),
    ("ours-run", "codex-app-client, `run()`"),
    ("bare-tokio", "tokio alone: bytes read and dropped"),
    ("bare-blocking", "`read` alone: bytes read and dropped"),
    ("bare-resting", "the same every 4 ms"),
    ("python", "openai-codex (Python), typed events"),
];

const N_OURS: usize = 3;

/// Runs clients, or is one.
///
/// # Errors
///
/// Fails if there is no server, or a client fails.
pub fn main(client: Option<&str>) -> Result<(), Failure> {
    match client {
        Some("bare-blocking") => return bare::blocking(None),
        Some("bare-resting") => return bare::blocking(Some(REST)),
        Some(client) => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            return runtime.block_on(async {
                match client {
                    "ours" => client::events().await,
                    "ours-websocket" => client::events_by_websocket().await,
                    "ours-run" => client::run().await,
                    "latency" => client::latency().await,
                    "bare-tokio" => bare::with_tokio().await,
                    _ => Err("no such client".into()),
                }
            });
        }
        None => {}
    }
    server_path()?;
    let python = std::env::var_os(PYTHON).map(PathBuf::from);
    for n_bytes in SIZES {
        compare(n_bytes, python.as_deref())?;
        latency(n_bytes)?;
    }
    Ok(())
}

fn compare(n_bytes: usize, python: Option<&Path>) -> Result<(), Failure> {
    let mut rounds: Vec<Vec<Option<Round>>> = Vec::new();
    for _ in 0..N_ROUNDS {
        let each = CLIENTS.iter().map(|(client, _)| round(client, n_bytes, python));
        rounds.push(each.collect::<Result<_, _>>()?);
    }
    println!("\nA turn of {N_DELTAS} deltas of {n_bytes} bytes, median of {N_ROUNDS} rounds\n");
    println!(
        "| | us a notification | times ours | of the server's | events read | the turn \
         | the process, in all | times ours |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|");
    for (index, (_, name)) in CLIENTS.iter().enumerate() {
        if rounds.iter().any(|it| it[index].is_none()) {
            println!("| {name} | not measured: {PYTHON} is not set | | | | | | |");
            continue;
        }
        let median_of = |figure: &dyn Fn(&Round, &Round) -> f64| {
            let figures =
                rounds.iter().filter_map(|it| Some(figure(it[index].as_ref()?, it[0].as_ref()?)));
            spread(figures).1
        };
        println!(
            "| {name} | {:.2} | {:.1} | {:.1} % | {:.0} | {:.0} ms | {:.0} ms | {:.1} |",
            median_of(&|it, _| it.client / 1e3 / N_DELTAS as f64),
            median_of(&|it, ours| it.client / ours.client),
            median_of(&|it, _| it.client * 100.0 / it.server),
            median_of(&|it, _| it.n_events),
            median_of(&|it, _| it.taken / 1e6),
            median_of(&|it, _| it.process / 1e6),
            median_of(&|it, ours| it.process / ours.process),
        );
    }
    if python.is_none() {
        return Ok(());
    }
    for (index, (_, name)) in CLIENTS.iter().take(N_OURS).enumerate() {
        let ratios = rounds
            .iter()
            .filter_map(|it| Some(it.last()?.as_ref()?.process / it[index].as_ref()?.process));
        let (least, median, most) = spread(ratios);
        println!(
            "\nThe process of Python takes {median:.1} ({least:.1} to {most:.1}) times as much"
        );
        println!("as that of {name}");
    }
    Ok(())
}

/// How long the end of a turn takes to get to the user.
fn latency(n_bytes: usize) -> Result<(), Failure> {
    let mut rounds = Vec::new();
    for _ in 0..N_ROUNDS {
        rounds.extend(figures("latency", n_bytes, None)?);
    }
    let median = |index: usize| spread(rounds.iter().map(|it: &[f64; 5]| it[index])).1;
    println!("\nFrom the last delta on the wire to `run()` returning: {:.0} us,", median(0) / 1e3);
    println!("from `turn/completed` on the wire: {:.0} us", median(1) / 1e3);
    Ok(())
}

/// The least of the figures of all rounds, the one in the middle, and the most.
fn spread(figures: impl Iterator<Item = f64>) -> (f64, f64, f64) {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    (figures[0], figures[N_ROUNDS / 2], figures[N_ROUNDS - 1])
}

fn round(client: &str, n_bytes: usize, python: Option<&Path>) -> Result<Option<Round>, Failure> {
    let figures = figures(client, n_bytes, python)?;
    Ok(figures.map(|[client, server, n_events, taken, process]| Round {
        client,
        server,
        n_events,
        taken,
        process,
    }))
}

/// Runs a client with a model and a home of its own.
fn figures(
    client: &str,
    n_bytes: usize,
    python: Option<&Path>,
) -> Result<Option<[f64; 5]>, Failure> {
    let model = MockModel::start_blocking()?;
    let home = TestHome::new(&model)?;
    model.push(Reply::message("Warmed up."));
    model.push(Reply::many_deltas(N_DELTAS, n_bytes));
    let mut command = match (client, python) {
        ("python", None) => return Ok(None),
        ("python", Some(python)) => {
            let mut command = Command::new(python);
            command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("turn.py"));
            command
        }
        _ => {
            let mut command = Command::new(std::env::current_exe()?);
            command.args(["turn", client]);
            command
        }
    };
    for name in home.removed_variables() {
        command.env_remove(name);
    }
    command.envs(home.environment()).env("N_BYTES", (n_bytes * N_DELTAS).to_string());
    let stdout = output(client, command.current_dir(home.workspace()))?;
    let figures = stdout.split_whitespace().map(str::parse).collect::<Result<Vec<f64>, _>>()?;
    let Ok(figures) = figures.try_into() else {
        return Err(format!("the client {client} tells five figures").into());
    };
    Ok(Some(figures))
}

/// What a client prints. One that takes too long is stopped, and is a failure.
fn output(client: &str, command: &mut Command) -> Result<String, Failure> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
    let deadline = Instant::now() + PATIENCE;
    let status = loop {
        match child.try_wait()? {
            Some(status) => break status,
            None if Instant::now() > deadline => {
                child.kill()?;
                return Err(format!("the client {client} has not come to an end").into());
            }
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    };
    if !status.success() {
        return Err(format!("the client {client} failed ({status})").into());
    }
    let mut text = String::new();
    child.stdout.take().ok_or("no stdout")?.read_to_string(&mut text)?;
    Ok(text)
}

/// All the text of the deltas of the turn, in bytes.
fn n_bytes_expected() -> Result<usize, Failure> {
    Ok(std::env::var("N_BYTES")?.parse()?)
}
