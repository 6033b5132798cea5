//! The names that the generated modules import.

pub(crate) use std::collections::BTreeMap;

pub(crate) use serde::ser::{Serialize, SerializeMap, Serializer};
pub(crate) use serde_json::Value;

pub(crate) use crate::debug::debug;
pub(crate) use crate::decode::{
    Blank, Decode, DecodeError, Kind, Reader, Record, empty_record, record,
};
pub(crate) use crate::encode::{nullable, optional};
pub(crate) use crate::hidden::Hidden;
pub(crate) use crate::into_object::IntoObject;
pub(crate) use crate::into_path::{IntoPath, path_arm, path_newtype, paths};
pub(crate) use crate::json::Json;
pub(crate) use crate::message::{Message, serialize_message};
pub(crate) use crate::method::{
    ClientNotification, ClientRequest, ServerNotificationParams, ServerRequestParams, no_params,
};
pub(crate) use crate::nullable::Nullable;
pub(crate) use crate::nulls::Nulls;
pub(crate) use crate::open_union::{
    OpenUnion, arm, attempt, attempt_if, has_members, has_none, has_value, open_union, single_key,
    tag_only,
};
pub(crate) use crate::request_id::RequestId;
pub(crate) use crate::secret::Secret;
pub(crate) use crate::serde_bridge::deserialize_via_json;
pub(crate) use crate::string_enum::{string_enum, string_newtype};
pub(crate) use crate::text::text_arm;
pub(crate) use crate::unsendable::Unsendable;
