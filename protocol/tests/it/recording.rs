//! Recorded sessions of the real server, as they are in `tests/traces`: a line of JSON for each
//! message, with who sent it and what.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

pub(crate) struct Recording {
    pub(crate) name: String,
    pub(crate) lines: Vec<Line>,
}

pub(crate) struct Line {
    pub(crate) is_from_server: bool,
    /// The message as it was sent.
    pub(crate) text: String,
}

/// All sessions, by name.
pub(crate) fn recordings() -> Vec<Recording> {
    recordings_in("tests/traces")
}

/// The sessions in another folder.
pub(crate) fn recordings_in(folder: &str) -> Vec<Recording> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = fs::read_dir(folder).expect("the recordings are there");
    let mut paths: Vec<_> = files.map(|file| file.expect("a readable folder").path()).collect();
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Recording {
    #[derive(Deserialize)]
    struct Recorded<'a> {
        dir: &'a str,
        #[serde(borrow)]
        msg: &'a RawValue,
    }

    let text = fs::read_to_string(path).expect("a readable recording");
    let lines = text.lines().map(|line| {
        let line: Recorded<'_> = serde_json::from_str(line).expect("a recorded line");
        Line { is_from_server: line.dir == "s2c", text: line.msg.get().to_owned() }
    });
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Recording { name, lines: lines.collect() }
}
