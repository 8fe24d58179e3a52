//! The connections themselves.
//!
//! The HTTP library's own loop waits for ever for the rest of a half-sent head, so whoever sends
//! one byte an hour keeps a place.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, extract::ConnectInfo};
use hyper::{Request, body::Incoming, server::conn::http1, service::Service, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};
use tokio_io_timeout::TimeoutStream;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::settings::{Listening, ms};

/// How long to wait when no connection can be accepted, which is when the process has no file
/// descriptors left.
const BREATH: Duration = Duration::from_millis(50);

/// Longest head of a request. A query by GET is in it, but a registered one is short.
const HEAD_BYTES: usize = 64 * 1024;

/// Serves connections until `shutdown`, then finishes the requests that run, for at most
/// `drain_ms`.
///
/// Sockets are not waited for: they belong to the task tracker of the [`Door`](crate::Door). The
/// router finds the caller's address as [`ConnectInfo<SocketAddr>`].
pub async fn serve(
    listener: TcpListener,
    router: Router,
    settings: Listening,
    shutdown: CancellationToken,
) {
    let places = Arc::new(Semaphore::new(settings.connections));
    let connections = TaskTracker::new();
    while let Some((stream, peer, place)) = accept(&listener, &places, &shutdown).await {
        let connection = Connection { peer, place, shutdown: shutdown.clone() };
        connections.spawn(connection.serve(stream, router.clone(), settings));
    }
    // From here on nobody new is let in, not even into the queue of the operating system.
    drop(listener);
    connections.close();
    // Whoever is not done by then is cut off with the process.
    let _done = timeout(ms(settings.drain_ms), connections.wait()).await;
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
    shutdown: &CancellationToken,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let next = async {
        let place = places.clone().acquire_owned().await.ok()?;
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => return Some((stream, peer, place)),
                Err(error) => {
                    tracing::warn!(%error, "cannot accept connections");
                    sleep(BREATH).await;
                }
            }
        }
    };
    tokio::select! {
        () = shutdown.cancelled() => None,
        next = next => next,
    }
}

/// One connection.
struct Connection {
    peer: SocketAddr,
    place: OwnedSemaphorePermit,
    shutdown: CancellationToken,
}

impl Connection {
    async fn serve(self, stream: TcpStream, router: Router, settings: Listening) {
        let Self { peer, place, shutdown } = self;
        // Answers are small and written whole; waiting for more to send only delays them. Failure
        // costs speed alone.
        let _set = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(ms(settings.write_ms)));
        let router = TowerToHyperService::new(router);
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            router.call(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(ms(settings.header_ms))
            .max_buf_size(HEAD_BYTES)
            .serve_connection(TokioIo::new(Box::pin(stream)), service)
            .with_upgrades();
        tokio::pin!(connection);
        // A connection ends in an error whenever a client goes away; there is nobody to tell.
        let _end = tokio::select! {
            end = &mut connection => end,
            () = shutdown.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        drop(place);
    }
}
