//! Reads the identity of the server from the response to `initialize`.

pub(crate) mod age;
pub(crate) mod capabilities;
pub(crate) mod version;

use codex_app_protocol::{InitializeResponse, decode};

use crate::error::Error;
use crate::router::peek::string_at;

/// The identity of the server, from its response to `initialize`.
///
/// Returned by [`Codex::server_info`](crate::Codex::server_info) and
/// [`Client::initialize`](crate::Client::initialize).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ServerInfo {
    /// The server's name. Real servers report the name of the client, as it is the first part of
    /// their user agent.
    pub name: String,
    /// The server's version, such as `0.169.0`. See [`parsed_version`](Self::parsed_version).
    pub version: String,
    /// The whole user agent of the server.
    pub user_agent: Option<String>,
    /// The directory in which the server keeps its files (`CODEX_HOME`).
    pub codex_home: Option<String>,
    /// The operating system that the server runs on.
    pub platform_os: Option<String>,
}

impl ServerInfo {
    /// Reads the result of `initialize`.
    pub(crate) fn read(result: &str) -> Result<Self, Error> {
        let response: InitializeResponse = decode::from_str(result).map_err(|source| {
            Error::Decode { method: "initialize".into(), source: source.into() }
        })?;
        let told = |member| string_at(result, &["serverInfo", member]).and_then(|it| filled(&it));
        let (agent_name, agent_version) =
            response.user_agent.as_deref().map(split_user_agent).unwrap_or_default();
        let name = told("name").or(agent_name);
        let version = told("version").or(agent_version);
        let missing = match (&name, &version) {
            (None, None) => "the server's name and version",
            (None, Some(_)) => "the server's name",
            (Some(_), None) => "the server's version",
            (Some(_), Some(_)) => "nothing",
        };
        let (Some(name), Some(version)) = (name, version) else {
            return Err(Error::MissingMetadata { missing });
        };
        Ok(Self {
            name,
            version,
            codex_home: string_at(result, &["codexHome"]).map(Into::into),
            user_agent: response.user_agent,
            platform_os: response.platform_os,
        })
    }
}

/// `name/version (more)`, or `name version`.
fn split_user_agent(user_agent: &str) -> (Option<String>, Option<String>) {
    let user_agent = user_agent.trim();
    let parts = user_agent.split_once('/').or_else(|| user_agent.split_once(char::is_whitespace));
    match parts {
        Some((name, rest)) => (filled(name), rest.split_whitespace().next().and_then(filled)),
        None => (filled(user_agent), None),
    }
}

fn filled(text: &str) -> Option<String> {
    Some(text.trim()).filter(|it| !it.is_empty()).map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::ServerInfo;

    fn check(result: &str, expected: Result<(&str, &str), &str>) {
        match (ServerInfo::read(result), expected) {
            (Ok(info), Ok((name, version))) => {
                assert_eq!((&*info.name, &*info.version), (name, version), "{result}");
            }
            (Err(error), Err(missing)) => {
                let expected = format!("initialize response missing required metadata: {missing}");
                assert_eq!(error.to_string(), expected, "{result}");
            }
            (outcome, _) => panic!("{result}: {outcome:?}"),
        }
    }

    #[test]
    fn name_and_version_come_from_either_place() {
        check(r#"{"userAgent":"codex-cli/1.2.3"}"#, Ok(("codex-cli", "1.2.3")));
        let real = r#"{"userAgent":"my_tool/0.169.0 (Debian 12.0.0; x86_64) xterm (my_tool; 1)"}"#;
        check(real, Ok(("my_tool", "0.169.0")));
        check(r#"{"userAgent":"codex-cli 0.153.0"}"#, Ok(("codex-cli", "0.153.0")));
        let both = r#"{"userAgent":"unknown","serverInfo":{"name":"codex","version":"2"}}"#;
        check(both, Ok(("codex", "2")));
        let half = r#"{"userAgent":"codex/1","serverInfo":{"name":"","version":"2"}}"#;
        check(half, Ok(("codex", "2")));
    }

    #[test]
    fn what_is_missing_is_named() {
        check("{}", Err("the server's name and version"));
        check(r#"{"userAgent":" "}"#, Err("the server's name and version"));
        check(r#"{"userAgent":"codex"}"#, Err("the server's version"));
        check(r#"{"userAgent":"/1.0"}"#, Err("the server's name"));
    }
}
