//! Turns, interrupts, steers, resumes, new threads and new servers at random, for some time: what was
//! told adds up with what the model has said, and memory does not grow. `FAULTS_SOAK_SECONDS` sets how
//! long.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use codex_app_client::protocol::{ServerNotification, TurnStatus};
use codex_app_client::testing::{MockModel, Reply, TestHome, server_path};
use codex_app_client::{Codex, Error, Options, Thread, ThreadOptions, TurnHandle};

use crate::ALONE;
use crate::random::Random;

const N_THREADS: usize = 4;
/// After so many rounds all is opened that stays open.
const WARM_UP: u64 = 100;
/// A conversation is sent to the model as a whole, with each turn: those that were long enough are
/// left behind.
const N_TURNS_OF_A_THREAD: u64 = 40;

/// What has happened.
#[derive(Debug, Default)]
struct Counts {
    turns: u64,
    completed: u64,
    interrupted: u64,
    steered: u64,
    resumed: u64,
    replaced: u64,
    reconnected: u64,
    deltas: u64,
    /// What the model was asked.
    requests: u64,
}

#[tokio::test]
async fn a_random_session_adds_up_with_what_the_model_has_said() {
    let _alone = ALONE.lock().await;
    let seconds = std::env::var("FAULTS_SOAK_SECONDS").map_or(60, |it| it.parse().unwrap());
    let deadline = Instant::now() + Duration::from_secs(seconds);
    let model = MockModel::start().await.unwrap();
    model.reply_with(|request| {
        let text = request.last_user_text();
        let reply = Reply::pause(Duration::from_millis(if text.contains("slow") { 60 } else { 0 }));
        let deltas = deltas_of(&text);
        reply.then(Reply::streamed(deltas.iter().map(String::as_str)))
    });
    let home = TestHome::new(&model).unwrap();
    let mut soak = Soak::begin(&model, &home).await;
    let (mut at_first, mut n_rounds) = (None, 0_u64);
    while Instant::now() < deadline {
        n_rounds += 1;
        match soak.random.below(40) {
            0 => soak.reconnect().await,
            1..4 => soak.resume_one().await,
            _ => soak.round().await,
        }
        if n_rounds == WARM_UP {
            at_first = Some(resident());
        }
    }
    soak.codex.shutdown().await;
    soak.hear();
    let (counts, n_sent) = (soak.counts, soak.n_sent.load(Relaxed));
    assert_eq!(counts.deltas, n_sent, "deltas that turns have got, and that the server has sent");
    assert_eq!(counts.completed + counts.interrupted, counts.turns);
    // Each turn was asked once; a steered one twice, unless it ended before; an interrupted one
    // perhaps never. Nothing else was asked.
    assert!(counts.requests >= counts.completed, "{counts:?}");
    assert!(counts.requests <= counts.turns + counts.steered, "{counts:?}");
    println!(
        "{n_rounds} rounds in {seconds} s: {counts:?}; resident {} KiB after {WARM_UP} rounds, {} KiB \
         at the end",
        at_first.unwrap_or_default(),
        resident(),
    );
}

/// What the model says to this, piece by piece: from one to nine deltas, of which none is like another.
fn deltas_of(text: &str) -> Vec<String> {
    let n_deltas = text.bytes().map(usize::from).sum::<usize>() % 9 + 1;
    (0..n_deltas).map(|n| format!("{n} to {text:?}. ")).collect()
}

struct Soak<'a> {
    model: &'a MockModel,
    home: &'a TestHome,
    codex: Codex,
    /// With the number of turns of each.
    threads: Vec<(Thread, u64)>,
    random: Random,
    counts: Counts,
    /// What the model was asked of turns that are not over. Turns are told apart by their numbers.
    heard: BTreeSet<String>,
    /// Lines of the servers that hold a delta.
    n_sent: Arc<AtomicU64>,
}

impl<'a> Soak<'a> {
    async fn begin(model: &'a MockModel, home: &'a TestHome) -> Self {
        let n_sent = Arc::<AtomicU64>::default();
        let codex = connect(home, &n_sent).await;
        let (random, counts, heard) = (Random::new(10), Counts::default(), BTreeSet::new());
        let mut soak =
            Self { model, home, codex, threads: Vec::new(), random, counts, heard, n_sent };
        for _ in 0..N_THREADS {
            let thread = soak.new_thread().await;
            soak.threads.push((thread, 1));
        }
        soak
    }

