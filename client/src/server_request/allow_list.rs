//! The allow list: accepts the commands, paths and MCP tools that it names, and decides nothing
//! about any other request.

use std::ffi::OsString;
use std::path::{Component, Path, PathBuf, Prefix};

use codex_app_protocol::{FileUpdateChange, PatchChangeKind};
use serde_json::Value;

use crate::router::peek::value_at;
use crate::server_request::approval::AnyApproval;
use crate::server_request::plain_command::{plain_command, plain_words};

/// An approval policy that accepts listed commands, file changes and MCP tools.
///
/// A request that is not on the list passes to the next in the
/// [order of precedence](crate::server_request::Handlers): the stream, the handler, or the default
/// reply, which declines.
///
/// The list never accepts:
///
/// * a command line that a shell would chain, redirect, expand or substitute, such as
///   `git status; rm x`;
/// * a command that also asks for network access or additional permissions, or that requires a
///   human decision;
/// * a file change that also asks for write access below a directory for the whole session
///   (`grantRoot`);
/// * a request for permissions, or a legacy patch (`applyPatchApproval`).
///
/// A shell with `-c` or `-lc` counts as the command in its script. The shell must be `bash`, `sh`,
/// `zsh` or `dash`, without a path or in `/bin`, `/usr/bin`, `/usr/local/bin` or
/// `/opt/homebrew/bin`.
///
/// # Examples
///
/// ```
/// use codex_app_client::Options;
/// use codex_app_client::server_request::AllowList;
///
/// let list = AllowList::new()
///     .command(["git", "status"]) // `git status --short` too, but not `git push`
///     .path("/home/me/project/docs")
///     .mcp_tool("docs", "search");
/// let options = Options::new().approvals(list);
/// ```
#[derive(Clone, Debug, Default)]
pub struct AllowList {
    commands: Vec<Vec<String>>,
    paths: Vec<PathBuf>,
    tools: Vec<(String, String)>,
}

impl AllowList {
    /// Creates an empty list, which accepts nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Accepts commands that begin with these words.
    ///
    /// The arguments after them are not checked: consider what they can make the program do.
    /// Without any words, the call has no effect.
    ///
    /// On Windows the server runs commands with PowerShell, whose scripts are not parsed. There the
    /// list accepts no command.
    #[must_use]
    pub fn command(mut self, words: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let words: Vec<String> = words.into_iter().map(Into::into).collect();
        if !words.is_empty() {
            self.commands.push(words);
        }
        self
    }

    /// Accepts changes of the file at this absolute path, or of any file below it if it is a
    /// directory.
    ///
    /// All files of a request must be on the list; for a file that is moved, that includes its new
    /// path. Paths are compared as written: symbolic links are not resolved, and a changed path
    /// that is relative or contains `..` is not accepted. A listed path with the prefix `\\?\`, as
    /// [`std::fs::canonicalize`] returns it on Windows, also matches without that prefix.
    #[must_use]
    pub fn path(mut self, path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        self.paths.extend(without_verbatim(&path));
        self.paths.push(path);
        self
    }

    /// Accepts calls of this tool of an MCP server. `server` is the server's name in the
    /// configuration.
    ///
    /// The entry applies in both [`Options::approvals`](crate::Options::approvals) and
    /// [`Options::mcp_tool_approvals`](crate::Options::mcp_tool_approvals).
    #[must_use]
    pub fn mcp_tool(mut self, server: impl Into<String>, tool: impl Into<String>) -> Self {
        self.tools.push((server.into(), tool.into()));
        self
    }

    pub(super) fn has_mcp_tools(&self) -> bool {
        !self.tools.is_empty()
    }

    /// Whether the list accepts a request.
    pub(super) fn allows(&self, approval: &AnyApproval) -> bool {
        match approval {
            AnyApproval::Command(it) => {
                // Looked up in the line: the member is sent also without the experimental API.
                let permissions: Option<Value> =
                    value_at(it.raw(), &["params", "additionalPermissions"]);
                let is_more = permissions.is_some_and(|it| !it.is_null())
                    || it.params.network_approval_context.is_some()
                    || it.is_human_required();
                let command = it.params.command.as_deref().and_then(plain_command);
                !is_more && command.is_some_and(|it| self.allows_words(&it))
            }
            AnyApproval::LegacyCommand(it) => {
                let command = it.params.command.as_deref().and_then(plain_words);
                command.is_some_and(|it| self.allows_words(&it))
            }
            AnyApproval::FileChange(it) => {
                let is_more = it.params.grant_root.is_some();
                !is_more && it.changes().is_some_and(|it| self.allows_changes(&it))
            }
            AnyApproval::McpTool(it) => {
                let asked = it.server_name().zip(it.tool_name());
                asked.is_some_and(|it| self.tools.contains(&it))
            }
            AnyApproval::LegacyPatch(_) | AnyApproval::Permissions(_) => false,
        }
    }

    fn allows_words(&self, words: &[String]) -> bool {
        self.commands.iter().any(|it| words.starts_with(it))
    }

