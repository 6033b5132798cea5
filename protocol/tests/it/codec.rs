//! Decoding and encoding behind function pointers: what the tests can do with a type whose name
//! they have from the schema.

use std::any;
use std::fmt::Debug;

use codex_app_protocol::decode::{Decode, DecodeError, from_str_counting};
use serde::Serialize;

#[derive(Clone, Copy)]
pub(crate) struct Codec {
    /// The type's name in the crate, which is the definition's name in the schema.
    pub(crate) type_name: &'static str,
    /// Decodes a JSON text and encodes the value.
    pub(crate) recode: fn(&str) -> Result<Recoded, DecodeError>,
    /// Decodes a JSON text and prints the value for debugging.
    pub(crate) debug: fn(&str) -> Result<String, DecodeError>,
}

pub(crate) struct Recoded {
    pub(crate) json: String,
    pub(crate) n_unknown: u32,
}

impl Codec {
    pub(crate) fn of<T: Decode + Serialize + Debug>() -> Self {
        let path = any::type_name::<T>();
        Self {
            type_name: path.rsplit("::").next().unwrap_or(path),
            recode: recode::<T>,
            debug: |text| from_str_counting::<T>(text).map(|(value, _)| format!("{value:?}")),
        }
    }
}

fn recode<T: Decode + Serialize>(text: &str) -> Result<Recoded, DecodeError> {
    let (value, n_unknown) = from_str_counting::<T>(text)?;
    Ok(Recoded { json: encode(&value), n_unknown })
}

pub(crate) fn encode<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("what was decoded can be encoded")
}
