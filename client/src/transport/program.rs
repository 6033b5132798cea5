//! Where a program is looked up, by the rules of Windows and of Unix. Asks nothing of the system: it
//! is given the variables, and a way to tell whether there is a file.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// What Windows runs if `PATHEXT` says nothing.
#[cfg(any(windows, test))]
const EXTENSIONS: &str = ".COM;.EXE;.BAT;.CMD";

/// The value that a child gets for a variable, if it differs from this process's own: the changes
/// may set it, or remove it.
pub(super) fn changed<'a>(
    changes: &'a BTreeMap<OsString, Option<OsString>>,
    name: &str,
    ignores_case: bool,
) -> Option<Option<&'a OsStr>> {
    let is_meant = |key: &OsStr| {
        if ignores_case { key.eq_ignore_ascii_case(name) } else { key == name }
    };
    let change = changes.iter().rfind(|(key, _)| is_meant(key))?;
    Some(change.1.as_deref())
}

/// Finds a program as the command line of Windows does, or tells where it is not: in these
/// directories if it is a name, and nothing else if it is a path.
///
/// npm installs `codex.cmd`, and beside it a shell script `codex` that Windows cannot run: what has
/// no extension is therefore never taken as it is.
#[cfg(any(windows, test))]
pub(super) fn find_on_windows(
    program: &str,
    path: &str,
    extensions: Option<&str>,
    is_file: impl Fn(&Path) -> bool,
) -> Result<PathBuf, Vec<PathBuf>> {
    let extensions = extensions.filter(|it| !it.trim().is_empty()).unwrap_or(EXTENSIONS);
    let names = windows_names(program, extensions);
    if program.contains(['/', '\\', ':']) {
        return names.into_iter().map(PathBuf::from).find(|it| is_file(it)).ok_or_else(Vec::new);
    }
    let directories = windows_directories(path);
    for directory in &directories {
        let separator = if directory.ends_with(['/', '\\']) { "" } else { "\\" };
        let files = names.iter().map(|name| PathBuf::from(format!("{directory}{separator}{name}")));
        if let Some(file) = files.into_iter().find(|it| is_file(it)) {
            return Ok(file);
        }
    }
    Err(directories.into_iter().map(PathBuf::from).collect())
}

/// The file names to try, in order.
#[cfg(any(windows, test))]
fn windows_names(program: &str, extensions: &str) -> Vec<String> {
    let file = program.rsplit(['/', '\\', ':']).next().unwrap_or(program);
    let own = file.rfind('.').map(|at| &file[at..]);
    let mut extensions = extensions.split(';').map(str::trim).filter(|it| it.len() > 1);
    if own.is_some_and(|own| extensions.clone().any(|it| it.eq_ignore_ascii_case(own))) {
        return vec![program.to_owned()];
    }
    let mut names: Vec<_> = extensions.by_ref().map(|it| format!("{program}{it}")).collect();
    if own.is_some() {
        names.push(program.to_owned());
    }
    names
}

/// The directories of a `PATH` of Windows. Quotes are no part of a directory, and guard a semicolon;
/// an empty entry means nothing there.
#[cfg(any(windows, test))]
fn windows_directories(path: &str) -> Vec<String> {
    let mut directories = Vec::new();
    let mut directory = String::new();
    let mut is_quoted = false;
    for char in path.chars() {
        match char {
            '"' => is_quoted = !is_quoted,
            ';' if !is_quoted => directories.push(std::mem::take(&mut directory)),
            _ => directory.push(char),
        }
    }
    directories.push(directory);
    directories.retain(|it| !it.trim().is_empty());
    directories
}

