//! Names that the generated code uses for something else, and so cannot give to a definition.

/// What is in scope in every generated file, and what the protocol crate exports beside the generated
/// types. A test compares this with the crate.
const OF_THE_CRATE: &[&str] = &[
    "BTreeMap",
    "Blank",
    "ClientCall",
    "ClientMessage",
    "ClientNotification",
    "ClientRequest",
    "Decode",
    "DecodeError",
    "Direction",
    "HISTORY",
    "Header",
    "HeaderKind",
    "Hidden",
    "IntoObject",
    "IntoPath",
    "InvalidMessage",
    "Json",
    "Kind",
    "METHODS",
    "Message",
    "MethodHistory",
    "MethodInfo",
    "NameMember",
    "NotUnicode",
    "Nullable",
    "Nulls",
    "OpenUnion",
    "PathMember",
    "Reader",
    "Received",
    "Record",
    "RequestId",
    "Response",
    "RpcError",
    "Secret",
    "Serialize",
    "SerializeMap",
    "Serializer",
    "ServerMessage",
    "ServerNotification",
    "ServerNotificationParams",
    "ServerRequest",
    "ServerRequestParams",
    "TextMember",
    "Unsendable",
    "Value",
];

/// What Rust has in scope everywhere.
const OF_RUST: &[&str] = &[
    "AsMut",
    "AsRef",
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Drop",
    "Eq",
    "Err",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Hash",
    "Into",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Vec",
];

/// Files of the generated folder that no domain may be called like.
const FILES: &[&str] = &["hidden", "history", "methods", "notification", "request"];

/// Whether a type of this name would hide something, or be hidden.
pub(super) fn is_reserved(name: &str) -> bool {
    OF_THE_CRATE.contains(&name) || OF_RUST.contains(&name)
}

/// The name of a domain's file; another one where that is taken, or a keyword.
pub(crate) fn file(domain: String) -> String {
    if FILES.contains(&domain.as_str()) || syn::parse_str::<syn::Ident>(&domain).is_err() {
        return format!("{domain}_methods");
    }
    domain
}
