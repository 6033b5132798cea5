//! The text of a `config.toml` that points an app-server at a model server on loopback.

use std::collections::BTreeMap;

/// The settings.
#[derive(Clone, Debug)]
pub(crate) struct ConfigToml {
    pub(crate) base_url: String,
    pub(crate) model: String,
    pub(crate) approval_policy: String,
    pub(crate) sandbox_mode: String,
    pub(crate) request_retries: u32,
    pub(crate) stream_retries: u32,
    pub(crate) stream_idle_timeout_ms: u128,
    pub(crate) features: BTreeMap<String, bool>,
    pub(crate) extra: String,
}

impl ConfigToml {
    pub(crate) fn new(base_url: String) -> Self {
        // Each of these makes requests to the network when the server starts.
        let features = ["apps", "plugin_sharing", "plugins", "remote_plugin"];
        Self {
            base_url,
            model: "mock-model".to_owned(),
            approval_policy: "never".to_owned(),
            sandbox_mode: "danger-full-access".to_owned(),
            request_retries: 0,
            stream_retries: 0,
            stream_idle_timeout_ms: 60_000,
            features: features.map(|name| (name.to_owned(), false)).into(),
            extra: String::new(),
        }
    }

    pub(crate) fn text(&self) -> String {
        format!(
            r#"model = {model}
model_provider = "mock"
approval_policy = {approval_policy}
sandbox_mode = {sandbox_mode}
check_for_update_on_startup = false
{extra}
[model_providers.mock]
name = "mock"
base_url = {base_url}
wire_api = "responses"
request_max_retries = {request_retries}
stream_max_retries = {stream_retries}
stream_idle_timeout_ms = {stream_idle_timeout_ms}
supports_websockets = false

[features]
{features}
[analytics]
enabled = false

[feedback]
enabled = false

[otel]
exporter = "none"
trace_exporter = "none"
metrics_exporter = "none"
"#,
            model = quoted(&self.model),
            approval_policy = quoted(&self.approval_policy),
            sandbox_mode = quoted(&self.sandbox_mode),
            extra = self.extra,
            base_url = quoted(&self.base_url),
            request_retries = self.request_retries,
            stream_retries = self.stream_retries,
            stream_idle_timeout_ms = self.stream_idle_timeout_ms,
            features = self.feature_lines(),
        )
    }

    fn feature_lines(&self) -> String {
        let lines = self.features.iter().map(|(name, is_on)| format!("{name} = {is_on}\n"));
        lines.collect()
    }
}

/// A JSON string is a TOML string.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extra_keys_come_before_the_first_table() {
        let mut config = ConfigToml::new("http://127.0.0.1:1/v1".to_owned());
        config.extra = "model_reasoning_effort = \"low\"\n".to_owned();
        let text = config.text();
        assert!(text.find("model_reasoning_effort").unwrap() < text.find('[').unwrap());
    }

    #[test]
    fn features_are_a_line_each() {
        let mut config = ConfigToml::new(String::new());
        config.features.insert("instant_interrupt".to_owned(), false);
        config.features.insert("plugins".to_owned(), true);
        let expected = "[features]\napps = false\ninstant_interrupt = false\n\
            plugin_sharing = false\nplugins = true\nremote_plugin = false\n\n[analytics]";
        assert!(config.text().contains(expected), "{}", config.text());
    }

    #[test]
    fn values_are_quoted() {
        let mut config = ConfigToml::new(String::new());
        config.model = "a\"b".to_owned();
        assert!(config.text().starts_with("model = \"a\\\"b\"\n"));
    }
}
