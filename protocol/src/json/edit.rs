//! Changes one place in a JSON text and leaves the rest as it is.

use super::Json;
use crate::decode::{DecodeError, Reader};

impl Json {
    /// Sets the value at a path of member names, and leaves the rest of the text as it is.
    ///
    /// Missing objects on the path are created. Use this to change a message without losing members
    /// that this crate does not know. If members have the same name, all of them are set, because
    /// parsers differ in which of them counts.
    ///
    /// # Errors
    ///
    /// Fails if a value on the path is not an object. Nothing is changed then.
    ///
    /// # Examples
    ///
    /// ```
    /// use codex_app_protocol::Json;
    ///
    /// let line = r#"{"id":7,"method":"turn/start","params":{"threadId":"t","new":1.0}}"#;
    /// let mut message = Json::from_text(line.to_owned())?;
    /// message.set(&["params", "model"], "gpt-5.5")?;
    /// assert_eq!(
    ///     message.get(),
    ///     r#"{"id":7,"method":"turn/start","params":{"threadId":"t","new":1.0,"model":"gpt-5.5"}}"#
    /// );
    /// # Ok::<(), codex_app_protocol::DecodeError>(())
    /// ```
    pub fn set(&mut self, path: &[&str], value: impl Into<Self>) -> Result<(), DecodeError> {
        let mut edit = Edit { text: &self.0, copied: 0, out: String::new() };
        edit.set(&mut Reader::new(&self.0), path, value.into().get())
            .map_err(|error| error.located(&self.0))?;
        self.0 = (edit.out + &self.0[edit.copied..]).into();
        Ok(())
    }

    /// Removes the member at a path of member names, and leaves the rest of the text as it is. Returns
    /// whether there was such a member.
    ///
    /// If members have the same name, all of them are removed.
    ///
    /// # Examples
    ///
    /// ```
    /// use codex_app_protocol::Json;
    ///
    /// let mut params = Json::from_text(r#"{"threadId":"t", "model":"m", "cwd":"/"}"#.to_owned())?;
    /// assert!(params.remove(&["model"]));
    /// assert_eq!(params.get(), r#"{"threadId":"t", "cwd":"/"}"#);
    /// # Ok::<(), codex_app_protocol::DecodeError>(())
    /// ```
    pub fn remove(&mut self, path: &[&str]) -> bool {
        match without(&self.0, path) {
            Some(text) => {
                self.0 = text.into();
                true
            }
            None => false,
        }
    }
}

/// A text that is copied with changes.
struct Edit<'a> {
    text: &'a str,
    /// Up to where the text has been copied or replaced.
    copied: usize,
    out: String,
}

impl Edit<'_> {
    fn set(
        &mut self,
        reader: &mut Reader<'_>,
        path: &[&str],
        value: &str,
    ) -> Result<(), DecodeError> {
        let Some((name, rest)) = path.split_first() else {
            let replaced = reader.raw()?;
            let end = reader.position();
            self.out.push_str(&self.text[self.copied..end - replaced.len()]);
            self.out.push_str(value);
            self.copied = end;
            return Ok(());
        };
        let (mut is_there, mut is_empty) = (false, true);
        reader.begin_object()?;
        while let Some(key) = reader.next_raw_key()? {
            is_empty = false;
            if key.is(name) {
                is_there = true;
                self.set(reader, rest, value)?;
            } else {
                reader.skip()?;
            }
        }
        if !is_there {
            let brace = reader.position() - 1;
            self.out.push_str(&self.text[self.copied..brace]);
            self.copied = brace;
            self.out.push_str(if is_empty { "" } else { "," });
            self.insert(path, value);
        }
        Ok(())
    }

    /// `"a":{"b":value}`
    fn insert(&mut self, path: &[&str], value: &str) {
        for (depth, name) in path.iter().enumerate() {
            self.out.push_str(if depth == 0 { "" } else { "{" });
            self.out.push_str(Json::string(name).get());
            self.out.push(':');
        }
        self.out.push_str(value);
        self.out.push_str(&"}".repeat(path.len().saturating_sub(1)));
    }
}

