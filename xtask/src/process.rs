//! Running a program to its end, and saying in one line why it failed.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, ExitStatus};

use anyhow::{Context as _, Result, bail};

/// Runs a command whose output goes where ours goes.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot run {}", name(command)))?;
    if !status.success() {
        bail!("{} failed ({status})", line(command));
    }
    Ok(())
}

/// Why a program that has ended badly failed: its last words, or else its exit status.
pub(crate) fn failure(status: ExitStatus, stderr: &[u8]) -> String {
    match last_line(stderr) {
        Some(line) => format!("{status}: {line}"),
        None => status.to_string(),
    }
}

/// The last line that is not blank.
pub(crate) fn last_line(output: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(output);
    text.lines().map(str::trim).rfind(|line| !line.is_empty()).map(str::to_owned)
}

/// A path as it would be typed.
pub(crate) fn typed(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |it: char| it.is_alphanumeric() || "/\\._-+:@%,~".contains(it);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text;
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The command as it would be typed.
fn line(command: &Command) -> String {
    let mut words = vec![name(command)];
    words.extend(command.get_args().map(|arg| arg.to_string_lossy().into_owned()));
    words.join(" ")
}

fn name(command: &Command) -> String {
    let program = command.get_program();
    Path::new(program)
        .file_stem()
        .map_or_else(|| program.to_string_lossy(), OsStr::to_string_lossy)
        .into_owned()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{last_line, typed};

    #[test]
    fn a_path_can_be_pasted() {
        assert_eq!(typed(Path::new("/a/b-1.0/codex")), "/a/b-1.0/codex");
        assert_eq!(typed(Path::new("/a b/x")), "'/a b/x'");
        assert_eq!(typed(Path::new("it's")), r"'it'\''s'");
    }

    #[test]
    fn the_last_words_are_the_last_line_that_says_something() {
        assert_eq!(last_line(b"one\ntwo\r\n\n  \n").as_deref(), Some("two"));
        assert_eq!(last_line(b"\n"), None);
    }
}
