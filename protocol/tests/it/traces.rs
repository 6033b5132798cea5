//! Every message of every recorded session decodes, and comes back as it was wherever the schema
//! knows the members. Answers are read as what their requests ask for, in both directions.

use std::collections::{BTreeMap, BTreeSet};

use codex_app_protocol::{Header, METHODS, ServerMessage};
use serde_json::{Value, json};

use crate::codec::Recoded;
use crate::failures::Failures;
use crate::known::known;
use crate::recording::recordings;
use crate::schema::{EXPERIMENTAL, experimental};
use crate::subject::{Outcome, Subject, decode_line, received, sent};

/// What the real server sends and its schema does not have.
const UNDOCUMENTED: [&str; 2] = ["rawResponse/completed", "rawResponseItem/completed"];

/// What was counted in all sessions.
#[derive(Debug, Default)]
struct Figures {
    client_errors: usize,
    client_notifications: usize,
    client_requests: usize,
    client_responses: usize,
    /// Requests that the types refuse, as the server does.
    invalid_requests: usize,
    server_errors: usize,
    server_lines: usize,
    server_notifications: usize,
    server_requests: usize,
    server_responses: usize,
    sessions: usize,
    /// Requests of methods without params, or that the crate was built without.
    unread_requests: usize,
    /// Answers to requests that the crate was built without.
    unread_responses: usize,
    undocumented: usize,
    /// Answers to what was not recorded, as it was no line of its own.
    unmatched_responses: usize,
}

/// One session, read line by line.
struct Session<'a> {
    name: String,
    subjects: &'a BTreeMap<String, Subject>,
    /// The methods of requests, and whether the types could read them, by their ids.
    asked_by_client: BTreeMap<String, (String, bool)>,
    asked_by_server: BTreeMap<String, String>,
    figures: &'a mut Figures,
    /// Members that the schema does not name.
    unnamed: &'a mut BTreeSet<String>,
    failures: &'a mut Failures,
}

