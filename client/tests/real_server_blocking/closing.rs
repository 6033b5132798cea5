//! Behaviours 1, 2, 17 and 18: a server ends, or is ended, and every thread that waits is told.

#![cfg_attr(not(unix), expect(unused_imports, reason = "some of these tests are for Unix alone"))]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use codex_app_client::blocking::Codex;
use codex_app_client::protocol::ModelListParams;
use codex_app_client::testing::{Gate, MockModel, TestHome, server_path};
use codex_app_client::{CloseReason, Options, ThreadOptions, Transport};

#[cfg(target_os = "linux")]
use crate::processes::{none_left, of_home};
#[cfg(unix)]
use crate::signals::{self, Signal};
use crate::{held, reached, setup};

#[cfg(unix)]
#[test]
fn a_server_that_dies_reaches_every_thread_that_waits() {
    use std::os::unix::process::ExitStatusExt as _;

    let model = MockModel::start_blocking().unwrap();
    let home = TestHome::new(&model).unwrap();
    let process = home.process_options(server_path().unwrap());
    let codex = Codex::spawn_with(process, Options::new()).unwrap();
    let thread = codex.start_thread(ThreadOptions::default()).unwrap();
    let gate = Gate::new();
    model.push(held(&gate, "Never said."));
    let mut turn = thread.start_turn("Wait.").unwrap();
    reached(&gate);
    let (mut of_thread, mut of_connection) = (thread.events(), codex.events().unwrap());
    // Stopped first, so that the calls are pending when it dies.
    signals::send(Signal::STOP, codex.process_id());
    let errors: Vec<_> = std::thread::scope(|scope| {
        let mut waiting: Vec<_> = (0..5)
            .map(|_| scope.spawn(|| codex.request(ModelListParams::default()).unwrap_err()))
            .collect();
        waiting.extend([
            scope.spawn(|| turn.wait().unwrap_err()),
            scope.spawn(|| of_thread.find_map(Result::err).unwrap()),
            scope.spawn(|| of_connection.find_map(Result::err).unwrap()),
        ]);
        signals::send(Signal::KILL, codex.process_id());
        waiting.into_iter().map(|it| it.join().unwrap()).collect()
    });
    for error in &errors {
        let closed = error.closed().unwrap_or_else(|| panic!("{error:?}"));
        assert_eq!(closed.exit_status.unwrap().signal(), Some(9));
    }
    assert!(thread.run("late").unwrap_err().is_closed());
    gate.open();
}

#[test]
fn a_shutdown_in_one_thread_ends_the_run_of_another() {
    let it = setup();
    let thread = it.thread();
    let gate = Gate::new();
    it.model.push(held(&gate, "Never said."));
    let error = std::thread::scope(|scope| {
        let run = scope.spawn(|| thread.run("Wait.").unwrap_err());
        reached(&gate);
        it.codex.shutdown().unwrap();
        run.join().unwrap()
    });
    assert_eq!(error.closed().unwrap().reason, CloseReason::Shutdown);
    gate.open();
    #[cfg(target_os = "linux")]
    none_left(&it.home);
}

#[cfg(target_os = "linux")]
#[test]
fn a_shutdown_leaves_no_process_and_dropping_everything_does_not_either() {
    let it = setup();
    it.thread().run("Hi.").unwrap();
    assert!(!of_home(&it.home).is_empty());
    it.codex.shutdown().unwrap();
    none_left(&it.home);

    let process = it.home.process_options(server_path().unwrap());
    drop(Codex::spawn_with(process, Options::new()).unwrap());
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while !of_home(&it.home).is_empty() {
        assert!(std::time::Instant::now() < deadline, "{:?}", of_home(&it.home));
        std::thread::yield_now();
    }
}

#[test]
fn a_server_that_does_not_initialise_is_let_go() {
    let model = MockModel::start_blocking().unwrap();
    let home = TestHome::new(&model).unwrap();
    let process = home.process_options(server_path().unwrap());
    // Not a server: it prints its version and ends.
    let process = process.args(["--version"]);
    assert!(Codex::spawn_with(process, Options::new()).unwrap_err().is_closed());
    #[cfg(target_os = "linux")]
    none_left(&home);
}

#[test]
fn a_lazy_server_is_started_by_the_first_of_many_threads() {
    let model = MockModel::start_blocking().unwrap();
    let home = TestHome::new(&model).unwrap();
    let process = home.process_options(server_path().unwrap());
    let n_started = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&n_started);
    let codex = Codex::connect_lazy(Options::new(), move || {
        counter.fetch_add(1, Ordering::Relaxed);
        Transport::spawn(&process)
    })
    .unwrap();
    assert_eq!(n_started.load(Ordering::Relaxed), 0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| codex.start_thread(ThreadOptions::default()).unwrap());
        }
    });
    assert_eq!(n_started.load(Ordering::Relaxed), 1);
    codex.shutdown().unwrap();
}
