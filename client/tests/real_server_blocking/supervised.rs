//! A real server that is killed in the middle of a turn and started again, without async.

use codex_app_client::blocking::Supervisor;
use codex_app_client::testing::{Gate, MockModel, TestHome, server_path};
use codex_app_client::{Options, ReconnectPolicy, ThreadOptions};

use crate::signals::{self, Signal};
use crate::{held, reached};

#[test]
fn a_killed_process_is_started_again_and_its_thread_goes_on() {
    let model = MockModel::start_blocking().unwrap();
    let home = TestHome::new(&model).unwrap();
    let process = home.process_options(server_path().unwrap());
    let policy = ReconnectPolicy::new();
    let mut supervisor = Supervisor::spawn(process, Options::new(), policy).unwrap();
    let thread = supervisor.codex().start_thread(ThreadOptions::default()).unwrap();
    supervisor.follow(thread.id());
    thread.run("There is something to resume.").unwrap();
    for epoch in 1..=2 {
        let gate = Gate::new();
        model.push(held(&gate, "Never heard."));
        let current = supervisor.codex().thread(thread.id()).unwrap();
        let mut turn = current.start_turn("Wait.").unwrap();
        reached(&gate);
        let waiting = std::thread::spawn(move || turn.wait().unwrap_err());
        signals::send(Signal::KILL, supervisor.codex().process_id());
        let again = supervisor.reconnected().unwrap();
        assert_eq!((again.epoch, supervisor.epoch()), (epoch, epoch));
        assert!(again.closed.exit_status.is_some());
        assert!(waiting.join().unwrap().is_closed());
        gate.open();
        let resumed = again.resume().unwrap().pop().unwrap().1.unwrap();
        let result = resumed.run("Go on.").unwrap();
        assert_eq!(result.final_response.as_deref(), Some("You said: Go on."));
    }
    supervisor.codex().shutdown().unwrap();
}
