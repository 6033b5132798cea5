//! A real server that is reached in one of three ways, and the scripted model behind it.

use std::process::Stdio;

use codex_app_client::testing::{Gate, MockModel, Reply, TestHome, server_path};
use codex_app_client::{Codex, Error, Options, Thread, ThreadOptions, WebSocketOptions};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};

/// The ways to a server.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Way {
    Stdio,
    WebSocket,
    #[cfg(unix)]
    Unix,
}

pub(crate) const WAYS: &[Way] = &[
    Way::Stdio,
    Way::WebSocket,
    #[cfg(unix)]
    Way::Unix,
];

/// A server that listens. It is killed when this is dropped.
pub(crate) struct Listening {
    pub(crate) process: Child,
    pub(crate) address: WebSocketOptions,
    _stderr: Lines<BufReader<ChildStderr>>,
}

impl Listening {
    pub(crate) async fn start(home: &TestHome, way: Way, args: &[&str]) -> Self {
        let socket = home.codex_home().join("test.sock");
        let unix = format!("unix://{}", socket.display());
        let url = if way == Way::WebSocket { "ws://127.0.0.1:0" } else { &unix };
        let mut command = Command::new(server_path().unwrap());
        command.args(["app-server", "--listen", url]).args(args).envs(home.environment());
        for name in home.removed_variables() {
            command.env_remove(name);
        }
        command.current_dir(home.workspace()).kill_on_drop(true);
        let mut process = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = BufReader::new(process.stderr.take().unwrap()).lines();
        let address = match way {
            Way::WebSocket => loop {
                let line = stderr.next_line().await.unwrap().expect("the server has ended");
                if let Some((_, url)) = line.split_once("listening on: ") {
                    break url.trim().to_owned();
                }
            },
            Way::Stdio => panic!("nobody listens there"),
            #[cfg(unix)]
            Way::Unix => {
                // The server says nothing when it listens at a socket.
                while tokio::net::UnixStream::connect(&socket).await.is_err() {
                    assert_eq!(process.try_wait().unwrap(), None);
                    tokio::task::yield_now().await;
                }
                unix
            }
        };
        Self { process, address: WebSocketOptions::new(address), _stderr: stderr }
    }

    pub(crate) async fn connect(&self) -> Result<Codex, Error> {
        Codex::connect_ws(self.address.clone(), Options::new()).await
    }
}

/// A server, the model behind it, and a thread.
pub(crate) struct Setup {
    pub(crate) model: MockModel,
    pub(crate) codex: Codex,
    pub(crate) thread: Thread,
    pub(crate) server: Option<Listening>,
    // Last: the server has to be gone before its home.
    pub(crate) home: TestHome,
}

pub(crate) async fn setup(way: Way) -> Setup {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let (server, codex) = match way {
        Way::Stdio => {
            let process = home.process_options(server_path().unwrap());
            (None, Codex::spawn_with(process, Options::new()).await.unwrap())
        }
        _ => {
            let server = Listening::start(&home, way, &[]).await;
            let codex = server.connect().await.unwrap();
            (Some(server), codex)
        }
    };
    let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
    Setup { model, codex, thread, server, home }
}

impl Setup {
    pub(crate) async fn end(mut self) {
        self.codex.shutdown().await;
        if let Some(server) = &mut self.server {
            server.process.kill().await.unwrap();
        }
        drop(self.home);
    }
}

/// An answer that is not given before the gate is open.
pub(crate) fn held(gate: &Gate, text: &str) -> Reply {
    Reply::hold(gate).then(Reply::message(text).phase("final_answer"))
}
