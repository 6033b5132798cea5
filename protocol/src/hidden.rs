//! Values that may hold secrets under any name, as `Debug` shows them: not at all.

use std::fmt;

/// Settings, environment variables and their like. That nothing is there may be seen.
pub(crate) struct Hidden<'a, T>(pub(crate) &'a T);

impl<T: Default + PartialEq + fmt::Debug> fmt::Debug for Hidden<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self.0 == T::default() { self.0.fmt(f) } else { f.write_str("<redacted>") }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use crate::decode::from_str;
    use crate::{Config, ConfigValueWriteParams, Nullable, ThreadResumeParams};

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
}
