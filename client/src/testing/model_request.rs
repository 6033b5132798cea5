//! A request of the app-server to the model.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

/// A request of the app-server to the mock model. Clones share it.
///
/// # Examples
///
/// ```no_run
/// # async fn example(model: codex_app_client::testing::MockModel) {
/// let request = model.wait_for_request(0).await;
/// assert_eq!(request.model(), Some("mock-model"));
/// assert!(request.last_user_text().contains("Summarize"));
/// # }
/// ```
#[derive(Clone)]
pub struct ModelRequest(Arc<Data>);

struct Data {
    headers: Vec<(String, String)>,
    body: Value,
}

impl ModelRequest {
    pub(crate) fn new(headers: Vec<(String, String)>, body: Value) -> Self {
        Self(Arc::new(Data { headers, body }))
    }

    /// Returns the JSON body.
    #[must_use]
    pub fn body(&self) -> &Value {
        &self.0.body
    }

    /// Returns the value of a header. Pass its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let header = self.0.headers.iter().find(|(it, _)| it == name);
        header.map(|(_, value)| value.as_str())
    }

    /// Returns the name of the model.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        self.body().get("model").and_then(Value::as_str)
    }

    /// Returns the text of the last user message: the input of the turn, or of the last steer.
    /// Empty without a user message.
    #[must_use]
    pub fn last_user_text(&self) -> String {
        let is_user = |item: &&Value| item.get("role").and_then(Value::as_str) == Some("user");
        let content = self.input().rfind(is_user).and_then(|item| item.get("content"));
        content.map(text).unwrap_or_default()
    }

    /// Returns the outputs of all tool calls so far, in order. A declined call has an output too.
    #[must_use]
    pub fn tool_outputs(&self) -> Vec<String> {
        let is_output = |item: &&Value| {
            let kind = item.get("type").and_then(Value::as_str);
            matches!(kind, Some("custom_tool_call_output" | "function_call_output"))
        };
        self.input().filter(is_output).filter_map(|it| it.get("output")).map(text).collect()
    }

    /// Returns the names of the tools that the app-server offers. A tool in a namespace is named
    /// `namespace/name`.
    #[must_use]
    pub fn tool_names(&self) -> Vec<String> {
        let mut names = Vec::new();
        add_tool_names(&mut names, "", self.body());
        names
    }

    fn input(&self) -> impl DoubleEndedIterator<Item = &Value> {
        self.body().get("input").and_then(Value::as_array).into_iter().flatten()
    }
}

/// Without the headers, which may identify the user.
impl fmt::Debug for ModelRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModelRequest")
            .field("model", &self.model())
            .field("last_user_text", &self.last_user_text())
            .finish_non_exhaustive()
    }
}

/// A text, or the texts of a list of parts, one line each.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let texts = parts.iter().filter_map(|part| part.get("text")?.as_str());
            texts.collect::<Vec<_>>().join("\n")
        }
        other => other.to_string(),
    }
}

fn add_tool_names(names: &mut Vec<String>, prefix: &str, parent: &Value) {
    for tool in parent.get("tools").and_then(Value::as_array).into_iter().flatten() {
        let member = |key| tool.get(key).and_then(Value::as_str);
        let name =
            format!("{prefix}{}", member("name").or_else(|| member("type")).unwrap_or_default());
        if member("type") == Some("namespace") {
            add_tool_names(names, &format!("{name}/"), tool);
        } else {
            names.push(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request(body: Value) -> ModelRequest {
        ModelRequest::new(vec![("accept".to_owned(), "text/event-stream".to_owned())], body)
    }

    #[test]
    fn the_last_user_text_is_that_of_the_last_message_of_the_user() {
        let user =
            |content: Value| json!({ "type": "message", "role": "user", "content": content });
        let assistant = json!({ "type": "message", "role": "assistant", "content": "c" });
        let parts = json!([{ "type": "input_text", "text": "a" }, { "type": "input_image" },
            { "type": "input_text", "text": "b" }]);
        let check = |input: Value, expected: &str| {
            assert_eq!(request(json!({ "input": input })).last_user_text(), expected);
        };
        check(json!([user("x".into()), user(parts), assistant]), "a\nb");
        check(json!([user("x".into())]), "x");
        check(json!([assistant]), "");
        check(Value::Null, "");
    }

    #[test]
    fn tools_in_a_namespace_are_named_with_it() {
        let tools = json!([{ "type": "function", "name": "a" }, { "type": "web_search" },
            { "type": "namespace", "name": "n", "tools": [{ "type": "function", "name": "b" }] }]);
        assert_eq!(request(json!({ "tools": tools })).tool_names(), ["a", "web_search", "n/b"]);
    }

    #[test]
    fn outputs_of_tools_are_told_as_text() {
        let input = json!([{ "type": "function_call", "call_id": "1" },
            { "type": "function_call_output", "call_id": "1", "output": "done" },
            { "type": "custom_tool_call_output", "output": [{ "type": "input_text", "text": "t" }] }]);
        assert_eq!(request(json!({ "input": input })).tool_outputs(), ["done", "t"]);
    }

    #[test]
    fn headers_are_found_by_name() {
        assert_eq!(request(Value::Null).header("accept"), Some("text/event-stream"));
        assert_eq!(request(Value::Null).header("authorization"), None);
    }
}
