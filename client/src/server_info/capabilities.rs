//! Checks a request against the capabilities that the client declared in `initialize`: the opt-in
//! to the experimental API, and the opt-out of notifications. It also explains why a server refuses
//! a method or field that it does not know.

use std::sync::Arc;

use codex_app_protocol::{
    Direction, InitializeCapabilities, METHODS, MethodHistory, MethodInfo, RpcError, method_history,
};

use crate::error::Error;
use crate::router::peek::has_value_at;

const OPT_IN: &str = "opt in to the experimental API with `Options::experimental_api(true)`";

/// The notifications that the client depends on: without these it would wait for ever, or lose the
/// result of a turn.
const NEEDED: [&str; 10] = [
    "account/login/completed",
    "item/completed",
    "item/started",
    "serverRequest/resolved",
    "thread/closed",
    "thread/deleted",
    "thread/status/changed",
    "thread/tokenUsage/updated",
    "turn/completed",
    "turn/started",
];

/// Fails if the client opts out of a notification that it depends on.
pub(crate) fn check_opt_outs(capabilities: &InitializeCapabilities) -> Result<(), Error> {
    let declined = capabilities.opt_out_notification_methods.as_option().into_iter().flatten();
    for method in declined {
        if let Some(needed) = NEEDED.iter().find(|it| *it == method) {
            return Err(Error::OptOutRefused { method: needed });
        }
    }
    Ok(())
}

/// Fails if the method needs the experimental API and the client has not opted in.
pub(crate) fn check_opt_in(
    method: &str,
    capabilities: &InitializeCapabilities,
    server_version: Option<&String>,
) -> Result<(), Error> {
    if capabilities.experimental_api == Some(true)
        || !request(method).is_some_and(|it| it.experimental)
    {
        return Ok(());
    }
    Err(Error::Unsupported {
        method: method.into(),
        server_version: server_version.cloned(),
        hint: OPT_IN.into(),
        error: None,
    })
}

/// Fails if a field of the request needs the experimental API and the client has not opted in.
pub(crate) fn check_members(
    method: &str,
    line: &str,
    capabilities: &InitializeCapabilities,
    server_version: Option<&String>,
) -> Result<(), Error> {
    if capabilities.experimental_api == Some(true) {
        return Ok(());
    }
    let members = request(method).map_or(&[][..], |it| it.experimental_members);
    let has = |member: &&&str| has_value_at(line, &["params", **member]);
    let Some(member) = members.iter().find(has) else { return Ok(()) };
    Err(Error::Unsupported {
        method: method.into(),
        server_version: server_version.cloned(),
        hint: format!("for `{member}`, {OPT_IN}").into(),
        error: None,
    })
}

/// Turns the server's refusal of a method or field that it does not know into
/// [`Error::Unsupported`].
pub(crate) fn about_support(error: Error, server_version: Option<&String>) -> Error {
    let Error::Rpc { method, error } = error else { return error };
    match hint(&method, &error) {
        Some(hint) => Error::Unsupported {
            method,
            server_version: server_version.cloned(),
            hint: hint.into(),
            error: Some(error),
        },
        None => Error::Rpc { method, error },
    }
}

/// What the user can do about it. The server has one code for everything, and says the rest in its
/// message.
fn hint(method: &str, error: &Arc<RpcError>) -> Option<String> {
    let message = &*error.message;
    if let Some((what, _)) = message.split_once(" requires experimentalApi capability") {
        let member = what.rsplit(' ').next().and_then(|it| it.strip_prefix(method));
        return Some(match member.and_then(|it| it.strip_prefix('.')) {
            Some(member) => format!("for `{member}`, {OPT_IN}"),
            None => OPT_IN.to_owned(),
        });
    }
    let is_unknown = message.contains(&format!("unknown variant `{method}`"))
        || error.code == METHOD_NOT_FOUND
            && message.to_ascii_lowercase().contains("method not found");
    is_unknown.then(|| match method_history(method) {
        Some(MethodHistory { removed_in: Some(release), .. }) => {
            format!("removed in server {release}")
        }
        Some(it) => match it.absent_in() {
            Some(older) => format!("available since {}, not in {older}", it.introduced_in),
            None => format!("available in {}", it.introduced_in),
        },
        None => "no release known to this client has it".to_owned(),
    })
}

