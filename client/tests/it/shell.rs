//! Servers that are shell scripts.

use std::time::Duration;

use codex_app_client::{Options, ProcessOptions};

/// A server that answers each request with its user agent, and ends with its input.
pub(crate) const ANSWER_ALL: &str = r#"
    while read -r line; do
        id=$(printf '%s' "$line" | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
        [ -n "$id" ] && echo "{\"id\":$id,\"result\":{\"userAgent\":\"sh/1.0\"}}"
    done
"#;

pub(crate) fn shell(script: &str) -> ProcessOptions {
    ProcessOptions::new().program("sh").args(["-c", script])
}

/// For servers that may not end by themselves.
pub(crate) fn quick() -> Options {
    Options::new().shutdown_grace(Duration::from_millis(150))
}
