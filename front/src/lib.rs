//! The front door of a GraphQL server: GraphQL over HTTP, `graphql-transport-ws` and streams
//! (server-sent events, multipart) in front of an [`async_graphql::Executor`], on axum. It knows
//! nothing of what is served.
//!
//! - One path for GET, POST and the WebSocket upgrade. Media types by weight, mutations only by POST with a JSON body, no
//!   `data` when nothing ran.
//! - A document is measured, validated as the specification says and remembered before the engine sees it.
//! - Every operation runs in a task of its own: a client that goes away never stops a mutation half-way, and a panic in a
//!   resolver is an error with an id.
//! - Who comes in is the [`Gate`]'s to say; each error that the front gives is in [`Code`]; what may be turned is in
//!   [`Settings`].
//!
//! ```no_run
//! # use std::{error::Error, sync::Arc};
//! # use async_graphql::Executor;
//! # use guanjia_front::{Door, Gate, Listening, serve};
//! # use tokio::net::TcpListener;
//! # use tokio_util::{sync::CancellationToken, task::TaskTracker};
//! async fn run<E: Executor>(schema: E, sdl: String, gate: Arc<dyn Gate>) -> Result<(), Box<dyn Error>> {
//!     let (shutdown, tasks) = (CancellationToken::new(), TaskTracker::new());
//!     let door = Door::new(schema, gate).sdl(sdl).shutdown(shutdown.clone()).tasks(tasks.clone());
//!     let listener = TcpListener::bind("127.0.0.1:8080").await?;
//!     serve(listener, door.router()?, Listening::default(), shutdown).await;
//!     tasks.close();
//!     tasks.wait().await;
//!     Ok(())
//! }
//! ```
//!
//! What a resolver finds in its context: all that the gate put into [`Entry::data`], the
//! [`RequestId`] and the [`Trace`]. An error of a resolver reaches the caller as it is if it has
//! `extensions.code`; any other is told as `INTERNAL`, without its text, so the program logs its
//! own failures. On a socket an engine extension sees each operation through `prepare_request`, not
//! through `request`. The text of the query is not handed on, only the parsed document.
//!
//! A program that answers the same question often may remember whole answers: see [`Answers`].
//!
//! An operation passes these files, in this order: `http.rs` or `ws/` (the wire), `params.rs` (what
//! was said), `prepare.rs` (may it run?), `run.rs` (run it), `mask.rs` (nothing internal leaves),
//! `reply.rs` and `write.rs` or `stream.rs` (say it).

mod accept;
mod answers;
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
    answers::{Answer, Answers, Keep, Question, Recall},
    budget::{Budget, Exhausted, InProcess},
    door::Door,
    errors::Code,
    gate::{Entry, Gate, Knock, Refusal},
    ids::{Counted, Ids},
    language::Language,
    meter::{Done, Kind, Meter, Transport},
    peer::{Proxy, group},
    persisted::{BadManifest, Documents},
    serve::serve,
    settings::{Introspection, Limits, Listening, Persisted, Settings, Sockets},
    trace::{RequestId, Trace},
    validate::BadSchema,
};

/// Serves `/graphql` with what [`Door`] does by default.
///
/// The front does not know the schema then, so the engine alone validates documents. A server uses
/// [`Door`].
pub fn router<E: Executor>(
    schema: E,
    gate: Arc<dyn Gate>,
    settings: Settings,
    shutdown: CancellationToken,
) -> Router {
    let rules = Rules::without_schema(settings.limits.clone());
    Door::new(schema, gate).settings(settings).shutdown(shutdown).open(rules)
}
