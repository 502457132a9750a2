//! A connection that knows when an answer has left.
//!
//! A handler's work ends before its answer is on the wire. What must happen after that, such as a
//! simulated institution that dies after answering, hangs on the connection: bytes were written
//! since it was asked for, and the server has flushed all that it had.

use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection of a server.
#[derive(Debug)]
pub struct Line<S> {
    stream: S,
    end: LineEnd,
}

/// A handle on a connection, for whoever answers on it.
#[derive(Clone, Default)]
pub struct LineEnd(Arc<Mutex<Left>>);

#[derive(Default)]
struct Left {
    then: Option<Then>,
    /// Whether bytes were written since `then` was set.
    is_written: bool,
}

struct Then {
    /// Sent behind the answer, which nobody asked for.
    more: Vec<u8>,
    /// How much of it has been sent.
    sent: usize,
    act: Box<dyn FnOnce() + Send>,
}

impl<S> Line<S> {
    /// Watches a connection.
    pub fn new(stream: S) -> Self {
        let end = LineEnd::default();
        Self { stream, end }
    }

    /// The handle on it.
    pub fn end(&self) -> LineEnd {
        self.end.clone()
    }
}

impl LineEnd {
    /// Sends more behind the answer that is given next, and does something once all has left. To
    /// be called when nothing has to be waited for any more before the answer is written.
    pub fn after_answer(&self, more: Vec<u8>, act: impl FnOnce() + Send + 'static) {
        let act = Box::new(act);
        let mut left = self.lock();
        left.is_written = false;
        left.then = Some(Then { more, sent: 0, act });
    }

    fn lock(&self) -> MutexGuard<'_, Left> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note_written(&self, polled: &Poll<io::Result<usize>>) {
        if let Poll::Ready(Ok(1..)) = polled {
            self.lock().is_written = true;
        }
    }

    /// What is to be done now, if the answer is written.
    fn due(&self) -> Option<Then> {
        let mut left = self.lock();
        if left.is_written {
            left.then.take()
        } else {
            None
        }
    }

    fn put_back(&self, then: Then) {
        self.lock().then = Some(then);
    }
}

impl fmt::Debug for LineEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LineEnd")
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Line<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> Line<S> {
    /// Sends what is to be sent behind the answer.
    fn poll_more(&mut self, cx: &mut Context<'_>, then: &mut Then) -> Poll<io::Result<()>> {
        while let Some(rest) = then.more.get(then.sent..).filter(|rest| !rest.is_empty()) {
            let sent = ready!(Pin::new(&mut self.stream).poll_write(cx, rest))?;
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            then.sent = then.sent.saturating_add(sent);
        }
        Pin::new(&mut self.stream).poll_flush(cx)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Line<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.end.note_written(&polled);
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(mut then) = self.end.due() else {
            return Pin::new(&mut self.stream).poll_flush(cx);
        };
        match self.poll_more(cx, &mut then) {
            Poll::Pending => {
                self.end.put_back(then);
                Poll::Pending
            }
            Poll::Ready(Ok(())) => {
                (then.act)();
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.end.note_written(&polled);
        polled
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use axum::Router;
    use axum::extract::Extension;
    use axum::routing::get;
    use hyper::server::conn::http1;
    use hyper_util::rt::TokioIo;
    use hyper_util::service::TowerToHyperService;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

    /// What a client reads, when the handler does something with its line.
    async fn served(handle: impl Fn(&LineEnd) + Clone + Send + Sync + 'static) -> String {
        let (mut client, server) = duplex(64);
        let line = Line::new(server);
        let end = line.end();
        let answer = move |Extension(end): Extension<LineEnd>| {
            handle(&end);
            async { "y".repeat(1_000) }
        };
        let router = Router::new().route("/", get(answer)).layer(Extension(end));
        let service = TowerToHyperService::new(router);
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(line), service));
        client.write_all(REQUEST).await.unwrap();
        let mut text = String::new();
        client.read_to_string(&mut text).await.unwrap();
        text
    }

    #[tokio::test]
    async fn an_act_comes_once_after_the_whole_answer_was_written() {
        let (did, done) = mpsc::channel();
        let text = served(move |end| {
            let did = did.clone();
            end.after_answer(Vec::new(), move || did.send(()).unwrap());
        });
        assert!(text.await.ends_with(&"y".repeat(1_000)));
        assert_eq!(done.iter().count(), 1);
    }

    #[tokio::test]
    async fn what_nobody_asked_for_comes_behind_the_answer() {
        let text = served(|end| end.after_answer(vec![b'z'; 500], || ())).await;
        assert!(text.ends_with(&format!("{}{}", "y".repeat(1_000), "z".repeat(500))));
    }
}
