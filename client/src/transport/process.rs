//! An app-server as a child process: in a group of its own, with the end of its standard error kept,
//! and gone without a trace when its owner is. What differs by platform is in `unix` and `windows`.

mod id;
mod options;
mod stderr;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio::time::{Instant, timeout_at};

use crate::error::Error;
pub(crate) use crate::transport::process::id::ProcessId;
pub use crate::transport::process::options::ProcessOptions;
use crate::transport::process::stderr::Stderr;
#[cfg(unix)]
use crate::transport::process::unix as platform;
#[cfg(windows)]
use crate::transport::process::windows as platform;

/// How long dropping may block for a killed process to be reaped. It takes some 25 ms, and on a busy
/// machine, where the system still closes its files, a few hundred.
const REAPING: Duration = Duration::from_secs(2);

/// A started process.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    group: platform::Group,
    id: ProcessId,
    stderr: Stderr,
    exit_status: Option<ExitStatus>,
}

impl Process {
    pub(crate) fn spawn(
        options: &ProcessOptions,
    ) -> Result<(Self, ChildStdin, ChildStdout), Error> {
        let file = platform::resolve(options).map_err(|tried| not_found(options, tried))?;
        let mut command = options.command(&file);
        platform::prepare(&mut command);
        let mut child = command.spawn().map_err(|error| cannot_start(options, error))?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr_pipe)) = pipes else {
            return Err(cannot_start(options, io::Error::other("a pipe is missing")));
        };
        let stderr = Stderr::read(stderr_pipe, options.stderr_tap.clone());
        let (group, id) = (platform::Group::of(&child), ProcessId::new(child.id()));
        let process = Self { child, group, id, stderr, exit_status: None };
        Ok((process, stdin, stdout))
    }

    /// Its id while it runs.
    pub(crate) fn id(&self) -> ProcessId {
        self.id.clone()
    }

    /// Waits until the process has exited.
    ///
    /// Cancel safe.
    pub(crate) async fn exited(&mut self) {
        if self.exit_status.is_none() {
            self.exit_status = self.child.wait().await.ok();
            self.id.clear();
        }
    }

    /// How the process exited, if it does so in time.
    pub(crate) async fn exit_by(&mut self, deadline: Instant) -> Option<ExitStatus> {
        // Late is no error: then there is no status.
        let _ = timeout_at(deadline, self.exited()).await;
        self.exit_status
    }

    /// The last of what it wrote to its standard error, in whole lines where possible.
    pub(crate) async fn stderr_tail(&mut self) -> String {
        if self.exit_status.is_some() {
            self.stderr.finish().await;
        }
        self.stderr.tail()
    }

    /// Sees to it that the process is gone: it has until the deadline by itself, is then asked to
    /// terminate, and killed if it does not. Its input is closed already.
    pub(crate) async fn end(&mut self, deadline: Instant, grace: Duration) {
        if self.exit_by(deadline).await.is_none() {
            tracing::debug!("the process does not end by itself: terminated");
            let deadline = Instant::now() + grace;
            if !self.group.terminate() || self.exit_by(deadline).await.is_none() {
                tracing::warn!("the process does not terminate: killed");
                self.group.kill(&mut self.child).await;
                self.exited().await;
            }
        }
        self.group.sweep();
        // Somebody may watch it, and expects all of it to have been shown by now.
        self.stderr.finish().await;
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.id.clear();
        if self.exit_status.is_some() {
            return;
        }
        // Only when the runtime goes away under a connection: nobody else would reap it.
        self.group.kill_blocking(&mut self.child);
        let deadline = std::time::Instant::now() + REAPING;
        while matches!(self.child.try_wait(), Ok(None)) && std::time::Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Why a program has not started. Of whatever is missing, the system says the same.
fn cannot_start(options: &ProcessOptions, error: io::Error) -> Error {
    // The second is what Windows says of a directory to start in.
    let is_missing = matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory);
    let spawn = Error::Spawn { program: options.shown(), source: Arc::new(error) };
    if !is_missing {
        return spawn;
    }
    match platform::looked_up(options) {
        Some(tried) => not_found(options, tried),
        None if options.lacks_current_dir() => not_found(options, Vec::new()),
        // A script whose interpreter is missing, for one.
        None => spawn,
    }
}

/// The directory to start in comes first: without it, nothing is looked up on some systems.
fn not_found(options: &ProcessOptions, tried: Vec<PathBuf>) -> Error {
    let program = options.shown();
    match &options.current_dir {
        Some(directory) if options.lacks_current_dir() => {
            Error::CurrentDirNotFound { program, directory: directory.clone() }
        }
        _ => Error::ProgramNotFound { program, tried },
    }
}
