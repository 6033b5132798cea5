//! The processes that belong to a home, by what the system knows of them.

use std::fs;

use codex_app_client::testing::TestHome;

/// The command lines of all processes with this home, a started command's included.
pub(crate) fn of_home(home: &TestHome) -> Vec<String> {
    let home = format!("CODEX_HOME={}", home.codex_home().display());
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().map(Result::unwrap) {
        // Others' processes cannot be read, and some end meanwhile.
        let Ok(environment) = fs::read(entry.path().join("environ")) else { continue };
        if environment.split(|it| *it == 0).any(|it| it == home.as_bytes()) {
            let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
            found.push(String::from_utf8_lossy(&line).replace('\0', " "));
        }
    }
    found
}
