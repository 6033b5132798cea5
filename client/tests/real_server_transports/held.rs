//! A stream whose reading a test can stop, so that the real server has a slow client.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Whether reading is stopped, and who waits for it to go on.
#[derive(Clone, Default)]
pub(crate) struct Brake(Arc<Mutex<(bool, Option<Waker>)>>);

impl Brake {
    pub(crate) fn hold(&self) {
        self.0.lock().unwrap().0 = true;
    }

    pub(crate) fn release(&self) {
        let mut state = self.0.lock().unwrap();
        state.0 = false;
        if let Some(waker) = state.1.take() {
            waker.wake();
        }
    }
}

pub(crate) struct Held<S> {
    pub(crate) stream: S,
    pub(crate) brake: Brake,
}

impl<S: AsyncRead + Unpin> AsyncRead for Held<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut state = self.brake.0.lock().unwrap();
        if state.0 {
            state.1 = Some(cx.waker().clone());
            return Poll::Pending;
        }
        drop(state);
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Held<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
