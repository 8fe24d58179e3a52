//! Runs operations, each in a task of its own.

use std::{panic::AssertUnwindSafe, sync::Arc};

use async_graphql::{Data, Response};
use futures_util::{FutureExt, Stream, StreamExt, stream};
use tokio::time::{Instant, timeout};
use tokio_util::task::AbortOnDropHandle;
use tracing::{Instrument, Span};

use crate::{
    caller::{Guest, Visitor},
    desk::Desk,
    errors::Code,
    fault::Fault,
    mask::Mask,
    meter::{Done, Kind, Transport},
    prepare::Order,
    settings::ms,
};

/// Where an operation came from.
#[derive(Clone)]
pub(crate) struct Origin {
    pub(crate) visitor: Arc<Visitor>,
    pub(crate) guest: Guest,
    pub(crate) transport: Transport,
    /// Data of a socket's entry, which all its operations share.
    pub(crate) shared: Option<Arc<Data>>,
}

/// What is told of an operation when it ends, whether by itself or by being dropped.
struct Log {
    desk: Arc<Desk>,
    name: Arc<str>,
    kind: Kind,
    transport: Transport,
    cost: u64,
    began: Instant,
    /// What is told if nothing else is noted.
    otherwise: &'static str,
    code: Option<String>,
    span: Span,
}

impl Log {
    fn open(desk: &Arc<Desk>, (name, kind, cost): (&Arc<str>, Kind, u64), origin: &Origin) -> Self {
        let visitor = &origin.visitor;
        let span = tracing::info_span!(
            "graphql.operation",
            graphql.operation.name = &**name,
            graphql.operation.type = kind.as_str(),
            transport = origin.transport.as_str(),
            request_id = visitor.request_id.0,
            trace_id = format!("{:032x}", visitor.trace.trace_id),
            code = tracing::field::Empty,
        );
        desk.meter.began(&span, &visitor.trace);
        Self {
            desk: desk.clone(),
            name: name.clone(),
            kind,
            transport: origin.transport,
            cost,
            began: Instant::now(),
            otherwise: "OK",
            code: None,
            span,
        }
    }

    /// Notes the first code that went wrong.
    fn note(&mut self, code: Option<String>) {
        if self.code.is_none() {
            self.code = code;
        }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let code = self.code.as_deref().unwrap_or(self.otherwise);
        let took = self.began.elapsed();
        self.span.record("code", code);
        let _inside = self.span.enter();
        tracing::info!(code, micros = took.as_micros() as u64, cost = self.cost, "done");
        self.desk.meter.operation(&Done {
            name: &self.name,
            kind: self.kind,
            transport: self.transport,
            code,
            took,
            cost: self.cost,
        });
    }
}

fn mask(desk: &Desk, order: &Order, origin: &Origin) -> Mask {
    Mask {
        visitor: origin.visitor.clone(),
        document: order.document.clone(),
        operation: order.request.operation_name.clone(),
        most: desk.settings.limits.errors,
    }
}

/// Tells of a query whose answer was known.
pub(crate) fn known(desk: &Arc<Desk>, name: &Arc<str>, cost: u64, origin: &Origin) {
    drop(Log::open(desk, (name, Kind::Query, cost), origin));
}

/// Runs a query or a mutation. If the future is dropped, a query stops; a mutation goes on to its
/// end.
pub(crate) async fn once(
    desk: &Arc<Desk>,
    order: Order,
    origin: Origin,
) -> Result<Response, Fault> {
    let kind = order.kind;
    let limit = match kind {
        Kind::Mutation => ms(desk.settings.mutation_ms),
        _ => ms(desk.settings.query_ms),
    };
    let mut log = Log::open(desk, (&order.name, order.kind, order.cost), &origin);
    let span = log.span.clone();
    let mask = mask(desk, &order, &origin);
    let running = desk.engine.once(order.request, origin.shared);
    let task = async move {
        log.otherwise = "CANCELLED";
        let result = AssertUnwindSafe(running).catch_unwind().await;
        log.otherwise = "OK";
        match result {
            Ok(mut response) => {
                log.note(mask.settle(&mut response));
                Ok(response)
            }
            Err(_) => {
                log.note(Some(Code::Internal.as_str().to_owned()));
                Err(panicked(&mask.visitor))
            }
        }
    };
    let handle = desk.tasks.spawn(task.instrument(span));
    let ended = match kind {
        Kind::Mutation => timeout(limit, handle).await,
        _ => timeout(limit, AbortOnDropHandle::new(handle)).await,
    };
    match ended {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(Fault::new(Code::Internal)),
        Err(_) => Err(Fault::new(Code::Timeout)),
    }
}

/// Runs a subscription. A panic is the last item.
pub(crate) fn stream(
    desk: &Arc<Desk>,
    order: Order,
    origin: Origin,
) -> impl Stream<Item = Result<Response, Fault>> + Send + use<> {
    let log = Log::open(desk, (&order.name, order.kind, order.cost), &origin);
    let mask = mask(desk, &order, &origin);
    let events = AssertUnwindSafe(desk.engine.stream(order.request, origin.shared)).catch_unwind();
    stream::unfold((events, log, mask), |(mut events, mut log, mask)| async move {
        let item = match events.next().instrument(log.span.clone()).await? {
            Ok(mut response) => {
                log.note(mask.settle(&mut response));
                Ok(response)
            }
            Err(_) => {
                log.note(Some(Code::Internal.as_str().to_owned()));
                Err(panicked(&mask.visitor))
            }
        };
        Some((item, (events, log, mask)))
    })
}

/// The panic hook has written the place; the id ties it to what the caller was told.
fn panicked(visitor: &Visitor) -> Fault {
    tracing::error!(request_id = visitor.request_id.0, "a resolver panicked");
    Fault::new(Code::Internal)
}
