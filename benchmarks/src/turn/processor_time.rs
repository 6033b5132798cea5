//! The processor time of processes, as Linux counts it.

use std::fs;
use std::time::Instant;

use crate::Failure;

/// The kernel counts in these, whatever the machine.
const TICK_NS: u64 = 10_000_000;

/// What this process and the server have taken so far, in nanoseconds, and when.
pub(super) struct Times {
    own: u64,
    server: u64,
    at: Instant,
}

impl Times {
    pub(super) fn now() -> Result<Self, Failure> {
        let server = of(child()?)?;
        Ok(Self { server, own: own()?, at: Instant::now() })
    }

    /// Tells what was taken since.
    pub(super) fn report(&self, n_events: u64) -> Result<(), Failure> {
        let (own, process, taken) = (own()? - self.own, own()?, self.at.elapsed().as_nanos());
        let server = of(child()?)? - self.server;
        println!("{own} {server} {n_events} {taken} {process}");
        Ok(())
    }
}

/// All threads of this process, since it was started.
fn own() -> Result<u64, Failure> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Ok(u64::try_from(time.tv_sec)? * 1_000_000_000 + u64::try_from(time.tv_nsec)?)
}

/// Another process, user and system.
fn of(process: u32) -> Result<u64, Failure> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let fields: Vec<_> = after_name(&stat).collect();
    Ok((fields[11].parse::<u64>()? + fields[12].parse::<u64>()?) * TICK_NS)
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
