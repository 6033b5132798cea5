//! Events of turns that nobody follows, kept while it is not clear whether they belong to a turn
//! that is being started. It decides nothing: it only keeps what nobody has received.

use std::collections::VecDeque;

/// How many are kept: the oldest are for nobody then.
const MOST: usize = 4096;

/// What nobody has got yet. There is one of these for each thread, and most never keep anything.
#[derive(Debug, Default)]
pub(crate) struct Unheard(Option<Box<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    /// Number, turn and line.
    events: VecDeque<(u64, String, String)>,
    n_events: u64,
}

impl Unheard {
    /// How many there have been: the number of the next.
    pub(crate) fn count(&self) -> u64 {
        self.0.as_ref().map_or(0, |it| it.n_events)
    }

    pub(crate) fn push(&mut self, turn_id: &str, line: &str) {
        let kept = self.0.get_or_insert_default();
        kept.events.push_back((kept.n_events, turn_id.to_owned(), line.to_owned()));
        kept.n_events += 1;
    }

    /// Somebody has got what was told of that turn from that number on.
    pub(crate) fn claim(&mut self, turn_id: &str, since: u64) {
        if let Some(kept) = &mut self.0 {
            kept.events.retain(|it| it.0 < since || it.1 != turn_id);
        }
    }

    pub(crate) fn take_all(&mut self) -> Vec<String> {
        let Some(kept) = &mut self.0 else { return Vec::new() };
        std::mem::take(&mut kept.events).into_iter().map(|it| it.2).collect()
    }

    /// Takes what there is too much of.
    pub(crate) fn take_excess(&mut self) -> Vec<String> {
        let Some(kept) = &mut self.0 else { return Vec::new() };
        let n_excess = kept.events.len().saturating_sub(MOST);
        kept.events.drain(..n_excess).map(|it| it.2).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, Unheard};

    #[test]
    fn what_is_claimed_is_gone_and_the_rest_stays_in_order() {
        let mut unheard = Unheard::default();
        for (turn, line) in [("a", "1"), ("b", "2"), ("a", "3")] {
            unheard.push(turn, line);
        }
        unheard.claim("a", 1);
        assert_eq!(unheard.take_all(), ["1", "2"]);
        assert_eq!((unheard.count(), unheard.take_all().len()), (3, 0));
    }

    #[test]
    fn it_is_bounded() {
        let mut unheard = Unheard::default();
        for n in 0..MOST + 2 {
            unheard.push("a", &n.to_string());
        }
        assert_eq!(unheard.take_excess(), ["0", "1"]);
    }
}
