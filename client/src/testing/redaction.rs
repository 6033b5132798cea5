//! What a recording leaves out: secrets by the names of their members, tokens by their form, and
//! what the program names. It handles one message at a time.

use serde_json::Value;

const REDACTED: &str = "<redacted>";
/// The members of type `Secret` in the protocol crate. A test compares them.
const SECRET_MEMBERS: [&str; 13] = [
    "accessToken",
    "apiKey",
    "authBearerToken",
    "authUrl",
    "auth_url",
    "idToken",
    "manualPairingCode",
    "pairingCode",
    "refreshToken",
    "secretAccessKey",
    "sessionToken",
    "token",
    "userCode",
];
/// The prefixes of known kinds of tokens.
const TOKEN_PREFIXES: [&str; 9] =
    ["sk-", "ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "AKIA"];
/// Shorter words with such a prefix are not tokens.
const SHORTEST_TOKEN: usize = 16;

/// What a [`Recorder`](crate::testing::Recorder) does not write.
///
/// By default, these are all secrets of the protocol, such as API keys, access and refresh tokens
/// and pairing codes. In any text it also redacts what looks like a token: `sk-…`, `Bearer …`, JSON
/// Web Tokens, and keys of GitHub, GitLab, Slack and AWS.
///
/// A token that is streamed in several deltas is not recognized. Paths, names and texts are kept.
/// Check a recording before you share it.
///
/// # Examples
///
/// ```
/// use codex_app_client::testing::Redaction;
///
/// let redaction = Redaction::new()
///     .member("email")
///     .path("result.thread.cwd")
///     .path("params.changes.*.diff")
///     .replace("/home/me", "/home/user");
/// ```
#[derive(Clone, Debug)]
pub struct Redaction {
    members: Vec<String>,
    paths: Vec<Vec<String>>,
    replacements: Vec<(String, String)>,
}

impl Redaction {
    /// Creates the default redaction: secrets and tokens.
    #[must_use]
    pub fn new() -> Self {
        let members = SECRET_MEMBERS.map(str::to_owned).into();
        Self { members, paths: Vec::new(), replacements: Vec::new() }
    }

    /// Redacts all members with this name, at any depth.
    ///
    /// A message of an agent appears several times: as `delta`, as `text` of an item, and again at
    /// the end of the turn.
    #[must_use]
    pub fn member(mut self, name: impl Into<String>) -> Self {
        self.members.push(name.into());
        self
    }

    /// Redacts the value at this path of a message, such as `params.input.0.text`. `*` matches any
    /// member or index.
    #[must_use]
    pub fn path(mut self, path: &str) -> Self {
        self.paths.push(path.split('.').map(str::to_owned).collect());
        self
    }

    /// Replaces a text in all strings and member names: the path of a home directory, for example.
    ///
    /// Replacements are applied in the order in which they were added.
    #[must_use]
    pub fn replace(mut self, text: impl Into<String>, with: impl Into<String>) -> Self {
        self.replacements.push((text.into(), with.into()));
        self
    }

    /// Redacts a message, and returns whether it has changed.
    pub(crate) fn redact(&self, message: &mut Value) -> bool {
        let mut has_changed = false;
        for path in &self.paths {
            has_changed |= blot_path(message, path);
        }
        self.walk(message, &mut has_changed);
        has_changed
    }

    /// What may be written of a line that is not a message: nothing, if paths are to be redacted or
    /// the line contains the name of a redacted member.
    pub(crate) fn redact_text(&self, line: &str) -> String {
        if !self.paths.is_empty() || self.members.iter().any(|it| line.contains(it.as_str())) {
            return REDACTED.to_owned();
        }
        self.text(line)
    }

    fn walk(&self, value: &mut Value, has_changed: &mut bool) {
        match value {
            Value::Object(members) => {
                for (name, value) in members.iter_mut() {
                    if self.members.contains(name) {
                        *has_changed |= blot(value);
                    } else {
                        self.walk(value, has_changed);
                    }
                }
                // A member's name may be a path or a token too.
                let renamed: Vec<_> = members
                    .keys()
                    .map(|name| (name.clone(), self.text(name)))
                    .filter(|(name, redacted)| name != redacted)
                    .collect();
                for (name, redacted) in renamed {
                    *has_changed = true;
                    if let Some(value) = members.remove(&name) {
                        members.insert(redacted, value);
                    }
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|it| self.walk(it, has_changed)),
            Value::String(text) => {
                let redacted = self.text(text);
                if redacted != *text {
                    *has_changed = true;
                    *text = redacted;
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn text(&self, text: &str) -> String {
        let mut text = without_tokens(text);
        for (from, to) in self.replacements.iter().filter(|it| !it.0.is_empty()) {
            text = text.replace(from.as_str(), to);
        }
        text
    }
}

impl Default for Redaction {
    fn default() -> Self {
        Self::new()
    }
}

/// Replaces values, but keeps the structure, so that a replay still decodes.
fn blot(value: &mut Value) -> bool {
    match value {
        Value::String(text) if text != REDACTED => {
            REDACTED.clone_into(text);
            true
        }
        Value::Number(number) if number.as_i64() != Some(0) => {
            *value = 0.into();
            true
        }
        Value::Array(values) => values.iter_mut().fold(false, |any, it| blot(it) | any),
        Value::Object(members) => members.values_mut().fold(false, |any, it| blot(it) | any),
        _ => false,
    }
}

fn blot_path(value: &mut Value, path: &[String]) -> bool {
    let Some((name, rest)) = path.split_first() else { return blot(value) };
    match value {
        Value::Object(members) if name == "*" => {
            members.values_mut().fold(false, |any, it| blot_path(it, rest) | any)
        }
        Value::Array(values) if name == "*" => {
            values.iter_mut().fold(false, |any, it| blot_path(it, rest) | any)
        }
        Value::Object(members) => members.get_mut(name).is_some_and(|it| blot_path(it, rest)),
        Value::Array(values) => {
            let value = name.parse().ok().and_then(|it: usize| values.get_mut(it));
            value.is_some_and(|it| blot_path(it, rest))
        }
        _ => false,
    }
}

/// The text without what looks like a token.
fn without_tokens(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-_.~+/=".contains(c);
    let mut redacted = String::with_capacity(text.len());
    let mut rest = text;
    let mut follows_bearer = false;
    while !rest.is_empty() {
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        redacted.push_str(&without_token(word, follows_bearer));
        if !word.is_empty() {
            follows_bearer = word.eq_ignore_ascii_case("bearer");
        }
        let next = after.find(is_part).unwrap_or(after.len());
        // Only spaces may separate the word from its token.
        follows_bearer &= after[..next].chars().all(|it| it == ' ');
        redacted.push_str(&after[..next]);
        rest = &after[next..];
    }
    redacted
}

/// Redacts the token in a word, and keeps what is before it, such as `KEY=`.
fn without_token(word: &str, is_token: bool) -> String {
    if is_token && word.len() >= 8 {
        return REDACTED.to_owned();
    }
    let begins = word
        .char_indices()
        .filter(|(index, _)| *index == 0 || !word.as_bytes()[index - 1].is_ascii_alphanumeric());
    for (index, _) in begins {
        let rest = &word[index..];
        let has_prefix = TOKEN_PREFIXES.iter().any(|it| rest.starts_with(it));
        let is_long = rest.len() >= SHORTEST_TOKEN;
        let is_jwt = rest.starts_with("eyJ") && rest.matches('.').count() >= 2;
        if is_long && (has_prefix || is_jwt) {
            return format!("{}{REDACTED}", &word[..index]);
        }
    }
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn redacted(redaction: &Redaction, mut message: Value) -> Value {
        redaction.redact(&mut message);
        message
    }

    #[test]
    fn secrets_go_by_their_names_and_keep_their_form() {
        let message = json!({"id": 1, "params": {"type": "apiKey", "apiKey": "hunter2",
            "accessToken": null, "deep": [{"token": "x"}]}});
        let expected = json!({"id": 1, "params": {"type": "apiKey", "apiKey": REDACTED,
            "accessToken": null, "deep": [{"token": REDACTED}]}});
        assert_eq!(redacted(&Redaction::new(), message), expected);
    }

    #[test]
    fn tokens_go_by_their_looks_in_any_text() {
        for (text, expected) in [
            ("export KEY=sk-abcdefghijklmnop123", "export KEY=<redacted>"),
            ("Authorization: Bearer abcdef123456, ok", "Authorization: Bearer <redacted>, ok"),
            ("jwt eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl!", "jwt <redacted>!"),
            ("https://x.test/?key=ghp_0123456789abcdef", "https://x.test/?key=<redacted>"),
            ("a sk-ip, the bearer of news, task-oriented-programming", ""),
            ("the bearer: 0123456789", ""),
            ("über sk-éclair", ""),
        ] {
            let expected = if expected.is_empty() { text } else { expected };
            assert_eq!(without_tokens(text), expected);
        }
    }

    #[test]
    fn what_the_user_names_goes_too() {
        let redaction = Redaction::new()
            .member("email")
            .path("params.items.*.text")
            .path("params.n")
            .replace("/home/me", "/home/user");
        let message = json!({"params": {"items": [{"text": "a"}, {"text": "b"}], "n": 7,
            "email": "me@x.test", "env": {"/home/me/x": "at /home/me"}}});
        let expected = json!({"params": {"items": [{"text": REDACTED}, {"text": REDACTED}], "n": 0,
            "email": REDACTED, "env": {"/home/user/x": "at /home/user"}}});
        assert_eq!(redacted(&redaction, message), expected);
    }

    #[test]
    fn nothing_changes_without_a_reason() {
        let mut message = json!({"method": "turn/start", "params": {"n": 1.5, "text": "hello"}});
        assert!(!Redaction::new().redact(&mut message));
    }

    #[test]
    fn of_a_line_that_is_no_message_nothing_is_kept_that_may_be_secret() {
        let redaction = Redaction::new().replace("me", "you");
        assert_eq!(redaction.redact_text("it is me"), "it is you");
        assert_eq!(redaction.redact_text(r#"{"apiKey":"hunt"#), REDACTED);
        assert_eq!(redaction.path("params.text").redact_text(r#"{"params":"#), REDACTED);
    }

    #[test]
    fn every_secret_of_the_protocol_is_named() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../protocol/src/generated");
        let mut n_secrets = 0;
        for file in std::fs::read_dir(folder).unwrap() {
            let source = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let fields = source.lines().filter_map(|line| line.trim().strip_prefix("pub "));
            for field in fields.filter(|it| it.contains("Secret") && it.ends_with(',')) {
                let (name, _) = field.split_once(':').unwrap();
                let mut words = name.split('_');
                let first = words.next().unwrap().to_owned();
                let wire = words.fold(first, |name, word| {
                    format!("{name}{}{}", word[..1].to_uppercase(), &word[1..])
                });
                assert!(SECRET_MEMBERS.contains(&wire.as_str()), "{wire}");
                n_secrets += 1;
            }
        }
        assert!(n_secrets > 5, "{n_secrets}");
    }
}
