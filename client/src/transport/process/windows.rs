//! Processes on Windows: without a window, and killed with all that they have started. Never names a
//! process by its id once that has exited, since ids are given anew there.

use std::ffi::OsString;
use std::os::windows::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::ProcessOptions;
use crate::transport::program;

const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;
const CREATE_NO_WINDOW: u32 = 0x0800_0000;
/// How long killing a tree may take.
const KILLING: Duration = Duration::from_secs(5);
/// The same where it blocks.
const KILLING_BLOCKS: Duration = Duration::from_secs(1);

/// The program to start, or the directories where it is not. The standard library would find
/// `codex.exe` only, never the `codex.cmd` of npm.
pub(super) fn resolve(options: &ProcessOptions) -> Result<PathBuf, Vec<PathBuf>> {
    let path = options.variable("PATH").unwrap_or_default();
    let extensions = options.variable("PATHEXT");
    let file = program::find_on_windows(
        &options.program.to_string_lossy(),
        &path.to_string_lossy(),
        extensions.as_ref().map(|it| it.to_string_lossy()).as_deref(),
        Path::is_file,
    )?;
    // A batch file is run by another program, which may start elsewhere.
    Ok(std::path::absolute(&file).unwrap_or(file))
}

/// Nothing is left to tell: the program was there.
pub(super) fn looked_up(_: &ProcessOptions) -> Option<Vec<PathBuf>> {
    None
}

pub(super) fn prepare(command: &mut Command) {
    command.creation_flags(CREATE_NO_WINDOW | CREATE_NEW_PROCESS_GROUP);
}

/// The child and what it has started: with `codex.cmd` the child is `cmd.exe`, and the server its
/// grandchild.
#[derive(Debug)]
pub(super) struct Group;

impl Group {
    pub(super) fn of(_: &Child) -> Self {
        Self
    }

    /// Asks it to end. Tells whether that can be asked: there is no way but the end of its input.
    pub(super) fn terminate(&self) -> bool {
        false
    }

    pub(super) async fn kill(&self, child: &mut Child) {
        if let Some(kill) = kill_tree(child) {
            let mut kill = Command::from(kill);
            let _ = timeout(KILLING, kill.kill_on_drop(true).status()).await;
        }
        let _ = child.start_kill();
    }

    pub(super) fn kill_blocking(&self, child: &mut Child) {
        let killer = kill_tree(child).and_then(|mut it| it.spawn().ok());
        if let Some(mut killer) = killer {
            let deadline = Instant::now() + KILLING_BLOCKS;
            while matches!(killer.try_wait(), Ok(None)) && Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        let _ = child.start_kill();
    }

    /// Nothing: what the child has left behind cannot be found any more.
    pub(super) fn sweep(&self) {}
}

/// What kills a process with all that it has started; none if it has exited. Until it is waited for,
/// its handle is open, and its id is not given anew.
fn kill_tree(child: &mut Child) -> Option<std::process::Command> {
    let is_alive = matches!(child.try_wait(), Ok(None));
    let id = child.id().filter(|_| is_alive)?;
    // By its path: a file of this name elsewhere must not be run.
    let root = std::env::var_os("SystemRoot").unwrap_or_else(|| OsString::from(r"C:\Windows"));
    let program = Path::new(&root).join("System32").join("taskkill.exe");
    let mut command = std::process::Command::new(program);
    command.args(["/T", "/F", "/PID"]).arg(id.to_string());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.creation_flags(CREATE_NO_WINDOW);
    Some(command)
}
