//! The API of the last release, and the least version that a change since then asks for.
//!
//! `api/X.Y.Z/` is written at the release and never again.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};

use super::change::Effect;
use super::listing::{Crate, Listing};

/// Major, minor, patch.
type Numbers = [u64; 3];

/// A release whose API was kept.
#[derive(Debug)]
pub(super) struct Release {
    numbers: Numbers,
    folder: PathBuf,
}

impl Release {
    /// The newest one below a folder.
    pub(super) fn last(folder: &Path) -> Result<Option<Self>> {
        if !folder.exists() {
            return Ok(None);
        }
        let mut last: Option<Self> = None;
        for entry in fs::read_dir(folder).context("cannot read the folder api")? {
            let folder = entry.context("cannot read the folder api")?.path();
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let Some(numbers) = numbers(&name).filter(|_| folder.is_dir()) else { continue };
            if last.as_ref().is_none_or(|it| it.numbers < numbers) {
                last = Some(Self { numbers, folder });
            }
        }
        Ok(last)
    }

    pub(super) fn version(&self) -> String {
        shown(self.numbers)
    }

    /// The API of a crate as it was; empty if it had none.
    pub(super) fn listing(&self, it: &Crate) -> Result<Listing> {
        let path = self.folder.join(it.file_name());
        if !path.exists() {
            return Ok(Listing::default());
        }
        super::read(&path)
    }

    /// Whether a version may bring this, or else the least one that may.
    pub(super) fn allows(&self, version: &str, effect: Effect) -> Result<Result<(), String>> {
        let current = numbers(version).ok_or_else(|| anyhow!("{version} is not X.Y.Z"))?;
        let needed = least(self.numbers, effect);
        Ok(if current < needed { Err(shown(needed)) } else { Ok(()) })
    }
}

/// Cargo's rule: the first number that is not zero is the one that breaks.
fn least([major, minor, patch]: Numbers, effect: Effect) -> Numbers {
    match (effect, major, minor) {
        (Effect::None, ..) => [major, minor, patch],
        (Effect::Breaking, 0, 0) | (Effect::Addition, 0, _) => [major, minor, patch + 1],
        (Effect::Breaking, 0, _) | (Effect::Addition, ..) => [major, minor + 1, 0],
        (Effect::Breaking, ..) => [major + 1, 0, 0],
    }
}

fn numbers(version: &str) -> Option<Numbers> {
    let parts = version.split('.').map(|it| it.parse().ok()).collect::<Option<Vec<u64>>>()?;
    parts.try_into().ok()
}

fn shown([major, minor, patch]: Numbers) -> String {
    format!("{major}.{minor}.{patch}")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Effect, Release, least, numbers, shown};

    fn check(last: &str, effect: Effect, needed: &str) {
        assert_eq!(shown(least(numbers(last).unwrap(), effect)), needed);
    }

    #[test]
    fn before_1_0_what_breaks_takes_the_second_number() {
        check("0.1.3", Effect::None, "0.1.3");
        check("0.1.3", Effect::Addition, "0.1.4");
        check("0.1.3", Effect::Breaking, "0.2.0");
    }

    #[test]
    fn from_1_0_on_it_takes_the_first() {
        check("1.2.3", Effect::Addition, "1.3.0");
        check("1.2.3", Effect::Breaking, "2.0.0");
    }

    #[test]
    fn the_last_release_is_found_by_number_and_compared_with() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Release::last(folder.path()).unwrap().is_none());
        for name in ["0.9.0", "0.10.0", "next"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let last = Release::last(folder.path()).unwrap().unwrap();
        assert_eq!(last.version(), "0.10.0");
        assert_eq!(last.allows("0.10.1", Effect::Addition).unwrap(), Ok(()));
        assert_eq!(last.allows("0.10.1", Effect::Breaking).unwrap(), Err("0.11.0".to_owned()));
        assert!(last.allows("next", Effect::None).is_err());
    }
}
