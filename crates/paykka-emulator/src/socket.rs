//! A TCP connection that can be reset from outside, whatever protocol runs on it: closing it politely is not what a broken
//! network does. It resets itself when its peer takes nothing for long, since what waits for such a peer is memory.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

pub(crate) struct Socket {
    tcp: TcpStream,
    killed: Arc<AtomicBool>,
    patience: Duration,
    /// Runs while the peer takes nothing of what is written.
    stalled: Option<Pin<Box<Sleep>>>,
}

/// Resets the connection that it came with.
#[derive(Clone)]
pub(crate) struct Killer(Arc<AtomicBool>);

impl Socket {
    /// `patience` is how long the peer may take nothing of what is written.
    pub(crate) fn new(tcp: TcpStream, patience: Duration) -> (Self, Killer) {
        // Answers are one write each; waiting for more would only delay them.
        let _unsupported = tcp.set_nodelay(true);
        let killed = Arc::default();
        (Self { tcp, killed: Arc::clone(&killed), patience, stalled: None }, Killer(killed))
    }

    fn check(&self) -> io::Result<()> {
        if self.killed.load(Ordering::SeqCst) { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }

    /// What became of a write, which fails where it has waited for too long.
    fn in_time<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let patience = self.patience;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        if stalled.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        // A polite close would leave what wasn't taken to the system, which tries for minutes.
        self.killed.store(true, Ordering::SeqCst);
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl Killer {
    /// Nothing more is read or written; when the socket is dropped, the peer gets a reset.
    pub(crate) fn kill(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.killed.load(Ordering::SeqCst) {
            // What can't be reset is closed.
            let _unsupported = self.tcp.set_zero_linger();
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.tcp).poll_read(cx, buf)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.check()?;
        let written = Pin::new(&mut self.tcp).poll_write(cx, buf);
        self.in_time(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        let written = Pin::new(&mut self.tcp).poll_write_vectored(cx, bufs);
        self.in_time(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        // Never waits: what was written is the system's.
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}
