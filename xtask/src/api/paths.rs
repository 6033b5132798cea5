//! The paths of the protocol crate as programs write them. Its modules are private but for a few, and
//! which file of the generated ones has a type is nobody's business: the listing of another crate must
//! not change with it.

use std::path::Path;

use anyhow::Result;

use crate::file;

const CRATE: &str = "codex_app_protocol::";

/// The modules of the protocol crate that are public.
#[derive(Debug)]
pub(super) struct PublicModules(Vec<String>);

impl PublicModules {
    pub(super) fn read(root: &Path) -> Result<Self> {
        Ok(Self::of(&file::read(&root.join("protocol/src/lib.rs"))?))
    }

    fn of(lib: &str) -> Self {
        let names = lib.lines().filter_map(|it| it.strip_prefix("pub mod ")?.strip_suffix(';'));
        Self(names.map(str::to_owned).collect())
    }

    /// The line with the paths that can be written.
    pub(super) fn line(&self, line: &str) -> String {
        let mut parts = line.split(CRATE);
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            out.push_str(CRATE);
            out.push_str(self.without_private(part));
        }
        out
    }

    /// What follows the crate's name, without the modules that cannot be named.
    fn without_private<'a>(&self, path: &'a str) -> &'a str {
        let mut rest = path;
        while let Some((segment, below)) = rest.split_once("::")
            && !segment.is_empty()
            && segment.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_')
            && !self.0.iter().any(|it| it == segment)
        {
            rest = below;
        }
        rest
    }
}

#[cfg(test)]
mod tests {
    use super::PublicModules;

    #[test]
    fn private_modules_are_no_part_of_a_path() {
        let modules = PublicModules::of("mod json;\npub mod decode;\npub use crate::json::Json;\n");
        let check = |line: &str, expected: &str| assert_eq!(modules.line(line), expected);
        check(
            "pub fn a::f(codex_app_protocol::generated::turn::Turn) -> codex_app_protocol::json::Json",
            "pub fn a::f(codex_app_protocol::Turn) -> codex_app_protocol::Json",
        );
        check(
            "impl codex_app_protocol::decode::Decode for a::B<codex_app_protocol::method::C>",
            "impl codex_app_protocol::decode::Decode for a::B<codex_app_protocol::C>",
        );
        check(
            "pub fn codex_app_protocol::introduced_in(&str)",
            "pub fn codex_app_protocol::introduced_in(&str)",
        );
        check("pub use codex_app_client::protocol", "pub use codex_app_client::protocol");
    }
}
