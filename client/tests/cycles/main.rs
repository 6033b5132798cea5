//! Clients that come and go leave no descriptor, no thread and no process. In a process of its own, since
//! it counts what the whole process holds; `real_server_cycles` does the same with the real server.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "what fails in a test may panic, in its helpers too")]

#[path = "../real_server/processes.rs"]
mod processes;
#[path = "../it/shell.rs"]
mod shell;

use std::time::{Duration, Instant};

use codex_app_client::{Codex, blocking};

use crate::shell::{ANSWER_ALL, quick, shell};

const N_CYCLES: usize = 50;
/// How long what was ended may take to be gone.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a process holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Held {
    n_descriptors: usize,
    n_threads: usize,
    n_children: usize,
}

impl Held {
    fn now() -> Self {
        let count = |path: &str| std::fs::read_dir(path).unwrap().count();
        Self {
            n_descriptors: count("/proc/self/fd"),
            n_threads: count("/proc/self/task"),
            n_children: processes::n_children(),
        }
    }
}

/// One after the other: there is one process.
#[test]
fn clients_that_came_and_went_leave_nothing() {
    let n_threads = Held::now().n_threads;
    let leaves_nothing = |what: &str, cycle: &dyn Fn()| {
        // The first time, descriptors are opened that stay.
        cycle();
        let before = settled(|held| held.n_threads == n_threads);
        for _ in 0..N_CYCLES {
            cycle();
        }
        let after = settled(|held| held == before);
        assert_eq!((after, after.n_threads), (before, n_threads), "{what}");
    };
    leaves_nothing("clients that were shut down", &|| {
        in_runtime(async { spawn().await.shutdown().await });
    });
    leaves_nothing("clients that were dropped", &|| in_runtime(async { drop(spawn().await) }));
    leaves_nothing("clients that outlived their runtime", &|| drop(in_runtime(spawn())));
    leaves_nothing("blocking clients that were shut down", &|| {
        spawn_blocking().shutdown().unwrap();
    });
    leaves_nothing("blocking clients that were dropped", &|| drop(spawn_blocking()));
}

/// What is held once that is as it should be and no process is left, or when patience ends.
fn settled(is_settled: impl Fn(Held) -> bool) -> Held {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let held = Held::now();
        if held.n_children == 0 && is_settled(held) || Instant::now() > deadline {
            return held;
        }
        std::thread::yield_now();
    }
}

fn in_runtime<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

async fn spawn() -> Codex {
    Codex::spawn_with(shell(ANSWER_ALL), quick()).await.unwrap()
}

fn spawn_blocking() -> blocking::Codex {
    blocking::Codex::spawn_with(shell(ANSWER_ALL), quick()).unwrap()
}
