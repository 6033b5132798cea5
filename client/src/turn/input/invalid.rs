//! Why the input of a turn is not valid.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why the input of a turn is not valid, in [`Error::InvalidInput`](crate::Error::InvalidInput).
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidInput {
    /// A tool output must be the whole input; see
    /// [`TurnInput::tool_output`](crate::TurnInput::tool_output).
    #[error("a tool output cannot be combined with other input")]
    MixedToolOutput,

    /// A tool output can only start a turn, not steer a running one.
    #[error("a tool output cannot steer a running turn")]
    SteeredToolOutput,

    /// A tool output has no tool name.
    #[error("a tool output has no tool name")]
    MissingToolName,

    /// The byte range of a text element is outside of its text, or splits a character.
    #[error("the byte range of a text element is outside of its text")]
    TextElementOutOfRange,

    /// A file cannot be read.
    #[error("cannot read {}", path.display())]
    FileNotReadable {
        /// The path of the file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: Arc<std::io::Error>,
    },

    /// A file is too large.
    #[error("{} exceeds the limit of {limit} bytes", path.display())]
    FileTooLarge {
        /// The path of the file.
        path: PathBuf,
        /// The limit in bytes.
        limit: u64,
    },

    /// The data is not a PNG, JPEG, GIF or WebP image. This is determined from its first bytes, not
    /// from the file name.
    #[error("{} is not a PNG, JPEG, GIF or WebP image", named(path.as_deref()))]
    NotAnImage {
        /// The path of the file. `None` if the image was given as bytes.
        path: Option<PathBuf>,
    },

    /// A path cannot be sent because it is not valid Unicode.
    #[error("the path {} is not valid Unicode", path.display())]
    PathNotUnicode {
        /// The path.
        path: PathBuf,
    },
}

fn named(path: Option<&Path>) -> Cow<'_, str> {
    path.map_or(Cow::Borrowed("the data"), Path::to_string_lossy)
}
