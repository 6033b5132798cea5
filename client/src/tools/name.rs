//! Which names a tool may have, by the rules of the server.

use std::fmt;

use crate::error::Error;

/// The prefix of the tools of MCP servers.
const MCP: &str = "mcp";
const MCP_PREFIX: &str = "mcp__";
const MOST_CHARACTERS: usize = 128;

/// Why the name of a tool is invalid.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ToolNameProblem {
    /// The name is empty.
    Empty,
    /// The name is longer than 128 characters.
    TooLong,
    /// The name contains characters other than ASCII letters, digits, `_` and `-`.
    InvalidCharacter,
    /// The name is `mcp` or begins with `mcp__`, which is reserved for tools of MCP servers.
    Reserved,
}

impl fmt::Display for ToolNameProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the name is empty"),
            Self::TooLong => write!(f, "the name is longer than {MOST_CHARACTERS} characters"),
            Self::InvalidCharacter => {
                f.write_str("the name may contain only ASCII letters, digits, `_` and `-`")
            }
            Self::Reserved => write!(f, "`{MCP}` and `{MCP_PREFIX}…` are reserved for MCP servers"),
        }
    }
}

pub(super) fn check_name(name: &str) -> Result<(), Error> {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-');
    let problem = match name {
        "" => ToolNameProblem::Empty,
        _ if !name.chars().all(is_plain) => ToolNameProblem::InvalidCharacter,
        _ if name.len() > MOST_CHARACTERS => ToolNameProblem::TooLong,
        _ if name == MCP || name.starts_with(MCP_PREFIX) => ToolNameProblem::Reserved,
        _ => return Ok(()),
    };
    Err(Error::InvalidToolName { name: name.to_owned(), problem })
}
