//! An app-server as a child process: in a group of its own, with the end of its standard error kept,
//! and gone without a trace when its owner is.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout, timeout_at};

use crate::error::Error;

/// How much of the standard error is kept.
const STDERR_KEPT: usize = 8 * 1024;
/// How long the rest of the standard error may take once the process has exited.
const STDERR_REST: Duration = Duration::from_millis(100);
/// How long dropping may block for a killed process to be reaped.
const REAPING: Duration = Duration::from_millis(200);

/// How to start an app-server.
///
/// # Examples
///
/// ```
/// use codex_app_client::ProcessOptions;
///
/// let options = ProcessOptions::new().program("/opt/codex/bin/codex").env("RUST_LOG", "warn");
/// ```
#[derive(Clone)]
pub struct ProcessOptions {
    program: PathBuf,
    args: Vec<OsString>,
    env: BTreeMap<OsString, Option<OsString>>,
    current_dir: Option<PathBuf>,
}

impl ProcessOptions {
    /// `codex app-server`, with `codex` looked up in `PATH`.
    #[must_use]
    pub fn new() -> Self {
        Self {
            program: "codex".into(),
            args: vec!["app-server".into()],
            env: BTreeMap::new(),
            current_dir: None,
        }
    }

    /// The program: a path, or a name that is looked up in `PATH`.
    #[must_use]
    pub fn program(mut self, program: impl Into<PathBuf>) -> Self {
        self.program = program.into();
        self
    }

    /// The arguments, instead of `app-server`.
    #[must_use]
    pub fn args(mut self, args: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.args = args.into_iter().map(Into::into).collect();
        self
    }

    /// Overrides a value of the configuration, as `--config key=value` does.
    #[must_use]
    pub fn config(mut self, key: &str, value: &str) -> Self {
        self.args.splice(0..0, ["--config".into(), format!("{key}={value}").into()]);
        self
    }

    /// Sets a variable of the environment, which is otherwise this process's own.
    #[must_use]
    pub fn env(mut self, key: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.env.insert(key.into(), Some(value.into()));
        self
    }

    /// Removes a variable from the environment.
    #[must_use]
    pub fn env_remove(mut self, key: impl Into<OsString>) -> Self {
        self.env.insert(key.into(), None);
        self
    }

    /// The directory to start in.
    #[must_use]
    pub fn current_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.current_dir = Some(directory.into());
        self
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(&self.args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        for (key, value) in &self.env {
            match value {
                Some(value) => command.env(key, value),
                None => command.env_remove(key),
            };
        }
        if let Some(directory) = &self.current_dir {
            command.current_dir(directory);
        }
        #[cfg(unix)]
        command.process_group(0);
        command
    }
}

impl Default for ProcessOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// Without the values of the environment and the arguments: they may be secret.
impl fmt::Debug for ProcessOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("ProcessOptions");
        debug.field("program", &self.program).field("current_dir", &self.current_dir);
        debug.field("env", &self.env.keys()).finish_non_exhaustive()
    }
}

/// A started process.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    group: Group,
    stderr: Arc<Mutex<Vec<u8>>>,
    stderr_task: JoinHandle<()>,
    exit_status: Option<ExitStatus>,
}

impl Process {
    pub(crate) fn spawn(
        options: &ProcessOptions,
    ) -> Result<(Self, ChildStdin, ChildStdout), Error> {
        let program = options.program.display().to_string();
        let mut child = options.command().spawn().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Error::ProgramNotFound { program: program.clone() },
            _ => Error::Spawn { program: program.clone(), source: Arc::new(error) },
        })?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr_pipe)) = pipes else {
            let source = Arc::new(std::io::Error::other("a pipe is missing"));
            return Err(Error::Spawn { program, source });
        };
        let stderr = Arc::<Mutex<Vec<u8>>>::default();
        let stderr_task = tokio::spawn(keep_tail(stderr_pipe, Arc::clone(&stderr)));
        let group = Group(child.id());
        let process = Self { child, group, stderr, stderr_task, exit_status: None };
        Ok((process, stdin, stdout))
    }

    /// How the process exited, if it does so in time.
    pub(crate) async fn exit_within(&mut self, limit: Duration) -> Option<ExitStatus> {
        self.exit_by(Instant::now() + limit).await
    }

    /// The last of what it wrote to its standard error, in whole lines where possible.
    pub(crate) async fn stderr_tail(&mut self) -> String {
        if self.exit_status.is_some() {
            // A grandchild may hold the pipe open: what has come by then is enough.
            let _ = timeout(STDERR_REST, &mut self.stderr_task).await;
        }
        let bytes = self.stderr.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        match text.split_once('\n') {
            Some((_, rest)) if bytes.len() >= STDERR_KEPT => rest.to_owned(),
            _ => text,
        }
    }

    /// Sees to it that the process is gone: it has until the deadline by itself, is then asked to
    /// terminate, and killed if it does not. Its input is closed already.
    pub(crate) async fn end(&mut self, deadline: Instant, grace: Duration) {
        if self.exit_by(deadline).await.is_none() {
            tracing::debug!("the process does not end by itself: terminated");
            self.group.terminate();
            if self.exit_within(grace).await.is_none() {
                tracing::warn!("the process does not terminate: killed");
                self.group.kill();
                self.exit_status = self.child.wait().await.ok();
            }
        }
        // Whatever it has left behind in its group. The id may be given to another group only when
        // this one is empty, and ids are not given anew so soon.
        self.group.kill();
    }

    async fn exit_by(&mut self, deadline: Instant) -> Option<ExitStatus> {
        if self.exit_status.is_none() {
            let status = timeout_at(deadline, self.child.wait()).await;
            self.exit_status = status.ok().and_then(Result::ok);
        }
        self.exit_status
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stderr_task.abort();
        if self.exit_status.is_some() {
            return;
        }
        // Only when the runtime goes away under a connection: nobody else would reap it.
        self.group.kill();
        let _ = self.child.start_kill();
        let deadline = std::time::Instant::now() + REAPING;
        while matches!(self.child.try_wait(), Ok(None)) && std::time::Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// The group of processes that the child leads.
#[derive(Clone, Copy, Debug)]
struct Group(Option<u32>);

#[cfg(unix)]
impl Group {
    fn terminate(self) {
        self.signal(rustix::process::Signal::TERM);
    }

    fn kill(self) {
        self.signal(rustix::process::Signal::KILL);
    }

    fn signal(self, signal: rustix::process::Signal) {
        let id = self.0.and_then(|it| i32::try_from(it).ok());
        if let Some(id) = id.and_then(rustix::process::Pid::from_raw) {
            // A group that is gone already needs no signal.
            let _ = rustix::process::kill_process_group(id, signal);
        }
    }
}

#[cfg(not(unix))]
impl Group {
    fn terminate(self) {}

    fn kill(self) {}
}

async fn keep_tail(mut pipe: ChildStderr, tail: Arc<Mutex<Vec<u8>>>) {
    let mut part = vec![0; 4096];
    while let Ok(n_bytes @ 1..) = pipe.read(&mut part).await {
        let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
        tail.extend_from_slice(&part[..n_bytes]);
        let n_excess = tail.len().saturating_sub(STDERR_KEPT);
        tail.drain(..n_excess);
    }
}
