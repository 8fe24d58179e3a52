//! Results over HTTP, one after the other: one request, one stream.

use std::{convert::Infallible, future::pending, pin::pin, sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderName, HeaderValue, header},
    response::Response,
};
use futures_util::{Stream, StreamExt, stream};
use tokio::{
    sync::mpsc,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    caller::Visitor,
    caps::Connection,
    desk::Desk,
    fault::Fault,
    framing::Framing,
    meter::{Kind, Transport},
    prepare::Order,
    reply::Reply,
    run::{self, Origin},
    settings::ms,
};

/// How long a stream may go on.
pub(crate) struct SignIn {
    pub(crate) expires_in: Option<Duration>,
    pub(crate) revoked: CancellationToken,
}

impl SignIn {
    /// Ends when the sign-in does.
    async fn over(self) {
        let expired = async {
            match self.expires_in {
                Some(good) => sleep(good).await,
                None => pending().await,
            }
        };
        tokio::select! {
            () = expired => (),
            () = self.revoked.cancelled() => (),
        }
    }
}

/// An operation that may run, and for how long.
pub(crate) struct Admitted {
    pub(crate) order: Order,
    pub(crate) origin: Origin,
    pub(crate) sign_in: SignIn,
}

/// A refusal as a stream, for whoever reads nothing else.
pub(crate) fn refuse(framing: Framing, reply: &Reply, visitor: &Visitor) -> Response {
    let chunks = [framing.begin(), framing.next(reply, visitor), framing.complete()];
    streamed(framing, Body::from_stream(stream::iter(chunks.map(Ok::<_, Infallible>))))
}

/// Runs an operation and streams what comes of it.
pub(crate) fn answer(
    desk: &Arc<Desk>,
    framing: Framing,
    admitted: Admitted,
) -> Result<Response, Fault> {
    let Admitted { order, origin, sign_in } = admitted;
    let mut connection = desk.caps.connect(origin.visitor.peer)?;
    connection.belongs_to(&origin.guest.key)?;
    let (out, chunks) = mpsc::channel(desk.settings.sockets.queue.max(1));
    let origin = Origin { transport: Transport::Stream, ..origin };
    let pump = Pump { desk: desk.clone(), framing, out, _connection: connection };
    desk.tasks.spawn(pump.run(order, origin, sign_in));
    let chunks = stream::unfold(chunks, |mut chunks| async move {
        let chunk = chunks.recv().await?;
        Some((Ok::<_, Infallible>(chunk), chunks))
    });
    Ok(streamed(framing, Body::from_stream(chunks)))
}

/// Carries results from an operation to a stream.
struct Pump {
    desk: Arc<Desk>,
    framing: Framing,
    out: mpsc::Sender<Bytes>,
    /// Counted as long as it runs.
    _connection: Connection,
}

impl Pump {
    async fn run(self, order: Order, origin: Origin, sign_in: SignIn) {
        let visitor = origin.visitor.clone();
        let mut results = pin!(self.results(order, origin));
        let mut over = pin!(sign_in.over());
        let quiet = ms(self.desk.settings.sockets.ping_ms);
        if !self.send(self.framing.begin()).await {
            return;
        }
        // Without `complete` at its end a client knows that there is more, and comes back.
        loop {
            let chunk = tokio::select! {
                result = results.next() => match result {
                    Some(reply) => self.framing.next(&reply, &visitor),
                    None => break,
                },
                () = sleep(quiet) => self.framing.quiet(),
                () = &mut over => return,
                () = self.desk.shutdown.cancelled() => return,
                () = self.out.closed() => return,
            };
            if !self.send(chunk).await {
                return;
            }
        }
        self.send(self.framing.complete()).await;
    }

    fn results(&self, order: Order, origin: Origin) -> impl Stream<Item = Reply> + use<> {
        let desk = self.desk.clone();
        match order.kind {
            Kind::Subscription => run::stream(&desk, order, origin).map(Reply::from).left_stream(),
            Kind::Query | Kind::Mutation => {
                stream::once(async move { run::once(&desk, order, origin).await.into() })
                    .right_stream()
            }
        }
    }

    /// False if the reader is gone or too slow.
    async fn send(&self, chunk: Bytes) -> bool {
        let patience = ms(self.desk.settings.sockets.write_ms);
        matches!(timeout(patience, self.out.send(chunk)).await, Ok(Ok(())))
    }
}

fn streamed(framing: Framing, body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(framing.content_type()));
    // Some proxies collect a stream before they pass it on, unless told not to.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}
