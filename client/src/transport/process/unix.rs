//! Processes on Unix: a group of its own for each, told by signals. Waits for nothing.

use std::io;
use std::path::{Path, PathBuf};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};

use super::ProcessOptions;
use crate::transport::program;

/// The program to start: the system looks names up itself.
pub(super) fn resolve(options: &ProcessOptions) -> Result<PathBuf, Vec<PathBuf>> {
    Ok(options.program.clone())
}

/// Where a program was looked for that the system has not found; none if it is there, and something
/// that it needs is not.
pub(super) fn looked_up(options: &ProcessOptions) -> Option<Vec<PathBuf>> {
    let path = options.variable("PATH");
    let directory = options.current_dir.as_deref().unwrap_or_else(|| Path::new(""));
    let (tried, is_there) =
        program::look_up_on_unix(&options.program, path.as_deref(), directory, Path::is_file);
    (!is_there).then_some(tried)
}

pub(super) fn prepare(command: &mut Command) {
    command.process_group(0);
}

/// The group of processes that the child leads.
#[derive(Debug)]
pub(super) struct Group(Option<Pid>);

impl Group {
    pub(super) fn of(child: &Child) -> Self {
        let id = child.id().and_then(|it| i32::try_from(it).ok());
        Self(id.and_then(Pid::from_raw))
    }

    /// Asks it to end. Tells whether that can be asked.
    pub(super) fn terminate(&self) -> bool {
        self.signal(Signal::TERM);
        true
    }

    pub(super) async fn kill(&self, child: &mut Child) {
        self.kill_blocking(child);
    }

    pub(super) fn kill_blocking(&self, child: &mut Child) {
        self.signal(Signal::KILL);
        let _: io::Result<()> = child.start_kill();
    }

    /// Kills whatever the child has left behind. The id may be given to another group only when this
    /// one is empty, and ids are not given anew so soon.
    pub(super) fn sweep(&self) {
        self.signal(Signal::KILL);
    }

    fn signal(&self, signal: Signal) {
        if let Some(id) = self.0 {
            // A group that is gone already needs no signal.
            let _ = kill_process_group(id, signal);
        }
    }
}
