//! Carries lines between a transport and the session: one task reads, one writes. They decide
//! nothing; the reader waits for nobody but the server.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::{Outgoing, Shared, Stage};
use crate::connection::tap::{FrameDirection, Tap};
use crate::error::closed::{CloseReason, Closed};
use crate::options::Options;
use crate::transport::frame::Lines;
use crate::transport::{BoxRead, BoxWrite, Process, Transport};

/// How long the end of a connection may take to be told. Until then what the server has said is still
/// read, though writing fails or its process is gone; and a process that has closed its output exits.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Starts the tasks. They end with the connection.
pub(super) fn carry(
    shared: &Arc<Shared>,
    transport: Transport,
    outgoing: mpsc::UnboundedReceiver<Outgoing>,
    options: &Options,
) {
    let Transport { read, write, process, why } = transport;
    let carrier = Carrier {
        shared: Arc::clone(shared),
        lines: Lines::new(read, options.max_line_bytes),
        limit: options.max_line_bytes,
        grace: options.shutdown_grace,
        tap: options.tap.clone(),
        process,
        why,
    };
    tokio::spawn(carrier.run(write, outgoing));
}

/// The task that reads.
struct Carrier {
    shared: Arc<Shared>,
    lines: Lines<BoxRead>,
    limit: usize,
    grace: Duration,
    tap: Option<Tap>,
    process: Option<Process>,
    why: Arc<OnceLock<CloseReason>>,
}

impl Carrier {
    async fn run(mut self, write: BoxWrite, outgoing: mpsc::UnboundedReceiver<Outgoing>) {
        let (broken, mut is_broken) = oneshot::channel();
        let tap = self.tap.clone();
        let writer = tokio::spawn(async move {
            if let Err(error) = write_lines(write, outgoing, tap.as_ref()).await {
                // The reader may be gone already.
                let _ = broken.send(error.kind());
            }
        });
        let (reason, is_all_read) = tokio::select! {
            biased;
            () = self.shared.stopped() => (CloseReason::Shutdown, true),
            Ok(kind) = &mut is_broken => (CloseReason::Write(kind), false),
            // Whatever it has started may hold its output open.
            () = exited(&mut self.process) => (CloseReason::EndOfStream, false),
            reason = read_lines(&mut self.lines, self.limit, &self.shared, self.tap.as_ref()) => {
                (reason, true)
            }
        };
        let last_words = Instant::now() + LAST_WORDS;
        let reason = if is_all_read { reason } else { self.read_rest(reason, last_words).await };
        let reason = match self.why.get() {
            Some(why) if reason != CloseReason::Shutdown => why.clone(),
            _ => reason,
        };
        tracing::debug!(?reason, "the connection ends");
        self.end(reason, last_words).await;
        writer.abort();
    }

    /// Reads what the server has said before it went. If it has ended, that is the reason.
    async fn read_rest(&mut self, reason: CloseReason, deadline: Instant) -> CloseReason {
        let rest = read_lines(&mut self.lines, self.limit, &self.shared, self.tap.as_ref());
        let rest = tokio::select! {
            biased;
            () = self.shared.stopped() => return reason,
            rest = tokio::time::timeout_at(deadline, rest) => rest,
        };
        let has_exited = match &mut self.process {
            Some(process) => process.exit_by(deadline).await.is_some(),
            None => false,
        };
        if has_exited || rest == Ok(CloseReason::EndOfStream) {
            return CloseReason::EndOfStream;
        }
        reason
    }

    async fn end(&mut self, reason: CloseReason, last_words: Instant) {
        let is_wanted = reason == CloseReason::Shutdown;
        let deadline = Instant::now() + self.grace;
        let mut closed = Closed::new(reason);
        if is_wanted {
            self.shared.close(closed);
            // If the writer is gone, the input is closed already.
            let _ = self.shared.outgoing.send(Outgoing::Close);
            // A server that cannot write does not exit: read to the end, or to that of its process.
            tokio::select! {
                _ = tokio::time::timeout_at(deadline, self.lines.drain()) => {}
                () = exited(&mut self.process) => {}
            }
        } else {
            let _ = self.shared.outgoing.send(Outgoing::Close);
            if let Some(process) = &mut self.process {
                closed.exit_status = process.exit_by(last_words).await;
                closed.stderr_tail = process.stderr_tail().await;
            }
            self.shared.close(closed);
        }
        if let Some(process) = &mut self.process {
            process.end(deadline, self.grace).await;
        }
    }
}

impl Drop for Carrier {
    fn drop(&mut self) {
        self.shared.close(Closed::new(CloseReason::RuntimeGone));
        // The process goes first: whoever waits for the end expects it to be gone.
        drop(self.process.take());
        self.shared.reach(Stage::Done);
    }
}

/// Waits for the end of the process, if there is one.
async fn exited(process: &mut Option<Process>) {
    match process {
        Some(process) => process.exited().await,
        None => std::future::pending().await,
    }
}

async fn read_lines(
    lines: &mut Lines<BoxRead>,
    limit: usize,
    shared: &Arc<Shared>,
    tap: Option<&Tap>,
) -> CloseReason {
    loop {
        let mut frame = match lines.next().await {
            Ok(Some(frame)) => frame,
            Ok(None) => return CloseReason::EndOfStream,
            Err(error) => return CloseReason::Read(error.kind()),
        };
        if let Some(tap) = tap {
            tap.see(FrameDirection::Received, frame.bytes());
        }
        // What has been received together is decided together: the lock is taken once for it. Not
        // under the eyes of a tap, which may do anything.
        let known = shared.with(|session, effects| {
            loop {
                session.frame(frame, limit, effects)?;
                if tap.is_some() {
                    return Ok(());
                }
                match lines.received() {
                    Some(next) => frame = next,
                    None => return Ok(()),
                }
            }
        });
        if let Err(()) = known {
            return CloseReason::LineTooLong { limit };
        }
    }
}

async fn write_lines(
    mut write: BoxWrite,
    mut outgoing: mpsc::UnboundedReceiver<Outgoing>,
    tap: Option<&Tap>,
) -> std::io::Result<()> {
    while let Some(Outgoing::Line(mut line, written)) = outgoing.recv().await {
        if let Some(tap) = tap {
            tap.see(FrameDirection::Sent, line.as_bytes());
        }
        line.push('\n');
        write.write_all(line.as_bytes()).await?;
        if outgoing.is_empty() || written.is_some() {
            write.flush().await?;
        }
        if let Some(written) = written {
            // Nobody may be waiting any more.
            let _ = written.send(());
        }
    }
    write.shutdown().await
}
