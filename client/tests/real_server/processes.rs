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

/// Waits until nothing of a home is left. The server itself is gone, but a shell that it has just started
/// to learn of the user's settings ends by itself, a moment later.
#[allow(dead_code, reason = "for the test binaries that end servers")]
pub(crate) fn none_left(home: &TestHome) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    loop {
        let left = of_home(home);
        if left.is_empty() {
            return;
        }
        assert!(std::time::Instant::now() < deadline, "{left:?}");
        std::thread::yield_now();
    }
}

/// How many children this process has, dead ones that were not reaped included.
#[allow(dead_code, reason = "for the test binary that has no other children")]
pub(crate) fn n_children() -> usize {
    let own_id = std::process::id().to_string();
    let is_child = |stat: &String| {
        // The name in parentheses may hold anything; the state and the parent follow it.
        let after_name = stat.rsplit_once(") ").map_or("", |it| it.1);
        after_name.split(' ').nth(1) == Some(&own_id)
    };
    let stats = fs::read_dir("/proc").unwrap().map(|it| it.unwrap().path().join("stat"));
    stats.filter_map(|it| fs::read_to_string(it).ok()).filter(is_child).count()
}

/// Waits until every thread of a process that was told to stop has done so: the signal stops a
/// thread that runs on another processor a moment later.
#[allow(dead_code, reason = "for the test binary that stops a server")]
pub(crate) fn stopped(process: u32) {
    let is_stopped = |stat: &str| stat.rsplit_once(") ").is_some_and(|it| it.1.starts_with('T'));
    loop {
        let tasks = fs::read_dir(format!("/proc/{process}/task")).unwrap();
        let stats = tasks.map(|it| it.unwrap().path().join("stat"));
        if stats.filter_map(|it| fs::read_to_string(it).ok()).all(|it| is_stopped(&it)) {
            return;
        }
        std::thread::yield_now();
    }
}
