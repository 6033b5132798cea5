//! Which response answers which request.
//!
//! The schema does not say. Most pairs follow from the names; the rest are in [`EXCEPTIONS`]. Both
//! directions are checked: every request has a response, every response belongs to a request.

use std::collections::BTreeSet;

use crate::Error;
use crate::load::Bundle;
use crate::names::pascal;

/// A request whose response no rule finds.
///
/// It counts in any release in which the rules find nothing. In those from `since` on and before
/// `until`, it has to be needed.
struct Exception {
    method: &'static str,
    response: &'static str,
    /// The first tested release that has the method.
    since: Release,
    /// The first tested release whose names follow the rules, or that has no such method; `None` while
    /// there is none.
    until: Option<Release>,
}

/// `(major, minor, patch)`.
type Release = (u64, u64, u64);

const fn always(method: &'static str, response: &'static str) -> Exception {
    Exception { method, response, since: (0, 140, 0), until: None }
}

const EXCEPTIONS: &[Exception] = &[
    // Named after what it does to the client's view, not after the method.
    always("config/mcpServer/reload", "McpServerRefreshResponse"),
    // What writes the configuration answers alike.
    always("config/value/write", "ConfigWriteResponse"),
    always("config/batchWrite", "ConfigWriteResponse"),
    Exception { since: (0, 171, 0), ..always("modelProvider/default/set", "ConfigWriteResponse") },
    // Verb first.
    always("account/logout", "LogoutAccountResponse"),
    Exception {
        since: (0, 150, 0),
        ..always("account/workspaceMessages/read", "GetWorkspaceMessagesResponse")
    },
    Exception {
        since: (0, 169, 0),
        ..always("account/securitySetup/read", "GetAccountSecuritySetupResponse")
    },
    // These two had no params, and so no name to follow, in older releases.
    Exception {
        until: Some((0, 160, 0)),
        ..always("account/rateLimits/read", "GetAccountRateLimitsResponse")
    },
    Exception {
        until: Some((0, 150, 0)),
        ..always("account/usage/read", "GetAccountTokenUsageResponse")
    },
    // The noun of the response stands elsewhere in the method.
    Exception {
        since: (0, 150, 0),
        ..always(
            "externalAgentConfig/import/readHistories",
            "ExternalAgentConfigImportHistoriesReadResponse",
        )
    },
    // The params say `SessionsList`, the response `Sessions`.
    Exception { since: (0, 166, 0), ..always("accountSession/list", "AccountSessionsResponse") },
];

/// Finds the response type of every request.
pub(crate) struct Pairing<'a> {
    bundle: &'a Bundle,
    release: Option<Release>,
    used: BTreeSet<String>,
}

impl<'a> Pairing<'a> {
    /// A version that is not `X.Y.Z…` counts as newer than all.
    pub(crate) fn new(bundle: &'a Bundle, server_version: &str) -> Self {
        Self { bundle, release: numbers(server_version), used: BTreeSet::new() }
    }

    /// The response of one request: by its params' name, by the method's name or its last segments,
    /// or by the table.
    pub(crate) fn response(&mut self, method: &str, params: Option<&str>) -> Result<String, Error> {
        let by_rule = candidates(method, params).find(|name| self.is_definition(name));
        let by_table = EXCEPTIONS.iter().find(|it| it.method == method);
        let response = match (by_rule, by_table) {
            (Some(_), Some(entry)) if entry.until.is_none() && self.has_to_apply(entry) => {
                return Err(stale(entry, "the names follow the rules"));
            }
            (Some(response), _) => response,
            (None, Some(entry)) if self.is_definition(entry.response) => entry.response.to_owned(),
            (None, Some(entry)) if self.has_to_apply(entry) => {
                return Err(stale(entry, "its response does not exist"));
            }
            (None, _) => return Err(Error::Unpaired { method: method.to_owned() }),
        };
        self.used.insert(response.clone());
        Ok(response)
    }

    /// Checks the other direction, once every request has its response.
    pub(crate) fn finish(self, methods: &[&str]) -> Result<(), Error> {
        let is_gone = |entry: &&Exception| !methods.contains(&entry.method);
        if let Some(entry) = EXCEPTIONS.iter().filter(|it| self.has_to_apply(it)).find(is_gone) {
            return Err(stale(entry, "there is no such method"));
        }
        let is_response = |name: &&String| name.ends_with("Response") && *name != "JSONRPCResponse";
        match self.bundle.definitions.keys().filter(is_response).find(|it| !self.used.contains(*it))
        {
            Some(unused) => Err(Error::UnusedResponse { definition: unused.clone() }),
            None => Ok(()),
        }
    }

    fn is_definition(&self, name: &str) -> bool {
        self.bundle.definitions.contains_key(name)
    }

    /// Whether the release is one that the entry is for: it is stale if it is of no use there.
    fn has_to_apply(&self, entry: &Exception) -> bool {
        let Some(release) = self.release else { return entry.until.is_none() };
        entry.since <= release && entry.until.is_none_or(|until| release < until)
    }
}

