//! What an operation came to, and how it is written.

use async_graphql::Response;
use axum::http::StatusCode;
use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{
    accept::Media,
    errors::Code,
    fault::{Fault, Teller, Told},
    mask,
};

/// What an operation came to.
pub(crate) enum Reply {
    /// Nothing ran.
    Refused(Vec<Fault>),
    /// The engine answered.
    Answered(Response),
}

impl From<Result<Response, Fault>> for Reply {
    fn from(result: Result<Response, Fault>) -> Self {
        match result {
            Ok(response) => Self::Answered(response),
            Err(fault) => Self::Refused(vec![fault]),
        }
    }
}

impl From<Fault> for Reply {
    fn from(fault: Fault) -> Self {
        Self::Refused(vec![fault])
    }
}

impl Reply {
    /// The reply as it is written for somebody.
    pub(crate) fn told<'a>(&'a self, teller: &'a Teller<'a>) -> Written<'a> {
        Written { reply: self, teller }
    }

    /// Whether nothing ran, so that a socket sends `error` instead of `next`.
    pub(crate) fn is_refusal(&self) -> bool {
        match self {
            Self::Refused(_) => true,
            Self::Answered(response) => mask::is_refusal(response),
        }
    }

    /// The errors alone, as the payload of an `error` message.
    pub(crate) fn errors<'a>(&'a self, teller: &'a Teller<'a>) -> Errors<'a> {
        Errors { reply: self, teller }
    }

    /// Status over HTTP, which depends on the media type: plain JSON keeps to 200 for all that
    /// GraphQL itself refuses.
    pub(crate) fn status(&self, media: Media, draft: bool) -> StatusCode {
        let unprocessable =
            if draft { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::BAD_REQUEST };
        let graphql = media == Media::Graphql;
        match self {
            Self::Refused(faults) => match faults.first() {
                Some(Fault { refused: Some((status, _)), .. }) => *status,
                Some(Fault { code: Some(code), .. })
                    if graphql || !code.is_about_the_document() =>
                {
                    code.status(unprocessable)
                }
                _ => StatusCode::OK,
            },
            Self::Answered(_) if graphql && self.is_refusal() => unprocessable,
            Self::Answered(response) if graphql && draft && !response.errors.is_empty() => {
                partial_success()
            }
            Self::Answered(_) => StatusCode::OK,
        }
    }

    /// How long to wait before trying again, in seconds, if it was refused for the time being.
    pub(crate) fn retry_after(&self) -> Option<u64> {
        let Self::Refused(faults) = self else { return None };
        let fault = faults.first()?;
        let told = fault.extra.iter().find(|(key, _)| *key == "retryAfter");
        told.and_then(|(_, seconds)| seconds.as_u64())
    }

    /// The code that metrics see when nothing ran.
    pub(crate) fn code(&self) -> &str {
        match self {
            Self::Refused(faults) => faults.first().map_or(Code::Internal.as_str(), |f| f.word),
            Self::Answered(_) => "OK",
        }
    }
}

/// 294 Partial Success of the draft, which no library knows by name.
fn partial_success() -> StatusCode {
    StatusCode::from_u16(294).unwrap_or(StatusCode::OK)
}

/// A whole reply on its way to the wire.
pub(crate) struct Written<'a> {
    reply: &'a Reply,
    teller: &'a Teller<'a>,
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.reply {
            Reply::Answered(response) if !self.reply.is_refusal() => response.serialize(serializer),
            _ => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("errors", &self.reply.errors(self.teller))?;
                map.end()
            }
        }
    }
}

/// The errors of a reply on their way to the wire.
pub(crate) struct Errors<'a> {
    reply: &'a Reply,
    teller: &'a Teller<'a>,
}

impl Serialize for Errors<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.reply {
            Reply::Answered(response) => response.errors.serialize(serializer),
            Reply::Refused(faults) => {
                let told = faults.iter().map(|fault| -> Told<'_> { fault.told(self.teller) });
                serializer.collect_seq(told)
            }
        }
    }
}
