//! Writes replies as HTTP responses.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::Response,
};
use sha2::{Digest, Sha256};

use crate::{accept::Media, caller::Visitor, desk::Desk, reply::Reply};

/// What an answer depends on besides the URL.
const VARY: HeaderValue = HeaderValue::from_static("authorization, accept, accept-language");
/// A private cache may keep an answer if it asks each time whether it still holds.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("private, no-cache");

/// Writes the answers to one request.
#[derive(Clone, Copy)]
pub(crate) struct Pen<'a> {
    pub(crate) desk: &'a Desk,
    pub(crate) visitor: &'a Visitor,
    pub(crate) parts: &'a Parts,
}

impl Pen<'_> {
    /// Writes a reply in the media type that the client wants.
    pub(crate) fn write(self, reply: &Reply, media: Media) -> Response {
        let teller = self.visitor.teller();
        let Ok(body) = serde_json::to_vec(&reply.told(&teller)) else {
            return with_status(StatusCode::INTERNAL_SERVER_ERROR, Body::empty());
        };
        let mut headers = content(media);
        if let Some(seconds) = reply.retry_after() {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        let get = self.parts.method == Method::GET;
        let mut response = match reply.status(media, self.desk.settings.draft_statuses) {
            StatusCode::OK if get => tagged(&self.parts.headers, body.into(), &mut headers),
            status => with_status(status, Body::from(body)),
        };
        response.headers_mut().extend(headers);
        response
    }

    /// Writes a whole answer that has no errors.
    pub(crate) fn whole(self, body: Bytes, media: Media) -> Response {
        let mut headers = content(media);
        let mut response = match self.parts.method {
            Method::GET => tagged(&self.parts.headers, body, &mut headers),
            _ => with_status(StatusCode::OK, Body::from(body)),
        };
        response.headers_mut().extend(headers);
        response
    }
}

fn content(media: Media) -> HeaderMap {
    let kind = HeaderValue::from_static(media.content_type());
    HeaderMap::from_iter([(header::CONTENT_TYPE, kind)])
}

/// An answer that can be asked for again by its tag: 304 if the client has it.
fn tagged(asked: &HeaderMap, body: Bytes, headers: &mut HeaderMap) -> Response {
    let tag: String = Sha256::digest(&body).iter().take(16).map(|b| format!("{b:02x}")).collect();
    let tag = format!("\"{tag}\"");
    headers.insert(header::CACHE_CONTROL, ASK_AGAIN);
    headers.insert(header::VARY, VARY);
    let known = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let known = known.is_some_and(|tags| {
        tags.split(',')
            .map(|known| known.trim().trim_start_matches("W/"))
            .any(|t| t == tag || t == "*")
    });
    headers.extend(HeaderValue::from_str(&tag).ok().map(|tag| (header::ETAG, tag)));
    if known {
        headers.remove(header::CONTENT_TYPE);
        return with_status(StatusCode::NOT_MODIFIED, Body::empty());
    }
    with_status(StatusCode::OK, Body::from(body))
}

fn with_status(status: StatusCode, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}
