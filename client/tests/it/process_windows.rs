//! Real processes on Windows: what is found, what a batch file is given, and how they end. Elsewhere
//! `process.rs` says the same of Unix.

use std::path::PathBuf;
use std::time::Duration;

use codex_app_client::{
    Client, CloseReason, Closed, Codex, Error, Options, ProcessOptions, Transport,
};
use serde_json::json;
use tempfile::TempDir;

/// A server that is a batch file, as `codex.cmd` is. It answers the first request, and goes on until
/// its input ends.
const ANSWER_FIRST: &str = r#"
set /p line=
echo {"id":1,"result":{"userAgent":"cmd/1.0"}}
:again
set /p line=
if not errorlevel 1 goto again
"#;

/// What is lost once it is dropped: the folder of the batch file.
struct Shim {
    folder: TempDir,
}

impl Shim {
    fn new(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let shim = Self { folder };
        std::fs::create_dir(shim.directory()).unwrap();
        // npm puts a script beside it that Windows cannot run.
        std::fs::write(shim.directory().join("codex-shim"), "#!/bin/sh\n").unwrap();
        let script = format!("@echo off\n{script}").replace('\n', "\r\n");
        std::fs::write(shim.directory().join("codex-shim.cmd"), script).unwrap();
        shim
    }

    fn directory(&self) -> PathBuf {
        self.folder.path().join("my tools")
    }

    /// By name, and no arguments.
    fn options(&self) -> ProcessOptions {
        let path = std::env::var("PATH").unwrap();
        let path = format!("{};{path}", self.directory().display());
        ProcessOptions::new().program("codex-shim").args([""; 0]).env("Path", path)
    }
}

fn quick() -> Options {
    Options::new().shutdown_grace(Duration::from_millis(150))
}

async fn closed_by(options: &ProcessOptions) -> Closed {
    let client = Client::connect(Transport::spawn(options).unwrap(), quick());
    match client.request_raw("any", json!({})).await.unwrap_err() {
        Error::Closed(closed) => Closed::clone(&closed),
        error => panic!("{error:?}"),
    }
}

#[tokio::test]
async fn the_shim_of_npm_is_found_and_the_script_beside_it_is_not() {
    let shim = Shim::new(ANSWER_FIRST);
    let codex = Codex::spawn_with(shim.options(), quick()).await.unwrap();
    assert_eq!(codex.server_info().await.unwrap().name, "cmd");
    codex.shutdown().await;
    assert!(codex.request_raw("late", json!({})).await.unwrap_err().is_closed());
}

#[tokio::test]
async fn a_relative_path_counts_from_here_and_not_from_where_the_process_starts() {
    let shim = Shim::new(ANSWER_FIRST);
    let program = shim.directory().join("codex-shim");
    let options = shim.options().program(program).current_dir(shim.folder.path());
    let codex = Codex::spawn_with(options, quick()).await.unwrap();
    codex.shutdown().await;
}

#[tokio::test]
async fn what_is_not_there_is_named_with_the_places_where_it_is_not() {
    let options = ProcessOptions::new().program("codex-nowhere").env("Path", r"C:\no where;C:\");
    let error = Transport::spawn(&options).unwrap_err();
    let Error::ProgramNotFound { tried, .. } = &error else { panic!("{error:?}") };
    assert_eq!(tried, &[r"C:\no where", r"C:\"].map(PathBuf::from));
    let options = Shim::new("").options().program("cmd.exe").current_dir(r"C:\no\where");
    let error = Transport::spawn(&options).unwrap_err();
    assert!(matches!(&error, Error::CurrentDirNotFound { .. }), "{error:?}");
}

#[tokio::test]
async fn how_it_ended_and_its_last_words_are_told() {
    let shim = Shim::new("echo the last words %~1 1>&2\nexit 3");
    let closed = closed_by(&shim.options().args(["of all"])).await;
    assert!(matches!(closed.reason, CloseReason::EndOfStream | CloseReason::Write(_)));
    assert_eq!(closed.exit_status.and_then(|it| it.code()), Some(3));
    assert_eq!(closed.stderr_tail.trim_end(), "the last words of all");
}

#[tokio::test]
async fn an_argument_that_a_batch_file_cannot_be_given_is_refused() {
    let shim = Shim::new(ANSWER_FIRST);
    let error = Transport::spawn(&shim.options().args(["two\r\nlines"])).unwrap_err();
    let Error::Spawn { program, source } = &error else { panic!("{error:?}") };
    assert_eq!((program.as_str(), source.kind()), ("codex-shim", std::io::ErrorKind::InvalidInput));
    assert!(!format!("{error} {error:?}").contains("lines"), "{error:?}");
}

#[tokio::test]
async fn a_process_that_goes_on_when_its_input_has_ended_is_killed() {
    let shim = Shim::new(&format!("{ANSWER_FIRST}:forever\ngoto forever"));
    let codex = Codex::spawn_with(shim.options(), quick()).await.unwrap();
    codex.shutdown().await;
    // And one whose handles are all dropped.
    let codex = Codex::spawn_with(shim.options(), quick()).await.unwrap();
    let client = codex.client().await.unwrap();
    drop(codex);
    client.shutdown().await;
}
