//! `schema/compat.json`: what came of trying out each release. Plain data.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use codex_app_codegen::diff::{Diff, Effect};
use serde::{Deserialize, Serialize};

use crate::{Context, Version, file};

/// The steps of a session, in order.
pub(super) const STEPS: [&str; 5] = ["initialize", "thread", "turn", "interrupt", "resume"];

/// The whole file.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Compat {
    /// The release that the crates were generated from when this was tried out.
    pub(super) pinned: Version,
    /// Each release, oldest first.
    pub(super) releases: Vec<Release>,
}

/// One release.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Release {
    pub(super) version: Version,
    /// What changes from it to the pinned release; `None` for the pinned one.
    pub(super) to_pinned: Option<Difference>,
    pub(super) smoke: Smoke,
}

/// How many changes there are.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Difference {
    pub(super) breaking: usize,
    /// Those of the breaking ones that are in the stable API.
    pub(super) breaking_stable: usize,
    pub(super) additive: usize,
}

/// What came of a session.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Smoke {
    /// `passed`, `failed: …` or `not reached`.
    pub(super) steps: BTreeMap<String, String>,
    pub(super) decoded: Decoded,
}

/// What the protocol crate made of what the server said in it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(super) struct Decoded {
    pub(super) messages: usize,
    /// How many messages of a method were not understood in whole.
    pub(super) not_whole: BTreeMap<String, usize>,
}

impl Compat {
    pub(super) fn path(ctx: &Context) -> PathBuf {
        ctx.schema().join("compat.json")
    }

    pub(super) fn read(ctx: &Context) -> Result<Self> {
        let path = Self::path(ctx);
        let context = || format!("cannot read {}", path.display());
        serde_json::from_str(&file::read(&path)?).with_context(context)
    }

    pub(super) fn versions(&self) -> Result<Vec<Version>> {
        Ok(self.releases.iter().map(|it| it.version.clone()).collect())
    }

    pub(super) fn to_text(&self) -> Result<Vec<u8>> {
        let mut text = serde_json::to_vec_pretty(self).context("cannot render the results")?;
        text.push(b'\n');
        Ok(text)
    }
}

impl Difference {
    pub(super) fn of(diff: &Diff) -> Self {
        let breaking = diff.changes.iter().filter(|it| it.effect == Effect::Breaking);
        Self {
            breaking: diff.count(Effect::Breaking),
            breaking_stable: breaking.filter(|it| !it.experimental).count(),
            additive: diff.count(Effect::Additive),
        }
    }
}

impl Smoke {
    /// Reads what the session printed, which has to be of the release that was asked.
    pub(super) fn parse(printed: &[u8], version: &Version) -> Result<Self> {
        #[derive(Deserialize)]
        struct Printed {
            server_version: Option<String>,
            #[serde(flatten)]
            smoke: Smoke,
        }
        let printed: Printed =
            serde_json::from_slice(printed).context("the session printed no result")?;
        if let Some(told) = printed.server_version {
            ensure!(told == version.to_string(), "codex {version} says that it is {told}");
        }
        let steps = &printed.smoke.steps;
        ensure!(STEPS.iter().all(|it| steps.contains_key(*it)), "the session lacks a step");
        Ok(printed.smoke)
    }
}
