//! The standard error of a process: its end is kept, and each line of it is shown to a function of the
//! user's as it comes. It is read without end, so that the process never waits for room.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How much is kept.
const KEPT: usize = 8 * 1024;
/// How long the rest may take once the process has exited.
const REST: Duration = Duration::from_millis(100);
/// How much of a line is shown.
const LONGEST_LINE: usize = 64 * 1024;

type See = dyn Fn(&str) + Send + Sync;

/// What sees all lines.
#[derive(Clone)]
pub(super) struct StderrTap(Arc<See>);

impl StderrTap {
    pub(super) fn new(see: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Arc::new(see))
    }

    /// A function that panics takes nothing along.
    fn see(&self, line: &str) {
        if catch_unwind(AssertUnwindSafe(|| (self.0)(line))).is_err() {
            tracing::error!("the function of `ProcessOptions::on_stderr_line` panicked");
        }
    }
}

/// The standard error of a process.
#[derive(Debug)]
pub(super) struct Stderr {
    tail: Arc<Mutex<Vec<u8>>>,
    reading: JoinHandle<()>,
}

impl Stderr {
    /// Begins to read. Inside a runtime.
    pub(super) fn read(
        pipe: impl AsyncRead + Send + Unpin + 'static,
        tap: Option<StderrTap>,
    ) -> Self {
        let tail = Arc::<Mutex<Vec<u8>>>::default();
        let lines = tap.map(Lines::new);
        Self { reading: tokio::spawn(read(pipe, Arc::clone(&tail), lines)), tail }
    }

    /// Reads what there is still to come of a process that has exited. Another may hold the pipe open:
    /// what has come by then is enough.
    pub(super) async fn finish(&mut self) {
        if !self.reading.is_finished() {
            // Late is no error.
            let _ = timeout(REST, &mut self.reading).await;
        }
    }

    /// The last of it, in whole lines where possible.
    pub(super) fn tail(&self) -> String {
        let bytes = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        match text.split_once('\n') {
            Some((_, rest)) if bytes.len() >= KEPT => rest.to_owned(),
            _ => text,
        }
    }
}

impl Drop for Stderr {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

async fn read(
    mut pipe: impl AsyncRead + Unpin,
    tail: Arc<Mutex<Vec<u8>>>,
    mut lines: Option<Lines>,
) {
    let mut part = vec![0; 4096];
    while let Ok(n_bytes @ 1..) = pipe.read(&mut part).await {
        keep(&mut tail.lock().unwrap_or_else(PoisonError::into_inner), &part[..n_bytes]);
        if let Some(lines) = &mut lines {
            lines.take(&part[..n_bytes]);
        }
    }
    if let Some(lines) = &lines {
        lines.finish();
    }
}

fn keep(tail: &mut Vec<u8>, part: &[u8]) {
    tail.extend_from_slice(part);
    let n_excess = tail.len().saturating_sub(KEPT);
    tail.drain(..n_excess);
}

/// Cuts what comes into lines.
struct Lines {
    tap: StderrTap,
    /// What has come of a line, as far as it is shown.
    line: Vec<u8>,
}

impl Lines {
    fn new(tap: StderrTap) -> Self {
        Self { tap, line: Vec::new() }
    }

    fn take(&mut self, mut part: &[u8]) {
        while let Some(end) = memchr::memchr(b'\n', part) {
            self.add(&part[..end]);
            self.show();
            self.line.clear();
            part = &part[end + 1..];
        }
        self.add(part);
    }

    /// The last line may lack its line feed.
    fn finish(&self) {
        if !self.line.is_empty() {
            self.show();
        }
    }

    fn add(&mut self, part: &[u8]) {
        let n_free = LONGEST_LINE - self.line.len();
        self.line.extend_from_slice(&part[..part.len().min(n_free)]);
    }

    fn show(&self) {
        let line = self.line.strip_suffix(b"\r").unwrap_or(&self.line);
        let text = String::from_utf8_lossy(line);
        // A character may have been cut in two with the line.
        let is_cut = line.len() == LONGEST_LINE;
        self.tap.see(if is_cut { text.trim_end_matches('\u{fffd}') } else { &text });
    }
}

impl fmt::Debug for StderrTap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StderrTap").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tokio::io::AsyncWriteExt as _;

    use super::{KEPT, LONGEST_LINE, Lines, Stderr, StderrTap};

    type Seen = Arc<Mutex<Vec<String>>>;

    fn tap() -> (StderrTap, Seen) {
        let seen = Seen::default();
        let lines = Arc::clone(&seen);
        (StderrTap::new(move |line| lines.lock().unwrap().push(line.to_owned())), seen)
    }

    fn check(parts: &[&[u8]], expected: &[&str]) {
        let (tap, seen) = tap();
        let mut lines = Lines::new(tap);
        parts.iter().for_each(|it| lines.take(it));
        lines.finish();
        assert_eq!(*seen.lock().unwrap(), expected);
    }

    #[test]
    fn what_comes_is_cut_into_lines() {
        check(&[], &[]);
        check(&[b"one\ntwo\n"], &["one", "two"]);
        check(&[b"o", b"ne\nt", b"wo", b"\n\nend"], &["one", "two", "", "end"]);
        check(&[b"of Windows\r", b"\nlast\r"], &["of Windows", "last"]);
        check(&[b"\xff \xc3", b"\xa9\n"], &["\u{fffd} \u{e9}"]);
    }

    #[test]
    fn of_a_long_line_the_beginning_is_shown_and_no_half_character() {
        let long = "x".repeat(LONGEST_LINE - 1);
        let line = format!("{long}\u{e9} and more\nnext\n");
        check(&[&line.as_bytes()[..10], &line.as_bytes()[10..]], &[&long, "next"]);
        check(&[&b"y".repeat(LONGEST_LINE), b"\n"], &[&"y".repeat(LONGEST_LINE)]);
    }

    #[tokio::test]
    async fn a_panic_ends_nothing_and_the_end_is_kept() {
        let (mut write, pipe) = tokio::io::duplex(64);
        let (counted, seen) = tap();
        let tap = StderrTap::new(move |line| {
            counted.see(line);
            panic!("with {line}");
        });
        let mut stderr = Stderr::read(pipe, Some(tap));
        for n in 0..5000 {
            write.write_all(format!("line {n}\n").as_bytes()).await.unwrap();
        }
        drop(write);
        (&mut stderr.reading).await.unwrap();
        // It may be finished more than once.
        stderr.finish().await;
        assert_eq!(seen.lock().unwrap().len(), 5000);
        let tail = stderr.tail();
        assert!(tail.starts_with("line ") && tail.ends_with("line 4999\n"), "{tail}");
        assert!(tail.len() <= KEPT);
    }
}