    fn allows_changes(&self, changes: &[FileUpdateChange]) -> bool {
        !changes.is_empty()
            && changes.iter().all(|change| {
                let moved_to = match &change.kind {
                    Some(PatchChangeKind::Add | PatchChangeKind::Delete) => None,
                    Some(PatchChangeKind::Update(update)) => update.move_path.as_deref(),
                    _ => return false,
                };
                change.path.as_deref().is_some_and(|it| self.allows_path(it))
                    && moved_to.is_none_or(|it| self.allows_path(it))
            })
    }

    fn allows_path(&self, path: &str) -> bool {
        let path = Path::new(path);
        let is_plain = path.components().all(|it| it != Component::ParentDir);
        path.is_absolute() && is_plain && self.paths.iter().any(|it| path.starts_with(it))
    }
}

/// A path that begins with `\\?\C:` or `\\?\UNC`, without that prefix.
fn without_verbatim(path: &Path) -> Option<PathBuf> {
    let mut components = path.components();
    let Component::Prefix(prefix) = components.next()? else { return None };
    let start = match prefix.kind() {
        Prefix::VerbatimDisk(letter) => OsString::from(format!("{}:", char::from(letter))),
        Prefix::VerbatimUNC(server, share) => {
            let mut start = OsString::from(r"\\");
            start.push(server);
            start.push(r"\");
            start.push(share);
            start
        }
        _ => return None,
    };
    let mut plain = PathBuf::from(start);
    plain.push(components.as_path());
    Some(plain)
}

#[cfg(test)]
mod tests {
    use codex_app_protocol::{FileUpdateChange, decode};
    use serde_json::{Value, json};

    use super::AllowList;

    /// On Windows, what begins with a slash has no drive, and is not absolute.
    fn absolute(path: &str) -> String {
        format!("{}{path}", if cfg!(windows) { "C:" } else { "" })
    }

    #[test]
    fn commands_count_by_their_first_words() {
        let list = AllowList::new().command(["git", "status"]).command(["ls"]);
        let allows =
            |line: &str| super::plain_command(line).is_some_and(|words| list.allows_words(&words));
        for line in ["git status", "bash -lc 'git status --short'", "ls -l /"] {
            assert!(allows(line), "{line}");
        }
        for line in ["git", "git push", "gitstatus", "git status; ls", "/tmp/ls", "X=1 ls"] {
            assert!(!allows(line), "{line}");
        }
        assert!(!AllowList::new().command([""; 0]).allows_words(&["rm".to_owned()]));
    }

    #[test]
    fn every_path_of_a_change_counts() {
        let list = AllowList::new().path(absolute("/p/docs")).path(absolute("/p/README.md"));
        let check = |changes: Value, expected: bool| {
            let decoded: Vec<FileUpdateChange> = decode::from_str(&changes.to_string()).unwrap();
            assert_eq!(list.allows_changes(&decoded), expected, "{changes}");
        };
        let relative = |path: &str, kind: Value| json!({"path": path, "kind": kind, "diff": ""});
        let change = |path: &str, kind: Value| relative(&absolute(path), kind);
        let (add, update) = (json!({"type": "add"}), json!({"type": "update"}));
        check(json!([change("/p/docs/a.md", add.clone())]), true);
        check(json!([change("/p/README.md", update)]), true);
        check(json!([]), false);
        check(json!([change("/p/docs/a.md", add.clone()), change("/p/x", add.clone())]), false);
        check(json!([change("/p/docs/../x", add.clone())]), false);
        check(json!([relative("docs/a.md", add.clone())]), false);
        check(json!([change("/p/docs2/a.md", add)]), false);
        check(
            json!([change("/p/docs/a.md", json!({"type": "update", "move_path": absolute("/x")}))]),
            false,
        );
        check(json!([change("/p/docs/a.md", json!({"type": "other"}))]), false);
    }

    #[cfg(windows)]
    #[test]
    fn a_path_is_the_same_however_it_begins() {
        for (listed, path, expected) in [
            (r"\\?\C:\p\docs", r"C:\p\docs\a.md", true),
            (r"\\?\C:\p\docs", r"\\?\C:\p\docs\a.md", true),
            (r"\\?\C:\p\docs", r"c:/p/docs/a.md", true),
            (r"\\?\C:\p\docs", r"C:\p\docs2\a.md", false),
            (r"\\?\C:\p\docs", r"D:\p\docs\a.md", false),
            (r"\\?\C:\p\docs", r"C:p\docs\a.md", false),
            (r"\\?\UNC\host\share\p", r"\\host\share\p\a.md", true),
            (r"\\?\UNC\host\share\p", r"\\host\other\p\a.md", false),
            // A slash is no separator there, and whoever reads it otherwise ends elsewhere.
            (r"C:\p\docs", r"\\?\C:\p\docs\a/../../../x", false),
        ] {
            let list = AllowList::new().path(listed);
            assert_eq!(list.allows_path(path), expected, "{listed} {path}");
        }
    }
}
