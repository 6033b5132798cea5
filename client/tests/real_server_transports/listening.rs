//! A real server that listens.

use std::path::PathBuf;
use std::process::Stdio;

use codex_app_client::testing::{MockModel, TestHome, server_path};
use codex_app_client::{Codex, Error, Options, Transport, WebSocketOptions};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// The ways to a server.
#[derive(Clone, Copy, Debug)]
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

pub(crate) struct Server {
    pub(crate) model: MockModel,
    way: Way,
    url: String,
    /// None if each client starts its own.
    pub(crate) process: Option<Child>,
    // Last: the server has to be gone before its home.
    home: TestHome,
}

impl Server {
    pub(crate) async fn start(way: Way) -> Self {
        Self::start_with(way, &[]).await
    }

    pub(crate) async fn start_with(way: Way, arguments: &[&str]) -> Self {
        let model = MockModel::start().await.unwrap();
        let home = TestHome::new(&model).unwrap();
        let mut server = Self { model, way, url: String::new(), process: None, home };
        match way {
            Way::Stdio => {}
            Way::WebSocket => {
                let mut process = server.listen("ws://127.0.0.1:0", arguments);
                let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
                while server.url.is_empty() {
                    let line = lines.next_line().await.unwrap().expect("the server says where");
                    if let Some((_, url)) = line.split_once("listening on: ") {
                        url.trim().clone_into(&mut server.url);
                    }
                }
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                server.process = Some(process);
            }
            #[cfg(unix)]
            Way::Unix => {
                let url = format!("unix://{}", server.socket().display());
                server.process = Some(server.listen(&url, arguments));
                // It says nothing when it listens.
                while !server.socket().exists() {
                    tokio::task::yield_now().await;
                }
            }
        }
        server
    }

    fn socket(&self) -> PathBuf {
        self.home.codex_home().join("s")
    }

    fn listen(&self, url: &str, arguments: &[&str]) -> Child {
        let mut command = Command::new(server_path().unwrap());
        for name in self.home.removed_variables() {
            command.env_remove(name);
        }
        command
            .args(["app-server", "--listen", url])
            .args(arguments)
            .envs(self.home.environment())
            .current_dir(self.home.workspace())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap()
    }

    pub(crate) fn options(&self) -> WebSocketOptions {
        WebSocketOptions::new(&*self.url)
    }

    pub(crate) async fn connect(&self) -> Codex {
        let transport = match self.way {
            Way::Stdio => Transport::spawn(&self.home.process_options(server_path().unwrap())),
            Way::WebSocket => Transport::websocket(&self.options()).await,
            #[cfg(unix)]
            Way::Unix => self.connect_socket().await,
        };
        Codex::connect(transport.unwrap(), Options::new()).await.unwrap()
    }

    /// The socket is there a moment before the server listens on it.
    #[cfg(unix)]
    async fn connect_socket(&self) -> Result<Transport, Error> {
        loop {
            match Transport::unix_socket(Some(&self.socket())).await {
                Err(Error::Connect { source, .. })
                    if source.kind() == std::io::ErrorKind::ConnectionRefused =>
                {
                    tokio::task::yield_now().await;
                }
                outcome => return outcome,
            }
        }
    }

    /// Ends the server, by the id with which it was started.
    pub(crate) async fn kill(&mut self) {
        if let Some(process) = &mut self.process {
            process.kill().await.unwrap();
        }
    }
}
