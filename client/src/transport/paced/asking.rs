//! Tells the stream that is read when something is written to the one beside it: an answer may come. It
//! writes what it is given, and keeps nothing.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::io::AsyncWrite;

/// Whether something was written to the other stream of a pair since somebody looked.
#[derive(Default)]
pub(super) struct Asked(Mutex<State>);

#[derive(Default)]
struct State {
    is_set: bool,
    /// Who waits for that.
    waker: Option<Waker>,
}

impl Asked {
    fn set(&self) {
        let waker = {
            let mut state = self.state();
            state.is_set = true;
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    pub(super) fn take(&self) -> bool {
        std::mem::take(&mut self.state().is_set)
    }

    pub(super) fn poll(&self, cx: &Context<'_>) -> Poll<()> {
        let mut state = self.state();
        if std::mem::take(&mut state.is_set) {
            return Poll::Ready(());
        }
        state.waker = Some(cx.waker().clone());
        Poll::Pending
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream that is written to, and tells that one of it is read from.
pub(in crate::transport) struct Asking<W> {
    stream: W,
    asked: Arc<Asked>,
}

impl<W> Asking<W> {
    pub(super) fn new(stream: W, asked: Arc<Asked>) -> Self {
        Self { stream, asked }
    }
}

impl<W: AsyncWrite + Unpin> AsyncWrite for Asking<W> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.asked.set();
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
