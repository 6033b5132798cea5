//! A real server that is reached in one of four ways, and the scripted model behind it.

use std::process::Stdio;

use codex_app_client::testing::{Gate, MockModel, Reply, TestHome, TestHomeBuilder, server_path};
use codex_app_client::{Codex, Error, Options, Thread, ThreadOptions, Transport, WebSocketOptions};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream, Lines, copy};
use tokio::process::{Child, ChildStderr, Command};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// The ways to a server.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Way {
    /// A process that the client starts.
    Process,
    /// A stream that the test has made of the pipes of a process.
    Stream,
    WebSocket,
    #[cfg(unix)]
    Unix,
}

/// Those on which the server listens.
pub(crate) const LISTENING: &[Way] = &[
    Way::WebSocket,
    #[cfg(unix)]
    Way::Unix,
];

/// A server that listens. It is killed when this is dropped.
pub(crate) struct Listening {
    pub(crate) process: Child,
    pub(crate) address: WebSocketOptions,
    pub(crate) url: String,
    /// What the server writes to its standard error once it listens.
    pub(crate) stderr: UnboundedReceiver<String>,
}

impl Listening {
    pub(crate) async fn start(home: &TestHome, way: Way, args: &[&str]) -> Self {
        let socket = home.codex_home().join("test.sock");
        let unix = format!("unix://{}", socket.display());
        let url = if way == Way::WebSocket { "ws://127.0.0.1:0" } else { &unix };
        let mut command = command(home, &["--listen", url]);
        command.args(args).stdin(Stdio::null()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut stderr = BufReader::new(process.stderr.take().unwrap()).lines();
        let url = match way {
            Way::WebSocket => loop {
                let line = stderr.next_line().await.unwrap().expect("the server has ended");
                if let Some((_, url)) = line.split_once("listening on: ") {
                    break url.trim().to_owned();
                }
            },
            Way::Process | Way::Stream => panic!("nobody listens there"),
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
        let address = WebSocketOptions::new(&url);
        Self { process, address, url, stderr: read_on(stderr) }
    }

    pub(crate) async fn connect(&self) -> Result<Codex, Error> {
        Codex::connect_ws(self.address.clone(), Options::new()).await
    }
}

/// Reads on to the end: a server that cannot write stops.
fn read_on(mut stderr: Lines<BufReader<ChildStderr>>) -> UnboundedReceiver<String> {
    let (sender, receiver) = unbounded_channel();
    tokio::spawn(async move {
        while let Ok(Some(line)) = stderr.next_line().await {
            // A test that does not ask is none the worse.
            let _ = sender.send(line);
        }
    });
    receiver
}

/// The server in its home. It is killed when this is dropped.
pub(crate) fn command(home: &TestHome, args: &[&str]) -> Command {
    let mut command = Command::new(server_path().unwrap());
    command.arg("app-server").args(args).envs(home.environment());
    for name in home.removed_variables() {
        command.env_remove(name);
    }
    command.current_dir(home.workspace()).kill_on_drop(true);
    command
}

/// A process, and a stream to it. The bytes are copied by a task, as a tunnel does.
fn piped(home: &TestHome) -> (Child, DuplexStream) {
    let mut command = command(home, &[]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = command.spawn().unwrap();
    let (mut stdin, mut stdout) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let (mut from, mut to) = tokio::io::split(theirs);
    tokio::spawn(async move {
        // A pipe ends when it is dropped, not before.
        let sent = async move { copy(&mut from, &mut stdin).await };
        let received = async move {
            copy(&mut stdout, &mut to).await?;
            to.shutdown().await
        };
        tokio::join!(sent, received)
    });
    (process, ours)
}

/// A server, the model behind it, and a thread.
pub(crate) struct Setup {
    way: Way,
    pub(crate) model: MockModel,
    pub(crate) codex: Codex,
    pub(crate) thread: Thread,
    pub(crate) server: Option<Listening>,
    piped: Option<Child>,
    // Last: the server has to be gone before its home.
    pub(crate) home: TestHome,
}

pub(crate) async fn setup(way: Way) -> Setup {
    setup_with(way, |home| home, Options::new()).await
}

/// A server that asks before it does anything.
pub(crate) async fn asking(way: Way, options: Options) -> Setup {
    let configure =
        |it: TestHomeBuilder| it.approval_policy("on-request").sandbox_mode("read-only");
    setup_with(way, configure, options).await
}

async fn setup_with(
    way: Way,
    configure: impl FnOnce(TestHomeBuilder) -> TestHomeBuilder,
    options: Options,
) -> Setup {
    let model = MockModel::start().await.unwrap();
    let home = configure(TestHome::builder(&model)).build().unwrap();
    let server = match LISTENING.contains(&way) {
        true => Some(Listening::start(&home, way, &[]).await),
        false => None,
    };
    let (codex, piped) = connected(way, &home, server.as_ref(), options).await;
    let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
    Setup { way, model, codex, thread, server, piped, home }
}

async fn connected(
    way: Way,
    home: &TestHome,
    server: Option<&Listening>,
    options: Options,
) -> (Codex, Option<Child>) {
    match (way, server) {
        (_, Some(server)) => {
            let codex = Codex::connect_ws(server.address.clone(), options).await;
            (codex.unwrap(), None)
        }
        (Way::Stream, _) => {
            let (process, stream) = piped(home);
            let codex = Codex::connect(Transport::from_stream(stream), options).await;
            (codex.unwrap(), Some(process))
        }
        _ => {
            let process = home.process_options(server_path().unwrap());
            (Codex::spawn_with(process, options).await.unwrap(), None)
        }
    }
}

impl Setup {
    /// Shuts the connection down and makes another: to the same server if it listens.
    pub(crate) async fn connect_again(&mut self) {
        self.codex.shutdown().await;
        if let Some(mut process) = self.piped.take() {
            process.wait().await.unwrap();
        }
        let options = Options::new();
        let server = self.server.as_ref();
        (self.codex, self.piped) = connected(self.way, &self.home, server, options).await;
    }

    pub(crate) async fn end(mut self) {
        self.codex.shutdown().await;
        if let Some(server) = &mut self.server {
            server.process.kill().await.unwrap();
        }
        if let Some(process) = &mut self.piped {
            // Its input has ended, and so does it.
            assert!(process.wait().await.unwrap().success());
        }
        drop(self.home);
    }
}

/// An answer that is not given before the gate is open.
pub(crate) fn held(gate: &Gate, text: &str) -> Reply {
    Reply::hold(gate).then(Reply::message(text).phase("final_answer"))
}