/// The response of one request of any release, if it can be found: the table counts wherever the
/// rules find nothing.
pub(crate) fn guess(bundle: &Bundle, method: &str, params: Option<&str>) -> Option<String> {
    let by_table = EXCEPTIONS.iter().filter(|it| it.method == method).map(|it| it.response);
    candidates(method, params)
        .chain(by_table.map(str::to_owned))
        .find(|name| bundle.definitions.contains_key(name))
}

/// `fooBar/baz/read` with `FooParams` to `FooResponse`, `FooBarBazReadResponse`, `BazReadResponse`,
/// `ReadResponse`.
fn candidates(method: &str, params: Option<&str>) -> impl Iterator<Item = String> {
    let by_params =
        params.and_then(|it| it.strip_suffix("Params")).map(|stem| format!("{stem}Response"));
    let segments: Vec<String> = method.split('/').map(pascal).collect();
    let by_method = (0..segments.len())
        .map(|from| format!("{}Response", segments[from..].concat()))
        .collect::<Vec<_>>();
    by_params.into_iter().chain(by_method)
}

fn stale(entry: &Exception, reason: &str) -> Error {
    Error::StaleException { method: entry.method.to_owned(), reason: reason.to_owned() }
}

/// The numbers of a version, whatever follows them.
pub(crate) fn numbers(version: &str) -> Option<(u64, u64, u64)> {
    let mut parts = version.split(['.', '-', '+']).map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??, parts.next()??))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn bundle(names: &[&str]) -> Bundle {
        let definitions = names.iter().map(|name| ((*name).to_owned(), json!({}))).collect();
        Bundle { name: "stable", definitions }
    }

    #[track_caller]
    fn check(method: &str, params: Option<&str>, definitions: &[&str], expected: &str) {
        let bundle = bundle(definitions);
        let found = Pairing::new(&bundle, "0.169.0").response(method, params);
        assert_eq!(found.unwrap_or_else(|error| error.to_string()), expected);
    }

    #[test]
    fn the_params_name_comes_first() {
        check("turn/start", Some("TurnStartParams"), &["TurnStartResponse"], "TurnStartResponse");
    }

    #[test]
    fn without_params_the_method_or_its_last_segments_name_the_response() {
        check("memory/reset", None, &["MemoryResetResponse"], "MemoryResetResponse");
        check(
            "a/windowsSandbox/read",
            None,
            &["WindowsSandboxReadResponse"],
            "WindowsSandboxReadResponse",
        );
    }

    #[test]
    fn the_table_holds_what_names_do_not_say() {
        check("account/logout", None, &["LogoutAccountResponse"], "LogoutAccountResponse");
    }

    #[test]
    fn a_request_without_a_response_is_an_error_that_names_the_table() {
        let expected =
            "no response type for new/thing: add it to EXCEPTIONS in codegen/src/pairing.rs";
        check("new/thing", None, &[], expected);
    }

    #[test]
    fn an_entry_that_the_rules_cover_or_that_points_nowhere_is_stale() {
        let superfluous = "stale entry for account/logout in EXCEPTIONS in codegen/src/pairing.rs: \
                           the names follow the rules";
        check("account/logout", None, &["AccountLogoutResponse"], superfluous);
        let dangling = "stale entry for account/logout in EXCEPTIONS in codegen/src/pairing.rs: \
                        its response does not exist";
        check("account/logout", None, &[], dangling);
    }

    #[test]
    fn an_entry_counts_between_the_tested_releases_too() {
        let response = |version: &str, definitions: &[&str]| {
            let bundle = bundle(definitions);
            let found = Pairing::new(&bundle, version).response("account/usage/read", None);
            found.unwrap_or_else(|error| error.to_string())
        };
        let by_table = "GetAccountTokenUsageResponse";
        for version in ["0.140.0", "0.147.0", "0.152.1", "0.1.0"] {
            assert_eq!(response(version, &[by_table]), by_table, "{version}");
        }
        let by_rule = "AccountUsageReadResponse";
        assert_eq!(response("0.147.0", &[by_table, by_rule]), by_rule);
        assert!(response("0.152.1", &[]).starts_with("no response type for account/usage/read"));
    }

    #[test]
    fn an_entry_for_a_method_that_is_gone_is_stale_in_the_releases_it_is_for() {
        let bundle = bundle(&[]);
        let error = Pairing::new(&bundle, "0.169.0").finish(&[]).unwrap_err();
        assert!(matches!(error, Error::StaleException { .. }));
    }

    #[test]
    fn a_response_of_no_request_is_an_error() {
        let bundle = bundle(&["LonelyResponse"]);
        let mut pairing = Pairing::new(&bundle, "0.169.0");
        let methods: Vec<_> = EXCEPTIONS.iter().map(|it| it.method).collect();
        pairing.used.clear();
        let error = pairing.finish(&methods).unwrap_err().to_string();
        assert_eq!(error, "no method has the response LonelyResponse");
    }
}
