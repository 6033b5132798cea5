//! The last lines of a scripted conversation, for error reports.

use std::collections::VecDeque;

/// How many lines are kept.
const N_KEPT: usize = 20;
/// How many characters of a line are kept.
const LONGEST: usize = 240;

/// The last lines, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    lines: VecDeque<String>,
    n_forgotten: usize,
}

impl Journal {
    pub(crate) fn received(&mut self, line: &str) {
        self.note("->", line);
    }

    pub(crate) fn sent(&mut self, line: &str) {
        self.note("<-", line);
    }

    /// Removes the last line, which the report shows elsewhere.
    pub(crate) fn forget_last(&mut self) {
        self.lines.pop_back();
    }

    /// The lines as they are printed.
    pub(crate) fn lines(&self) -> Vec<String> {
        let forgotten = (self.n_forgotten > 0).then(|| format!("({} lines)", self.n_forgotten));
        forgotten.into_iter().chain(self.lines.iter().cloned()).collect()
    }

    fn note(&mut self, arrow: &str, line: &str) {
        if self.lines.len() == N_KEPT {
            self.lines.pop_front();
            self.n_forgotten += 1;
        }
        self.lines.push_back(format!("{arrow} {}", shortened(line)));
    }
}

/// The beginning of a line.
pub(crate) fn shortened(line: &str) -> String {
    let line = line.trim_end();
    match line.char_indices().nth(LONGEST) {
        None => line.to_owned(),
        Some((end, _)) => format!("{}… ({} bytes)", &line[..end], line.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_kept_and_the_others_counted() {
        let mut journal = Journal::default();
        for number in 0..N_KEPT + 3 {
            journal.sent(&number.to_string());
        }
        let lines = journal.lines();
        assert_eq!((lines[0].as_str(), lines[1].as_str()), ("(3 lines)", "<- 3"));
        assert_eq!(lines.len(), N_KEPT + 1);
    }

    #[test]
    fn a_long_line_is_cut_at_a_character() {
        let line = "é".repeat(LONGEST + 1);
        assert_eq!(shortened(&line), format!("{}… (482 bytes)", "é".repeat(LONGEST)));
    }
}
