//! Text that must not appear in logs. Callers that need it get it.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::decode::{Blank, Decode, DecodeError, Reader};

/// A token, API key or login code.
///
/// `Debug` prints `Secret(<redacted>)`, and there is no `Display`. Serialization writes the text.
///
/// # Examples
///
/// ```
/// use codex_app_protocol::Secret;
///
/// let key = Secret::from("sk-123");
/// assert_eq!(format!("{key:?}"), "Secret(<redacted>)");
/// assert_eq!(key.expose(), "sk-123");
/// ```
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct Secret(String);

impl Secret {
    /// Returns the secret text.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(<redacted>)")
    }
}

impl From<&str> for Secret {
    fn from(secret: &str) -> Self {
        Self(secret.into())
    }
}

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        Self(secret)
    }
}

crate::text::named_text!(Secret);

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl Blank for Secret {
    fn blank() -> Self {
        Self(String::new())
    }
}

impl Decode for Secret {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        String::decode(reader).map(Self)
    }
}

crate::serde_bridge::deserialize_via_json!(Secret);

#[cfg(test)]
mod tests {
    use super::Secret;
    use crate::decode::from_str;

    #[test]
    fn the_wire_carries_the_text() {
        let secret: Secret = from_str(r#""tok\"en""#).unwrap();
        assert_eq!(secret.expose(), "tok\"en");
        assert_eq!(serde_json::to_string(&secret).unwrap(), r#""tok\"en""#);
    }
}
