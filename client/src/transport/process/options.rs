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
/// A name is looked up in the `PATH` that the child gets, so [`env`](Self::env) can change it. On
/// Windows each extension of `PATHEXT` is tried, which finds the `codex.cmd` of npm. A program with
/// a user interface often has a short `PATH`: on macOS it is not the one of the shell. Give such a
/// program the absolute path of `codex`; and if that is a script of npm, a `PATH` with `node` in it.
///
/// # When it ends
///
/// The connection ends when the process does, even if something else holds its output. A script that
/// starts the server therefore has to wait for it, or to `exec` it.
///
/// # Signals
///
/// The child leads a process group of its own. A ctrl-c in a terminal goes to the group of this
/// program, so that the server does not get it and can end its turns in good order: catch it, for
/// example by `tokio::signal::ctrl_c`, and call [`Codex::shutdown`](crate::Codex::shutdown). If this
/// program dies without doing so, the server ends by itself when it reads the end of its input.
/// [`Codex::process_id`](crate::Codex::process_id) is the id of the child, and on Unix that of its
/// group too.
///
/// # Windows
///
/// * The child has no console window.
/// * A batch file such as `codex.cmd` is run by `cmd.exe`. Arguments that cannot be passed to it
///   safely are refused with [`Error::Spawn`](crate::Error::Spawn): line breaks, for example.
/// * Nothing can ask the child to terminate. If it does not end when its input does, it is killed
///   together with all that it has started, by `taskkill`. If the child ends and leaves something
///   behind, that stays; on Unix it is killed too.
/// * Every test run compiles this. The tests were run under Wine, those with the server for Windows
///   too; what the server does by a shell has none there. No run on Windows itself is known.
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
    /// `codex app-server`, with `codex` looked up in `PATH`.
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

    /// The program: a path, or a name that is looked up in `PATH`.
    #[must_use]
    pub fn program(mut self, program: impl Into<PathBuf>) -> Self {
        self.program = program.into();
        self
    }

    /// Replaces the arguments, which are `app-server` by default. What [`config`](Self::config) adds
    /// stays.
    #[must_use]
    pub fn args(mut self, args: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.args = args.into_iter().map(Into::into).collect();
        self
    }

    /// Adds an argument behind those there are.
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

    /// Overrides a value of the configuration, as `--config key=value` before all other arguments
    /// does. The value is TOML. If a key is set twice, the last value counts.
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

    /// Sets a variable of the environment, which is otherwise this process's own.
    #[must_use]
    pub fn env(mut self, key: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.change(key.into(), Some(value.into()));
        self
    }

    /// Removes a variable from the environment.
    #[must_use]
    pub fn env_remove(mut self, key: impl Into<OsString>) -> Self {
        self.change(key.into(), None);
        self
    }

    /// The directory to start in.
    #[must_use]
    pub fn current_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.current_dir = Some(directory.into());
        self
    }

    /// Shows each line that the server writes to its standard error to a function, as it comes and
    /// without its line feed: the server's own log. By default it is not seen while the server runs;
    /// the last of it is in [`Closed::stderr_tail`](crate::Closed::stderr_tail) in any case.
    ///
    /// How much the server logs is up to the variable `RUST_LOG` of its environment: `error`, `warn`,
    /// `info`, `debug` or `trace`, also for one module of it, as in `codex_core=debug`. **Lines may hold
    /// anything**: paths, prompts, what commands print, and with `trace` whole requests to the model.
    ///
    /// The function is called by the task that reads, so it must not block. A panic in it is caught
    /// and reported by `tracing`. Of a line longer than 64 KiB, the beginning is shown. What is not
    /// UTF-8 is replaced by U+FFFD. When [`Codex::shutdown`](crate::Codex::shutdown) returns, the last
    /// line has been shown, unless the function is slow.
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
