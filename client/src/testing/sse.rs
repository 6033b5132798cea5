//! The text of server-sent events.

use serde_json::{Value, json};

/// Appends one event. Its name is the value's `type`.
pub(crate) fn write_event(text: &mut String, event: &Value) {
    let name = event.get("type").and_then(Value::as_str).unwrap_or("message");
    text.push_str("event: ");
    text.push_str(name);
    text.push_str("\ndata: ");
    text.push_str(&event.to_string());
    text.push_str("\n\n");
}

/// The event for a delta of a message's text.
pub(crate) fn text_delta(item_id: &str, output_index: usize, delta: &str) -> Value {
    json!({
        "type": "response.output_text.delta",
        "item_id": item_id,
        "output_index": output_index,
        "content_index": 0,
        "delta": delta,
    })
}

/// A text of that many bytes, which begins with a number: all deltas differ.
pub(crate) fn filler(number: usize, n_bytes: usize) -> String {
    let mut text = format!("{number:07} ");
    text.truncate(n_bytes);
    text.extend(std::iter::repeat_n('x', n_bytes - text.len()));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_its_name_its_json_on_one_line_and_an_empty_line() {
        let mut text = String::new();
        write_event(&mut text, &text_delta("msg_1", 2, "two\nlines"));
        let (name, data) = text.split_once('\n').unwrap();
        assert_eq!(name, "event: response.output_text.delta");
        let data = data.strip_prefix("data: ").unwrap().strip_suffix("\n\n").unwrap();
        assert!(!data.contains('\n'));
        let event: Value = serde_json::from_str(data).unwrap();
        assert_eq!(event["delta"], "two\nlines");
        assert_eq!(event["output_index"], 2);
    }

    #[test]
    fn filler_has_the_size_that_was_asked_for() {
        assert_eq!(filler(12, 10), "0000012 xx");
        assert_eq!(filler(12, 3), "000");
        assert_eq!(filler(12, 0), "");
    }
}
