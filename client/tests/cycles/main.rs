//! Clients that come and go leave no descriptor, no thread and no process. In a process of its own, since
//! it counts what the whole process holds; `real_server_cycles` does the same with the real server.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "what fails in a test may panic, in its helpers too")]

use std::fs;
use std::time::{Duration, Instant};

use codex_app_client::{Codex, Options, ProcessOptions, blocking};

const N_CYCLES: usize = 50;
/// How long what was ended may take to be gone.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server that answers each request with its user agent, and ends with its input.
const SERVER: &str = r#"
    while read -r line; do
        id=$(printf '%s' "$line" | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
        [ -n "$id" ] && echo "{\"id\":$id,\"result\":{\"userAgent\":\"sh/1.0\"}}"
    done
"#;

/// What a process holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Held {
    n_descriptors: usize,
    n_threads: usize,
    n_children: usize,
}

impl Held {
    fn now() -> Self {
        let threads: Vec<_> = fs::read_dir("/proc/self/task").unwrap().collect();
        // A thread that has just ended has no children.
        let children = |thread: &std::io::Result<fs::DirEntry>| {
            let path = thread.as_ref().unwrap().path().join("children");
            fs::read_to_string(path).unwrap_or_default().split_whitespace().count()
        };
        Self {
            n_descriptors: fs::read_dir("/proc/self/fd").unwrap().count(),
            n_threads: threads.len(),
            n_children: threads.iter().map(children).sum(),
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
    Codex::spawn_with(process(), options()).await.unwrap()
}

fn spawn_blocking() -> blocking::Codex {
    blocking::Codex::spawn_with(process(), options()).unwrap()
}

fn process() -> ProcessOptions {
    ProcessOptions::new().program("sh").args(["-c", SERVER])
}

fn options() -> Options {
    Options::new().shutdown_grace(Duration::from_millis(150))
}
