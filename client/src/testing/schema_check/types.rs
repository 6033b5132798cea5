//! The types of each method's params and result. They come from the protocol crate's lists of
//! methods, so a new release of the server needs no change here.

use codex_app_protocol as types;
use codex_app_protocol::{
    ClientRequest as _, ServerNotificationParams as _, ServerRequestParams as _,
};

use super::{Check, check_as};

macro_rules! tables {
    (
        ClientRequest: [$($request:ident),*],
        ServerRequest: [$($question:ident),*],
        ServerNotification: [$($notification:ident),*]
    ) => {
        pub(super) fn result(method: &str) -> Option<Check> {
            match method {
                $(types::$request::METHOD => {
                    Some(check_as::<<types::$request as types::ClientRequest>::Response>)
                })*
                _ => None,
            }
        }

        pub(super) fn question(method: &str) -> Option<Check> {
            match method {
                $(types::$question::METHOD => Some(check_as::<types::$question>),)*
                _ => None,
            }
        }

        #[allow(unused_variables, reason = "one of the lists may be empty")]
        pub(super) fn notification(method: &str) -> Option<Check> {
            $(if types::$notification::METHODS.contains(&method) {
                return Some(check_as::<types::$notification>);
            })*
            None
        }
    };
}

mod stable {
    use super::*;

    types::for_each_stable_method! { tables }
}

#[cfg(feature = "experimental")]
mod experimental {
    use super::*;

    types::for_each_experimental_method! { tables }
}

macro_rules! either {
    ($(#[doc = $doc:literal])* $name:ident, $of:ident) => {
        $(#[doc = $doc])*
        pub(super) fn $name(method: &str) -> Option<Check> {
            let found = stable::$of(method);
            #[cfg(feature = "experimental")]
            let found = found.or_else(|| experimental::$of(method));
            found
        }
    };
}

either! {
    /// The check of the result of a client's request; `None` for an unknown method.
    of_result, result
}
either! {
    /// The check of the params of a server's request; `None` for an unknown method.
    of_request, question
}
either! {
    /// The check of the params of a notification; `None` for an unknown method.
    of_notification, notification
}
