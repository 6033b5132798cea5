//! Failures are collected, so that one run shows them all.

use std::collections::BTreeMap;

const N_SHOWN: usize = 20;
const LONGEST: usize = 600;

#[derive(Default)]
pub(crate) struct Failures(BTreeMap<String, Vec<String>>);

impl Failures {
    pub(crate) fn add(&mut self, subject: &str, failure: String) {
        self.0.entry(subject.to_owned()).or_default().push(failure);
    }

    /// Panics if there are any, and shows the first of each subject.
    pub(crate) fn report(self) {
        let n_failures: usize = self.0.values().map(Vec::len).sum();
        let shown = self.0.iter().take(N_SHOWN).map(|(subject, failures)| {
            let first: String = failures[0].chars().take(LONGEST).collect();
            format!("{subject} ({}): {first}\n", failures.len())
        });
        let shown: String = shown.collect();
        assert_eq!(n_failures, 0, "of {} sorts of messages:\n{shown}", self.0.len());
    }
}
