//! Macros for the generated types that are strings on the wire: open enums, which keep unknown strings,
//! and newtypes. The generator writes the types themselves.

use crate::decode::{DecodeError, Reader};
use crate::json::Json;

/// Implements the traits of a generated enum whose variants stand for names, and whose last
/// variant is `Unknown(Json)`.
macro_rules! string_enum {
    ($($name:ident {
        $($(#[$attribute:meta])* $wire:literal => $variant:ident),* $(,)?
    })*) => {$(
        impl $name {
            /// Returns the name on the wire. For an unknown value, this is the string that was sent,
            /// or the JSON text if it is not a string without escapes.
            #[inline]
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $($(#[$attribute])* Self::$variant => $wire,)*
                    Self::Unknown(json) => json.text(),
                }
            }

            /// Returns whether this version of the crate does not know the value.
            #[inline]
            #[must_use]
            pub fn is_unknown(&self) -> bool {
                matches!(self, Self::Unknown(_))
            }

            fn from_name(name: &str) -> ::std::option::Option<Self> {
                match name {
                    $($(#[$attribute])* $wire => ::std::option::Option::Some(Self::$variant),)*
                    _ => ::std::option::Option::None,
                }
            }
        }

        impl ::std::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        /// An unknown name becomes `Unknown`.
        impl ::std::convert::From<&str> for $name {
            #[inline]
            fn from(name: &str) -> Self {
                Self::from_name(name)
                    .unwrap_or_else(|| Self::Unknown($crate::json::Json::string(name)))
            }
        }

        /// An unknown name becomes `Unknown`.
        impl ::std::convert::From<::std::string::String> for $name {
            #[inline]
            fn from(name: ::std::string::String) -> Self {
                Self::from(name.as_str())
            }
        }

        $crate::text::named_text!($name);

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                match self {
                    Self::Unknown(json) => json.serialize(serializer),
                    known => serializer.serialize_str(known.as_str()),
                }
            }
        }

        impl $crate::decode::Blank for $name {
            fn blank() -> Self {
                Self::Unknown($crate::decode::Blank::blank())
            }
        }

        impl $crate::decode::Decode for $name {
            fn decode(
                reader: &mut $crate::decode::Reader<'_>,
            ) -> ::std::result::Result<Self, $crate::decode::DecodeError> {
                $crate::string_enum::decode_name(reader, Self::from_name, Self::Unknown)
            }
        }

        $crate::serde_bridge::deserialize_via_json!($name);
    )*};
}
pub(crate) use string_enum;

/// Decodes a name, or whatever stands in its place, which is counted as unknown.
pub(crate) fn decode_name<T>(
    reader: &mut Reader<'_>,
    from_name: fn(&str) -> Option<T>,
    unknown: fn(Json) -> T,
) -> Result<T, DecodeError> {
    let mark = reader.mark();
    let name = reader.string_or_skip()?;
    match name.and_then(|name| from_name(&name)) {
        Some(value) => Ok(value),
        None => reader.unknown_at(mark).map(unknown),
    }
}

/// Implements the traits of a generated `struct X(pub String)`.
macro_rules! string_newtype {
    ($($name:ident),* $(,)?) => {$(
        impl $name {
            /// Returns the text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl ::std::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl ::std::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl ::std::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                Self(text)
            }
        }

        $crate::text::named_text!($name);

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl $crate::decode::Blank for $name {
            fn blank() -> Self {
                Self(::std::string::String::new())
            }
        }

        impl $crate::decode::Decode for $name {
            fn decode(
                reader: &mut $crate::decode::Reader<'_>,
            ) -> ::std::result::Result<Self, $crate::decode::DecodeError> {
                reader.string().map(|text| Self(text.into()))
            }
        }

        $crate::serde_bridge::deserialize_via_json!($name);
    )*};
}
pub(crate) use string_newtype;

#[cfg(test)]
#[expect(unreachable_pub, reason = "the macros are for types that are exported")]
mod tests {
    use crate::decode::{from_str, from_str_counting};
    use crate::json::Json;

    #[derive(Clone, Debug, Eq, Hash, PartialEq)]
    #[non_exhaustive]
    enum Status {
        Completed,
        InProgress,
        Unknown(Json),
    }

    string_enum! {
        Status {
            "completed" => Completed,
            "inProgress" => InProgress,
            #[cfg(any())]
            "never" => Never,
        }
    }

    #[derive(Clone, Debug, PartialEq)]
    struct Path(String);

    string_newtype!(Path);

    #[test]
    fn a_known_name_is_its_variant() {
        let status: (Status, u32) = from_str_counting(r#""inProgress""#).unwrap();
        assert_eq!(status, (Status::InProgress, 0));
        assert_eq!(from_str::<Status>(r#""\u0063ompleted""#).unwrap(), Status::Completed);
        assert_eq!(serde_json::to_string(&Status::InProgress).unwrap(), r#""inProgress""#);
        assert_eq!(Status::from("completed"), Status::Completed);
        assert_eq!(format!("{:>10}", Status::Completed), " completed");
        assert!(!Status::Completed.is_unknown());
    }

    #[test]
    fn anything_else_is_kept_and_counted() {
        for text in [r#""paused""#, "7", "null", r#"{"a":[1]}"#, r#""\ud800""#, r#""never""#] {
            let (status, n_unknown): (Status, _) = from_str_counting(text).unwrap();
            assert!(status.is_unknown(), "{text}");
            assert_eq!(n_unknown, 1);
            assert_eq!(serde_json::to_string(&status).unwrap(), text);
        }
        assert_eq!(Status::from("paused"), from_str::<Status>(r#""paused""#).unwrap());
        assert_eq!(Status::from("paused").as_str(), "paused");
    }

    #[test]
    fn malformed_text_is_not_kept() {
        for text in ["\"paused", "nul", "", "[1"] {
            assert!(from_str::<Status>(text).unwrap_err().is_syntax(), "{text}");
        }
    }

    #[test]
    fn a_setter_takes_a_name_as_it_is() {
        let params = crate::TurnStartParams::new("t", ["hi"]).effort("high").cwd("/src");
        let json = serde_json::to_value(&params).unwrap();
        assert_eq!((&json["effort"], &json["cwd"]), (&"high".into(), &"/src".into()));
    }

    #[test]
    fn an_enum_can_be_part_of_a_serde_type() {
        let statuses: Vec<Status> = serde_json::from_str(r#"["completed","new"]"#).unwrap();
        assert_eq!(statuses, [Status::Completed, Status::from("new")]);
    }

    #[test]
    fn a_newtype_is_a_string_on_the_wire() {
        let path: Path = from_str(r#""/a\/b""#).unwrap();
        assert_eq!(path, Path::from("/a/b"));
        assert_eq!(path, Path::from("/a/b".to_owned()));
        assert_eq!(serde_json::from_str::<Path>(r#""/a/b""#).unwrap().as_str(), "/a/b");
        assert_eq!(serde_json::to_string(&path).unwrap(), r#""/a/b""#);
        assert_eq!(format!("{path} {}", path.as_ref()), "/a/b /a/b");
        assert!(!from_str::<Path>("1").unwrap_err().is_syntax());
    }
}
