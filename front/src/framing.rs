//! How results are told apart in a stream.

use axum::body::Bytes;
use serde::Serialize;

use crate::{
    caller::Visitor,
    reply::{Errors, Reply, Written},
};

/// How results are told apart in a stream.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Framing {
    /// Server-sent events, as graphql-sse has them in its distinct-connections mode.
    Events,
    /// Parts of `multipart/mixed`, as Apollo has them (`subscriptionSpec=1.0`).
    Parts,
}

impl Framing {
    /// The value of `Content-Type`.
    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Self::Events => "text/event-stream; charset=utf-8",
            Self::Parts => "multipart/mixed;boundary=graphql;subscriptionSpec=1.0",
        }
    }

    /// What stands before the first result.
    pub(crate) const fn begin(self) -> Bytes {
        match self {
            Self::Events => Bytes::new(),
            Self::Parts => Bytes::from_static(b"\r\n--graphql"),
        }
    }

    /// What keeps proxies from closing a quiet stream.
    pub(crate) fn quiet(self) -> Bytes {
        match self {
            Self::Events => Bytes::from_static(b":\n\n"),
            Self::Parts => part(&serde_json::Map::new()),
        }
    }

    /// A result, or the errors instead of one.
    pub(crate) fn next(self, reply: &Reply, visitor: &Visitor) -> Bytes {
        let teller = visitor.teller();
        match self {
            Self::Events => event(&reply.told(&teller)),
            Self::Parts if reply.is_refusal() => {
                part(&Failed { payload: (), errors: reply.errors(&teller) })
            }
            Self::Parts => part(&Passed { payload: reply.told(&teller) }),
        }
    }

    /// The end of a stream to which nothing is missing.
    pub(crate) const fn complete(self) -> Bytes {
        match self {
            // The empty `data` line makes browsers deliver the event.
            Self::Events => Bytes::from_static(b"event: complete\ndata:\n\n"),
            Self::Parts => Bytes::from_static(b"--\r\n"),
        }
    }
}

/// A part that has a result.
#[derive(Serialize)]
struct Passed<'a> {
    payload: Written<'a>,
}

/// A part that ends the subscription.
#[derive(Serialize)]
struct Failed<'a> {
    payload: (),
    errors: Errors<'a>,
}

fn event(result: &impl Serialize) -> Bytes {
    // JSON that is written without spaces has no line breaks.
    framed(b"event: next\ndata: ", result, b"\n\n")
}

/// A part and the delimiter after it: clients read a part when they see where it ends.
fn part(body: &impl Serialize) -> Bytes {
    framed(b"\r\ncontent-type: application/json\r\n\r\n", body, b"\r\n--graphql")
}

/// A body that cannot be written (there is none such) leaves an empty one.
fn framed(before: &[u8], body: &impl Serialize, after: &[u8]) -> Bytes {
    let mut bytes = before.to_vec();
    bytes.extend(serde_json::to_vec(body).unwrap_or_default());
    bytes.extend(after);
    bytes.into()
}
