//! The control socket: a server that listens there is found by its home, and by the environment.

use std::process::Stdio;

use codex_app_client::testing::{MockModel, TestHome};
use codex_app_client::{Codex, Error, Options, ThreadOptions, Transport, WebSocketOptions};
use tokio::net::UnixStream;
use tokio::process::{Child, Command};

use crate::setup::command;

const SOCKET: &str = "app-server-control/app-server-control.sock";

async fn listening(home: &TestHome) -> Child {
    let mut command = command(home, &["--listen", "unix://"]);
    let mut process = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // The server says nothing when it listens at a socket.
    while UnixStream::connect(home.codex_home().join(SOCKET)).await.is_err() {
        assert_eq!(process.try_wait().unwrap(), None);
        tokio::task::yield_now().await;
    }
    process
}

async fn run_a_turn(server: WebSocketOptions) {
    let codex = Codex::connect_ws(server, Options::new()).await.unwrap();
    let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
    let result = thread.run("hello").await.unwrap();
    assert_eq!(result.final_response.as_deref(), Some("You said: hello"));
    codex.shutdown().await;
}

#[tokio::test]
async fn the_control_socket_of_a_server_is_found_by_its_home() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let server = WebSocketOptions::control_socket_in(home.codex_home()).unwrap();
    let error = Transport::websocket(&server).await.unwrap_err();
    assert!(matches!(error, Error::Connect { .. }), "{error:?}");
    let mut process = listening(&home).await;
    run_a_turn(server).await;
    process.kill().await.unwrap();
}

#[tokio::test]
async fn the_control_socket_of_a_server_is_found_by_the_environment() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let mut process = listening(&home).await;
    // The same with `.codex` in the home folder.
    let elsewhere = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(home.codex_home(), elsewhere.path().join(".codex")).unwrap();
    let by_codex_home = ("CODEX_HOME", home.codex_home());
    let by_home = ("HOME", elsewhere.path().to_owned());
    for (name, folder) in [by_codex_home, by_home] {
        // An environment can be changed for another process only.
        let mut inside = Command::new(std::env::current_exe().unwrap());
        inside.args(["--exact", "control::inside_of_an_environment", "--ignored"]);
        inside.env_remove("CODEX_HOME").env(name, folder).kill_on_drop(true);
        let output = inside.output().await.unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{name}: {said}");
    }
    process.kill().await.unwrap();
}

#[tokio::test]
#[ignore = "the test above runs it, in an environment of its own"]
async fn inside_of_an_environment() {
    run_a_turn(WebSocketOptions::control_socket().unwrap()).await;
}