    async fn new_thread(&mut self) -> Thread {
        let thread = self.codex.start_thread(ThreadOptions::default()).await.unwrap();
        // A thread without a turn cannot be resumed.
        self.counts.turns += 1;
        let text = format!("begin {}.", self.counts.turns);
        let turn = thread.start_turn(text.as_str()).await.unwrap();
        self.follow(2, text, turn).await;
        thread
    }

    async fn reconnect(&mut self) {
        self.codex.shutdown().await;
        self.codex = connect(self.home, &self.n_sent).await;
        for (thread, _) in &mut self.threads {
            *thread = self.codex.resume_thread(thread.id()).await.unwrap();
        }
        self.counts.reconnected += 1;
    }

    async fn resume_one(&mut self) {
        let n = usize::try_from(self.random.below(N_THREADS as u64)).unwrap();
        self.threads[n].0 = self.codex.resume_thread(self.threads[n].0.id()).await.unwrap();
        self.counts.resumed += 1;
    }

    /// A turn on each thread, side by side: left alone, interrupted, or steered.
    async fn round(&mut self) {
        let mut turns = Vec::new();
        for n in 0..N_THREADS {
            if self.threads[n].1 >= N_TURNS_OF_A_THREAD {
                let id = self.threads[n].0.id().to_owned();
                self.threads[n] = (self.new_thread().await, 1);
                self.codex.archive_thread(&id).await.unwrap();
                self.counts.replaced += 1;
            }
            let (thread, n_turns) = &mut self.threads[n];
            *n_turns += 1;
            self.counts.turns += 1;
            let kind = self.random.below(6);
            let slow = if kind < 2 { "slow" } else { "fast" };
            let text = format!("{slow} {}.", self.counts.turns);
            let turn = thread.start_turn(text.as_str()).await.unwrap();
            turns.push((kind, text, turn));
        }
        for (kind, text, turn) in turns {
            self.follow(kind, text, turn).await;
        }
    }

    /// A turn to its end, which adds up with what the model has said.
    async fn follow(&mut self, kind: u64, text: String, mut turn: TurnHandle) {
        let more = format!("more of {text}");
        match kind {
            0 => turn.interrupt().await.unwrap(),
            1 => match turn.steer(more.as_str()).await {
                Ok(()) => self.counts.steered += 1,
                Err(Error::NoActiveTurn { .. }) => {}
                Err(error) => panic!("{error:?}"),
            },
            _ => {}
        }
        let mut deltas = Vec::new();
        while let Some(event) = turn.next().await {
            if let ServerNotification::ItemAgentMessageDelta(delta) = event.unwrap().body {
                deltas.push(delta.delta.unwrap());
            }
        }
        self.counts.deltas += deltas.len() as u64;
        let result = turn.wait().await.unwrap();
        assert!(!result.joined);
        self.hear();
        let whole = |of: &str| if self.heard.contains(of) { deltas_of(of) } else { Vec::new() };
        let (first, second) = (whole(&text), whole(&more));
        if result.status == TurnStatus::Interrupted {
            self.counts.interrupted += 1;
            assert!(deltas.len() <= first.len(), "{text}: {deltas:?}");
            assert_eq!(deltas, first[..deltas.len()], "{text}");
        } else {
            self.counts.completed += 1;
            // A turn that is steered early enough is asked once, with what it was steered to.
            let was_asked = !first.is_empty() || !second.is_empty();
            assert!(was_asked, "the model was never asked: {text}");
            // What the model was saying when the turn was steered is cut short.
            let (last, cut) = match second.is_empty() {
                true => (&first, &second),
                false => (&second, &first),
            };
            assert_eq!(result.final_response.unwrap(), last.concat(), "{text}");
            let n_cut = deltas.len().checked_sub(last.len()).unwrap();
            assert!(n_cut <= cut.len(), "{text}: {deltas:?}");
            assert_eq!(deltas, [&cut[..n_cut], &last[..]].concat(), "{text}");
        }
        self.heard.remove(&text);
        self.heard.remove(&more);
    }

    /// What the model was asked in the meantime.
    fn hear(&mut self) {
        for request in self.model.take_requests() {
            self.counts.requests += 1;
            self.heard.insert(request.last_user_text());
        }
    }
}

async fn connect(home: &TestHome, n_sent: &Arc<AtomicU64>) -> Codex {
    let process = home.process_options(server_path().unwrap());
    let n_sent = Arc::clone(n_sent);
    let options = Options::new().on_frame(move |_, line| {
        if line.starts_with(br#"{"method":"item/agentMessage/delta""#) {
            n_sent.fetch_add(1, Relaxed);
        }
    });
    Codex::spawn_with(process, options).await.unwrap()
}

/// Resident memory in KiB.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|it| it.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
