//! Splits a command line into words, if it is a single plain command. It does not interpret shell
//! syntax: a line that a shell would expand, chain, redirect or substitute is not plain.

/// Characters that are special to a shell outside of quotes.
const SPECIAL: &str = "|&;<>()$`\\*?[]{}~#!^\n\r";
/// Characters that are special to a shell within double quotes.
const SPECIAL_IN_QUOTES: &str = "$`\\!";
const SHELLS: [&str; 4] = ["bash", "sh", "zsh", "dash"];
/// The directories of system shells: an agent can write a program called `sh` into its workspace.
/// Release 0.169 runs the system's shell whatever the model names, but legacy requests name any
/// program.
const SHELL_FOLDERS: [&str; 4] = ["/bin/", "/usr/bin/", "/usr/local/bin/", "/opt/homebrew/bin/"];

/// The words of a plain command line. For a shell that executes a script, the words of that script.
pub(super) fn plain_command(line: &str) -> Option<Vec<String>> {
    let words = words(line)?;
    plain_words(&words)
}

/// Like `plain_command`, for a command that is a list of words already.
pub(super) fn plain_words(words: &[String]) -> Option<Vec<String>> {
    let [program, flag, script] = words else { return Some(words.to_owned()) };
    match is_shell(program) && matches!(flag.as_str(), "-c" | "-lc") {
        true => self::words(script),
        false => Some(words.to_owned()),
    }
}

/// Whether this is a system shell, and not a program with the name of one.
fn is_shell(program: &str) -> bool {
    let name = SHELL_FOLDERS.iter().find_map(|it| program.strip_prefix(it)).unwrap_or(program);
    SHELLS.contains(&name)
}

fn words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in line.trim().chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some('"') if SPECIAL_IN_QUOTES.contains(c) => return None,
            Some(_) => word.get_or_insert_default().push(c),
            None if c == '\'' || c == '"' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if SPECIAL.contains(c) => return None,
            None if c == ' ' || c == '\t' => words.extend(word.take()),
            None => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    (quote.is_none() && !words.is_empty()).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::plain_command;

    #[test]
    fn a_plain_command_is_taken_apart() {
        let check = |line: &str, expected: &[&str]| {
            assert_eq!(plain_command(line).unwrap(), expected, "{line}");
        };
        check("git status", &["git", "status"]);
        check("/bin/bash -lc 'git status --short'", &["git", "status", "--short"]);
        check("bash -c \"git log\"", &["git", "log"]);
        check("grep 'a|b' \"file name\" ''", &["grep", "a|b", "file name", ""]);
        check("/bin/bash -lc ls", &["ls"]);
        check("bash script.sh", &["bash", "script.sh"]);
        check("bash -x -c ls", &["bash", "-x", "-c", "ls"]);
    }

    #[test]
    fn a_program_that_is_only_called_like_a_shell_is_the_command() {
        for program in ["./sh", "sub/bash", "/home/me/project/sh", "/bin/../tmp/sh", "/tmp/bin/sh"]
        {
            let line = format!("{program} -lc 'git status'");
            assert_eq!(plain_command(&line).unwrap(), [program, "-lc", "git status"]);
        }
        assert_eq!(plain_command("/usr/bin/zsh -c 'git status'").unwrap(), ["git", "status"]);
    }

    #[test]
    fn whatever_a_shell_makes_something_of_is_not_plain() {
        for line in [
            "",
            "git status; rm -rf /",
            "git status && rm x",
            "git status\nrm x",
            "git status > file",
            "git status | sh",
            "git $(rm x)",
            "git `rm x`",
            "git \"$(rm x)\"",
            "git $HOME",
            "git *",
            "git ~/x",
            "git 'open",
            "git \\; rm x",
            "/bin/bash -lc 'git status; rm x'",
            "/bin/bash -lc 'git status & rm x'",
            "/bin/bash -lc \"git status > x\"",
            "git status # rm",
        ] {
            assert_eq!(plain_command(line), None, "{line}");
        }
    }
}
