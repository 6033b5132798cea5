//! Behaviours 17 and 18 with real processes: how they begin, end, and are got rid of.

use std::time::{Duration, Instant};

use codex_app_client::{Client, CloseReason, Codex, Error, Options, ProcessOptions, Transport};
use serde_json::json;

use crate::shell::{ANSWER_ALL, quick, shell};

async fn closed_by(script: &str) -> Error {
    let client = Client::connect(Transport::spawn(&shell(script)).unwrap(), quick());
    client.request_raw("any", json!({})).await.unwrap_err()
}

/// Whether a process exists, dead ones that nobody reaped included.
pub(crate) fn exists(pid: &str) -> bool {
    let pid = rustix::process::Pid::from_raw(pid.trim().parse().unwrap()).unwrap();
    rustix::process::test_kill_process(pid).is_ok()
}

fn read_when_there(path: &std::path::Path) -> String {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        match std::fs::read_to_string(path) {
            Ok(text) if text.ends_with('\n') => return text,
            _ => assert!(Instant::now() < deadline, "{} does not appear", path.display()),
        }
        std::thread::yield_now();
    }
}

pub(crate) fn gone_soon(pid: &str) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while exists(pid) {
        assert!(Instant::now() < deadline, "process {pid} is still there");
        std::thread::yield_now();
    }
}

struct PidFile(std::path::PathBuf);

impl PidFile {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("codex-app-client-{}-{name}", std::process::id()));
        // Of an earlier run that was given the same id.
        let _ = std::fs::remove_file(&path);
        Self(path)
    }

    fn path(&self) -> std::path::Display<'_> {
        self.0.display()
    }

    fn read(&self) -> String {
        read_when_there(&self.0)
    }
}

