//! Compares the version of a server with the releases that this crate was generated from and tested
//! with. It refuses a server only if the program requires another version.

use codex_app_protocol::SCHEMA_VERSION;
use semver::{Version, VersionReq};

use crate::error::Error;
use crate::server_info::ServerInfo;

/// The oldest server release that this crate is tested with.
pub const OLDEST_TESTED_SERVER: &str = "0.140.0";

/// How the version of a server compares with the releases that this crate is tested with:
/// [`OLDEST_TESTED_SERVER`] to [`SCHEMA_VERSION`]. See [`ServerInfo::compat`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a version is at, between, before, after, or none")]
pub enum Compat {
    /// The release that the types were generated from.
    Exact,
    /// An older release, within the tested range.
    Within,
    /// A release older than the tested range. The server may refuse parts of the API.
    Older,
    /// A release newer than the types. What is new in it is received as `Unknown` variants and raw
    /// JSON.
    Newer,
    /// The version cannot be parsed, or is `0.0.0`, as in builds without a version.
    Unknown,
}

impl ServerInfo {
    /// Returns the parsed version of the server.
    ///
    /// `None` if it is not valid semver, or is `0.0.0`, as in builds without a version. A prefix
    /// `v` or `rust-v` is ignored.
    #[must_use]
    pub fn parsed_version(&self) -> Option<Version> {
        parse(&self.version)
    }

    /// Compares the server with the releases that this crate is tested with.
    ///
    /// Servers outside of the tested range are used all the same: a warning is logged once, when
    /// the connection is initialized. To refuse them, use
    /// [`Options::require_version`](crate::Options::require_version).
    #[must_use]
    pub fn compat(&self) -> Compat {
        compat(&self.version)
    }
}

/// Reads a version, as releases, their tags and forks write it.
pub(crate) fn parse(version: &str) -> Option<Version> {
    let version = version.trim();
    let version = version.strip_prefix("rust-").unwrap_or(version);
    let version = version.strip_prefix('v').unwrap_or(version);
    Version::parse(version).ok().filter(|it| (it.major, it.minor, it.patch) != (0, 0, 0))
}

fn compat(version: &str) -> Compat {
    let bounds = (parse(OLDEST_TESTED_SERVER), parse(SCHEMA_VERSION));
    let (Some(version), (Some(oldest), Some(newest))) = (parse(version), bounds) else {
        return Compat::Unknown;
    };
    if version.cmp_precedence(&newest).is_eq() {
        Compat::Exact
    } else if version.cmp_precedence(&newest).is_gt() {
        Compat::Newer
    } else if version.cmp_precedence(&oldest).is_lt() {
        Compat::Older
    } else {
        Compat::Within
    }
}

/// Warns of a server that the crate is not tested with, and fails if another one is required.
pub(crate) fn check(info: &ServerInfo, required: Option<&VersionReq>) -> Result<(), Error> {
    let compat = info.compat();
    if !matches!(compat, Compat::Exact | Compat::Within) {
        tracing::warn!(
            version = info.version,
            ?compat,
            oldest = OLDEST_TESTED_SERVER,
            newest = SCHEMA_VERSION,
            "this client is not tested with this server version"
        );
    }
    let Some(required) = required else { return Ok(()) };
    if info.parsed_version().is_some_and(|it| meets(&it, required)) {
        return Ok(());
    }
    Err(Error::ServerVersionMismatch {
        version: info.version.clone(),
        required: required.to_string(),
    })
}

/// A pre-release counts as the release that it leads to: else a requirement would hardly ever be met
/// by one.
fn meets(version: &Version, required: &VersionReq) -> bool {
    required.matches(version)
        || required.matches(&Version::new(version.major, version.minor, version.patch))
}

#[cfg(test)]
mod tests {
    use codex_app_protocol::SCHEMA_VERSION;
    use semver::{Version, VersionReq};

    use super::{Compat, check, compat, meets, parse};
    use crate::server_info::ServerInfo;

    fn info(user_agent: &str) -> ServerInfo {
        let result = serde_json::json!({ "userAgent": user_agent }).to_string();
        ServerInfo::read(&result).unwrap()
    }

    #[test]
    fn user_agents_of_releases_alphas_forks_and_garbage() {
        let exact = SCHEMA_VERSION;
        let Version { major, minor, patch, .. } = parse(exact).unwrap();
        let next_patch = format!("{major}.{minor}.{}", patch + 1);
        let next_minor = format!("{major}.{}.0", minor + 1);
        let cases = [
            (format!("my_tool/{exact} (Debian 12.0.0; x86_64) xterm (my_tool; 1)"), Compat::Exact),
            (format!("codex_cli_rs/{exact}"), Compat::Exact),
            ("Codex Desktop/0.150.3 (Mac OS 26.1.0; arm64)".into(), Compat::Within),
            ("t/0.140.0 (Linux)".into(), Compat::Within),
            (format!("t/{exact}-alpha.3 (Linux)"), Compat::Within),
            ("t/0.139.9".into(), Compat::Older),
            ("t/0.140.0-alpha.1".into(), Compat::Older),
            (format!("t/{next_patch}"), Compat::Newer),
            (format!("t/{next_minor}-alpha.1.2"), Compat::Newer),
            ("t/9.0.0".into(), Compat::Newer),
            (format!("fork/{exact}+company.7 (Linux)"), Compat::Exact),
            ("fork/0.160.0-company.7".into(), Compat::Within),
            (format!("t/rust-v{exact}"), Compat::Exact),
            ("t/v0.168.0".into(), Compat::Within),
            ("t/0.0.0 (Linux)".into(), Compat::Unknown),
            ("t/0.0.0-dev".into(), Compat::Unknown),
            ("t/0.169".into(), Compat::Unknown),
            ("t/main-3f2a1b".into(), Compat::Unknown),
            ("t/…".into(), Compat::Unknown),
        ];
        for (user_agent, expected) in cases {
            assert_eq!(info(&user_agent).compat(), expected, "{user_agent}");
        }
        assert_eq!(compat(SCHEMA_VERSION), Compat::Exact);
    }

    #[test]
    fn a_requirement_is_met_by_releases_and_what_leads_to_them() {
        let required: VersionReq = ">=0.150, <0.170".parse().unwrap();
        for met in ["0.150.0", "0.151.0-alpha.1", "0.169.9"] {
            assert!(meets(&parse(met).unwrap(), &required), "{met}");
        }
        for unmet in ["0.149.9", "0.170.0", "0.170.0-alpha.1", "1.0.0"] {
            assert!(!meets(&parse(unmet).unwrap(), &required), "{unmet}");
        }
        let error = check(&info("t/main"), Some(&required)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "server main does not satisfy the required version >=0.150, <0.170"
        );
        assert!(check(&info("t/main"), None).is_ok());
    }
}