const METHOD_NOT_FOUND: i64 = -32601;

/// The request of a client with that name.
fn request(method: &str) -> Option<&'static MethodInfo> {
    METHODS.iter().find(|it| it.direction == Direction::ClientRequest && it.name == method)
}

#[cfg(test)]
mod tests {
    use codex_app_protocol::{InitializeCapabilities, METHODS, RpcError};

    use super::{NEEDED, about_support, check_opt_in, check_opt_outs};
    use crate::error::Error;

    #[test]
    fn what_routing_needs_cannot_be_declined() {
        for method in NEEDED {
            assert!(METHODS.iter().any(|it| it.name == method), "{method}");
            let capabilities = InitializeCapabilities::default()
                .opt_out_notification_methods(vec!["warning".to_owned(), method.to_owned()]);
            let error = check_opt_outs(&capabilities).unwrap_err();
            assert!(error.to_string().contains(method), "{error}");
        }
        let capabilities = InitializeCapabilities::default()
            .opt_out_notification_methods(vec!["warning".to_owned(), "unheard/of".to_owned()]);
        assert!(check_opt_outs(&capabilities).is_ok());
        assert!(check_opt_outs(&InitializeCapabilities::default()).is_ok());
    }

    #[test]
    fn an_experimental_method_needs_the_opt_in() {
        let method = "mock/experimentalMethod";
        let error = check_opt_in(method, &InitializeCapabilities::default(), None).unwrap_err();
        assert!(
            error.to_string().starts_with("mock/experimentalMethod is not supported"),
            "{error}"
        );
        let opted_in = InitializeCapabilities::default().experimental_api(true);
        assert!(check_opt_in(method, &opted_in, None).is_ok());
        for open in ["turn/start", "not/known"] {
            assert!(check_opt_in(open, &InitializeCapabilities::default(), None).is_ok(), "{open}");
        }
    }

    fn check(method: &str, code: i64, message: &str, expected: Option<&str>) {
        let error = Error::refused(method.into(), RpcError::new(code, message));
        let version = "0.140.0".to_owned();
        match (about_support(error, Some(&version)), expected) {
            (Error::Unsupported { hint, server_version, error, .. }, Some(expected)) => {
                assert!(hint.contains(expected), "{message}: {hint}");
                assert_eq!(server_version.as_deref(), Some("0.140.0"));
                assert_eq!(error.unwrap().message, message);
            }
            (Error::Rpc { .. }, None) => {}
            (error, _) => panic!("{message}: {error:?}"),
        }
    }

    #[test]
    fn the_server_s_words_for_what_it_does_not_know() {
        let unknown = "Invalid request: unknown variant `turn/fly`, expected one of `initialize`";
        check("turn/fly", -32600, unknown, Some("no release"));
        let old = "Invalid request: unknown variant `turn/start`, expected one of `initialize`";
        check("turn/start", -32600, old, Some("available in 0.140.0"));
        check("turn/start", -32601, "Method not found", Some("available in 0.140.0"));
        let method = "mock/experimentalMethod requires experimentalApi capability";
        check("mock/experimentalMethod", -32600, method, Some("experimental_api(true)"));
        let member = "thread/start.dynamicTools requires experimentalApi capability";
        check("thread/start", -32600, member, Some("for `dynamicTools`"));
        // Of a value in the params, and of something else altogether.
        check("turn/start", -32600, "Invalid request: unknown variant `on-failure`", None);
        check("thread/read", -32601, "list_turns is not supported yet", None);
    }
}
