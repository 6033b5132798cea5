//! The lines that the benchmarks read: recorded notifications, repeated, as streaming turns of many
//! threads would have them.

use std::fs;
use std::path::Path;

use codex_app_client::protocol::Header;
use serde_json::value::RawValue;

/// Of a hundred lines: what a streaming turn is made of.
pub(crate) const PERCENT_DELTAS: usize = 90;

/// A line of a recording.
#[derive(serde::Deserialize)]
struct Recorded<'a> {
    dir: &'a str,
    #[serde(borrow)]
    msg: &'a RawValue,
}

/// The threads that lines are of.
pub(crate) fn thread_ids(n_threads: usize) -> impl Iterator<Item = String> {
    (0..n_threads).map(thread_id)
}

fn thread_id(index: usize) -> String {
    format!("019f0c2e-9a00-7000-8000-{index:012}")
}

/// Lines that go round the threads.
pub(crate) fn lines(n_lines: usize, n_threads: usize) -> Vec<String> {
    let (deltas, others) = recorded();
    let (mut deltas, mut others) = (deltas.iter().cycle(), others.iter().cycle());
    let line = |index: usize| {
        let recorded = match index % 100 < PERCENT_DELTAS {
            true => deltas.next(),
            false => others.next(),
        };
        let (line, recorded_id) = recorded.expect("recordings have both");
        line.replace(recorded_id, &thread_id(index % n_threads))
    };
    (0..n_lines).map(line).collect()
}

/// A line, and the id of its thread.
type OfThread = (String, String);

/// Deltas of messages, and all other notifications of threads.
fn recorded() -> (Vec<OfThread>, Vec<OfThread>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/tests/traces");
    let mut recordings: Vec<_> = fs::read_dir(folder)
        .expect("the recordings are in protocol/tests/traces")
        .map(|entry| entry.expect("a readable folder").path())
        .collect();
    recordings.sort();
    let (mut deltas, mut others) = (Vec::new(), Vec::new());
    for path in recordings.iter().filter(|it| it.extension().is_some_and(|it| it == "jsonl")) {
        let text = fs::read_to_string(path).expect("a readable recording");
        for line in text.lines() {
            let recorded: Recorded<'_> = serde_json::from_str(line).expect("a recorded line");
            let message = recorded.msg.get();
            let Ok(header) = Header::read(message) else { continue };
            let (Some(method), Some(thread_id)) = (&header.method, &header.thread_id) else {
                continue;
            };
            if recorded.dir != "s2c" || header.id.is_some() {
                continue;
            }
            let entry = (message.to_owned(), thread_id.clone().into_owned());
            // What ends a thread or its turns would end the round too.
            match &**method {
                "item/agentMessage/delta" => deltas.push(entry),
                "thread/closed" | "thread/deleted" => {}
                _ => others.push(entry),
            }
        }
    }
    (deltas, others)
}