impl Session<'_> {
    fn fail(&mut self, message: String) {
        self.failures.add(&self.name, message);
    }

    /// Compares what a message of the server became with what it was.
    fn compare(&mut self, subject: &Subject, payload: &Value, outcome: Outcome) {
        if let Some((it, unnamed)) = self.compare_known(subject, payload, outcome) {
            if it.n_unknown > 0 {
                self.fail(format!("{}: {} unknown: {payload}", subject.name, it.n_unknown));
            }
            self.unnamed.extend(unnamed);
        }
    }

    /// Compares what the schema knows, and returns what it does not.
    fn compare_known(
        &mut self,
        subject: &Subject,
        payload: &Value,
        outcome: Outcome,
    ) -> Option<(Recoded, BTreeSet<String>)> {
        let (expected, unnamed) = known(subject, payload);
        match outcome {
            Outcome::Decoded(it) => {
                let encoded: Value = serde_json::from_str(&it.json).unwrap();
                if encoded != expected {
                    self.fail(format!("{}: {expected} became {encoded}", subject.name));
                }
                return Some((it, unnamed));
            }
            Outcome::Refused(error) => self.fail(format!("{}: {error}", subject.name)),
            Outcome::Unknown(..) => self.fail(format!("{} is unknown", subject.name)),
        }
        None
    }

    fn server_line(&mut self, text: &str) {
        self.figures.server_lines += 1;
        let line: Value = serde_json::from_str(text).unwrap();
        match ServerMessage::from_line(text.to_owned()) {
            Err(error) => self.fail(format!("{error}: {text}")),
            Ok(ServerMessage::Notification(message)) => {
                assert_eq!(message.emitted_at_ms, line["emittedAtMs"].as_i64(), "{text}");
                self.figures.server_notifications += 1;
                self.server_says("notification", message.body.method(), text, &line);
            }
            Ok(ServerMessage::Request { id, message }) => {
                assert_eq!(serde_json::to_value(&id).unwrap(), line["id"]);
                self.figures.server_requests += 1;
                let method = message.body.method();
                self.asked_by_server.insert(line["id"].to_string(), method.to_owned());
                self.server_says("request", method, text, &line);
            }
            Ok(ServerMessage::Response(response)) => {
                assert_eq!(response.raw(), text);
                assert_eq!(serde_json::to_value(&response.id).unwrap(), line["id"]);
                self.server_answers(&response, &line);
            }
            Ok(_) => panic!("a sort of message that is new: {text}"),
        }
    }

    fn server_says(&mut self, sort: &str, method: &str, text: &str, line: &Value) {
        let outcome = decode_line(text.to_owned());
        if UNDOCUMENTED.contains(&method) {
            self.figures.undocumented += 1;
            match outcome {
                Outcome::Unknown(as_sent, Some(params)) => {
                    assert_eq!(as_sent, line["method"]);
                    assert!(text.contains(&format!(r#""params":{params}"#)), "{params} in {text}");
                }
                _ => self.fail(format!("{method} is not unknown: {text}")),
            }
            return;
        }
        match self.subjects.get(&format!("{sort} {method}")) {
            Some(subject) => self.compare(subject, &line["params"], outcome),
            None => self.fail(format!("the schema does not have {method}")),
        }
    }

    fn server_answers(&mut self, response: &codex_app_protocol::Response, line: &Value) {
        let asked = self.asked_by_client.get(&line["id"].to_string()).cloned();
        let result = match response.result() {
            Ok(result) => result,
            Err(error) => {
                self.figures.server_errors += 1;
                assert_eq!(serde_json::to_value(error).unwrap(), line["error"]);
                return;
            }
        };
        let Some((method, is_valid)) = asked else {
            self.figures.unmatched_responses += 1;
            return;
        };
        if !is_valid {
            self.fail(format!("the server answered what the types refuse: {method}: {line}"));
        }
        if let Some(subject) = self.subjects.get(&format!("response to {method}")) {
            self.figures.server_responses += 1;
            let outcome = subject.decode(result);
            self.compare(subject, &line["result"], outcome);
        } else if is_experimental(&method) && !EXPERIMENTAL {
            self.figures.unread_responses += 1;
        } else {
            self.fail(format!("{method} is not in the table of responses"));
        }
    }

    fn client_line(&mut self, text: &str) {
        let line: Value = serde_json::from_str(text).unwrap();
        let (id, method) = (line.get("id"), line["method"].as_str());
        match (id, method) {
            (Some(id), Some(method)) => {
                let is_valid = self.client_asks(method, text, &line);
                self.asked_by_client.insert(id.to_string(), (method.to_owned(), is_valid));
            }
            (None, Some(_)) => self.figures.client_notifications += 1,
            (Some(_), None) if line.get("error").is_some() => self.figures.client_errors += 1,
            (Some(id), None) if line.get("result").is_some() => self.client_answers(id, &line),
            // Sent to see what the server makes of it.
            _ => self.figures.invalid_requests += 1,
        }
    }

    /// Returns whether the types can read the request.
    fn client_asks(&mut self, method: &str, text: &str, line: &Value) -> bool {
        let Some(subject) = self.subjects.get(&format!("params of {method}")) else {
            self.figures.unread_requests += 1;
            return true;
        };
        // Some ids were sent to see what the server makes of them.
        let params = Header::read(text).map(|header| header.params.unwrap_or("{}"));
        let outcome = params.map_or_else(Outcome::Refused, |params| subject.decode(params));
        if let Outcome::Refused(_) = outcome {
            self.figures.invalid_requests += 1;
            return false;
        }
        self.figures.client_requests += 1;
        let params = line.get("params").cloned().unwrap_or_else(|| json!({}));
        self.compare_known(subject, &params, outcome);
        true
    }

    fn client_answers(&mut self, id: &Value, line: &Value) {
        let Some(method) = self.asked_by_server.get(&id.to_string()) else { return };
        self.figures.client_responses += 1;
        let subject = &self.subjects[&format!("response to {method}")];
        // In free-form members, types that are only sent do not tell null from nothing.
        let mut result = line["result"].clone();
        if let Some(members) = result.as_object_mut() {
            members.retain(|_, value| !value.is_null());
        }
        let outcome = subject.decode(&result.to_string());
        self.compare_known(subject, &result, outcome);
    }
}

fn is_experimental(method: &str) -> bool {
    METHODS.iter().any(|it| it.name == method && it.experimental)
}

#[test]
fn every_recorded_message_comes_back_as_it_was() {
    let subjects: BTreeMap<_, _> =
        received().into_iter().chain(sent()).map(|it| (it.name.clone(), it)).collect();
    let (mut figures, mut failures) = (Figures::default(), Failures::default());
    let mut unnamed = BTreeSet::new();
    for recording in recordings() {
        figures.sessions += 1;
        let mut session = Session {
            name: recording.name,
            subjects: &subjects,
            asked_by_client: BTreeMap::new(),
            asked_by_server: BTreeMap::new(),
            figures: &mut figures,
            unnamed: &mut unnamed,
            failures: &mut failures,
        };
        for line in recording.lines {
            if line.is_from_server {
                session.server_line(&line.text);
            } else {
                session.client_line(&line.text);
            }
        }
    }
    println!("{figures:#?}\n{} members not named by the schema: {unnamed:?}", unnamed.len());
    failures.report();
    check_figures(&figures);
    if EXPERIMENTAL {
        assert_eq!(unnamed, BTreeSet::new());
    }
    for member in unnamed {
        assert!(experimental().names(&member), "{member} is in neither schema");
    }
}

/// An empty folder proves nothing.
fn check_figures(figures: &Figures) {
    let expected = if EXPERIMENTAL { 420 } else { 410 };
    assert!(figures.sessions >= 80, "{figures:?}");
    assert!(figures.server_lines >= 3000, "{figures:?}");
    assert!(figures.server_notifications >= 2500, "{figures:?}");
    assert!(figures.server_requests >= 25, "{figures:?}");
    assert!(figures.server_responses >= expected, "{figures:?}");
    assert!(figures.client_requests >= 400, "{figures:?}");
    assert!(figures.client_responses >= 20, "{figures:?}");
    assert!(figures.undocumented >= 5, "{figures:?}");
    assert!(figures.unmatched_responses <= 1, "{figures:?}");
    assert!(figures.invalid_requests <= 10, "{figures:?}");
}