/// Where Unix looks for a program: the directories, and whether there is such a file in one of them.
/// The directory to start in is what a relative path and an empty entry count from.
#[cfg(unix)]
pub(super) fn look_up_on_unix(
    program: &Path,
    path: Option<&OsStr>,
    current_dir: &Path,
    is_file: impl Fn(&Path) -> bool,
) -> (Vec<PathBuf>, bool) {
    if program.as_os_str().as_encoded_bytes().contains(&b'/') {
        return (Vec::new(), is_file(&current_dir.join(program)));
    }
    let path = path.unwrap_or_else(|| OsStr::new("/bin:/usr/bin"));
    let directories: Vec<_> =
        std::env::split_paths(path).map(|entry| current_dir.join(entry)).collect();
    let is_there = directories.iter().any(|it| is_file(&it.join(program)));
    (directories, is_there)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::ffi::OsStr;
    use std::path::{Path, PathBuf};

    use super::{changed, find_on_windows};

    const PATH: &str = r#"C:\Windows\System32;;"C:\Program Files\nodejs;x"; ;C:\Users\me\npm\"#;
    const NPM: &str = r"C:\Users\me\npm\codex.CMD";

    fn find(program: &str, files: &[&str]) -> Result<PathBuf, Vec<PathBuf>> {
        let is_file =
            |path: &Path| files.iter().any(|it| path.as_os_str().eq_ignore_ascii_case(it));
        find_on_windows(program, PATH, None, is_file)
    }

    #[test]
    fn the_shim_of_npm_is_found_and_the_script_beside_it_is_not() {
        assert_eq!(find("codex", &[r"C:\Users\me\npm\codex", NPM]), Ok(NPM.into()));
        let missing = find("codex", &[r"C:\Users\me\npm\codex"]).unwrap_err();
        let tried = [r"C:\Windows\System32", r"C:\Program Files\nodejs;x", r"C:\Users\me\npm\"];
        assert_eq!(missing, tried.map(PathBuf::from));
    }

    #[test]
    fn directories_count_before_extensions_and_those_before_each_other() {
        let first = r"C:\Windows\System32\codex.cmd";
        let exe = r"C:\Users\me\npm\codex.exe";
        assert_eq!(find("codex", &[exe, first]), Ok(r"C:\Windows\System32\codex.CMD".into()));
        assert_eq!(find("codex", &[NPM, exe]), Ok(r"C:\Users\me\npm\codex.EXE".into()));
    }

    #[test]
    fn a_quoted_directory_may_hold_spaces_and_semicolons() {
        let file = r"C:\Program Files\nodejs;x\codex.EXE";
        assert_eq!(find("codex", &[file]), Ok(file.into()));
    }

    #[test]
    fn a_name_with_an_extension_is_taken_as_it_is() {
        assert_eq!(find("codex.cmd", &[NPM]), Ok(r"C:\Users\me\npm\codex.cmd".into()));
        assert!(find("codex.exe", &[r"C:\Users\me\npm\codex.exe.cmd"]).is_err());
    }

    #[test]
    fn what_follows_a_dot_need_not_be_an_extension() {
        let versioned = r"C:\Users\me\npm\codex-0.169.EXE";
        assert_eq!(find("codex-0.169", &[versioned]), Ok(versioned.into()));
    }

    #[test]
    fn a_path_is_not_looked_up_but_may_lack_its_extension() {
        for path in [r"D:\my tools\codex", "D:/my tools/codex", r".\codex", "D:codex"] {
            let file = format!("{path}.CMD");
            assert_eq!(find(path, &[path, &file]), Ok(PathBuf::from(&file)));
            assert_eq!(find(path, &[path]), Err(Vec::new()));
        }
        assert_eq!(find(r"D:\a\codex.bin", &[r"D:\a\codex.bin"]), Ok(r"D:\a\codex.bin".into()));
        assert_eq!(find(r"D:\v1.2\codex", &[r"D:\v1.2\codex"]), Err(Vec::new()));
    }

    #[test]
    fn the_extensions_are_those_that_the_user_has_set() {
        let is_file = |_: &Path| true;
        let found = |extensions| find_on_windows("codex", "C:\\", extensions, is_file);
        assert_eq!(found(Some(".PS1;.EXE")), Ok(r"C:\codex.PS1".into()));
        assert_eq!(found(Some(" ")), Ok(r"C:\codex.COM".into()));
    }

    #[test]
    fn the_names_of_variables_ignore_case_on_windows_only() {
        let changes = BTreeMap::from([("Path".into(), Some("x".into())), ("PATHEXT".into(), None)]);
        assert_eq!(changed(&changes, "PATH", true), Some(Some(OsStr::new("x"))));
        assert_eq!(changed(&changes, "PATH", false), None);
        assert_eq!(changed(&changes, "PATHEXT", true), Some(None));
    }

    #[cfg(unix)]
    #[test]
    fn unix_looks_in_each_directory_and_starts_from_the_one_to_start_in() {
        use super::look_up_on_unix;

        let path = Some(OsStr::new("/bin:/my tools:bin"));
        let look_up = |program: &str, file: &str| {
            look_up_on_unix(Path::new(program), path, Path::new("/w"), |it| it == Path::new(file))
        };
        let tried = ["/bin", "/my tools", "/w/bin"].map(PathBuf::from).to_vec();
        assert_eq!(look_up("codex", "/my tools/codex"), (tried.clone(), true));
        assert_eq!(look_up("codex", "/w/codex"), (tried, false));
        assert_eq!(look_up("./codex", "/w/./codex"), (Vec::new(), true));
    }
}
