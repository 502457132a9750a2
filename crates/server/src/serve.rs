//! Connections: bounded in number, in the size and time of a request's head, and ended in order.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;

use crate::hub::Hub;
use crate::limits::{CONNECTIONS_MAX, HEAD_BYTES_MAX, HEAD_DEADLINE, STOP_DEADLINE};
use crate::router::router;

/// How long to wait before accepting again when the system has no more files: connections that
/// end give some back.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `stop` says so; then takes no more connections, lets requests in flight finish
/// for a few seconds, and returns.
pub async fn serve(listener: TcpListener, hub: Hub, mut stop: watch::Receiver<bool>) {
    let router = router(hub);
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
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
            Ok((stream, place)) => {
                connections.spawn(connection(stream, place, router.clone(), stop.clone()));
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

/// Until it is said to stop, or nobody is left who could say so.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _gone = stop.wait_for(|stop| *stop).await.is_err();
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let place = Arc::clone(places)
        .acquire_owned()
        .await
        .map_err(io::Error::other)?;
    let (stream, _address) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, place))
}

async fn connection(
    stream: TcpStream,
    place: OwnedSemaphorePermit,
    router: Router,
    mut stop: watch::Receiver<bool>,
) {
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_DEADLINE)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut served = std::pin::pin!(served);
    let ended = tokio::select! {
        ended = served.as_mut() => ended,
        () = stopped(&mut stop) => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(error) = ended {
        // Strangers cut connections all day: this is no event of ours.
        tracing::debug!(%error, "a connection ended");
    }
    drop(place);
}
