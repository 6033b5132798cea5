//! The errors of the generator. Each names the definition or method that it is about.

use thiserror::Error;

/// Why nothing was generated.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// A bundle is not JSON.
    #[error("the {bundle} bundle is not JSON")]
    Json {
        /// Which bundle: `stable` or `experimental`.
        bundle: &'static str,
        /// What the JSON parser says.
        source: serde_json::Error,
    },
    /// A bundle lacks what every bundle of the app-server has.
    #[error("the {bundle} bundle has no {what}: expected codex_app_server_protocol.schemas.json")]
    NotABundle {
        /// Which bundle.
        bundle: &'static str,
        /// The missing part.
        what: String,
    },
    /// One name stands for two different things.
    #[error("two different definitions of {name}: {first} and {second}")]
    Ambiguous {
        /// The name.
        name: String,
        /// Where the first one stands.
        first: String,
        /// Where the second one stands.
        second: String,
    },
    /// A `$ref` leads nowhere.
    #[error("{definition} refers to the missing definition {target}")]
    DanglingRef {
        /// The definition that holds the reference.
        definition: String,
        /// What it points to.
        target: String,
    },
    /// A method has no response type by any rule, and no entry in the table of exceptions.
    #[error("no response type for {method}: add it to EXCEPTIONS in codegen/src/pairing.rs")]
    Unpaired {
        /// The method.
        method: String,
    },
    /// An entry of the table of exceptions does not apply any more.
    #[error("stale entry for {method} in EXCEPTIONS in codegen/src/pairing.rs: {reason}")]
    StaleException {
        /// The entry's method.
        method: String,
        /// Why it does not apply.
        reason: String,
    },
    /// A response type that no method answers with.
    #[error("no method has the response {definition}")]
    UnusedResponse {
        /// The response type.
        definition: String,
    },
    /// A definition that the generator has no rendering for.
    #[error("{definition} has an unknown shape: {shape}")]
    UnknownShape {
        /// The definition, with the path to the place inside it.
        definition: String,
        /// The shape, as JSON, shortened.
        shape: String,
    },
    /// The stable bundle has something that the experimental one has differently.
    #[error("{definition} differs between the stable and the experimental bundle: {what}")]
    Diverged {
        /// The definition.
        definition: String,
        /// What is different.
        what: String,
    },
    /// Two things of one definition become one Rust name.
    #[error(
        "{definition}: {first} and {second:?} both become {name}; add one to RENAMES in codegen/src/names.rs"
    )]
    NameCollision {
        /// Where.
        definition: String,
        /// The first of them: a wire name in quotes, or what the crate adds.
        first: String,
        /// The other wire name.
        second: String,
        /// The Rust name.
        name: String,
    },
    /// A wire name that no rule makes a Rust name of.
    #[error(
        "{definition}: {wire:?} is not a valid Rust name; add it to RENAMES in codegen/src/names.rs"
    )]
    Unnameable {
        /// Where.
        definition: String,
        /// The wire name.
        wire: String,
    },
    /// A definition whose name the generated code has another use for.
    #[error(
        "{definition} is a reserved type name; rename the definition in TYPE_RENAMES in codegen/src/names.rs"
    )]
    Reserved {
        /// The name.
        definition: String,
    },
    /// A definition that refers to itself without anything between.
    #[error("{definition} is defined as itself")]
    Circular {
        /// The definition.
        definition: String,
    },
    /// A struct has more members than the decoder has bits for.
    #[error("{definition} has more than 64 members: widen `Nulls` in the protocol crate")]
    TooManyMembers {
        /// The definition.
        definition: String,
    },
    /// typify refused the structs, or panicked on them.
    #[error("typify cannot render {definition}: {message}")]
    Typify {
        /// The definition, or all of them where typify does not say.
        definition: String,
        /// What typify says.
        message: String,
    },
    /// The index of methods is not what it has to be.
    #[error("release {version} of the index: {reason}; run `cargo xtask schema history add`")]
    History {
        /// The release.
        version: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The generator produced something that is not Rust: a defect of the generator.
    #[error("the source generated for {file} does not parse: {message}")]
    Unparsable {
        /// The file.
        file: String,
        /// What the parser says.
        message: String,
    },
}

impl Error {
    /// An [`Error::History`] on one release.
    pub(crate) fn history(version: &str, reason: &str) -> Self {
        Self::History { version: version.to_owned(), reason: reason.to_owned() }
    }

    /// An [`Error::UnknownShape`] with the schema shortened to a readable length.
    pub(crate) fn unknown_shape(definition: &str, schema: &serde_json::Value) -> Self {
        const LONGEST: usize = 200;
        let text = schema.to_string();
        let shape = match text.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        };
        Self::UnknownShape { definition: definition.to_owned(), shape }
    }
}
