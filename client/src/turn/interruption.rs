//! How a turn is interrupted, by whoever asks for it and for a handle that was dropped: when to ask the
//! server, and when to ask again. It sends nothing itself.

use std::time::Duration;

use crate::error::Error;
use crate::router::phase::{Phase, Progress};

/// How long to wait before asking again: a turn that was just announced can be interrupted some
/// milliseconds later.
const PAUSE: Duration = Duration::from_millis(50);
/// After so many attempts something else is the matter.
const N_QUICK: u32 = 40;
const LONG_PAUSE: Duration = Duration::from_secs(1);

/// Asks the server to interrupt a turn once that has begun, so often until it does, and until the turn is
/// over at most.
///
/// # Errors
///
/// Fails if the server refuses for good, or for too long.
pub(crate) async fn interrupt<F: Future<Output = Result<(), Error>>>(
    progress: &Progress,
    most_attempts: u32,
    mut ask: impl FnMut() -> F,
) -> Result<(), Error> {
    let mut n_attempts = 0;
    while progress.at_least(Phase::Started).await != Phase::Ended {
        let asked = tokio::select! {
            biased;
            asked = ask() => asked,
            // The answer may never come, and says nothing new.
            _ = progress.at_least(Phase::Ended) => return Ok(()),
        };
        let Err(error) = asked else { return Ok(()) };
        n_attempts += 1;
        match Refusal::of(&error) {
            _ if progress.get() == Phase::Ended => return Ok(()),
            Some(Refusal::OtherTurn { .. }) => return Ok(()),
            _ if n_attempts < most_attempts && passes(&error) => {
                let pause = if n_attempts < N_QUICK { PAUSE } else { LONG_PAUSE };
                // Either way the next round sees how things stand.
                let _ = tokio::time::timeout(pause, progress.at_least(Phase::Ended)).await;
            }
            _ => return Err(error),
        }
    }
    Ok(())
}

/// Whether it may be gone in a moment.
fn passes(error: &Error) -> bool {
    let is_late = matches!(error, Error::Timeout { .. });
    is_late || error.is_overloaded() || Refusal::of(error) == Some(Refusal::NoTurn)
}

/// Why the server refuses to control a turn. All it says is a message, with one code for everything.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Refusal {
    NoTurn,
    OtherTurn { found: String },
    NotSteerable,
}

impl Refusal {
    fn of(error: &Error) -> Option<Self> {
        Self::of_message(&error.rpc()?.message)
    }

    pub(crate) fn of_message(message: &str) -> Option<Self> {
        if message.contains("no active turn") {
            return Some(Self::NoTurn);
        }
        if let Some((_, found)) = message.split_once("but found ")
            && message.contains("expected active turn id")
        {
            return Some(Self::OtherTurn {
                found: found.trim_matches(['`', '\'', ' ']).to_owned(),
            });
        }
        let is_refused = ["cannot steer", "not steerable", "cannot be steered"];
        is_refused.iter().any(|it| message.contains(it)).then_some(Self::NotSteerable)
    }
}

#[cfg(test)]
mod tests {
    use super::Refusal;

    #[test]
    fn the_servers_words_are_understood() {
        let check = |message, expected| assert_eq!(Refusal::of_message(message), expected);
        check("no active turn to interrupt", Some(Refusal::NoTurn));
        check("no active turn to steer", Some(Refusal::NoTurn));
        let found = || Some(Refusal::OtherTurn { found: "u2".into() });
        check("expected active turn id `u1` but found `u2`", found());
        check("expected active turn id u1 but found u2", found());
        check("cannot steer a review turn", Some(Refusal::NotSteerable));
        check("thread not found: t1", None);
    }
}
