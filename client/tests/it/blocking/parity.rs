//! The blocking client has what the asynchronous one has: the names are compared in the source, and
//! what is left out on purpose is said here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What the blocking client leaves out: type, method, and why.
const LEFT_OUT: &[(&str, &str, &str)] = &[
    ("Events", "next", "it is an iterator"),
    ("GoalRun", "next", "it is an iterator"),
    ("Pages", "next", "it is an iterator"),
    ("Pages", "try_next", "an item of the iterator can be transposed"),
    ("ServerRequests", "next", "it is an iterator"),
    ("TurnHandle", "next", "it is an iterator"),
];

type Methods = BTreeMap<String, BTreeSet<String>>;

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files_below(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, into);
        } else {
            into.push(path);
        }
    }
}

/// The public methods of each type, by what its `impl` blocks say. A block ends where a brace closes
/// it in the same column, which holds for formatted code.
fn public_methods(text: &str, into: &mut Methods) {
    let mut block: Option<(usize, String)> = None;
    for line in text.lines() {
        let trimmed = line.trim_start();
        let column = line.len() - trimmed.len();
        if let Some(header) = trimmed.strip_prefix("impl")
            && header.ends_with('{')
            && !header.contains(" for ")
        {
            let name = match header.starts_with('<') {
                true => header.split_once("> ").map_or(header, |it| it.1),
                false => header.trim_start(),
            };
            let end = name.find(['<', ' ', '{']).unwrap_or(name.len());
            block = Some((column, name[..end].to_owned()));
        } else if trimmed == "}" && block.as_ref().is_some_and(|it| it.0 == column) {
            block = None;
        } else if let Some((_, name)) = &block
            && let Some(rest) = trimmed.strip_prefix("pub ")
            && let Some((_, method)) = rest.split_once("fn ")
        {
            let end = method.find(['<', '(']).unwrap();
            into.entry(name.clone()).or_default().insert(method[..end].to_owned());
        }
    }
}

fn methods(is_wanted: impl Fn(&Path) -> bool) -> Methods {
    let mut files = Vec::new();
    files_below(&source(), &mut files);
    let mut methods = Methods::new();
    for file in files {
        if is_wanted(file.strip_prefix(source()).unwrap()) {
            public_methods(&std::fs::read_to_string(file).unwrap(), &mut methods);
        }
    }
    methods
}

fn is_blocking(file: &Path) -> bool {
    file.starts_with("blocking") || file == Path::new("blocking.rs")
}

#[test]
fn every_method_of_the_asynchronous_client_is_there_or_left_out_for_a_reason() {
    let blocking = methods(is_blocking);
    let asynchronous = methods(|file| !is_blocking(file) && !file.starts_with("testing"));
    for name in
        ["Codex", "Thread", "TurnHandle", "GoalRun", "Client", "$handle", "Pages", "Supervisor"]
    {
        assert!(blocking[name].len() > 2, "{name} is not found");
    }
    let left_out: BTreeSet<_> = LEFT_OUT.iter().map(|it| (it.0, it.1)).collect();
    let mut missing = BTreeSet::new();
    for (name, has) in &blocking {
        let Some(wanted) = asynchronous.get(name) else { continue };
        missing.extend(wanted.difference(has).map(|method| (&**name, &**method)));
    }
    // Neither more nor less: a reason for what is there, or for nothing, is out of date.
    assert_eq!(missing, left_out);
}

#[test]
fn only_limits_on_waiting_are_added() {
    let blocking = methods(is_blocking);
    let asynchronous = methods(|file| !is_blocking(file) && !file.starts_with("testing"));
    let mut added = BTreeSet::new();
    for (name, has) in &blocking {
        let known = asynchronous.get(name).cloned().unwrap_or_default();
        added.extend(has.difference(&known).map(|method| format!("{name}::{method}")));
    }
    added.retain(|it| !it.ends_with("_within"));
    // What is awaited there is waited for here.
    assert_eq!(added, BTreeSet::from(["NextTurn::wait".to_owned()]));
}
