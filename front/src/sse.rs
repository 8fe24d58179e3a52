//! Server-sent events in the distinct-connections mode of graphql-sse: one request, one stream.

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
    accept::Media,
    caller::Visitor,
    caps::Connection,
    desk::Desk,
    fault::Fault,
    meter::{Kind, Transport},
    prepare::Order,
    reply::Reply,
    run::{self, Origin},
    settings::ms,
};

/// The last event. Its empty `data` line makes browsers deliver it.
const COMPLETE: Bytes = Bytes::from_static(b"event: complete\ndata:\n\n");
/// A comment: keeps proxies from closing a quiet stream.
const COMMENT: Bytes = Bytes::from_static(b":\n\n");

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

/// A refusal as a stream: clients of this mode read errors only from events.
pub(crate) fn refuse(reply: &Reply, visitor: &Visitor) -> Response {
    let events = [next(reply, visitor), COMPLETE].map(Ok::<_, Infallible>);
    streamed(Body::from_stream(stream::iter(events)))
}

/// Runs an operation and streams what comes of it.
pub(crate) fn answer(
    desk: &Arc<Desk>,
    order: Order,
    origin: Origin,
    sign_in: SignIn,
) -> Result<Response, Fault> {
    let mut connection = desk.caps.connect(origin.visitor.peer)?;
    connection.belongs_to(&origin.guest.key)?;
    let (out, events) = mpsc::channel(desk.settings.sockets.queue.max(1));
    let origin = Origin { transport: Transport::Events, ..origin };
    let pump = Pump { desk: desk.clone(), out, _connection: connection };
    desk.tasks.spawn(pump.run(order, origin, sign_in));
    let events = stream::unfold(events, |mut events| async move {
        let event = events.recv().await?;
        Some((Ok::<_, Infallible>(event), events))
    });
    Ok(streamed(Body::from_stream(events)))
}

/// Carries results from an operation to a stream.
struct Pump {
    desk: Arc<Desk>,
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
        // Without `complete` at its end a client knows that there is more, and comes back.
        loop {
            let event = tokio::select! {
                result = results.next() => match result {
                    Some(reply) => next(&reply, &visitor),
                    None => break,
                },
                () = sleep(quiet) => COMMENT,
                () = &mut over => return,
                () = self.desk.shutdown.cancelled() => return,
                () = self.out.closed() => return,
            };
            if !self.send(event).await {
                return;
            }
        }
        self.send(COMPLETE).await;
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
    async fn send(&self, event: Bytes) -> bool {
        let patience = ms(self.desk.settings.sockets.write_ms);
        matches!(timeout(patience, self.out.send(event)).await, Ok(Ok(())))
    }
}

fn next(reply: &Reply, visitor: &Visitor) -> Bytes {
    let mut event = b"event: next\ndata: ".to_vec();
    // JSON has no line break outside of its strings, and none inside.
    event.extend(serde_json::to_vec(&reply.told(&visitor.teller())).unwrap_or_default());
    event.extend(b"\n\n");
    event.into()
}

fn streamed(body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(Media::Events.content_type()));
    // Some proxies collect a stream before they pass it on, unless told not to.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}
