//! Which releases have which methods: the index under `schema/history/`, and what follows from it.
//!
//! The index has some releases, not all. The sentences made here name the newest release without a
//! method and the oldest one with it; nothing may be made up about the releases between them.

mod availability;
mod release;

use self::availability::Availability;
pub use self::release::Release;
use crate::Error;
use crate::model::{MethodKind, Model};

/// The releases of the index up to the one that is generated from, oldest first; it may be empty.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct History {
    releases: Vec<Release>,
}

impl History {
    /// Reads the index, of which each text is one release.
    ///
    /// # Errors
    ///
    /// Fails if a text is no release of the index, if one occurs twice, or if the index is not empty
    /// and lacks the release that is generated from or has it with other methods.
    pub fn read(texts: &[String], server_version: &str, model: &Model) -> Result<Self, Error> {
        let mut releases =
            texts.iter().map(|text| Release::parse(text)).collect::<Result<Vec<_>, _>>()?;
        releases.sort_by_key(Release::order);
        if let Some(pair) = releases.windows(2).find(|pair| pair[0].version == pair[1].version) {
            return Err(Error::history(&pair[0].version, "it is in the index twice"));
        }
        let current = Release::of(server_version, model);
        releases.retain(|release| release.order() <= current.order());
        match releases.last() {
            None => {}
            Some(last) if *last == current => {}
            Some(last) if last.version == server_version => {
                return Err(Error::history(server_version, "its methods are others"));
            }
            Some(_) => return Err(Error::history(server_version, "it is missing")),
        }
        Ok(Self { releases })
    }

    /// The versions of the index, oldest first.
    pub(crate) fn versions(&self) -> impl Iterator<Item = &str> {
        self.releases.iter().map(|release| release.version.as_str())
    }

    /// Every method that a release of the index has, by name.
    pub(crate) fn methods(&self) -> Vec<(String, MethodKind, Availability)> {
        let mut methods: Vec<(String, MethodKind)> =
            self.releases.iter().flat_map(Release::methods).collect();
        methods.sort();
        methods.dedup();
        methods
            .into_iter()
            .filter_map(|(name, kind)| {
                let availability = Availability::of(&self.releases, kind, &name)?;
                Some((name, kind, availability))
            })
            .collect()
    }

    /// The place in the index of the first release that has a method; `None` without an index.
    pub(crate) fn introduced(&self, kind: MethodKind, method: &str) -> Option<usize> {
        Some(Availability::of(&self.releases, kind, method)?.introduced)
    }

    /// Which releases of the index have a method, in words; `None` where all of them have it alike.
    pub(crate) fn sentence(&self, kind: MethodKind, method: &str) -> Option<String> {
        Availability::of(&self.releases, kind, method)?.sentence(&self.releases)
    }
}
