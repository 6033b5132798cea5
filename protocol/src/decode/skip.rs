//! Skips a value without decoding it. The value is checked to be JSON, nothing is allocated, and nesting
//! uses no stack.

use super::{DecodeError, Reader};

impl<'a> Reader<'a> {
    /// Skips the next value, whatever its shape.
    ///
    /// # Errors
    ///
    /// Fails if the value is not JSON.
    pub fn skip(&mut self) -> Result<(), DecodeError> {
        let outer = self.depth();
        // One bit for each bracket opened here, set for an object. The limit on depth keeps them
        // within the word.
        let mut objects = 0_u128;
        loop {
            match self.peek_byte() {
                b'{' => {
                    self.open()?;
                    objects = objects << 1 | 1;
                    if self.peek_byte() != b'}' {
                        self.member_name()?;
                        continue;
                    }
                }
                b'[' => {
                    self.open()?;
                    objects <<= 1;
                    if self.peek_byte() != b']' {
                        continue;
                    }
                }
                first => self.skip_scalar(first)?,
            }
            if self.finish_value(outer, &mut objects)? {
                return Ok(());
            }
        }
    }

    /// Skips the next value and returns its text, without whitespace around it.
    ///
    /// # Errors
    ///
    /// Fails if the value is not JSON.
    pub fn raw(&mut self) -> Result<&'a str, DecodeError> {
        self.peek_byte();
        let start = self.position();
        self.skip()?;
        Ok(self.since(start))
    }

    /// The text between a place and the reader, both of which stand at the edge of a value.
    pub(crate) fn since(&self, start: usize) -> &'a str {
        &self.text()[start..self.position()]
    }

    /// Checks that the whole text is one value.
    pub(super) fn check_syntax(&mut self) -> Result<(), DecodeError> {
        self.skip()?;
        self.end()
    }

    /// Behind a value: closes what ends there. True when nothing opened here is left, false when
    /// another value follows.
    fn finish_value(&mut self, outer: u32, objects: &mut u128) -> Result<bool, DecodeError> {
        while self.depth() != outer {
            let in_object = *objects & 1 == 1;
            match self.peek_byte() {
                b',' => {
                    self.set_position(self.position() + 1);
                    if in_object {
                        self.member_name()?;
                    }
                    return Ok(false);
                }
                b'}' if in_object => self.close(),
                b']' if !in_object => self.close(),
                _ if in_object => {
                    return Err(self.unexpected("expected a comma or a closing brace"));
                }
                _ => return Err(self.unexpected("expected a comma or a closing bracket")),
            }
            *objects >>= 1;
        }
        Ok(true)
    }

    fn skip_scalar(&mut self, first: u8) -> Result<(), DecodeError> {
        match first {
            b'"' => self.quoted().map(drop),
            b'n' => self.literal("null"),
            b't' => self.literal("true"),
            b'f' => self.literal("false"),
            b'-' | b'0'..=b'9' => self.number().map(drop),
            _ => Err(self.unexpected("expected a value")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Reader;

    #[test]
    fn a_value_of_any_shape_is_returned_as_it_stands() {
        for text in [
            "{}",
            "[]",
            "[[],{},[{}]]",
            r#"{"a":{"b":[1,{"c":[]}]},"d":"}]"}"#,
            "\"\\\"\"",
            "-0.5e+10",
            "true",
            "null",
        ] {
            let padded = format!(" {text}\t");
            let mut reader = Reader::new(&padded);
            assert_eq!(reader.raw().unwrap(), text);
            reader.end().unwrap();
        }
    }

    #[test]
    fn brackets_must_match() {
        for text in
            ["{]", "[}", "[{]}", r#"{"a":[}]"#, "[1,}", "{,}", r#"{"a":1,}"#, "[1,]", "{1:2}"]
        {
            assert!(Reader::new(text).skip().unwrap_err().is_syntax(), "{text}");
        }
    }

    #[test]
    fn the_depth_counts_from_where_the_reader_is() {
        let inner = format!("{}{}", "[".repeat(127), "]".repeat(127));
        let text = format!("[{inner}]");
        let mut reader = Reader::new(&text);
        reader.begin_array().unwrap();
        reader.next_element().unwrap();
        assert!(reader.skip().unwrap_err().is_syntax());
    }
}
