//! Messages in which every member is set come back as they were: no key is lost, renamed or
//! filled with the value of another. The schema itself says that they are valid.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::failures::Failures;
use crate::known::is_part;
use crate::sample::{samples, samples_of};
use crate::schema::{EXPERIMENTAL, bundle, experimental};
use crate::subject::{Outcome, Subject, received, sent};

/// Encodes what a sample decodes to; none if it does not.
fn recode(subject: &Subject, sample: &Value, failures: &mut Failures) -> Option<Value> {
    let text = sample.to_string();
    match subject.decode(&text) {
        Outcome::Decoded(it) => {
            if it.n_unknown > 0 {
                failures.add(&subject.name, format!("{} are unknown in {text}", it.n_unknown));
            }
            Some(serde_json::from_str(&it.json).unwrap())
        }
        Outcome::Refused(error) => {
            failures.add(&subject.name, format!("refused: {error}: {text}"));
            None
        }
        Outcome::Unknown(..) => {
            failures.add(&subject.name, format!("unknown: {text}"));
            None
        }
    }
}

fn is_the_same_in_any_order(subject: &Subject, sample: &Value, encoded: &Value) -> bool {
    match subject.decode_params_first(&sample.to_string()) {
        Outcome::Decoded(it) => {
            it.n_unknown == 0 && serde_json::from_str::<Value>(&it.json).unwrap() == *encoded
        }
        _ => false,
    }
}

/// Every key at every level, as a path.
fn keys(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let path = format!("{path}/{key}");
                keys(value, &path, found);
                found.insert(path);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                keys(element, &format!("{path}/{index}"), found);
            }
        }
        _ => {}
    }
}

fn all_keys(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    keys(value, "", &mut found);
    found
}

/// What of two messages differs: keys, or else values.
fn difference(sample: &Value, encoded: &Value) -> Option<String> {
    let (expected, found) = (all_keys(sample), all_keys(encoded));
    let lost: Vec<_> = expected.difference(&found).collect();
    let made_up: Vec<_> = found.difference(&expected).collect();
    if !lost.is_empty() || !made_up.is_empty() {
        return Some(format!("lost {lost:?}, made up {made_up:?}"));
    }
    (sample != encoded).then(|| format!("{sample} became {encoded}"))
}

fn check(subjects: Vec<Subject>, least: usize) {
    let validator = Validator::new(&subjects);
    let mut failures = Failures::default();
    let (mut n_samples, mut n_keys) = (0, 0);
    for subject in subjects {
        for sample in samples(&subject) {
            let sample = sample.value();
            (n_samples, n_keys) = (n_samples + 1, n_keys + all_keys(&sample).len());
            let Some(encoded) = recode(&subject, &sample, &mut failures) else { continue };
            if !is_the_same_in_any_order(&subject, &sample, &encoded) {
                failures.add(&subject.name, "not the same with its method last".to_owned());
            }
            if let Some(difference) = difference(&sample, &encoded) {
                failures.add(&subject.name, difference);
            }
            if let Some(error) = validator.error(&subject, encoded) {
                failures.add(&subject.name, error);
            }
        }
    }
    println!("{n_samples} samples, {n_keys} keys, experimental: {EXPERIMENTAL}");
    failures.report();
    assert!(n_samples >= least, "{n_samples} samples");
}

#[test]
fn what_the_server_sends_comes_back_as_it_was() {
    check(received(), 600);
}

#[test]
fn what_a_client_sends_comes_back_as_it_was() {
    check(sent(), 150);
}

#[test]
fn what_only_the_experimental_schema_has_fails_nothing() {
    let mut failures = Failures::default();
    let mut n_samples = 0;
    for subject in received() {
        let name = subject.codec.type_name;
        let schema = experimental().definition(name).expect("the larger schema has it too");
        for sample in samples_of(experimental(), schema, name) {
            let sample = sample.value();
            n_samples += 1;
            match subject.decode(&sample.to_string()) {
                Outcome::Decoded(it) => {
                    let encoded = serde_json::from_str(&it.json).unwrap();
                    if !is_part(&encoded, &sample) {
                        failures.add(&subject.name, format!("{sample} became {encoded}"));
                    }
                }
                _ => failures.add(&subject.name, format!("not decoded: {sample}")),
            }
        }
    }
    println!("{n_samples} samples");
    failures.report();
}

#[test]
fn the_validator_sees_a_lost_member() {
    let subjects = received();
    let validator = Validator::new(&subjects);
    for subject in &subjects {
        let mut sample = samples(subject)[0].value();
        assert_eq!(validator.error(subject, sample.clone()), None, "{}", subject.name);
        let required = &subject.definition()["required"];
        let Some(name) = required[0].as_str() else { continue };
        sample.as_object_mut().unwrap().remove(name);
        assert_ne!(validator.error(subject, sample), None, "{} without {name}", subject.name);
    }
}

/// The schema of everything at once: a member for each sort of message.
struct Validator(jsonschema::Validator);

impl Validator {
    fn new(subjects: &[Subject]) -> Self {
        let mut root = bundle().root().clone();
        let members = subjects.iter().map(|it| (it.name.clone(), it.schema.clone()));
        root["properties"] = Value::Object(members.collect::<Map<_, _>>());
        root["additionalProperties"] = json!(false);
        Self(jsonschema::validator_for(&root).expect("the server's schema is a schema"))
    }

    fn error(&self, subject: &Subject, message: Value) -> Option<String> {
        let messages = Value::Object(Map::from_iter([(subject.name.clone(), message)]));
        let error = self.0.iter_errors(&messages).next()?;
        Some(format!("invalid at {}: {error}", error.instance_path()))
    }
}
