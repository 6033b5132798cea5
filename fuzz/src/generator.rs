//! Schemas that are not quite what the server prints: the generator says what is wrong with them, or
//! writes something, and does not panic.

use codex_app_codegen::{Input, generate};
use serde_json::Value;

use crate::slices::Slice;

/// The first two bytes choose a part of the pinned schema; the others change it.
pub fn generator(data: &[u8], slices: &[Slice]) {
    if let Some((choice, changes)) = data.split_first_chunk() {
        let slice = usize::from(u16::from_le_bytes(*choice)) % slices.len();
        changed(changes, slices[slice].clone());
    }
}

/// Each four bytes change one place of a schema: which, and how.
pub fn changed(changes: &[u8], mut bundles: Slice) {
    for change in changes.chunks_exact(4).take(8) {
        let place = u32::from_le_bytes([change[0], change[1], change[2], 0]);
        let bundle = &mut bundles[usize::from(change[3] & 1)];
        let mut left = place as usize % n_places(bundle);
        mutate(bundle, &mut left, change[3] >> 1);
    }
    let [stable, experimental] = bundles.map(|it| it.to_string());
    let [stable, experimental] = [stable.as_str(), experimental.as_str()];
    let input = Input { server_version: "0.0.0", stable, experimental, history: &[] };
    let _ = generate(&input);
}

fn n_places(value: &Value) -> usize {
    1 + match value {
        Value::Array(values) => values.iter().map(n_places).sum(),
        Value::Object(members) => members.values().map(n_places).sum(),
        _ => 0,
    }
}

/// Goes to the place in the order in which values are written, and changes what is there.
fn mutate(value: &mut Value, left: &mut usize, how: u8) -> bool {
    if *left == 0 {
        *value = match how % 9 {
            0 => Value::Null,
            1 => Value::Bool(true),
            2 => Value::from(-1),
            3 => Value::from("Turn"),
            4 => Value::Array(Vec::new()),
            5 => Value::Object(serde_json::Map::new()),
            6 => serde_json::json!({"$ref": "#/definitions/NoSuch"}),
            7 => serde_json::json!(["string", "null", "object"]),
            _ => serde_json::json!({"oneOf": [value.take()]}),
        };
        return true;
    }
    *left -= 1;
    match value {
        Value::Array(values) => values.iter_mut().any(|it| mutate(it, left, how)),
        Value::Object(members) => members.values_mut().any(|it| mutate(it, left, how)),
        _ => false,
    }
}
