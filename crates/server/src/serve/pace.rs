//! A connection that must get on: whoever neither reads nor finishes a head loses its place.
//!
//! hyper bounds how long a connection may lie idle before a head is whole, but not how long an
//! answer may lie unread, and it has one time for an idle line and for a head that was begun. The
//! stream itself sees both: a write that waits is a reader that does not read, and bytes that
//! come while no request is served begin the next head.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// How long a stream may wait for the other side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// From the first byte of a request's head to its last.
    pub(super) head: Duration,
    /// Between two writes of which the second gets on.
    pub(super) write: Duration,
}

/// Counts the beginnings and the ends of requests: an odd count means that one is served.
#[derive(Clone, Debug, Default)]
pub(super) struct Turns(Arc<AtomicU64>);

/// A stream with deadlines.
#[derive(Debug)]
pub(super) struct Paced<S> {
    stream: S,
    pace: Pace,
    turns: Turns,
    /// The count when something was read last.
    turn: u64,
    head: Option<Pin<Box<Sleep>>>,
    write: Option<Pin<Box<Sleep>>>,
}

impl Turns {
    /// A request begins or ends.
    pub(super) fn next(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn now(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl<S> Paced<S> {
    pub(super) fn new(stream: S, pace: Pace, turns: Turns) -> Self {
        Self {
            stream,
            pace,
            turn: turns.now(),
            turns,
            head: None,
            write: None,
        }
    }

    /// Lets what was asked of the stream pass, unless it has waited for too long.
    fn push<T>(
        &mut self,
        cx: &mut Context<'_>,
        polled: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.write = None;
            return polled;
        }
        let allowed = self.pace.write;
        let limit = self.write.get_or_insert_with(|| Box::pin(sleep(allowed)));
        limit
            .as_mut()
            .poll(cx)
            .map(|()| Err(late("the answer is not read")))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let turn = self.turns.now();
        if turn != self.turn {
            self.turn = turn;
            self.head = None;
        }
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buffer);
        // What comes while a request is served is its body, which has a deadline of its own.
        if turn.is_multiple_of(2) && buffer.filled().len() > before && self.head.is_none() {
            self.head = Some(Box::pin(sleep(self.pace.head)));
        }
        match (&mut self.head, &polled) {
            (Some(limit), Poll::Pending) => limit
                .as_mut()
                .poll(cx)
                .map(|()| Err(late("the head is not whole"))),
            (Some(_) | None, _) => polled,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.push(cx, polled)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_flush(cx);
        self.push(cx, polled)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.push(cx, polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.push(cx, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

fn late(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, why)
}
