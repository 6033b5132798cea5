//! The paths that setters take: strings, or the path types of the standard library.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};

use crate::nullable::Nullable;
use crate::unsendable::Member;

const NOT_UNICODE: &str = "the path is not Unicode";

/// A value that a setter takes for a path.
///
/// These are strings (`&str`, `String`, …), `&Path`, `PathBuf`, the path types of this crate, and an
/// `Option` or a list of them. `M` is the type of the member. `Option::None` leaves the member out.
///
/// JSON is Unicode, and a path need not be. If a path is not Unicode,
/// [`encode_request`](crate::encode_request) fails, and so does any other serialization of the params.
///
/// # Examples
///
/// ```
/// use std::path::Path;
///
/// use codex_app_protocol::{Nullable, ThreadStartParams, encode_request};
///
/// let params = ThreadStartParams::new().cwd("/src");
/// assert_eq!(params, ThreadStartParams::new().cwd(Path::new("/src")));
/// assert_eq!(params, ThreadStartParams::new().cwd(Some(Path::new("/src").to_owned())));
/// // `None` leaves the member out. `Nullable::Null` resets it.
/// let reset = params.cwd(Nullable::Null);
/// # #[cfg(unix)] {
/// use std::ffi::OsStr;
/// use std::os::unix::ffi::OsStrExt;
///
/// let params = ThreadStartParams::new().cwd(Path::new(OsStr::from_bytes(b"/caf\xe9")));
/// let error = encode_request(&1.into(), &params).unwrap_err();
/// assert_eq!(error.to_string(), "cwd: the path is not Unicode");
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be set as a path",
    note = "a path is a `&str`, `String`, `&Path` or `PathBuf`, or an `Option` or list of these where the member is one"
)]
pub trait IntoPath<M> {
    #[doc(hidden)]
    fn into_path(self) -> Member<M>;
}

/// The type of a member that contains a path: `String`, or one of the path types of the schema.
pub trait PathMember: From<String> {}

impl PathMember for String {}

fn of_path<T: PathMember>(path: Cow<'_, Path>) -> Member<T> {
    match path {
        Cow::Owned(path) => match path.into_os_string().into_string() {
            Ok(text) => Member::new(text.into()),
            Err(path) => of_path(Cow::Borrowed(Path::new(&path))),
        },
        Cow::Borrowed(path) => match path.to_str() {
            Some(text) => Member::new(text.to_owned().into()),
            None => Member::unsendable(path.to_string_lossy().into_owned().into(), NOT_UNICODE),
        },
    }
}

macro_rules! paths {
    ($($from:ty: $path:ident => $convert:expr;)*) => {$(
        impl<T: PathMember> IntoPath<T> for $from {
            fn into_path(self) -> Member<T> {
                let $path = self;
                $convert
            }
        }

        impl<T: PathMember> IntoPath<Nullable<T>> for $from {
            fn into_path(self) -> Member<Nullable<T>> {
                IntoPath::<T>::into_path(self).map(Nullable::Value)
            }
        }
    )*};
}

paths! {
    &str: text => Member::new(text.to_owned().into());
    String: text => Member::new(text.into());
    &String: text => Member::new(text.clone().into());
    Cow<'_, str>: text => Member::new(text.into_owned().into());
    Box<str>: text => Member::new(text.into_string().into());
    &Path: path => of_path(Cow::Borrowed(path));
    PathBuf: path => of_path(Cow::Owned(path));
    &PathBuf: path => of_path(Cow::Borrowed(path));
    Cow<'_, Path>: path => of_path(path);
    Box<Path>: path => of_path(Cow::Owned(path.into_path_buf()));
    OsString: path => of_path(Cow::Owned(path.into()));
    &OsStr: path => of_path(Cow::Borrowed(Path::new(path)));
}

/// `None` leaves the member out.
impl<T, P: IntoPath<T>> IntoPath<Nullable<T>> for Option<P> {
    fn into_path(self) -> Member<Nullable<T>> {
        match self {
            Some(path) => path.into_path().map(Nullable::Value),
            None => Member::new(Nullable::Absent),
        }
    }
}

impl<T> IntoPath<Self> for Nullable<T> {
    fn into_path(self) -> Member<Self> {
        Member::new(self)
    }
}

