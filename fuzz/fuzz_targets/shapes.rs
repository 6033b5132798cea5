//! See `codex_app_fuzz::generator`: a small schema with every shape.
#![no_main]

use std::sync::LazyLock;

use codex_app_fuzz::generator::{Depth, changed};
use codex_app_fuzz::slices::Slice;

static SCHEMA: LazyLock<Slice> = LazyLock::new(|| {
    let schema = serde_json::from_str::<serde_json::Value>(include_str!(
        "../../codegen/tests/every_shape.json"
    ));
    let schema = schema.expect("the schema is JSON");
    [schema.clone(), schema]
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = changed(data, SCHEMA.clone(), Depth::Parsed);
});
