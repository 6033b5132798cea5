//! The version of a server release, checked so that it is safe in a path and on a command line.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A release of the server, such as `0.169.0` or `0.170.0-alpha.1`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Version(String);

impl Version {
    /// Older releases first, and a pre-release before its release.
    pub(crate) fn order(&self) -> impl Ord + use<> {
        let numbers = self.0.split('-').next().unwrap_or_default().split('.');
        let numbers: Vec<u64> = numbers.map(|it| it.parse().unwrap_or(u64::MAX)).collect();
        (numbers, !self.0.contains('-'), self.0.clone())
    }
}

/// A text that is not a version.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct InvalidVersion;

impl fmt::Display for InvalidVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a version looks like 0.169.0")
    }
}

impl std::error::Error for InvalidVersion {}

impl FromStr for Version {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        let (numbers, suffix) = match text.split_once('-') {
            Some((numbers, suffix)) => (numbers, Some(suffix)),
            None => (text, None),
        };
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let is_word = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let valid = numbers.split('.').count() == 3
            && numbers.split('.').all(is_number)
            && suffix.is_none_or(|suffix| suffix.split('.').all(is_word));
        if valid { Ok(Self(text.to_owned())) } else { Err(InvalidVersion) }
    }
}

impl TryFrom<String> for Version {
    type Error = InvalidVersion;

    fn try_from(text: String) -> Result<Self, InvalidVersion> {
        text.parse()
    }
}

impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    fn check(text: &str, valid: bool) {
        assert_eq!(text.parse::<Version>().is_ok(), valid, "{text:?}");
    }

    #[test]
    fn three_numbers_and_an_optional_suffix_are_a_version() {
        check("0.169.0", true);
        check("0.170.0-alpha.1", true);
        check("0.169.0-linux-x64", true);
    }

    #[test]
    fn versions_are_ordered_by_their_numbers() {
        let sorted = ["0.9.0", "0.10.0-alpha.1", "0.10.0", "0.10.1"];
        let mut versions = sorted.map(|it| it.parse::<Version>().unwrap());
        versions.reverse();
        versions.sort_by_key(Version::order);
        assert_eq!(versions.map(|it| it.to_string()), sorted);
    }

    #[test]
    fn whatever_could_leave_the_folder_or_name_a_tag_is_no_version() {
        check("", false);
        check("latest", false);
        check("0.169", false);
        check("0.169.0.0", false);
        check("0.169.x", false);
        check("0.169.0-", false);
        check("0.169.0-a..b", false);
        check("../0.169.0", false);
        check("0.169.0-/../..", false);
    }
}
