//! How a command that was able to do its work ended, and what it means to have misunderstood it.

use std::fmt;

/// The outcome of a command that did what it was asked to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Verdict {
    /// Nothing to object to.
    Fine,
    /// A comparison found what breaks programs.
    Breaking,
}

impl Verdict {
    /// Its name in JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Breaking => "breaking",
        }
    }
}

impl From<()> for Verdict {
    fn from((): ()) -> Self {
        Self::Fine
    }
}

/// What was asked for makes no sense: a failure of its own, with an exit code of its own.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Misuse(pub(crate) String);

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Misuse {}
