//! Writing files so that a reader sees the old one or the new one, never a part of it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use tempfile::NamedTempFile;

/// How the names of temporaries begin, wherever they are: what an interrupted run leaves behind.
pub(crate) const TEMPORARY: &str = ".xtask-";

/// Reads a text.
pub(crate) fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Replaces the files, all of them or none.
///
/// Every text is written out before the first file is replaced, so a full disk changes nothing; if
/// replacing fails half-way, the files replaced so far get their old text back.
pub(crate) fn replace_all(files: &[(PathBuf, &[u8])]) -> Result<()> {
    let mut staged = Vec::new();
    for (path, text) in files {
        let context = || format!("cannot write {}", path.display());
        let temporary = stage(path, text).with_context(context)?;
        let before = match fs::read(path) {
            Ok(before) => Some(before),
            Err(err) if err.kind() == io::ErrorKind::NotFound => None,
            Err(err) => return Err(err).with_context(context),
        };
        staged.push((path, temporary, before));
    }

    let mut replaced: Vec<(&Path, Option<Vec<u8>>)> = Vec::new();
    for (path, temporary, before) in staged {
        if let Err(err) = temporary.persist(path) {
            for (path, before) in &replaced {
                restore(path, before.as_deref())?;
            }
            return Err(err.error).with_context(|| format!("cannot write {}", path.display()));
        }
        replaced.push((path, before));
    }
    Ok(())
}

fn restore(path: &Path, before: Option<&[u8]>) -> Result<()> {
    match before {
        Some(before) => fs::write(path, before),
        None => fs::remove_file(path),
    }
    .with_context(|| format!("cannot restore {}", path.display()))
}

/// Writes the text to a temporary beside the path.
fn stage(path: &Path, text: &[u8]) -> io::Result<NamedTempFile> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // A temporary is for its owner only; this one becomes a file like any other.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut temporary = builder.tempfile_in(folder)?;
    temporary.write_all(text)?;
    Ok(temporary)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::replace_all;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn all_files_are_replaced_and_no_temporary_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (folder.path().join("one"), folder.path().join("deep/two"));
        fs::write(&one, "old").unwrap();

        replace_all(&[(one.clone(), b"new 1"), (two.clone(), b"new 2")]).unwrap();

        assert_eq!(fs::read_to_string(one).unwrap(), "new 1");
        assert_eq!(fs::read_to_string(two).unwrap(), "new 2");
        assert_eq!(names(folder.path()), ["deep", "one"]);
    }

    #[test]
    fn replacing_that_fails_half_way_is_undone() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("one"), "old").unwrap();

        // Staging `two/deep` makes `two` a folder, so that replacing `two` fails, and not before.
        let files = [("new", b"1"), ("one", b"2"), ("two", b"3"), ("two/deep", b"4")];
        let files = files.map(|(name, text)| (path(name), text.as_slice()));
        replace_all(&files).unwrap_err();

        assert_eq!(fs::read_to_string(path("one")).unwrap(), "old");
        assert_eq!(names(folder.path()), ["one", "two"]);
    }

    #[test]
    fn a_file_that_cannot_be_replaced_leaves_the_others_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (folder.path().join("one"), folder.path().join("two"));
        fs::write(&one, "old").unwrap();
        fs::create_dir(&two).unwrap();

        let err = replace_all(&[(one.clone(), b"new 1"), (two, b"new 2")]).unwrap_err();

        assert!(format!("{err:#}").contains("two"), "{err:#}");
        assert_eq!(fs::read_to_string(one).unwrap(), "old");
        assert_eq!(names(folder.path()), ["one", "two"]);
    }
}
