//! The blocking client against the real app-server, in front of a scripted model. No test here has a
//! runtime of its own, but to wait for the model.
#![expect(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

mod accounts;
mod closing;
mod controlling;
mod goals;
mod managing;
#[cfg(target_os = "linux")]
#[path = "../real_server/processes.rs"]
mod processes;
mod running;
#[cfg(unix)]
#[path = "../real_server/signals.rs"]
mod signals;
#[cfg(unix)]
mod supervised;

use codex_app_client::blocking::{Codex, Thread, TurnHandle};
use codex_app_client::protocol::ServerNotification;
use codex_app_client::testing::{Gate, MockModel, Reply, TestHome, server_path};
use codex_app_client::{Notification, Options, ThreadOptions};

/// A server and the model behind it.
struct Setup {
    model: MockModel,
    codex: Codex,
    // Last: the server has to be gone before its home.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "nobody looks into it"))]
    home: TestHome,
}

fn setup() -> Setup {
    setup_with_config(|config| config)
}

/// A server with other settings.
fn setup_with_config(change: impl FnOnce(String) -> String) -> Setup {
    let model = MockModel::start_blocking().unwrap();
    let home = TestHome::new(&model).unwrap();
    let path = home.codex_home().join("config.toml");
    let config = std::fs::read_to_string(&path).unwrap();
    std::fs::write(path, change(config)).unwrap();
    let process = home.process_options(server_path().unwrap());
    let codex = Codex::spawn_with(process, Options::new()).unwrap();
    Setup { model, codex, home }
}

impl Setup {
    fn thread(&self) -> Thread {
        self.codex.start_thread(ThreadOptions::default()).unwrap()
    }
}

fn answer(text: &str) -> Reply {
    Reply::message(text).phase("final_answer").into()
}

/// An answer that is not given before the gate is open.
fn held(gate: &Gate, text: &str) -> Reply {
    Reply::hold(gate).then(Reply::message(text).phase("final_answer"))
}

/// Waits until the model has come to the gate.
fn reached(gate: &Gate) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(gate.reached(1));
}

/// Reads until an event of this kind.
fn until(turn: &mut TurnHandle, is_it: impl Fn(&ServerNotification) -> bool) -> Notification {
    let mut events = turn.map(Result::unwrap);
    events.find(|it| is_it(&it.body)).expect("the turn has ended without that")
}

/// Reads until the server has begun the turn.
fn begun(turn: &mut TurnHandle) {
    until(turn, |it| matches!(it, ServerNotification::TurnStarted(_)));
}
