//! What a turn costs as a whole: the processor time of a client process, reading every event of a
//! real turn as it comes, beside that of the real server which sends them.
//!
//! This process is the model. The client is this program started again, so that what it costs is
//! measured apart; it starts the server.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

use std::error::Error;
use std::fs;
use std::process::{Command, Stdio};

use codex_app_client::protocol::ServerNotification;
use codex_app_client::testing::{MockModel, Reply, TestHome, server_path};
use codex_app_client::{Codex, Options, ProcessOptions, ThreadOptions};

const N_DELTAS: usize = 20_000;
const N_BYTES: usize = 8;
const N_ROUNDS: usize = 5;
/// Says that this is the client.
const CLIENT: &str = "WHOLE_TURN_CLIENT";
/// The kernel counts in these, whatever the machine.
const TICK_NS: u64 = 10_000_000;

type Failure = Box<dyn Error>;

/// The processor time that a turn has taken, in nanoseconds, and how many events were read.
struct Round {
    client: u64,
    server: u64,
    n_events: u64,
}

fn main() -> Result<(), Failure> {
    if std::env::var_os(CLIENT).is_some() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        return runtime.block_on(client());
    }
    if !cfg!(target_os = "linux") {
        println!("not measured: the processor time is read from /proc");
        return Ok(());
    }
    if let Err(error) = server_path() {
        println!("not measured: {error}");
        return Ok(());
    }
    // `cargo test` runs benchmarks to see that they run.
    let n_rounds = if std::env::args().any(|it| it == "--bench") { N_ROUNDS } else { 1 };
    let rounds = (0..n_rounds).map(|_| round()).collect::<Result<Vec<_>, _>>()?;
    let median = |figure: &dyn Fn(&Round) -> f64| {
        let mut figures: Vec<f64> = rounds.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures[n_rounds / 2]
    };
    let n_events = median(&|it| it.n_events as f64);
    println!("a turn of {N_DELTAS} deltas of {N_BYTES} bytes, median of {n_rounds} rounds");
    println!("events read, lagging deltas joined: {n_events}");
    for (name, figure) in [
        ("client", (|it| it.client as f64) as fn(&Round) -> f64),
        ("server", |it| it.server as f64),
    ] {
        let (all, each) = (median(&figure) / 1e6, median(&figure) / 1e3 / N_DELTAS as f64);
        println!("{name}  {all:7.1} ms of processor time, {each:5.2} us a notification");
    }
    let ratio = median(&|it| it.client as f64 / it.server as f64);
    println!("client / server  {ratio:.3}");
    Ok(())
}

/// Runs a client, and gives it a model and a home.
fn round() -> Result<Round, Failure> {
    let model = MockModel::start_blocking()?;
    let home = TestHome::new(&model)?;
    model.push(Reply::message("Warmed up."));
    model.push(Reply::many_deltas(N_DELTAS, N_BYTES));
    let mut command = Command::new(std::env::current_exe()?);
    for name in home.removed_variables() {
        command.env_remove(name);
    }
    command.envs(home.environment()).env(CLIENT, "1").current_dir(home.workspace());
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("the client failed ({})", output.status).into());
    }
    let stdout = String::from_utf8(output.stdout)?;
    let figures = stdout.split_whitespace().map(str::parse).collect::<Result<Vec<u64>, _>>()?;
    let [client, server, n_events] = figures[..] else {
        return Err("the client tells three figures".into());
    };
    Ok(Round { client, server, n_events })
}

/// Reads a turn to its end and prints what it has cost.
async fn client() -> Result<(), Failure> {
    let process = ProcessOptions::new().program(server_path()?);
    let codex = Codex::spawn_with(process, Options::new()).await?;
    let server = child()?;
    let thread = codex.start_thread(ThreadOptions::default()).await?;
    thread.run("Warm up.").await?;
    let before = (own_time()?, time_of(server)?);
    let mut turn = thread.start_turn("Talk.").await?;
    let (mut n_events, mut n_bytes) = (0_u64, 0);
    while let Some(event) = turn.next().await {
        n_events += 1;
        if let ServerNotification::ItemAgentMessageDelta(delta) = event?.body {
            n_bytes += delta.delta.map_or(0, |it| it.len());
        }
    }
    turn.wait().await?;
    let after = (own_time()?, time_of(server)?);
    if n_bytes != N_DELTAS * N_BYTES {
        return Err("deltas were lost".into());
    }
    println!("{} {} {n_events}", after.0 - before.0, after.1 - before.1);
    codex.shutdown().await;
    Ok(())
}

/// The processor time of this process's one thread.
fn own_time() -> Result<u64, Failure> {
    let text = fs::read_to_string("/proc/self/schedstat")?;
    Ok(text.split(' ').next().unwrap_or_default().parse()?)
}

/// The processor time of another process, user and system.
fn time_of(process: u32) -> Result<u64, Failure> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let fields: Vec<_> = after_name(&stat).collect();
    let ticks = fields[11].parse::<u64>()? + fields[12].parse::<u64>()?;
    Ok(ticks * TICK_NS)
}

/// The one child of this process.
fn child() -> Result<u32, Failure> {
    let own_id = std::process::id().to_string();
    for entry in fs::read_dir("/proc")? {
        let path = entry?.path();
        let Ok(stat) = fs::read_to_string(path.join("stat")) else { continue };
        if after_name(&stat).nth(1) == Some(&own_id) {
            let id = path.file_name().and_then(|it| it.to_str()).unwrap_or_default();
            return Ok(id.parse()?);
        }
    }
    Err("the server is no child of this process".into())
}

/// The fields of a stat line from the state on: the name before it may hold anything.
fn after_name(stat: &str) -> impl Iterator<Item = &str> {
    stat.rsplit_once(") ").map_or("", |it| it.1).split(' ')
}
