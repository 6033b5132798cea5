//! A server killed at a random point of a busy session: everybody who waits is told, nothing is left
//! of it, and the next one finds the threads. `FAULTS_KILLS` sets how many points are tried.

use std::time::{Duration, Instant};

use codex_app_client::testing::{MockModel, Reply, TestHome, server_path};
use codex_app_client::{Client, Codex, Error, Options, Thread, ThreadOptions};
use serde_json::json;
use tokio::task::JoinSet;

use crate::random::Random;
use crate::signals::{self, Signal};
use crate::{ALONE, processes};

const N_THREADS: usize = 8;
/// New threads are taken after so many kills: the model is sent all that was said in one.
const N_KILLS_OF_THREADS: usize = 10;
/// Nobody waits longer than this.
const PATIENCE: Duration = Duration::from_secs(10);

/// When somebody was told of the end.
type Told = Result<Instant, String>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_at_any_point_leaves_nobody_waiting() {
    let _alone = ALONE.lock().await;
    let n_points = std::env::var("FAULTS_KILLS").map_or(20, |it| it.parse().unwrap());
    let model = MockModel::start().await.unwrap();
    model.reply_with(|request| {
        if request.last_user_text() == "Hello." {
            return Reply::from(Reply::message("Hello."));
        }
        let asks = request.tool_outputs().is_empty() && request.last_user_text().ends_with("even");
        match asks {
            true => Reply::escalated_command("echo hello", "to be asked").into(),
            false => (0..40).fold(Reply::empty(), |reply, n| {
                let message = Reply::message(format!("Number {n}."));
                reply.then(message).then(Reply::pause(Duration::from_millis(5)))
            }),
        }
    });
    let home = TestHome::builder(&model).approval_policy("on-request").build().unwrap();
    let mut ids = new_threads(&home).await;
    let mut random = Random::new(9);
    let mut slowest = Vec::new();
    // The first time, things are opened that stay.
    kill_at(&home, &ids, Duration::from_millis(50)).await;
    let held = Held::now();
    for point in 0..n_points {
        if point % N_KILLS_OF_THREADS == N_KILLS_OF_THREADS - 1 {
            ids = new_threads(&home).await;
        }
        let after = Duration::from_micros(random.below(400_000));
        slowest.push(kill_at(&home, &ids, after).await);
        assert_eq!(processes::n_children(), 0, "a process is left after {after:?}, point {point}");
        settled(&held).await;
        drop(model.take_requests());
    }
    slowest.sort();
    println!(
        "{n_points} kills, {N_THREADS} turns each: from the end of the process to the last of its \
         waiters {:?} in the middle, {:?} at most",
        slowest[slowest.len() / 2],
        slowest[slowest.len() - 1],
    );
}

async fn new_threads(home: &TestHome) -> Vec<String> {
    let codex = Codex::spawn_with(home.process_options(server_path().unwrap()), Options::new());
    let codex = codex.await.unwrap();
    let mut ids = Vec::new();
    for _ in 0..N_THREADS {
        let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
        thread.run("Hello.").await.unwrap();
        ids.push(thread.id().to_owned());
    }
    codex.shutdown().await;
    ids
}

/// One session, killed so long after its turns were asked for. Returns how long after the end of the
/// process the last of those who waited was told.
async fn kill_at(home: &TestHome, ids: &[String], after: Duration) -> Duration {
    let process = home.process_options(server_path().unwrap());
    let codex = Codex::spawn_with(process, Options::new()).await.unwrap();
    let pid = codex.process_id().unwrap().to_string();
    let client = codex.client().await.unwrap();
    // Every second approval is left open; the rest are declined as they are dropped.
    let mut requests = client.server_requests();
    let mut waiters = JoinSet::<Told>::new();
    waiters.spawn(async move {
        let mut open = Vec::new();
        while let Some(request) = requests.next().await {
            open.push(request);
            if open.len() % 2 == 0 {
                open.pop();
            }
        }
        Ok(Instant::now())
    });
    for (n, id) in ids.iter().enumerate() {
        let thread = codex.resume_thread(id.as_str()).await.unwrap();
        busy(&mut waiters, &client, &thread, n);
    }
    tokio::time::sleep(after).await;
    signals::send(Signal::KILL, codex.process_id());
    ended(&pid);
    let end = Instant::now();
    let mut last = end;
    while let Some(told) = tokio::time::timeout(PATIENCE, waiters.join_next()).await.unwrap() {
        last = last.max(told.unwrap().unwrap_or_else(|what| panic!("after {after:?}: {what}")));
    }
    assert!(client.is_closed());
    codex.shutdown().await;
    last - end
}

/// What waits on one thread: a run or a stream, watchers, calls, an interrupt.
fn busy(waiters: &mut JoinSet<Told>, client: &Client, thread: &Thread, n: usize) {
    let text = if n.is_multiple_of(2) { "even" } else { "odd" };
    let run = thread.clone();
    waiters.spawn(async move {
        // Some turns end before the server does: then the next one is started.
        loop {
            match run.run(text).await {
                Ok(_) => {}
                Err(Error::TurnFailed(_)) => {}
                Err(error) => return told(&error),
            }
        }
    });
    let mut events = thread.events();
    waiters.spawn(async move {
        loop {
            match events.next().await {
                Some(Ok(_)) => {}
                Some(Err(error)) => return told(&error),
                None => return Err("events end without an error".into()),
            }
        }
    });
    let caller = client.clone();
    waiters.spawn(async move {
        loop {
            if let Err(error) = caller.request_raw("thread/loaded/list", json!({})).await {
                return told(&error);
            }
        }
    });
    let next = thread.clone();
    waiters.spawn(async move {
        loop {
            match next.next_turn().await {
                Err(error) => return told(&error),
                Ok(mut turn) => {
                    if let Err(error) = turn.wait().await
                        && !matches!(error, Error::TurnFailed(_))
                    {
                        return told(&error);
                    }
                }
            }
        }
    });
}

fn told(error: &Error) -> Told {
    match error.is_closed() {
        true => Ok(Instant::now()),
        false => Err(format!("{error:?}")),
    }
}

/// Waits until a process is gone, or only its exit status is left.
fn ended(pid: &str) {
    loop {
        let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else { return };
        if stat.rsplit_once(") ").is_none_or(|it| it.1.starts_with(['Z', 'X'])) {
            return;
        }
        std::thread::yield_now();
    }
}

/// What this process holds.
#[derive(Debug)]
struct Held {
    n_descriptors: usize,
    /// The model has a runtime of its own: these are the tasks of the client and of the test.
    n_tasks: usize,
}

impl Held {
    fn now() -> Self {
        let n_descriptors = std::fs::read_dir("/proc/self/fd").unwrap().count();
        let n_tasks = tokio::runtime::Handle::current().metrics().num_alive_tasks();
        Self { n_descriptors, n_tasks }
    }

    fn is_within(&self, before: &Self) -> bool {
        self.n_descriptors <= before.n_descriptors && self.n_tasks <= before.n_tasks
    }
}

/// The model's connections are closed a moment after the server that had opened them.
async fn settled(before: &Held) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let now = Held::now();
        if now.is_within(before) {
            return;
        }
        assert!(Instant::now() < deadline, "{now:?}, {before:?} before");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
