//! The front door of a GraphQL server: GraphQL over HTTP, `graphql-transport-ws` and streams (SSE, multipart) in front of an
//! [`async_graphql::Executor`], on axum. It knows nothing of what is served.
//!
//! - [`http`](self): one path for GET, POST and the WebSocket upgrade. Media types by weight, mutations only by POST with
//!   a JSON body, errors before execution without `data`.
//! - Every operation runs in a task of its own: a client that goes away never stops a mutation half-way, and a panic in a
//!   resolver is an error with an id.
//! - Who comes in is the [`Gate`]'s to say; what each error looks like is in [`Code`]; what may be turned is in [`Settings`].
//!
//! An operation passes these files, in this order: `http.rs` or `ws/` (the wire), `params.rs` (what was said), `prepare.rs`
//! (may it run?), `run.rs` (run it), `mask.rs` (nothing internal leaves), `reply.rs` (write it).

mod accept;
mod body;
mod budget;
mod caller;
mod caps;
mod coerce;
mod desk;
mod door;
mod engine;
mod errors;
mod fault;
mod framing;
#[cfg(test)]
mod fuzz;
mod gate;
mod http;
mod ids;
mod json;
mod language;
mod limits;
mod literals;
mod mask;
mod meter;
mod page;
mod params;
mod paths;
mod peer;
mod persisted;
mod positions;
mod prepare;
mod reply;
mod run;
mod serve;
mod settings;
mod stream;
mod trace;
mod validate;
mod write;
mod ws;

use std::sync::Arc;

use async_graphql::Executor;
use axum::Router;
use tokio_util::sync::CancellationToken;

use crate::validate::Rules;
pub use crate::{
    budget::{Budget, Exhausted, InProcess},
    door::Door,
    errors::Code,
    gate::{Entry, Gate, Knock, Refusal},
    ids::{Counted, Ids},
    language::Language,
    meter::{Done, Kind, Meter, Transport},
    persisted::{BadManifest, Documents},
    serve::serve,
    settings::{Introspection, Limits, Listening, Persisted, Settings, Sockets},
    trace::{RequestId, Trace},
    validate::BadSchema,
};

/// Serves `/graphql` with what [`Door`] does by default.
///
/// The front does not know the schema then, so the engine alone validates documents. A server uses [`Door`].
pub fn router<E: Executor>(
    schema: E,
    gate: Arc<dyn Gate>,
    settings: Settings,
    shutdown: CancellationToken,
) -> Router {
    let rules = Rules::without_schema(settings.limits.clone());
    Door::new(schema, gate).settings(settings).shutdown(shutdown).open(rules)
}
