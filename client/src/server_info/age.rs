//! Checks whether a server is too old for a request. Old servers silently ignore fields that they
//! do not know, so what they would lose is refused here.

use codex_app_protocol::TurnStartParams;
use semver::Version;

use crate::error::Error;
use crate::server_info::version::parse;

/// Since when a turn can be started by a tool's output, have a trigger, or a tier of its own.
const TURN_MEMBERS: Version = Version::new(0, 151, 0);

/// Since when a thread can be resumed or forked without its turns being told.
const EXCLUDE_TURNS: Version = Version::new(0, 151, 0);

/// Whether a server of that version can leave the turns out when it tells of a thread.
pub(crate) fn can_exclude_turns(version: &str) -> bool {
    !is_before(version, &EXCLUDE_TURNS)
}

/// Fails if a server of that version would ignore something of these params.
pub(crate) fn check_turn(params: &TurnStartParams, version: &str) -> Result<(), Error> {
    let feature = if params.tool_output.is_value() {
        "tool output as input"
    } else if params.service_tier_for_turn.is_value() {
        "a service tier for one turn"
    } else if params.turn_trigger.is_value() {
        "a turn trigger"
    } else {
        return Ok(());
    };
    if !is_before(version, &TURN_MEMBERS) {
        return Ok(());
    }
    Err(Error::ServerTooOld { feature, required: TURN_MEMBERS, version: version.to_owned() })
}

/// A version that cannot be read, or is none, is taken for a new one: a server that somebody built.
fn is_before(version: &str, since: &Version) -> bool {
    parse(version).is_some_and(|it| it < *since)
}

#[cfg(test)]
mod tests {
    use super::{TURN_MEMBERS, is_before};

    #[test]
    fn versions_are_told_apart_by_their_numbers() {
        for old in ["0.147.0", "0.150.9", "0.151.0-alpha.6", "0.99.0"] {
            assert!(is_before(old, &TURN_MEMBERS), "{old}");
        }
        for new in ["0.151.0", "0.153.0", "0.154.0-alpha.1.2", "1.0.0", "0.0.0", "mine", ""] {
            assert!(!is_before(new, &TURN_MEMBERS), "{new}");
        }
    }
}
