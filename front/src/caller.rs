//! Who asks, as far as the front cares.

use std::net::IpAddr;

use axum::http::HeaderMap;

use crate::{
    desk::Desk,
    fault::Teller,
    gate::{Entry, Knock},
    language::Language,
    peer::group,
    trace::{RequestId, Trace},
};

/// What is known of a request or socket before the gate has spoken.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    pub(crate) peer: IpAddr,
    pub(crate) bearer: Option<String>,
    pub(crate) accept_language: Option<String>,
    pub(crate) language: Language,
    pub(crate) request_id: RequestId,
    pub(crate) trace: Trace,
    pub(crate) client: Client,
}

/// Which app asks, from the headers that Apollo's clients send or the same names in
/// `connection_init`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Client {
    pub(crate) name: Option<String>,
    pub(crate) version: Option<String>,
}

impl Visitor {
    /// Reads the headers of a request.
    pub(crate) fn of(headers: &HeaderMap, peer: IpAddr, desk: &Desk) -> Self {
        let text = |name: &str| Some(headers.get(name)?.to_str().ok()?.to_owned());
        let accept_language = text("accept-language");
        Self {
            peer,
            bearer: text("authorization").as_deref().and_then(bearer),
            language: desk.language(accept_language.as_deref()),
            accept_language,
            request_id: RequestId::of(headers, desk.ids.as_ref()),
            trace: Trace::of(headers, desk.ids.as_ref()),
            client: Client {
                name: text("apollographql-client-name"),
                version: text("apollographql-client-version"),
            },
        }
    }

    /// What the gate gets to see.
    pub(crate) fn knock(&self) -> Knock {
        Knock {
            bearer: self.bearer.clone(),
            peer: self.peer,
            accept_language: self.accept_language.clone(),
            request_id: self.request_id.0.clone(),
        }
    }

    /// To whom errors are told.
    pub(crate) fn teller(&self) -> Teller<'_> {
        Teller { language: self.language, request_id: &self.request_id.0 }
    }
}

/// The token of `Bearer …`; another scheme is handed to the gate as it is, to be refused there
/// rather than taken for nobody.
pub(crate) fn bearer(authorization: &str) -> Option<String> {
    let authorization = authorization.trim();
    let token = match authorization.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ => authorization,
    };
    (!token.is_empty()).then(|| token.to_owned())
}

/// Somebody who was let in.
#[derive(Clone, Debug)]
pub(crate) struct Guest {
    /// Key for caps and budgets: the actor, or the address of an anonymous caller.
    pub(crate) key: String,
    pub(crate) developer: bool,
}

impl Guest {
    pub(crate) fn of(entry: &Entry, peer: IpAddr) -> Self {
        let key = match &entry.actor {
            Some(actor) => format!("actor:{actor}"),
            None => format!("address:{}", group(peer)),
        };
        Self { key, developer: entry.developer }
    }
}

/// Somebody who asks: what they showed, and as whom they were let in.
#[derive(Clone, Copy)]
pub(crate) struct Caller<'a> {
    pub(crate) visitor: &'a Visitor,
    pub(crate) guest: &'a Guest,
}
