//! Which optional members of a received object were sent as `null` rather than left out.

use std::fmt;
use std::hash::{Hash, Hasher};

/// One bit for each optional member, so that encoding gives back the members that were sent.
///
/// It is a footnote to a value, not a part of it: to every comparison all footnotes are equal, so
/// that a value made by hand equals one that was received.
#[derive(Clone, Copy, Default)]
pub(crate) struct Nulls(u64);

impl Nulls {
    /// Remembers that a member was `null`. Bits past the 64th are forgotten.
    #[inline]
    pub(crate) fn set(&mut self, bit: u32) {
        self.0 |= 1_u64.checked_shl(bit).unwrap_or_default();
    }

    /// Whether a member was `null`.
    #[inline]
    pub(crate) fn contains(self, bit: u32) -> bool {
        self.0.checked_shr(bit).is_some_and(|bits| bits & 1 == 1)
    }
}

impl fmt::Debug for Nulls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nulls")
    }
}

impl PartialEq for Nulls {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Nulls {}

impl Hash for Nulls {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

#[cfg(test)]
mod tests {
    use super::Nulls;

    #[test]
    fn bits_are_remembered_one_by_one() {
        let mut nulls = Nulls::default();
        nulls.set(0);
        nulls.set(63);
        nulls.set(64);
        let set: Vec<u32> = (0..70).filter(|&bit| nulls.contains(bit)).collect();
        assert_eq!(set, [0, 63]);
        assert_eq!(nulls, Nulls::default());
    }
}
