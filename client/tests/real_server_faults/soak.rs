//! Turns, interrupts, steers, resumes and new servers at random, for some time: what was told adds up
//! with what the model has said, and memory does not grow. `FAULTS_SOAK_SECONDS` sets how long.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use codex_app_client::protocol::TurnStatus;
use codex_app_client::testing::{MockModel, Reply, TestHome, server_path};
use codex_app_client::{Codex, Error, Options, Thread, ThreadOptions};

use crate::ALONE;
use crate::random::Random;

const N_THREADS: usize = 4;

/// What has happened.
#[derive(Debug, Default)]
struct Counts {
    turns: u64,
    interrupted: u64,
    steered: u64,
    resumed: u64,
    reconnected: u64,
}

#[tokio::test]
async fn a_random_session_adds_up_with_what_the_model_has_said() {
    let _alone = ALONE.lock().await;
    let seconds = std::env::var("FAULTS_SOAK_SECONDS").map_or(20, |it| it.parse().unwrap());
    let deadline = Instant::now() + Duration::from_secs(seconds);
    let model = MockModel::start().await.unwrap();
    model.answer_with(|request| {
        let text = request.last_user_text();
        let reply = Reply::pause(Duration::from_millis(if text.contains("slow") { 60 } else { 0 }));
        reply.then(Reply::message(format!("Heard: {text}")))
    });
    let home = TestHome::new(&model).unwrap();
    let mut soak =
        Soak { random: Random::new(10), counts: Counts::default(), said: BTreeMap::new() };
    let (mut codex, mut threads) = Soak::begin(&home).await;
    let (mut at_first, mut n_rounds) = (None, 0_u64);
    while Instant::now() < deadline {
        n_rounds += 1;
        match soak.random.below(40) {
            0 => {
                codex.shutdown().await;
                codex = connect(&home).await;
                threads = resume(&codex, &threads).await;
                soak.counts.reconnected += 1;
            }
            1..4 => {
                let n = usize::try_from(soak.random.below(N_THREADS as u64)).unwrap();
                threads[n] = codex.resume_thread(threads[n].id()).await.unwrap();
                soak.counts.resumed += 1;
            }
            _ => soak.round(&threads).await,
        }
        if n_rounds == 50 {
            at_first = Some(resident());
        }
    }
    codex.shutdown().await;
    let at_end = resident();
    soak.reconcile(&model);
    // The model keeps all that it was asked, in this process.
    let kept: usize = model.requests().iter().map(|it| it.body().to_string().len()).sum();
    println!(
        "{n_rounds} rounds in {seconds} s: {:?}; {} requests to the model, {} KiB as text; resident \
         {} KiB after 50 rounds, {} KiB at the end",
        soak.counts,
        model.requests().len(),
        kept / 1024,
        at_first.unwrap_or_default(),
        at_end,
    );
}

struct Soak {
    random: Random,
    counts: Counts,
    /// What users said in turns that were completed, and the answer.
    said: BTreeMap<String, String>,
}

impl Soak {
    async fn begin(home: &TestHome) -> (Codex, Vec<Thread>) {
        let codex = connect(home).await;
        let mut threads = Vec::new();
        for _ in 0..N_THREADS {
            let thread = codex.start_thread(ThreadOptions::default()).await.unwrap();
            // A thread without a turn cannot be resumed.
            thread.run("Begin.").await.unwrap();
            threads.push(thread);
        }
        (codex, threads)
    }

    /// A turn on each thread, side by side: left alone, interrupted, or steered.
    async fn round(&mut self, threads: &[Thread]) {
        let mut turns = Vec::new();
        for thread in threads {
            self.counts.turns += 1;
            let kind = self.random.below(6);
            let slow = if kind < 2 { "slow" } else { "fast" };
            let text = format!("{slow} {}.", self.counts.turns);
            let turn = thread.start_turn(text.as_str()).await.unwrap();
            turns.push((kind, text, turn));
        }
        for (kind, text, mut turn) in turns {
            match kind {
                0 => turn.interrupt().await.unwrap(),
                1 => match turn.steer(format!("More of {text}")).await {
                    Ok(()) => self.counts.steered += 1,
                    Err(Error::NoActiveTurn { .. }) => {}
                    Err(error) => panic!("{error:?}"),
                },
                _ => {}
            }
            let result = turn.wait().await.unwrap();
            assert!(!result.joined);
            match result.status {
                TurnStatus::Interrupted => self.counts.interrupted += 1,
                _ => drop(self.said.insert(text, result.final_response.unwrap())),
            }
            assert!(turn.next().await.is_none());
        }
    }

    /// Each completed turn has got what the model said to it, and the model was asked of no others
    /// than of those that were started.
    fn reconcile(&self, model: &MockModel) {
        let heard: Vec<_> = model.requests().iter().map(|it| it.last_user_text()).collect();
        let of_turn = |text: &str| heard.iter().any(|it| it == text);
        for (text, answer) in &self.said {
            assert!(of_turn(text), "the model was never asked: {text}");
            let more = format!("Heard: More of {text}");
            assert!(*answer == format!("Heard: {text}") || *answer == more, "{text}: {answer}");
        }
        let n_completed = self.said.len() as u64;
        assert_eq!(n_completed + self.counts.interrupted, self.counts.turns);
        let started = self.counts.turns + self.counts.steered + N_THREADS as u64;
        assert!(heard.len() as u64 <= started, "{} of {started}: {:?}", heard.len(), self.counts);
        assert!(heard.len() as u64 >= n_completed + N_THREADS as u64);
    }
}

async fn connect(home: &TestHome) -> Codex {
    let process = home.process_options(server_path().unwrap());
    Codex::spawn_with(process, Options::new()).await.unwrap()
}

async fn resume(codex: &Codex, threads: &[Thread]) -> Vec<Thread> {
    let mut resumed = Vec::new();
    for thread in threads {
        resumed.push(codex.resume_thread(thread.id()).await.unwrap());
    }
    resumed
}

/// Resident memory in KiB.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|it| it.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
