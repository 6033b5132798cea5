//! The lines that are decoded: recorded notifications, repeated as a streaming turn would have them.
//! Also read by the comparison with other crates.

use std::fs;
use std::path::Path;

use codex_app_protocol::Header;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// Of a hundred lines: what a streaming turn is made of.
pub(crate) const PERCENT_DELTAS: usize = 90;

/// A line of a recording.
#[derive(Deserialize)]
struct Recorded<'a> {
    dir: &'a str,
    /// The text as it was sent: the order of keys matters to decoders that look for a tag first.
    #[serde(borrow)]
    msg: &'a RawValue,
}

/// So many lines of these methods: deltas, and between them the rest of what turns are made of.
pub(crate) fn lines(traces: &Path, methods: &[&str], n_lines: usize) -> Vec<String> {
    let (mut deltas, mut others) = (Vec::new(), Vec::new());
    for line in recorded(traces) {
        let header = Header::read(&line).expect("a message");
        match header.method.as_deref() {
            Some("item/agentMessage/delta") => deltas.push(line.clone()),
            Some(method) if methods.contains(&method) => others.push(line.clone()),
            _ => {}
        }
    }
    let (mut deltas, mut others) = (deltas.iter().cycle(), others.iter().cycle());
    let mut next = |index: usize| match index % 100 < PERCENT_DELTAS {
        true => deltas.next().cloned(),
        false => others.next().cloned(),
    };
    (0..n_lines).map(|index| next(index).expect("recordings have both")).collect()
}

/// Every notification that was recorded.
pub(crate) fn recorded(traces: &Path) -> Vec<String> {
    let mut recordings: Vec<_> = fs::read_dir(traces)
        .expect("a folder of recordings")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|it| it.extension().is_some_and(|it| it == "jsonl"))
        .collect();
    recordings.sort();
    let texts = recordings.iter().map(|it| fs::read_to_string(it).expect("a readable recording"));
    texts.flat_map(|it| it.lines().filter_map(notification).collect::<Vec<_>>()).collect()
}

fn notification(line: &str) -> Option<String> {
    let recorded: Recorded<'_> = serde_json::from_str(line).ok()?;
    let message: Value = serde_json::from_str(recorded.msg.get()).ok()?;
    let is_notification = message.get("method").is_some() && message.get("id").is_none();
    (recorded.dir == "s2c" && is_notification).then(|| recorded.msg.get().to_owned())
}
