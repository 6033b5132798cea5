//! Why an input cannot be sent.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why an input cannot be sent.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidInput {
    /// The output of a tool has to be the whole input.
    #[error("the output of a tool cannot be mixed with other input")]
    MixedToolOutput,

    /// The output of a tool starts a turn, and cannot be given to one that runs.
    #[error("the output of a tool cannot be given to a running turn")]
    SteeredToolOutput,

    /// The output is of a tool without a name.
    #[error("the tool of an output has no name")]
    NoToolName,

    /// An element does not lie within its text, or splits a character.
    #[error("a text element does not lie within its text")]
    TextElement,

    /// A file cannot be read.
    #[error("cannot read {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Arc<std::io::Error>,
    },

    /// A file is too large to be sent.
    #[error("{} is longer than the limit of {limit} bytes", path.display())]
    FileTooLarge {
        /// The file.
        path: PathBuf,
        /// The limit.
        limit: u64,
    },

    /// What was to be an image does not begin like one: PNG, JPEG, GIF and WebP are known.
    #[error("{} is no image of a known type", named(path.as_deref()))]
    NoImage {
        /// The file, if it is one.
        path: Option<PathBuf>,
    },

    /// A path cannot be sent, since it is not Unicode.
    #[error("the path {} is not Unicode", path.display())]
    Path {
        /// The path.
        path: PathBuf,
    },
}

fn named(path: Option<&Path>) -> Cow<'_, str> {
    path.map_or(Cow::Borrowed("this"), Path::to_string_lossy)
}
