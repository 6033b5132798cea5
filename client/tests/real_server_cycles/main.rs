//! Behaviour 18 over and over: whatever ends a server, nothing of it is left. A test binary of its
//! own, since it counts what the whole process holds.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../real_server/processes.rs"]
mod processes;

use std::time::{Duration, Instant};

use codex_app_client::testing::{MockModel, TestHome, server_path};
use codex_app_client::{Codex, Options, Thread, ThreadOptions};

const N_CYCLES: usize = 100;
/// How long a server that was dropped may take to be gone.
const PATIENCE: Duration = Duration::from_secs(20);

/// The ways to be done with a server.
#[derive(Clone, Copy, Debug)]
enum End {
    Shutdown,
    Drop,
    RuntimeGone,
}

#[test]
fn a_hundred_servers_leave_no_zombie_no_orphan_and_no_descriptor() {
    let model = MockModel::start_blocking().unwrap();
    let home = TestHome::new(&model).unwrap();
    // The first time, things are opened that stay.
    for end in [End::Shutdown, End::Drop, End::RuntimeGone] {
        cycle(&home, end);
    }
    settle(&home);
    let n_descriptors = descriptors();
    for number in 0..N_CYCLES {
        let end = [End::Shutdown, End::Drop, End::RuntimeGone][number % 3];
        cycle(&home, end);
        assert_eq!(processes::n_children(), 0, "zombies after cycle {number}, {end:?}");
        // No orphan: it waits for them to end, and not for ever.
        settle(&home);
        assert_eq!(descriptors(), n_descriptors, "descriptors after cycle {number}, {end:?}");
    }
    settle(&home);
}

/// A server may have just started a shell in a group of its own, to learn of the user's settings. It
/// is not there any more to end it; that one ends by itself, and is waited for here.
fn settle(home: &TestHome) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(gone(home));
}

fn cycle(home: &TestHome, end: End) {
    settle(home);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (codex, thread) = runtime.block_on(start(home));
    assert_eq!(processes::n_children(), 1);
    match end {
        End::Shutdown => runtime.block_on(codex.shutdown()),
        End::Drop => {
            drop((codex, thread));
            runtime.block_on(gone(home));
        }
        // The handles outlive it.
        End::RuntimeGone => {
            let handles = (codex, thread);
            drop(runtime);
            drop(handles);
        }
    }
}

async fn start(home: &TestHome) -> (Codex, Thread) {
    let process = home.process_options(server_path().unwrap());
    let codex = Codex::spawn_with(process, Options::new()).await.unwrap();
    let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
    (codex, thread)
}

/// Dropping tells nobody when it is done: look, until there is nothing to be seen.
async fn gone(home: &TestHome) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let left = (processes::n_children(), processes::of_home(home));
        if left == (0, Vec::new()) {
            return;
        }
        assert!(Instant::now() < deadline, "still there: {left:?}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}
