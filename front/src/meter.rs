//! What the program may count.

use std::time::Duration;

use tracing::Span;

use crate::trace::Trace;

/// Kind of an operation.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Kind {
    /// Reads.
    Query,
    /// Writes.
    Mutation,
    /// Goes on.
    Subscription,
}

impl Kind {
    /// The word that GraphQL has for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Mutation => "mutation",
            Self::Subscription => "subscription",
        }
    }
}

/// How an operation came in.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Transport {
    /// A single answer over HTTP.
    Http,
    /// `graphql-transport-ws`.
    WebSocket,
    /// A stream over HTTP: server-sent events or parts.
    Stream,
}

impl Transport {
    /// A word for labels.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::WebSocket => "ws",
            Self::Stream => "stream",
        }
    }
}

/// An operation that has ended.
#[derive(Clone, Copy, Debug)]
pub struct Done<'a> {
    /// Name of a registered operation, or `other`: never a text that a caller chose, so that it may
    /// be a label.
    pub name: &'a str,
    /// Its kind.
    pub kind: Kind,
    /// How it came in.
    pub transport: Transport,
    /// `OK`, the code of the first error, or `CANCELLED` for a query that took too long or that
    /// nobody waited for.
    pub code: &'a str,
    /// From the moment it was let in to its last result.
    pub took: Duration,
    /// Its cost, as counted against the budget.
    pub cost: u64,
}

/// Is told of everything that may be counted. It is called on the way of the request, so it must be
/// quick.
pub trait Meter: Send + Sync + 'static {
    /// An operation begins in this span. Here a program that exports spans ties it to the caller's
    /// trace.
    fn began(&self, span: &Span, trace: &Trace) {
        let _nothing_to_do = (span, trace);
    }

    /// An operation has ended.
    fn operation(&self, done: &Done<'_>);

    /// A request was refused before it became an operation, with this code.
    fn refused(&self, transport: Transport, code: &str);

    /// The number of open sockets and streams has changed.
    fn connections(&self, open: usize);
}

/// Counts nothing.
pub(crate) struct Silent;

impl Meter for Silent {
    fn operation(&self, _: &Done<'_>) {}
    fn refused(&self, _: Transport, _: &str) {}
    fn connections(&self, _: usize) {}
}