/// A text without what is at the path; none if nothing is there.
fn without(text: &str, path: &[&str]) -> Option<String> {
    let (name, rest) = path.split_first()?;
    let mut reader = Reader::new(text);
    reader.begin_object().ok()?;
    let (mut out, mut found) = (text[..reader.position()].to_owned(), false);
    let (mut is_first, mut previous) = (true, reader.position());
    while let Some(key) = reader.next_raw_key().ok()? {
        let value = reader.raw().ok()?;
        let end = reader.position();
        let member = &text[previous..end - value.len()];
        previous = end;
        let changed = if key.is(name) { without(value, rest) } else { None };
        found |= changed.is_some();
        if key.is(name) && rest.is_empty() {
            found = true;
            continue;
        }
        // The comma goes with the member before it.
        let member = if is_first { member.trim_start_matches(',') } else { member };
        out.extend([member, changed.as_deref().unwrap_or(value)]);
        is_first = false;
    }
    found.then(|| out + &text[previous..])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::json::Json;

    fn json(text: &str) -> Json {
        Json::from_text(text.to_owned()).unwrap()
    }

    #[track_caller]
    fn check_set(text: &str, path: &[&str], expected: &str) {
        let mut json = json(text);
        json.set(path, json!(7)).unwrap();
        assert_eq!(json.get(), expected);
        Json::from_text(json.get().to_owned()).unwrap();
    }

    #[track_caller]
    fn check_remove(text: &str, path: &[&str], expected: &str) {
        let mut json = json(text);
        assert_eq!(json.remove(path), text != expected);
        assert_eq!(json.get(), expected);
        Json::from_text(json.get().to_owned()).unwrap();
    }

    #[test]
    fn a_value_is_set_and_nothing_else_is_changed() {
        check_set(r#"{"a" : 1.0 ,"b":"\ud800"}"#, &["a"], r#"{"a" : 7 ,"b":"\ud800"}"#);
        check_set(r#"{"b": -0 }"#, &["a"], r#"{"b": -0 ,"a":7}"#);
        check_set("{ }", &["a", "b", "c"], r#"{ "a":{"b":{"c":7}}}"#);
        check_set(r#"{"a":{"x":[1]},"z":{}}"#, &["a", "b"], r#"{"a":{"x":[1],"b":7},"z":{}}"#);
        check_set(r#"{"a":1,"\u0061":{"a":2}}"#, &["a"], r#"{"a":7,"\u0061":7}"#);
        check_set(r#"{"a":{"b":1},"a":{}}"#, &["a", "b"], r#"{"a":{"b":7},"a":{"b":7}}"#);
        check_set("{}", &["\"é\n"], r#"{"\"é\n":7}"#);
        check_set("[1]", &[], "7");
    }

    #[test]
    fn where_there_is_no_object_nothing_is_changed() {
        for text in [r#"{"x":1,"a":[1]}"#, r#"{"a":{"b":1},"a":null}"#] {
            let mut json = json(text);
            let error = json.set(&["a", "b"], Json::string("s")).unwrap_err();
            assert!(!error.is_syntax());
            assert_eq!((error.path(), json.get()), ("a", text));
        }
    }

    #[test]
    fn what_is_removed_takes_its_comma_along() {
        check_remove(r#"{"a":1, "b": 2 ,"c":3}"#, &["a"], r#"{ "b": 2 ,"c":3}"#);
        check_remove(r#"{"a":1, "b": 2 ,"c":3}"#, &["b"], r#"{"a":1 ,"c":3}"#);
        check_remove(r#"{"a":1, "b": 2 ,"c":3 }"#, &["c"], r#"{"a":1, "b": 2 }"#);
        check_remove(r#"{"a":1,"b":2,"a":3}"#, &["a"], r#"{"b":2}"#);
        check_remove(r#"{ "a":1 }"#, &["a"], "{ }");
        check_remove(
            r#"{"x":{"a":{},"b":[1.0]},"a":1}"#,
            &["x", "a"],
            r#"{"x":{"b":[1.0]},"a":1}"#,
        );
    }

    #[test]
    fn what_is_not_there_is_not_removed() {
        for text in [r#"{"b":{"a":1}}"#, "{}", "[]", r#"{"a":[1]}"#] {
            check_remove(text, &["a", "a"], text);
            check_remove(text, &[], text);
        }
    }
}
