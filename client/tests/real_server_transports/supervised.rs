//! A real server that is killed in the middle of a turn, and started again.

use std::sync::Arc;

use codex_app_client::testing::{Gate, MockModel, Reply, TestHome, server_path};
use codex_app_client::{
    Codex, Error, Options, ReconnectPolicy, Supervisor, ThreadOptions, Transport, TurnResult,
    WebSocketOptions,
};
use tokio::sync::Notify;

use crate::setup::{Listening, Way, held};
use crate::signals::{self, Signal};

/// Kills the process of the current connection.
fn kill(supervisor: &Supervisor) {
    signals::send(Signal::KILL, supervisor.codex().process_id());
}

#[tokio::test]
async fn a_killed_process_is_started_again_and_its_thread_goes_on() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let process = home.process_options(server_path().unwrap());
    let policy = ReconnectPolicy::new();
    let mut supervisor = Supervisor::spawn(process, Options::new(), policy).await.unwrap();
    let thread = supervisor.codex().start_thread(ThreadOptions::default()).await.unwrap();
    supervisor.follow(thread.id());
    thread.run("There is something to resume.").await.unwrap();
    for epoch in 1..=2 {
        let gate = Gate::new();
        model.push(held(&gate, "Never heard."));
        let current = supervisor.codex().thread(thread.id()).await.unwrap();
        let mut turn = current.start_turn("Wait.").await.unwrap();
        gate.reached(1).await;
        kill(&supervisor);
        assert!(turn.wait().await.unwrap_err().is_closed());
        let again = supervisor.reconnected().await.unwrap();
        assert_eq!(again.epoch, epoch);
        gate.open();
        let mut threads = again.resume().await;
        let resumed = threads.pop().unwrap().1.unwrap();
        let result = resumed.run("Go on.").await.unwrap();
        assert_eq!(result.final_response.as_deref(), Some("You said: Go on."));
    }
    supervisor.codex().shutdown().await;
}

async fn run(codex: &Codex, thread_id: &str, text: &str) -> Result<TurnResult, Error> {
    codex.resume_thread(thread_id).await?.run(text).await
}

/// Runs a turn, over as many connections as it takes.
async fn ask(mut server: Supervisor, thread_id: &str, text: &str) -> Result<TurnResult, Error> {
    let mut codex = server.codex();
    loop {
        match run(&codex, thread_id, text).await {
            Err(Error::Closed(_)) => codex = server.reconnected().await?.codex,
            outcome => return outcome,
        }
    }
}

#[tokio::test]
async fn every_task_goes_on_with_its_own_thread() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let process = home.process_options(server_path().unwrap());
    let policy = ReconnectPolicy::new();
    let supervisor = Supervisor::spawn(process, Options::new(), policy).await.unwrap();
    let gate = Gate::new();
    let mut asking = Vec::new();
    for n in 0..3 {
        let thread = supervisor.codex().start_thread(ThreadOptions::default()).await.unwrap();
        thread.run("There is something to resume.").await.unwrap();
        model.push_for(format!("question {n}"), held(&gate, "Never heard."));
        let supervisor = supervisor.clone();
        asking.push(tokio::spawn(async move {
            ask(supervisor, thread.id(), &format!("question {n}")).await
        }));
    }
    gate.reached(3).await;
    kill(&supervisor);
    for (n, asking) in asking.into_iter().enumerate() {
        let result = asking.await.unwrap().unwrap();
        let expected = format!("You said: question {n}");
        assert_eq!(result.final_response.as_deref(), Some(&*expected));
    }
    // One of them has connected, and the others have waited for that.
    assert_eq!(supervisor.epoch(), 1);
    gate.open();
    supervisor.shutdown().await;
}

#[tokio::test]
async fn a_request_that_was_open_comes_again_with_its_id() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::builder(&model).approval_policy("on-request").sandbox_mode("read-only");
    let home = home.build().unwrap();
    let mut server = Listening::start(&home, Way::Unix, &[]).await;
    let cut = Arc::new(Notify::new());
    let is_cut = Arc::clone(&cut);
    let path = home.codex_home().join("test.sock");
    let connect = move || {
        let (path, is_cut) = (path.clone(), Arc::clone(&is_cut));
        async move {
            // A tunnel that can be cut, with the server left as it is.
            let (ours, mut theirs) = tokio::io::duplex(1 << 16);
            let mut socket = tokio::net::UnixStream::connect(path).await.unwrap();
            tokio::spawn(async move {
                tokio::select! {
                    _ = tokio::io::copy_bidirectional(&mut theirs, &mut socket) => {}
                    () = is_cut.notified() => {}
                }
            });
            let options = WebSocketOptions::new("ws://localhost");
            Transport::websocket_over(ours, &options).await
        }
    };
    let policy = ReconnectPolicy::new();
    let opened = Supervisor::connect_with(Options::new(), policy, connect).await;
    let mut supervisor = opened.unwrap();
    let codex = supervisor.codex();
    let mut requests = codex.server_requests().await.unwrap();
    let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
    supervisor.follow(thread.id());
    model.push(Reply::escalated_command("echo seen", "to see"));
    let mut turn = thread.start_turn("Do it.").await.unwrap();
    let asked = requests.next().await.unwrap();
    cut.notify_waiters();
    assert!(turn.wait().await.unwrap_err().is_closed());
    let again = supervisor.reconnected().await.unwrap();
    let mut requests = again.codex.server_requests().await.unwrap();
    let resumed = again.resume().await.pop().unwrap().1.unwrap();
    let asked_again = requests.next().await.unwrap();
    assert_eq!((asked_again.id(), asked_again.item_id()), (asked.id(), asked.item_id()));
    drop(asked_again);
    let mut turn = resumed.active_turn().unwrap();
    turn.wait().await.unwrap();
    again.codex.shutdown().await;
    server.process.kill().await.unwrap();
}