macro_rules! lists {
    ($([$($generics:tt)*] $from:ty;)*) => {$(
        impl<T, P: IntoPath<T>, $($generics)*> IntoPath<Vec<T>> for $from {
            fn into_path(self) -> Member<Vec<T>> {
                paths(self)
            }
        }

        impl<T, P: IntoPath<T>, $($generics)*> IntoPath<Nullable<Vec<T>>> for $from {
            fn into_path(self) -> Member<Nullable<Vec<T>>> {
                IntoPath::<Vec<T>>::into_path(self).map(Nullable::Value)
            }
        }
    )*};
}

lists! {
    [] Vec<P>;
    [const N: usize] [P; N];
}

impl<T, P: IntoPath<T> + Clone> IntoPath<Vec<T>> for &[P] {
    fn into_path(self) -> Member<Vec<T>> {
        paths(self.iter().cloned())
    }
}

impl<T, P: IntoPath<T> + Clone> IntoPath<Nullable<Vec<T>>> for &[P] {
    fn into_path(self) -> Member<Nullable<Vec<T>>> {
        IntoPath::<Vec<T>>::into_path(self).map(Nullable::Value)
    }
}

/// Converts any number of paths.
pub(crate) fn paths<T, P: IntoPath<T>>(paths: impl IntoIterator<Item = P>) -> Member<Vec<T>> {
    Member::all(paths.into_iter().map(IntoPath::into_path))
}

/// The error for a path that is not Unicode and therefore cannot be written as JSON.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NotUnicode {
    path: PathBuf,
}

impl NotUnicode {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// Returns the path.
    #[must_use]
    pub fn into_path(self) -> PathBuf {
        self.path
    }
}

impl fmt::Display for NotUnicode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NOT_UNICODE)
    }
}

impl std::error::Error for NotUnicode {}

/// Implements the traits of paths for a generated newtype of a path.
macro_rules! path_newtype {
    ($name:ident) => {
        impl ::std::convert::AsRef<::std::path::Path> for $name {
            fn as_ref(&self) -> &::std::path::Path {
                ::std::path::Path::new(&self.0)
            }
        }

        impl ::std::convert::TryFrom<::std::path::PathBuf> for $name {
            type Error = $crate::into_path::NotUnicode;

            /// Fails if the path is not Unicode. It may be relative: only the server, which may run on
            /// another system, can tell.
            fn try_from(path: ::std::path::PathBuf) -> Result<Self, Self::Error> {
                let text = path.into_os_string().into_string();
                text.map(Self).map_err(|path| $crate::into_path::NotUnicode::new(path.into()))
            }
        }

        impl ::std::convert::TryFrom<&::std::path::Path> for $name {
            type Error = $crate::into_path::NotUnicode;

            /// Fails if the path is not Unicode. It may be relative: only the server, which may run on
            /// another system, can tell.
            fn try_from(path: &::std::path::Path) -> Result<Self, Self::Error> {
                Self::try_from(path.to_owned())
            }
        }

        impl $crate::into_path::PathMember for $name {}

        impl<T: $crate::into_path::PathMember> $crate::into_path::IntoPath<T> for $name {
            fn into_path(self) -> $crate::unsendable::Member<T> {
                $crate::into_path::IntoPath::into_path(self.0)
            }
        }

        impl<T: $crate::into_path::PathMember>
            $crate::into_path::IntoPath<$crate::nullable::Nullable<T>> for $name
        {
            fn into_path(self) -> $crate::unsendable::Member<$crate::nullable::Nullable<T>> {
                $crate::into_path::IntoPath::into_path(self.0)
            }
        }

        impl<T: $crate::into_path::PathMember> $crate::into_path::IntoPath<T> for &$name {
            fn into_path(self) -> $crate::unsendable::Member<T> {
                $crate::into_path::IntoPath::into_path(&self.0)
            }
        }

        impl<T: $crate::into_path::PathMember>
            $crate::into_path::IntoPath<$crate::nullable::Nullable<T>> for &$name
        {
            fn into_path(self) -> $crate::unsendable::Member<$crate::nullable::Nullable<T>> {
                $crate::into_path::IntoPath::into_path(&self.0)
            }
        }
    };
}
pub(crate) use path_newtype;

