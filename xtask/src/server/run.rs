//! Runs a server to its end, in a home folder of its own, and for no longer than a server takes.

use std::io::{ErrorKind, Read};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};
use tempfile::TempDir;

/// How often it is looked whether a server has ended.
const LOOK: Duration = Duration::from_millis(10);

pub(super) fn output(
    path: &Path,
    args: &[&str],
    home: &TempDir,
    patience: Duration,
) -> Result<Output> {
    let mut child = Command::new(path)
        .args(args)
        .env("HOME", home.path())
        .env("USERPROFILE", home.path())
        .env("CODEX_HOME", home.path())
        .current_dir(home.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|err| match err.kind() {
            ErrorKind::PermissionDenied => anyhow!("{} is not executable", path.display()),
            _ => anyhow::Error::new(err).context(format!("cannot run {}", path.display())),
        })?;
    let (stdout, stderr) = (drain(child.stdout.take()), drain(child.stderr.take()));
    let end = Instant::now() + patience;
    let late = || {
        let (shown, seconds) = (path.display(), patience.as_secs_f32());
        anyhow!("{shown} {} did not end within {seconds} s", args.join(" "))
    };
    let status = loop {
        if let Some(status) = child.try_wait().context("cannot wait for the server")? {
            break status;
        }
        if Instant::now() > end {
            // It may have ended by now.
            let _ = child.kill();
            let _ = child.wait();
            return Err(late());
        }
        thread::sleep(LOOK);
    };
    // What the server has started may hold its pipes open.
    let read = |pipe: &Receiver<Vec<u8>>| {
        pipe.recv_timeout(end.saturating_duration_since(Instant::now())).map_err(|_| late())
    };
    Ok(Output { status, stdout: read(&stdout)?, stderr: read(&stderr)? })
}

/// Reads a pipe to its end, beside the program that writes it.
fn drain(pipe: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut text = Vec::new();
        // What was read before a failure is as much as there is, and nobody may be waiting any more.
        let _ = pipe.map(|mut pipe| pipe.read_to_end(&mut text));
        let _ = sender.send(text);
    });
    receiver
}
