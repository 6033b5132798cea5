//! The values that `Debug` does not print: those that can contain secrets under any name, and, in JSON
//! without a type, members that contain secrets by their name.

use std::fmt;

use crate::decode::{DecodeError, Kind, Reader};
use crate::generated::{HIDDEN_MEMBERS, SECRET_MEMBERS};

const REDACTED: &str = "<redacted>";

/// Prints `<redacted>` for settings, environment variables and the like, unless they are empty.
pub(crate) struct Hidden<'a, T>(pub(crate) &'a T);

impl<T: Default + PartialEq + fmt::Debug> fmt::Debug for Hidden<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self.0 == T::default() { self.0.fmt(f) } else { f.write_str(REDACTED) }
    }
}

/// Returns a JSON text without the values of hidden members, at any depth.
pub(crate) fn redacted(text: &str) -> String {
    let mut writer = Writer { text, copied: 0, out: String::with_capacity(text.len()) };
    // Text that is no JSON is printed by nobody.
    match writer.value(&mut Reader::new(text)) {
        Ok(()) => writer.out + &text[writer.copied..],
        Err(_) => REDACTED.to_owned(),
    }
}

struct Writer<'a> {
    text: &'a str,
    /// Up to where the text has been copied, or left out.
    copied: usize,
    out: String,
}

impl Writer<'_> {
    fn value(&mut self, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
        match reader.peek_kind() {
            Kind::Object => {
                reader.begin_object()?;
                while let Some(key) = reader.next_raw_key()? {
                    if is_hidden(&key.unescaped_lossy()) {
                        self.leave_out(reader)?;
                    } else {
                        self.value(reader)?;
                    }
                }
                Ok(())
            }
            Kind::Array => {
                reader.begin_array()?;
                while reader.next_element()? {
                    self.value(reader)?;
                }
                Ok(())
            }
            _ => reader.skip(),
        }
    }

    fn leave_out(&mut self, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
        let value = reader.raw()?;
        if !matches!(value, "null" | "{}" | "[]" | "\"\"") {
            let end = reader.position();
            self.out.push_str(&self.text[self.copied..end - value.len()]);
            self.out.push_str(REDACTED);
            self.copied = end;
        }
        Ok(())
    }
}

/// Whether a member of this name is hidden, however the name is spelled: `apiKey`, `api_key`.
fn is_hidden(name: &str) -> bool {
    let folded = |name: &'_ str| {
        let letters = name.chars().filter(|it| it.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect::<String>()
    };
    let name = folded(name);
    SECRET_MEMBERS.iter().chain(HIDDEN_MEMBERS).any(|hidden| folded(hidden) == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::redacted;
    use crate::decode::from_str;
    use crate::{
        Config, ConfigValueWriteParams, LoginAccountResponse, Nullable,
        RawResponseItemCompletedNotification, ThreadResumeParams,
    };

    #[test]
    fn settings_do_not_print() {
        let settings = BTreeMap::from([("token".to_owned(), json!("sk-123"))]);
        let resume = ThreadResumeParams::new("t1");
        let printed = format!("{resume:?}");
        assert!(printed.contains(r#"thread_id: "t1""#), "{printed}");
        assert!(printed.contains("config: Absent"), "{printed}");
        let printed = format!("{:?}", resume.config(Nullable::Value(settings)));
        assert!(printed.contains("config: <redacted>") && !printed.contains("sk-123"), "{printed}");

        let write = ConfigValueWriteParams::new("token", "replace", Value::from("sk-123"));
        assert!(!format!("{write:?}").contains("sk-123"));
        let read: Config = from_str(r#"{"mcp_servers":{"a":{"token":"sk-123"}}}"#).unwrap();
        assert!(read.additional.contains_key("mcp_servers"));
        assert!(!format!("{read:?}").contains("sk-123"));
    }

    #[test]
    fn json_prints_without_what_its_members_names_say_is_secret() {
        for (text, expected) in [
            (r#"{ "a" : [1.0,"token"] }"#, r#"{ "a" : [1.0,"token"] }"#),
            (r#"{"env": {"X":"y"} ,"b":1}"#, r#"{"env": <redacted> ,"b":1}"#),
            (
                r#"[{"api_key":"k"},{"API-KEY":["k"]}]"#,
                r#"[{"api_key":<redacted>},{"API-KEY":<redacted>}]"#,
            ),
            (
                r#"{"\u0074oken":"k","headers":{},"env":null}"#,
                r#"{"\u0074oken":<redacted>,"headers":{},"env":null}"#,
            ),
            (r#""token""#, r#""token""#),
        ] {
            assert_eq!(redacted(text), expected);
        }
    }

    #[test]
    fn a_known_variant_that_has_changed_prints_no_secret() {
        let text = r#"{"threadId":"t","turnId":"u","item":{"type":"local_shell_call","status":"completed",
            "action":{"type":"exec","command":["x"],"env":{"TOKEN":"hunter2"},"timeout_ms":"soon"}}}"#;
        let item: RawResponseItemCompletedNotification = from_str(text).unwrap();
        let printed = format!("{item:?}");
        assert!(printed.contains("Unknown") && printed.contains(r#""soon""#), "{printed}");
        assert!(!printed.contains("hunter2"), "{printed}");
    }

    #[test]
    fn what_logs_somebody_in_does_not_print() {
        for text in [
            r#"{"type":"chatgpt","loginId":"l","authUrl":"hunter2"}"#,
            r#"{"type":"chatgptDeviceCode","loginId":"l","userCode":"hunter2","verificationUrl":"v"}"#,
        ] {
            let response: LoginAccountResponse = from_str(text).unwrap();
            let printed = format!("{response:?}");
            assert!(printed.contains(r#""l""#) && !printed.contains("hunter2"), "{printed}");
        }
    }
}