/// Implements the traits of paths for a union with a variant for a text.
macro_rules! path_arm {
    ($union:ident) => {
        impl $crate::into_path::PathMember for $union {}

        impl $crate::into_path::IntoPath<$crate::nullable::Nullable<Self>> for $union {
            fn into_path(self) -> $crate::unsendable::Member<$crate::nullable::Nullable<Self>> {
                $crate::unsendable::Member::new($crate::nullable::Nullable::Value(self))
            }
        }
    };
}
pub(crate) use path_arm;

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use serde_json::json;

    use crate::{
        AbsolutePathBuf, FsReadFileParams, LegacyAppPathString, LocalImageUserInput, Nullable,
        ThreadListCwdFilter, ThreadListParams, ThreadStartParams, WorkspaceWriteSandboxPolicy,
    };

    #[test]
    fn a_path_is_set_from_text_and_from_paths() {
        let (text, path) = ("/w".to_owned(), PathBuf::from("/w"));
        let (absolute, legacy) = (AbsolutePathBuf::from("/w"), LegacyAppPathString::from("/w"));
        let expected =
            ThreadStartParams { cwd: Nullable::Value("/w".to_owned()), ..Default::default() };
        for params in [
            ThreadStartParams::new().cwd("/w"),
            ThreadStartParams::new().cwd(&text),
            ThreadStartParams::new().cwd(Some(&text)),
            ThreadStartParams::new().cwd(text),
            ThreadStartParams::new().cwd(path.as_path()),
            ThreadStartParams::new().cwd(&path),
            ThreadStartParams::new().cwd(path.as_os_str()),
            ThreadStartParams::new().cwd(Some(path.as_path())),
            ThreadStartParams::new().cwd(path.clone()),
            ThreadStartParams::new().cwd(&absolute),
            ThreadStartParams::new().cwd(absolute),
            ThreadStartParams::new().cwd(legacy),
            ThreadStartParams::new().cwd(Nullable::Value("/w".to_owned())),
        ] {
            assert_eq!(params, expected);
        }
        assert_eq!(expected.clone().cwd(Nullable::Null).cwd, Nullable::Null);
        assert_eq!(expected.cwd(None::<PathBuf>), ThreadStartParams::new());
    }

    #[test]
    fn members_of_path_types_lists_and_filters_take_paths_too() {
        let path = PathBuf::from("/w");
        assert_eq!(FsReadFileParams::new(&path), FsReadFileParams::new("/w"));
        assert_eq!(LocalImageUserInput::new(&path), LocalImageUserInput::new("/w"));
        let policy = WorkspaceWriteSandboxPolicy::new().writable_roots([&path]);
        assert_eq!(serde_json::to_value(policy).unwrap()["writableRoots"], json!(["/w"]));
        for (params, expected) in [
            (ThreadListParams::new().cwd(&path), json!("/w")),
            (ThreadListParams::new().cwd("/w"), json!("/w")),
            (
                ThreadListParams::new().cwd(ThreadListCwdFilter::from(vec!["/w".to_owned()])),
                json!(["/w"]),
            ),
        ] {
            assert_eq!(serde_json::to_value(params).unwrap(), json!({"cwd": expected}));
        }
    }

    #[test]
    fn path_types_are_paths() {
        let path = AbsolutePathBuf::try_from(PathBuf::from("/w/a")).unwrap();
        assert_eq!((path.as_str(), AsRef::<Path>::as_ref(&path)), ("/w/a", Path::new("/w/a")));
        assert_eq!(LegacyAppPathString::try_from(Path::new("/w")), Ok("/w".into()));
    }

    #[cfg(unix)]
    #[test]
    fn a_path_that_is_not_unicode_is_not_sent_as_something_else() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt as _;

        let odd = Path::new(OsStr::from_bytes(b"/\xff"));
        let error = AbsolutePathBuf::try_from(odd).unwrap_err();
        assert_eq!(
            (error.to_string().as_str(), error.into_path().as_path()),
            ("the path is not Unicode", odd)
        );

        let params = ThreadStartParams::new().cwd(odd).model("m");
        let error = serde_json::to_string(&params).unwrap_err();
        assert_eq!(error.to_string(), "cwd: the path is not Unicode");
        assert!(serde_json::to_value(&params).is_err());
        assert!(!format!("{params:?}").contains("unsendable"));
        assert!(serde_json::to_string(&params.clone().model("n")).is_err());
        assert_eq!(params.cwd("/w"), ThreadStartParams::new().cwd("/w").model("m"));

        assert!(serde_json::to_string(&FsReadFileParams::new(odd)).is_err());
        assert!(
            serde_json::to_string(
                &WorkspaceWriteSandboxPolicy::new().writable_roots([Path::new("/"), odd])
            )
            .is_err()
        );
        let input = crate::TurnStartParams::new("t", [LocalImageUserInput::new(odd)]);
        assert!(crate::encode_request(&1.into(), &input).is_err());
    }
}
