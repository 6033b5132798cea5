//! A release that is newer than the pinned one was at first: what it has that none before it had.

use crate::Bundles;

#[test]
fn what_0_171_0_has_first_is_generated() {
    let output = Bundles::release("0.171.0").generate().unwrap();
    let text: String = output.files.into_values().collect();
    for part in [
        // Two requests with the params of others.
        "pub struct ThreadSearchStreamParams(pub ThreadSearchParams);",
        "pub struct ThreadSearchStreamCancelParams(pub ThreadSearchCancelParams);",
        // An enum of numbers.
        "    /// Known values: 1.\n    pub version: Option<u8>,",
        // A response whose name follows from nothing.
        "impl ClientRequest for ModelProviderDefaultSetParams {\n    \
             const METHOD: &'static str = \"modelProvider/default/set\";\n    \
             const EXPERIMENTAL: bool = false;\n    const HAS_PARAMS: bool = true;\n    \
             type Response = ConfigWriteResponse;",
    ] {
        assert!(text.contains(part), "no {part}");
    }
    assert!(!text.contains("CurrentTimeRead"), "the server asks that no more");
}
