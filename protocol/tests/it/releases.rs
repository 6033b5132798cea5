//! What other releases of the server say: a short session of each, recorded by `cargo xtask compat`.
//! Every message decodes as what it is, with nothing in it unknown.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::failures::Failures;
use crate::recording::{Recording, recordings_in};
use crate::subject::{Outcome, Subject, decode_line, received};

#[test]
fn every_message_of_every_recorded_release_is_understood_in_whole() {
    let subjects: BTreeMap<String, Subject> =
        received().into_iter().map(|it| (it.name.clone(), it)).collect();
    let mut failures = Failures::default();
    let recordings = recordings_in("tests/releases");
    for recording in &recordings {
        let n_messages = read(recording, &subjects, &mut failures);
        assert!(n_messages > 40, "{}: {n_messages} messages", recording.name);
    }
    failures.report();
    assert!(recordings.len() >= 6, "{} recordings", recordings.len());
}

/// Reads one session; returns how many messages of the server are in it.
fn read(
    recording: &Recording,
    subjects: &BTreeMap<String, Subject>,
    failures: &mut Failures,
) -> usize {
    let mut asked: BTreeMap<String, String> = BTreeMap::new();
    let mut n_messages = 0;
    for line in &recording.lines {
        let message: Value = serde_json::from_str(&line.text).unwrap();
        let (id, method) = (message["id"].to_string(), message["method"].as_str());
        if !line.is_from_server {
            asked.extend(method.map(|method| (id, method.to_owned())));
            continue;
        }
        n_messages += 1;
        let outcome = match method {
            Some(_) => decode_line(line.text.clone()),
            None => {
                let subject = &subjects[&format!("response to {}", asked[&id])];
                subject.decode(&message["result"].to_string())
            }
        };
        match outcome {
            Outcome::Decoded(it) if it.n_unknown == 0 => {}
            Outcome::Decoded(it) => {
                failures.add(&recording.name, format!("{} unknown: {}", it.n_unknown, line.text));
            }
            Outcome::Refused(error) => {
                failures.add(&recording.name, format!("{error}: {}", line.text));
            }
            Outcome::Unknown(method, _) => {
                failures.add(&recording.name, format!("{method} is unknown"));
            }
        }
    }
    n_messages
}
