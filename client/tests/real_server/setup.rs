//! A real server, the scripted model behind it, and a thread: what most tests begin with.

use codex_app_client::protocol::ServerNotification;
use codex_app_client::testing::{Gate, MockModel, Reply, TestHome, TestHomeBuilder, server_path};
use codex_app_client::{
    Codex, Notification, Options, ProcessOptions, Thread, ThreadOptions, TurnHandle,
};

/// A server, the model behind it, and a thread.
pub(crate) struct Setup {
    pub(crate) model: MockModel,
    pub(crate) codex: Codex,
    pub(crate) thread: Thread,
    // Last: the server has to be gone before its home.
    pub(crate) home: TestHome,
}

pub(crate) async fn setup() -> Setup {
    setup_with(|home| home, Options::new()).await
}

pub(crate) async fn setup_with(
    configure: impl FnOnce(TestHomeBuilder) -> TestHomeBuilder,
    options: Options,
) -> Setup {
    let model = MockModel::start().await.unwrap();
    let home = configure(TestHome::builder(&model)).build().unwrap();
    let process = home.process_options(server_path().unwrap());
    let codex = Codex::spawn_with(process, options).await.unwrap();
    let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
    Setup { model, codex, thread, home }
}

/// The server behind a filter of its output, in the shell.
pub(crate) fn filtered(home: &TestHome, filter: &str) -> ProcessOptions {
    let script = format!("\"$0\" app-server | {filter}");
    let server = server_path().unwrap().into_os_string();
    home.process_options("sh").args(["-c".into(), script.into(), server])
}

pub(crate) fn answer(text: &str) -> Reply {
    Reply::message(text).phase("final_answer").into()
}

/// An answer that is not given before the gate is open.
pub(crate) fn held(gate: &Gate, text: &str) -> Reply {
    Reply::hold(gate).then(Reply::message(text).phase("final_answer"))
}

/// Reads until the server has begun the turn.
pub(crate) async fn begun(turn: &mut TurnHandle) {
    until(turn, |it| matches!(it, ServerNotification::TurnStarted(_))).await;
}

/// Reads until an event of this kind.
pub(crate) async fn until(
    turn: &mut TurnHandle,
    is_it: impl Fn(&ServerNotification) -> bool,
) -> Notification {
    while let Some(event) = turn.next().await {
        let event = event.unwrap();
        if is_it(&event.body) {
            return event;
        }
    }
    panic!("the turn has ended without that");
}

/// The methods of all events up to the end of the turn.
pub(crate) async fn methods(turn: &mut TurnHandle) -> Vec<String> {
    let mut methods = Vec::new();
    while let Some(event) = turn.next().await {
        methods.push(event.unwrap().body.method().to_owned());
    }
    methods
}