impl Drop for PidFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[tokio::test]
async fn a_process_is_spawned_initialised_and_shut_down() {
    let codex = Codex::spawn_with(shell(ANSWER_ALL), quick()).await.unwrap();
    assert_eq!(codex.server_info().await.unwrap().name, "sh");
    codex.shutdown().await;
    assert!(codex.request_raw("late", json!({})).await.unwrap_err().is_closed());
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named() {
    let options = ProcessOptions::new().program("/nowhere/codex");
    let error = Codex::spawn_with(options, Options::new()).await.unwrap_err();
    assert!(
        matches!(&error, Error::ProgramNotFound { program, tried } if program == "/nowhere/codex" && tried.is_empty())
    );
}

#[tokio::test]
async fn a_name_is_looked_up_in_the_path_that_the_process_gets() {
    use std::os::unix::fs::PermissionsExt as _;

    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("my tools");
    std::fs::create_dir(&directory).unwrap();
    let shim = directory.join("codex-shim");
    std::fs::write(&shim, format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{ANSWER_ALL}")).unwrap();
    std::fs::set_permissions(&shim, std::fs::Permissions::from_mode(0o755)).unwrap();
    let options = ProcessOptions::new().program("codex-shim").env("PATH", &directory);
    let codex = Codex::spawn_with(options, quick()).await.unwrap();
    assert_eq!(codex.server_info().await.unwrap().name, "sh");
    codex.shutdown().await;
}

fn cannot_spawn(options: &ProcessOptions) -> Error {
    Transport::spawn(options).unwrap_err()
}

#[tokio::test]
async fn a_name_that_is_not_in_the_path_tells_where_it_is_not() {
    let options = ProcessOptions::new().program("codex-nowhere").env("PATH", "/no where:/bin");
    let error = cannot_spawn(&options);
    let Error::ProgramNotFound { tried, .. } = &error else { panic!("{error:?}") };
    assert_eq!(tried, &["/no where", "/bin"].map(std::path::PathBuf::from));
    assert!(!error.to_string().contains("no where"), "{error}");
}

#[tokio::test]
async fn a_directory_that_is_not_there_is_not_taken_for_the_program() {
    let file = tempfile::NamedTempFile::new().unwrap();
    for path in [std::path::Path::new("/no/where"), file.path()] {
        let error = cannot_spawn(&shell("exit").current_dir(path));
        assert!(
            matches!(&error, Error::CurrentDirNotFound { directory, .. } if directory == path),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_script_without_its_interpreter_is_not_taken_for_missing() {
    use std::os::unix::fs::PermissionsExt as _;

    let home = tempfile::tempdir().unwrap();
    let script = home.path().join("codex");
    std::fs::write(&script, "#!/no/where/node\n").unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let error = cannot_spawn(&ProcessOptions::new().program(&script));
    assert!(matches!(error, Error::Spawn { .. }), "{error:?}");
}

#[tokio::test]
async fn a_process_that_dies_tells_its_status_and_its_last_words() {
    let error = closed_by("read line; echo one >&2; echo 'Error: bad config' >&2; exit 3").await;
    let closed = error.closed().unwrap();
    assert_eq!(closed.exit_status.unwrap().code(), Some(3));
    assert_eq!(closed.stderr_tail, "one\nError: bad config\n");
    assert!(error.to_string().ends_with("Error: bad config"), "{error}");
}

#[tokio::test]
async fn a_process_that_is_killed_tells_the_signal() {
    use std::os::unix::process::ExitStatusExt as _;

    let error = closed_by("read line; kill -9 $$").await;
    assert_eq!(error.closed().unwrap().exit_status.unwrap().signal(), Some(9));
}

#[tokio::test]
async fn a_process_that_closes_its_output_is_ended() {
    let pid = PidFile::new("closed-output");
    let script = format!("echo $$ > {}; exec >&-; trap '' TERM; sleep 1000", pid.path());
    let client = Client::connect(Transport::spawn(&shell(&script)).unwrap(), quick());
    let error = client.request_raw("any", json!({})).await.unwrap_err();
    assert!(matches!(
        error.closed().unwrap().reason,
        CloseReason::EndOfStream | CloseReason::Write(_)
    ));
    client.shutdown().await;
    gone_soon(&pid.read());
}

#[tokio::test]
async fn a_process_that_dies_is_noticed_though_others_hold_its_output() {
    let (begin, n_seconds) = (Instant::now(), 1000);
    let script = format!("read line; echo '{{\"id\":1,\"result\":7}}'; sleep {n_seconds} & exit 3");
    let client = Client::connect(Transport::spawn(&shell(&script)).unwrap(), quick());
    // What it had said by then is heard.
    let (first, second) =
        tokio::join!(client.request_raw("any", json!({})), client.request_raw("any", json!({})));
    assert_eq!(first.unwrap(), json!(7));
    let closed = second.unwrap_err();
    let closed = closed.closed().unwrap();
    assert_eq!(closed.reason, CloseReason::EndOfStream);
    assert_eq!(closed.exit_status.unwrap().code(), Some(3));
    assert!(begin.elapsed() < Duration::from_secs(60));
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_others_that_hold_the_output() {
    let pid = PidFile::new("holder");
    let script = format!("sleep 1000 & echo $! > {}; read line; exit 3", pid.path());
    let options = Options::new().shutdown_grace(Duration::from_secs(600));
    let client = Client::connect(Transport::spawn(&shell(&script)).unwrap(), options);
    let id = pid.read();
    let begin = Instant::now();
    client.shutdown().await;
    assert!(begin.elapsed() < Duration::from_secs(60));
    gone_soon(&id);
}

#[tokio::test]
async fn only_the_end_of_standard_error_is_kept() {
    let error =
        closed_by("read line; i=0; while [ $i -lt 5000 ]; do echo line $i >&2; i=$((i+1)); done")
            .await;
    let tail = &error.closed().unwrap().stderr_tail;
    assert!(tail.starts_with("line ") && tail.ends_with("line 4999\n"), "{tail}");
    assert!(tail.len() <= 8 * 1024);
}

/// A server that is a shell script in a file, so that it gets the arguments of a real one.
fn script_file(script: &str) -> (tempfile::TempDir, ProcessOptions) {
    use std::os::unix::fs::PermissionsExt as _;

    let home = tempfile::tempdir().unwrap();
    let program = home.path().join("codex");
    std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let options = ProcessOptions::new().program(program);
    (home, options)
}

#[tokio::test]
async fn of_a_setting_the_last_value_counts_and_arguments_are_in_order() {
    let (_home, options) = script_file("echo \"$@\" >&2; read line");
    let options = options.config("model", "one").arg("--a").arg("b").config("model", "two");
    let replaced = options.clone().args(["c", "d"]).arg("e");
    for (options, expected) in [(options, "app-server --a b"), (replaced, "c d e")] {
        let client = Client::connect(Transport::spawn(&options).unwrap(), quick());
        let error = client.request_raw("any", json!({})).await.unwrap_err();
        let expected = format!("--config model=one --config model=two {expected}\n");
        assert_eq!(error.closed().unwrap().stderr_tail, expected);
    }
}

#[tokio::test]
async fn each_line_of_standard_error_is_shown_as_it_comes() {
    let (lines, mut shown) = tokio::sync::mpsc::unbounded_channel();
    let script = format!(
        "printf 'starting\\nhalf' >&2; read -r line; printf ' a line\\n\\377\\n' >&2
        echo '{{\"id\":1,\"result\":{{\"userAgent\":\"sh/1.0\"}}}}'; {ANSWER_ALL} echo 'the end' >&2"
    );
    let process = shell(&script).on_stderr_line(move |line| {
        lines.send(line.to_owned()).unwrap();
        assert!(!line.is_empty(), "it panics, which harms nobody");
    });
    // Before anything was written to it.
    let client = Client::connect(Transport::spawn(&process).unwrap(), quick());
    assert_eq!(shown.recv().await.unwrap(), "starting");
    client.initialize().await.unwrap();
    assert_eq!(shown.recv().await.unwrap(), "half a line");
    assert_eq!(shown.recv().await.unwrap(), "\u{fffd}");
    client.request_raw("any", json!({})).await.unwrap();
    client.shutdown().await;
    // All of it has been shown by then.
    assert_eq!(shown.try_recv().unwrap(), "the end");
    assert!(shown.try_recv().is_err());
}

#[tokio::test]
async fn a_function_that_panics_at_each_line_harms_nobody() {
    let script =
        "read line; i=0; while [ $i -lt 50 ]; do echo line $i >&2; i=$((i+1)); done; exit 3";
    let process = shell(script).on_stderr_line(|line| panic!("{line}"));
    let client = Client::connect(Transport::spawn(&process).unwrap(), quick());
    let error = client.request_raw("any", json!({})).await.unwrap_err();
    let closed = error.closed().unwrap();
    assert_eq!(closed.exit_status.unwrap().code(), Some(3));
    assert!(closed.stderr_tail.starts_with("line 0\n") && closed.stderr_tail.ends_with("49\n"));
}

#[tokio::test]
async fn the_id_of_a_process_is_known_while_it_runs() {
    let pid = PidFile::new("known");
    let script = format!("echo $$ > {}; {ANSWER_ALL}", pid.path());
    let codex = Codex::spawn_with(shell(&script), quick()).await.unwrap();
    let id = codex.process_id().unwrap();
    assert_eq!(id.to_string(), pid.read().trim());
    // It leads a group of its own, so that no ctrl-c reaches it.
    let process = rustix::process::Pid::from_raw(id.try_into().unwrap());
    assert_eq!(rustix::process::getpgid(process).ok(), process);
    codex.shutdown().await;
    assert_eq!(codex.process_id(), None);
    // One that ends by itself.
    let lazy = Codex::spawn_lazy(shell("read line; exit 1"), quick());
    assert_eq!(lazy.process_id(), None);
    lazy.client().await.unwrap_err();
    assert_eq!(lazy.process_id(), None);
    let client = Client::connect(Transport::spawn(&shell("read line; exit 1")).unwrap(), quick());
    assert!(client.process_id().is_some());
    assert!(client.request_raw("any", json!({})).await.unwrap_err().is_closed());
    assert_eq!(client.process_id(), None);
    let (_, client, _server) = crate::script::connected().await;
    assert_eq!(client.process_id(), None);
}

#[tokio::test]
async fn a_process_that_ignores_everything_is_killed_and_reaped() {
    let pid = PidFile::new("stubborn");
    let script = format!("trap '' TERM; echo $$ > {}; while true; do sleep 0.05; done", pid.path());
    let client = Client::connect(Transport::spawn(&shell(&script)).unwrap(), quick());
    let id = pid.read();
    client.shutdown().await;
    assert!(!exists(&id));
}

#[tokio::test]
async fn what_a_process_leaves_behind_in_its_group_is_killed_too() {
    let pid = PidFile::new("grandchild");
    let script = format!("sleep 1000 >/dev/null 2>&1 & echo $! > {}; read line", pid.path());
    let client = Client::connect(Transport::spawn(&shell(&script)).unwrap(), quick());
    let id = pid.read();
    assert!(exists(&id));
    client.shutdown().await;
    gone_soon(&id);
}

#[tokio::test]
async fn unread_output_does_not_keep_a_process_alive() {
    // It writes more than a pipe holds after its input is closed, and ends only when that is read.
    let script = "while read -r line; do :; done; head -c 1000000 /dev/zero";
    let client = Client::connect(
        Transport::spawn(&shell(script)).unwrap(),
        Options::new().shutdown_grace(Duration::from_secs(20)),
    );
    let begin = Instant::now();
    client.shutdown().await;
    assert!(begin.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn dropping_the_last_handle_gets_rid_of_the_process() {
    let codex = Codex::spawn_with(shell(ANSWER_ALL), quick()).await.unwrap();
    let id = codex.process_id().unwrap().to_string();
    drop(codex);
    let gone = tokio::task::spawn_blocking(move || gone_soon(&id));
    gone.await.unwrap();
}

#[test]
fn a_runtime_that_goes_away_takes_the_process_with_it() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let codex = runtime.block_on(Codex::spawn_with(shell(ANSWER_ALL), quick())).unwrap();
    let id = codex.process_id().unwrap().to_string();
    drop(runtime);
    assert!(!exists(&id));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let error = runtime.block_on(codex.request_raw("late", json!({}))).unwrap_err();
    assert_eq!(error.closed().unwrap().reason, CloseReason::RuntimeGone);
}

#[tokio::test]
async fn arguments_and_environment_reach_the_process() {
    let script = r#"
        read -r line
        echo "{\"id\":1,\"result\":{\"userAgent\":\"$NAME/1 ${HOME-unset}\"}}"
        while read -r line; do :; done
    "#;
    let options = shell(script).env("NAME", "given").env_remove("HOME").current_dir("/");
    assert!(!format!("{options:?}").contains("given"));
    let codex = Codex::spawn_with(options, quick()).await.unwrap();
    let info = codex.server_info().await.unwrap();
    assert_eq!(info.user_agent.as_deref(), Some("given/1 unset"));
}
