//! What a process is started with. Starts nothing.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use crate::transport::process::stderr::StderrTap;
use crate::transport::program::changed;

/// How to start an app-server.
///
/// # Examples
///
/// ```
/// use codex_app_client::ProcessOptions;
///
/// let options = ProcessOptions::new().program("/opt/codex/bin/codex").env("RUST_LOG", "warn");
/// ```
///
/// # Which program is found
///
/// A name is looked up in the `PATH` of the child process, which [`env`](Self::env) can change. On
/// Windows each extension in `PATHEXT` is tried, so that the `codex.cmd` of npm is found.
///
/// A program with a graphical user interface often has a short `PATH`; on macOS it is not the
/// `PATH` of the shell. In such a program, set the absolute path of `codex`. If that is a script of
/// npm, also set a `PATH` that contains `node`.
///
/// # When the connection ends
///
/// The connection ends when the process exits, even if another process still has its output open.
/// A script that starts the server must therefore wait for it, or `exec` it.
///
/// # Signals
///
/// The child leads a process group of its own. Ctrl-C in a terminal is sent to the process group of
/// this program, so the server does not receive it. To let the server end its turns, catch the
/// signal, for example with `tokio::signal::ctrl_c`, and call
/// [`Codex::shutdown`](crate::Codex::shutdown). If this program dies without doing so, the server
/// exits when it reads the end of its input.
///
/// [`Codex::process_id`](crate::Codex::process_id) returns the id of the child, which on Unix is
/// also the id of its process group.
///
/// # Windows
///
/// * The child has no console window.
/// * A batch file such as `codex.cmd` is run by `cmd.exe`. Arguments that cannot be passed to it
///   safely, such as line breaks, are refused with [`Error::Spawn`](crate::Error::Spawn).
/// * The child cannot be asked to terminate. If it does not exit when its input is closed, it and
///   all processes that it started are killed with `taskkill`. If the child exits and leaves
///   processes behind, these continue to run; on Unix they are killed.
/// * Windows is tested only under Wine, also with the Windows build of the server, but without the
///   commands that the server runs in a shell. No run on Windows itself is known.
#[derive(Clone)]
pub struct ProcessOptions {
    pub(super) program: PathBuf,
    /// Before all other arguments.
    config: Vec<OsString>,
    args: Vec<OsString>,
    env: BTreeMap<OsString, Option<OsString>>,
    pub(super) current_dir: Option<PathBuf>,
    pub(super) stderr_tap: Option<StderrTap>,
}

impl ProcessOptions {
    /// Creates options that start `codex app-server`, with `codex` looked up in `PATH`.
    #[must_use]
    pub fn new() -> Self {
        Self {
            program: "codex".into(),
            config: Vec::new(),
            args: vec!["app-server".into()],
            env: BTreeMap::new(),
            current_dir: None,
            stderr_tap: None,
        }
    }

    /// Sets the program: a path, or a name that is looked up in `PATH`. Default: `codex`.
    #[must_use]
    pub fn program(mut self, program: impl Into<PathBuf>) -> Self {
        self.program = program.into();
        self
    }

    /// Replaces the arguments. Default: `app-server`. Arguments that [`config`](Self::config) adds
    /// are kept.
    #[must_use]
    pub fn args(mut self, args: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.args = args.into_iter().map(Into::into).collect();
        self
    }

    /// Appends an argument.
    ///
    /// # Examples
    ///
    /// ```
    /// use codex_app_client::ProcessOptions;
    ///
    /// // codex app-server --disable plugins
    /// let options = ProcessOptions::new().arg("--disable").arg("plugins");
    /// ```
    #[must_use]
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Overrides a value of the user's configuration: adds `--config key=value` before all other
    /// arguments. The value is TOML. If a key is set twice, the last value applies.
    ///
    /// # Examples
    ///
    /// ```
    /// use codex_app_client::ProcessOptions;
    ///
    /// let options = ProcessOptions::new().config("model_reasoning_effort", "\"low\"");
    /// ```
    #[must_use]
    pub fn config(mut self, key: &str, value: &str) -> Self {
        self.config.extend(["--config".into(), format!("{key}={value}").into()]);
        self
    }

    /// Sets an environment variable. Other variables are inherited from this process.
    #[must_use]
    pub fn env(mut self, key: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.change(key.into(), Some(value.into()));
        self
    }

    /// Removes an environment variable.
    #[must_use]
    pub fn env_remove(mut self, key: impl Into<OsString>) -> Self {
        self.change(key.into(), None);
        self
    }

    /// Sets the working directory. Default: that of this process.
    #[must_use]
    pub fn current_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.current_dir = Some(directory.into());
        self
    }

    /// Sets a function that is called with each line that the server writes to its standard error,
    /// without the line feed. This is the log of the server.
    ///
    /// By default, the lines are discarded, except the last ones, which are in
    /// [`Closed::stderr_tail`](crate::Closed::stderr_tail) in any case.
    ///
    /// The environment variable `RUST_LOG` of the server sets the log level: `error`, `warn`,
    /// `info`, `debug` or `trace`, also for single modules, as in `codex_core=debug`. **The lines
    /// may contain secrets**: paths, prompts, output of commands, and with `trace` whole requests
    /// to the model.
    ///
    /// The function is called by the task that reads, and must not block. A panic in it is caught
    /// and logged with `tracing`. A line longer than 64 KiB is truncated. Invalid UTF-8 is replaced
    /// with U+FFFD. When [`Codex::shutdown`](crate::Codex::shutdown) returns, the function has been
    /// called with the last line, unless the function is slow.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), codex_app_client::Error> {
    /// use codex_app_client::{Codex, Options, ProcessOptions};
    ///
    /// let process = ProcessOptions::new()
    ///     .env("RUST_LOG", "info")
    ///     .on_stderr_line(|line| eprintln!("codex: {line}"));
    /// let codex = Codex::spawn_with(process, Options::new()).await?;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn on_stderr_line(mut self, see: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.stderr_tap = Some(StderrTap::new(see));
        self
    }

    fn change(&mut self, key: OsString, value: Option<OsString>) {
        if cfg!(windows) {
            // `Path` and `PATH` are one variable there, and the last word counts.
            self.env.retain(|it, _| !it.eq_ignore_ascii_case(&key));
        }
        self.env.insert(key, value);
    }

    /// The program as errors name it.
    pub(super) fn shown(&self) -> String {
        self.program.display().to_string()
    }

    pub(super) fn lacks_current_dir(&self) -> bool {
        self.current_dir.as_ref().is_some_and(|it| !it.is_dir())
    }

    /// A variable as the child gets it.
    pub(super) fn variable(&self, name: &str) -> Option<OsString> {
        match changed(&self.env, name, cfg!(windows)) {
            Some(value) => value.map(OsStr::to_owned),
            None => std::env::var_os(name),
        }
    }

    /// What starts the program, which is in this file.
    pub(super) fn command(&self, file: &Path) -> Command {
        let mut command = Command::new(file);
        command
            .args(self.config.iter().chain(&self.args))
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
