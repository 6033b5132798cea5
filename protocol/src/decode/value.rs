//! Converts JSON to a [`serde_json::Value`], also where serde_json refuses it: valid JSON can contain
//! lone surrogates and numbers out of range.

use serde_json::{Map, Value};

use super::{Decode, DecodeError, Kind, Reader};

/// The value of a JSON text, with what a [`Value`] cannot hold replaced: a lone surrogate by
/// `U+FFFD`, a number out of range by null, and so is text that is no JSON.
pub(crate) fn lenient_value(text: &str) -> Value {
    serde_json::from_str(text)
        .unwrap_or_else(|_| Reader::new(text).lenient_value().unwrap_or_default())
}

/// Fails for JSON that a [`Value`] cannot represent. A union then keeps it in its unknown variant.
impl Decode for Value {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let text = reader.raw()?;
        serde_json::from_str(text)
            .map_err(|_| reader.shape_error("expected JSON that fits a serde_json value"))
    }
}

impl Reader<'_> {
    fn lenient_value(&mut self) -> Result<Value, DecodeError> {
        match self.peek_kind() {
            Kind::Object => {
                let mut members = Map::new();
                self.begin_object()?;
                while let Some(key) = self.next_raw_key()? {
                    members.insert(key.unescaped_lossy(), self.lenient_value()?);
                }
                Ok(Value::Object(members))
            }
            Kind::Array => {
                let mut elements = Vec::new();
                self.begin_array()?;
                while self.next_element()? {
                    elements.push(self.lenient_value()?);
                }
                Ok(Value::Array(elements))
            }
            Kind::String => Ok(Value::String(self.quoted()?.unescaped_lossy())),
            _ => Ok(serde_json::from_str(self.raw()?).unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::lenient_value;

    #[test]
    fn what_a_value_cannot_hold_is_replaced() {
        let value = lenient_value(r#"{"\udc00a":[1e999,"\ud800\n",true],"b":{"c":-1}}"#);
        assert_eq!(value, json!({"\u{fffd}a": [null, "\u{fffd}\n", true], "b": {"c": -1}}));
    }
}
