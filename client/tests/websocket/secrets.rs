//! A token and a key that go over WebSocket are logged by nobody on this side: not by this crate, and
//! not by those that it is made of.

use std::cell::Cell;
use std::fmt::Write as _;
use std::net::TcpListener;
use std::sync::Mutex;
use std::thread;

use codex_app_client::{Codex, Error, Options, Transport, WebSocketOptions};
use log::{LevelFilter, Log, Metadata, Record};
use tokio_tungstenite::tungstenite::{self, Message};

use crate::introduction;

const CANARY: &str = "sk-canary-1f6b03";

thread_local! {
    /// The server of the test runs in the same process, and may log what it likes.
    static IS_CLIENT: Cell<bool> = const { Cell::new(false) };
}

/// What the client's thread logs, at any level.
struct Logged(Mutex<String>);

static LOGGED: Logged = Logged(Mutex::new(String::new()));

impl Log for Logged {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        IS_CLIENT.get()
    }

    fn log(&self, record: &Record<'_>) {
        if IS_CLIENT.get() {
            let mut logged = self.0.lock().unwrap();
            writeln!(logged, "{} {}", record.target(), record.args()).unwrap();
        }
    }

    fn flush(&self) {}
}

/// Refuses the first, and takes the second for as long as it stays.
fn serve(listener: &TcpListener) {
    use std::io::{Read as _, Write as _};

    let (mut refused, _) = listener.accept().unwrap();
    assert_ne!(refused.read(&mut [0; 4096]).unwrap(), 0);
    write!(refused, "HTTP/1.1 401 No\r\ncontent-length: 2\r\n\r\nno").unwrap();
    drop(refused);
    let mut socket = tungstenite::accept(listener.accept().unwrap().0).unwrap();
    while let Ok(message) = socket.read() {
        let Message::Text(text) = message else { continue };
        let request = serde_json::from_str::<serde_json::Value>(&text).unwrap();
        let id = &request["id"];
        let answer = match request["method"].as_str() {
            Some("initialize") => introduction(&request),
            Some("account/login/start") => {
                assert!(text.contains(CANARY));
                format!(r#"{{"id":{id},"result":{{"type":"apiKey","echo":"{CANARY}"}}}}"#)
            }
            _ => continue,
        };
        socket.send(Message::text(answer)).unwrap();
    }
}

async fn use_both(port: u16) -> Result<(), Error> {
    let options = WebSocketOptions::new(format!("ws://127.0.0.1:{port}")).bearer_token(CANARY);
    let refused = Transport::websocket(&options).await.unwrap_err();
    assert!(matches!(refused, Error::Unauthorized { .. }), "{refused:?}");
    let transport = Transport::websocket(&options).await?;
    let codex = Codex::connect(transport, Options::new()).await?;
    codex.login_api_key(CANARY).await?;
    log::info!("logged in");
    codex.shutdown().await;
    Ok(())
}

#[test]
fn neither_a_token_nor_a_key_is_logged() {
    log::set_logger(&LOGGED).unwrap();
    log::set_max_level(LevelFilter::Trace);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = thread::spawn(move || serve(&listener));
    let client = thread::spawn(move || {
        IS_CLIENT.set(true);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.unwrap().block_on(use_both(port))
    });
    client.join().unwrap().unwrap();
    server.join().unwrap();
    let logged = LOGGED.0.lock().unwrap();
    assert!(logged.contains("logged in"), "nothing is logged at all");
    assert!(!logged.contains(CANARY), "{logged}");
}
