//! A real server that is killed in the middle of a turn, and started again.

use codex_app_client::testing::{Gate, MockModel, TestHome, server_path};
use codex_app_client::{Options, ReconnectPolicy, Supervisor, ThreadOptions};
use rustix::process::{Pid, Signal, kill_process};

use crate::setup::held;

#[tokio::test]
async fn a_killed_process_is_started_again_and_its_thread_goes_on() {
    let model = MockModel::start().await.unwrap();
    let home = TestHome::new(&model).unwrap();
    let file = home.codex_home().join("pid");
    let script = format!("echo $$ > '{}'; exec \"$0\" app-server", file.display());
    let server = server_path().unwrap().into_os_string();
    let process = home.process_options("sh").args(["-c".into(), script.into(), server]);
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
        let pid = std::fs::read_to_string(&file).unwrap().trim().parse().unwrap();
        kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL).unwrap();
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
