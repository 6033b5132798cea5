//! Which names a tool may have. The rules are those of the server.

use std::fmt;

use crate::error::Error;

/// What comes before the tools of MCP servers.
const MCP: &str = "mcp";
const MCP_PREFIX: &str = "mcp__";
const MOST_CHARACTERS: usize = 128;

/// What is the matter with the name of a tool.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ToolNameProblem {
    /// It is empty.
    Empty,
    /// It is longer than 128 characters.
    TooLong,
    /// It has other characters than ASCII letters, digits, `_` and `-`.
    Character,
    /// It is `mcp` or begins with `mcp__`, as the tools of MCP servers do.
    Reserved,
}

impl fmt::Display for ToolNameProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a name may not be empty"),
            Self::TooLong => write!(f, "a name may have {MOST_CHARACTERS} characters at most"),
            Self::Character => {
                f.write_str("a name may have ASCII letters, digits, `_` and `-` only")
            }
            Self::Reserved => write!(f, "`{MCP}` and `{MCP_PREFIX}…` are reserved for MCP servers"),
        }
    }
}

pub(super) fn check_name(name: &str) -> Result<(), Error> {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-');
    let problem = match name {
        "" => ToolNameProblem::Empty,
        _ if !name.chars().all(is_plain) => ToolNameProblem::Character,
        _ if name.len() > MOST_CHARACTERS => ToolNameProblem::TooLong,
        _ if name == MCP || name.starts_with(MCP_PREFIX) => ToolNameProblem::Reserved,
        _ => return Ok(()),
    };
    Err(Error::InvalidToolName { name: name.to_owned(), problem })
}
