//! Decides when a stream is let alone for a while: when small pieces come thick and fast, nobody has
//! asked for anything, and the last time was worth it. It reads nothing and waits for nothing.

use std::time::Duration;

use tokio::time::Instant;

/// How long it is let alone: a screen shows a picture in four times as much. The clock of the runtime
/// may add a millisecond.
pub(super) const REST: Duration = Duration::from_millis(4);
/// Pieces that are no further apart come thick and fast.
const QUICK: Duration = Duration::from_micros(500);
/// How many of those it takes.
pub(super) const N_QUICK: u32 = 8;
/// How many it takes at most, after rests that have gained nothing: servers pause for a moment often.
const N_QUICK_MAX: u32 = 32;
/// How long nobody rests after a question, for the answer.
const ANSWER: Duration = Duration::from_millis(10);
/// How many pieces a rest has to gather to be worth it.
const GAIN: usize = 4;
/// Pieces in bytes that are no longer than this are small: what is longer is part of something that is
/// waited for.
const SMALL: usize = 4 * 1024;

/// Decides when to rest.
pub(super) struct Pace {
    pub(super) rests: bool,
    last: Instant,
    awake_until: Instant,
    /// Of the reads without a rest: how many have come quickly, and what they have brought.
    n_quick: u32,
    n_bytes: usize,
    n_needed: u32,
    /// What has been read since the last rest.
    n_gathered: usize,
    /// With as much as this gathered, the server may wait for room.
    pub(super) much: usize,
}

impl Pace {
    /// For a stream that has room for so many bytes that nobody reads.
    pub(super) fn new(now: Instant, room: usize) -> Self {
        Self {
            rests: false,
            last: now,
            awake_until: now,
            n_quick: 0,
            n_bytes: 0,
            n_needed: N_QUICK,
            n_gathered: 0,
            much: room - room / 4,
        }
    }

    /// Takes a read into account that has not followed a rest: what it brought, and whether that was
    /// all there was. Tells whether to rest before the next one.
    pub(super) fn has_read(&mut self, n_bytes: usize, is_all: bool, now: Instant) -> bool {
        let since = now - self.last;
        self.last = now;
        let is_quick = since < QUICK && now >= self.awake_until;
        if is_quick && is_all && (1..=SMALL).contains(&n_bytes) {
            self.n_quick += 1;
            self.n_bytes += n_bytes;
            self.rests = self.n_quick >= self.n_needed;
        } else {
            self.begin();
        }
        self.rests
    }

    /// Takes a part into account of what has come during a rest, and since.
    pub(super) fn gathers(&mut self, n_bytes: usize) {
        self.n_gathered += n_bytes;
    }

    /// That was all. Tells whether it was worth it, and another rest will be.
    pub(super) fn has_gathered(&mut self) -> bool {
        let usual = self.n_bytes / self.n_quick.max(1) as usize;
        let has_gained = self.n_gathered >= usual.max(1) * GAIN;
        self.n_needed = match has_gained {
            true => N_QUICK,
            false => (self.n_needed * 2).min(N_QUICK_MAX),
        };
        let is_much = self.n_gathered >= self.much;
        self.n_gathered = 0;
        has_gained && !is_much
    }

    /// Somebody has asked for something.
    pub(super) fn asked(&mut self, now: Instant) {
        self.begin();
        self.awake_until = now + ANSWER;
    }

    /// Counts from the beginning, awake.
    pub(super) fn begin(&mut self) {
        (self.rests, self.n_quick, self.n_bytes, self.n_gathered) = (false, 0, 0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rests_that_gather_nothing_become_rare() {
        let mut now = Instant::now();
        let mut pace = Pace::new(now, 64 * 1024);
        let mut n_rests = 0;
        for _ in 0..10_000 {
            now += QUICK / 2;
            if pace.has_read(300, true, now) {
                n_rests += 1;
                pace.gathers(300);
                assert!(!pace.has_gathered());
                pace.begin();
            }
        }
        assert!((200..400).contains(&n_rests), "{n_rests}");
        // And one that gathers something is as good as the first.
        while !pace.has_read(300, true, now) {}
        pace.gathers(3000);
        assert!(pace.has_gathered());
        assert_eq!(pace.n_needed, N_QUICK);
    }

    #[test]
    fn an_answer_is_waited_for_awake() {
        let mut now = Instant::now();
        let mut pace = Pace::new(now, 64 * 1024);
        let mut rests_after = |pace: &mut Pace| {
            let before = now;
            now += QUICK / 10;
            while !pace.has_read(300, true, now) {
                now += QUICK / 10;
            }
            now - before
        };
        assert!(rests_after(&mut pace) < ANSWER / 2);
        pace.asked(pace.last);
        assert!(!pace.rests);
        assert!((ANSWER..2 * ANSWER).contains(&rests_after(&mut pace)));
        pace.begin();
        assert!(rests_after(&mut pace) < ANSWER / 2);
    }

    #[test]
    fn what_comes_at_its_leisure_is_never_waited_for() {
        let mut now = Instant::now();
        let mut pace = Pace::new(now, 64 * 1024);
        for n in 0..10_000 {
            now += if n % N_QUICK == 0 { QUICK } else { QUICK / 100 };
            assert!(!pace.has_read(300, true, now));
        }
    }
}
