//! Connections: bounded in number, in all and for each address; in the size and time of a
//! request's head; in how long an answer may lie unread; and ended in order.

mod crowd;
mod pace;

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

#[cfg(feature = "failpoints")]
use participant::line::Line;

#[cfg(feature = "failpoints")]
use crate::control;
use crate::hub::Hub;
use crate::limits::{
    CONNECTIONS_MAX, CONNECTIONS_PER_ADDRESS_MAX, HEAD_BYTES_MAX, HEAD_DEADLINE, IDLE_DEADLINE,
    STOP_DEADLINE, WRITE_DEADLINE,
};
use crate::router::router;

use crowd::{Crowd, Place};
use pace::{Pace, Paced, Turns};

/// How long to wait before accepting again when the system has no more files: connections that
/// end give some back.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `stop` says so; then takes no more connections, lets requests in flight finish
/// for a few seconds, and returns.
pub async fn serve(listener: TcpListener, hub: Hub, mut stop: watch::Receiver<bool>) {
    #[cfg(feature = "failpoints")]
    let control = control::router(&hub, &listener);
    let router = router(hub);
    #[cfg(feature = "failpoints")]
    let router = router.merge(control);
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let crowd = Crowd::new(CONNECTIONS_PER_ADDRESS_MAX);
    let mut connections = JoinSet::new();
    loop {
        // Without a free place nobody is accepted: newcomers wait in the system's own queue.
        let accepted = tokio::select! {
            biased;
            () = stopped(&mut stop) => break,
            Some(_ended) = connections.join_next(), if !connections.is_empty() => continue,
            accepted = accept(&listener, &places) => accepted,
        };
        match accepted {
            Ok((stream, address, place)) => {
                // Whoever holds its share already is closed, not kept waiting: it waits for
                // itself.
                let Some(share) = crowd.enter(address) else {
                    tracing::debug!("an address has too many connections");
                    continue;
                };
                let places = (place, share);
                connections.spawn(connection(stream, places, router.clone(), stop.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    let finish = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(STOP_DEADLINE, finish).await.is_err() {
        tracing::warn!(left = connections.len(), "connections were cut off");
    }
    connections.shutdown().await;
}

/// An answer to a signed request, for the crash points of tests.
#[derive(Clone, Copy, Debug)]
struct Reply;

/// Marks an answer that is about to leave as one to a signed request.
pub(crate) fn reply(mut answer: Response) -> Response {
    failpoint::pass(failpoint::Point::BeforeReply);
    answer.extensions_mut().insert(Reply);
    answer
}

/// Until it is said to stop, or nobody is left who could say so.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _gone = stop.wait_for(|stop| *stop).await.is_err();
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, IpAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places)
        .acquire_owned()
        .await
        .map_err(io::Error::other)?;
    let (stream, address) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, address.ip(), place))
}

async fn connection(
    stream: TcpStream,
    places: (OwnedSemaphorePermit, Place),
    router: Router,
    stop: watch::Receiver<bool>,
) {
    let pace = Pace {
        head: HEAD_DEADLINE,
        write: WRITE_DEADLINE,
    };
    if let Err(error) = converse(stream, pace, router, stop).await {
        // Strangers cut connections all day: this is no event of ours.
        tracing::debug!(%error, "a connection ended");
    }
    drop(places);
}

async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    pace: Pace,
    router: Router,
    mut stop: watch::Receiver<bool>,
) -> hyper::Result<()> {
    let turns = Turns::default();
    let stream = Paced::new(stream, pace, turns.clone());
    #[cfg(feature = "failpoints")]
    let (stream, line) = {
        let line = Line::new(stream);
        let end = line.end();
        (line, end)
    };
    let router = TowerToHyperService::new(router);
    let service = service_fn(|request: http::Request<Incoming>| {
        turns.next();
        let answered = router.call(request);
        let turns = turns.clone();
        #[cfg(feature = "failpoints")]
        let line = line.clone();
        async move {
            let answer = answered.await;
            turns.next();
            #[cfg(feature = "failpoints")]
            if answer
                .as_ref()
                .is_ok_and(|answer| answer.extensions().get::<Reply>().is_some())
            {
                let left = || failpoint::pass(failpoint::Point::AfterReply);
                line.after_answer(Vec::new(), left);
            }
            answer
        }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE_DEADLINE)
        .max_buf_size(HEAD_BYTES_MAX)
        .half_close(false)
        .pipeline_flush(false)
        .serve_connection(TokioIo::new(stream), service);
    let mut served = std::pin::pin!(served);
    tokio::select! {
        ended = served.as_mut() => ended,
        () = stopped(&mut stop) => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
    use tokio::task::JoinHandle;
    use tokio::time::Instant;

    use super::*;

    const PACE: Pace = Pace {
        head: HEAD_DEADLINE,
        write: WRITE_DEADLINE,
    };
    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: hub\r\n\r\n";

    /// A client's end, and the time after which the other end gave up, if it did so in anger.
    struct Line {
        client: DuplexStream,
        ended: JoinHandle<(u64, bool)>,
        _stop: watch::Sender<bool>,
    }

    /// Holds 1 KiB in each direction; an answer has 64 KiB.
    fn line() -> Line {
        let (client, served) = duplex(1024);
        let answer = || async { "x".repeat(64 * 1024) };
        let router = Router::new().route("/", get(answer));
        let (stop, stopping) = watch::channel(false);
        let began = Instant::now();
        let ended = tokio::spawn(async move {
            let ended = converse(served, PACE, router, stopping).await;
            (began.elapsed().as_secs(), ended.is_err())
        });
        Line {
            client,
            ended,
            _stop: stop,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_pipelines_and_never_reads_loses_its_place() {
        let mut line = line();
        for _ in 0..4 {
            line.client.write_all(REQUEST).await.unwrap();
        }
        assert_eq!(line.ended.await.unwrap(), (WRITE_DEADLINE.as_secs(), true));
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_reads_slowly_but_reads_is_served_to_the_end() {
        let mut line = line();
        line.client
            .write_all(b"GET / HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n\r\n")
            .await
            .unwrap();
        let mut pause = tokio::time::interval(WRITE_DEADLINE - Duration::from_secs(1));
        let mut buffer = [0; 1024];
        let mut total = 0;
        loop {
            pause.tick().await;
            let read = line.client.read(&mut buffer).await.unwrap();
            if read == 0 {
                break;
            }
            total += read;
        }
        assert!(total > 64 * 1024, "{total}");
        let (took, is_failed) = line.ended.await.unwrap();
        assert!(took > 10 * WRITE_DEADLINE.as_secs() && !is_failed);
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_was_begun_has_less_time_than_an_idle_line() {
        let mut begun = line();
        begun.client.write_all(b"GET / HT").await.unwrap();
        assert_eq!(begun.ended.await.unwrap(), (HEAD_DEADLINE.as_secs(), true));
        // After an answer the line may lie idle for longer than a head may take.
        let mut idle = line();
        idle.client.write_all(REQUEST).await.unwrap();
        let mut answer = Vec::new();
        idle.client.read_to_end(&mut answer).await.unwrap();
        assert!(answer.len() > 64 * 1024);
        let (took, _) = idle.ended.await.unwrap();
        assert_eq!(took, IDLE_DEADLINE.as_secs());
    }
}
