//! Setters for members that are strings on the wire take any string type.

use std::borrow::Cow;

use crate::nullable::Nullable;

/// A type that is a string on the wire.
///
/// These are `String`, [`Secret`](crate::Secret), and enums of strings such as
/// [`SandboxMode`](crate::SandboxMode). Their setters take `&str`, `String`, `&String`, and an `Option`
/// of these.
pub trait TextMember: for<'a> From<&'a str> + From<String> {}

/// A [`TextMember`] other than `String`.
pub trait NameMember: TextMember {}

impl TextMember for String {}

impl<T: TextMember> From<&str> for Nullable<T> {
    #[inline]
    fn from(text: &str) -> Self {
        Self::Value(text.into())
    }
}

impl<T: TextMember> From<&String> for Nullable<T> {
    #[inline]
    fn from(text: &String) -> Self {
        Self::Value(text.as_str().into())
    }
}

impl<T: NameMember> From<String> for Nullable<T> {
    #[inline]
    fn from(text: String) -> Self {
        Self::Value(text.into())
    }
}

impl<T: TextMember> From<Cow<'_, str>> for Nullable<T> {
    #[inline]
    fn from(text: Cow<'_, str>) -> Self {
        Self::Value(text.into_owned().into())
    }
}

impl<T: TextMember> From<Box<str>> for Nullable<T> {
    #[inline]
    fn from(text: Box<str>) -> Self {
        Self::Value(text.into_string().into())
    }
}

/// `None` leaves the member out.
impl<T: TextMember> From<Option<&str>> for Nullable<T> {
    #[inline]
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::Absent, Self::from)
    }
}

/// `None` leaves the member out.
impl<T: TextMember> From<Option<&String>> for Nullable<T> {
    #[inline]
    fn from(text: Option<&String>) -> Self {
        text.map_or(Self::Absent, Self::from)
    }
}

/// `None` leaves the member out.
impl<T: NameMember> From<Option<String>> for Nullable<T> {
    #[inline]
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::Absent, Self::from)
    }
}

impl<T: TextMember> From<Vec<&str>> for Nullable<Vec<T>> {
    #[inline]
    fn from(texts: Vec<&str>) -> Self {
        Self::Value(texts.into_iter().map(T::from).collect())
    }
}

impl<T: NameMember> From<Vec<String>> for Nullable<Vec<T>> {
    #[inline]
    fn from(texts: Vec<String>) -> Self {
        Self::Value(texts.into_iter().map(T::from).collect())
    }
}

/// Implements [`NameMember`], and what else a type with `From<&str>` and `From<String>` takes.
macro_rules! named_text {
    ($name:ident) => {
        impl ::std::convert::From<&::std::string::String> for $name {
            #[inline]
            fn from(text: &::std::string::String) -> Self {
                Self::from(text.as_str())
            }
        }

        impl $crate::text::TextMember for $name {}

        impl $crate::text::NameMember for $name {}
    };
}
pub(crate) use named_text;

/// Implements the traits of strings for a union with a variant for a string.
macro_rules! text_arm {
    ($union:ident::$arm:ident) => {
        impl ::std::convert::From<&str> for $union {
            #[inline]
            fn from(text: &str) -> Self {
                Self::$arm(text.into())
            }
        }

        impl ::std::convert::From<::std::string::String> for $union {
            #[inline]
            fn from(text: ::std::string::String) -> Self {
                Self::$arm(text)
            }
        }

        $crate::text::named_text!($union);
    };
}
pub(crate) use text_arm;

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use serde_json::json;

    use crate::{
        Nullable, ReasoningEffort, SandboxMode, Secret, ThreadStartParams, TurnStartParams,
    };

    #[test]
    fn a_text_is_set_from_whatever_holds_one() {
        let owned = "m".to_owned();
        let expected = ThreadStartParams::default().model(Nullable::Value("m".to_owned()));
        for params in [
            ThreadStartParams::new().model("m"),
            ThreadStartParams::new().model(&owned),
            ThreadStartParams::new().model(owned.clone()),
            ThreadStartParams::new().model(Some("m")),
            ThreadStartParams::new().model(Some(&owned)),
            ThreadStartParams::new().model(Some(owned.clone())),
            ThreadStartParams::new().model(Some(owned.as_str()).filter(|it| !it.is_empty())),
            ThreadStartParams::new().model(Cow::Borrowed("m")),
            ThreadStartParams::new().model(Box::<str>::from("m")),
            ThreadStartParams::new().model("x").model(Nullable::Null).model("m"),
        ] {
            assert_eq!(params, expected);
        }
        let unset = ThreadStartParams::new().model("m").model(None::<&str>);
        assert_eq!(unset, ThreadStartParams::default());
    }

    #[test]
    fn names_are_set_like_texts() {
        let owned = "read-only".to_owned();
        for params in [
            ThreadStartParams::new().sandbox(SandboxMode::ReadOnly),
            ThreadStartParams::new().sandbox("read-only"),
            ThreadStartParams::new().sandbox(&owned),
            ThreadStartParams::new().sandbox(owned.clone()),
            ThreadStartParams::new().sandbox(Some("read-only")),
            ThreadStartParams::new().sandbox(Some(owned.clone())),
            ThreadStartParams::new().sandbox(Some(SandboxMode::ReadOnly)),
        ] {
            assert_eq!(serde_json::to_value(&params).unwrap(), json!({"sandbox": "read-only"}));
        }
        let effort = ReasoningEffort::from(&"high".to_owned());
        let params =
            TurnStartParams::new(&owned, [&owned]).effort(effort.clone()).effort(Some(effort));
        assert_eq!(serde_json::to_value(&params).unwrap()["effort"], "high");
        assert_eq!(Nullable::<Secret>::from("k".to_owned()), Nullable::Value("k".into()));
    }

    #[test]
    fn lists_of_texts_are_set_from_arrays_vectors_and_slices() {
        let owned = vec!["a".to_owned()];
        for params in [
            TurnStartParams::new("t", ["x"]).disabled_plugin_ids(["a"]),
            TurnStartParams::new("t", ["x"]).disabled_plugin_ids(["a".to_owned()]),
            TurnStartParams::new("t", ["x"]).disabled_plugin_ids(vec!["a"]),
            TurnStartParams::new("t", ["x"]).disabled_plugin_ids(owned.clone()),
            TurnStartParams::new("t", ["x"]).disabled_plugin_ids(&owned[..]),
            TurnStartParams::new("t", ["x"]).disabled_plugin_ids(&owned),
            TurnStartParams::new("t", ["x"]).disabled_plugin_ids(Some(owned.clone())),
        ] {
            let value = serde_json::to_value(&params).unwrap();
            assert_eq!(value["disabledPluginIds"], json!(["a"]));
        }
    }
}
