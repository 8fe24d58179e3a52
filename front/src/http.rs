//! GraphQL over HTTP.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::Response,
    routing::any,
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::timeout;

use crate::{
    accept::{Media, Wanted},
    caller::{Guest, Visitor},
    desk::Desk,
    errors::{Code, Fault},
    meter::{Kind, Transport},
    params::Params,
    peer,
    prepare::{Order, prepare},
    reply::Reply,
    run::{self, Origin},
    settings::ms,
    ws,
};

/// Methods that the path takes, for `Allow`.
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST");
/// What a mutation takes.
const POST: HeaderValue = HeaderValue::from_static("POST");

/// Serves `/graphql`.
pub(crate) fn router(desk: Arc<Desk>) -> Router {
    Router::new().route("/graphql", any(serve)).with_state(desk)
}

/// A refusal with all that the answer needs.
struct Refused {
    reply: Reply,
    /// None while nobody knows yet what the client reads, and for what makes a GraphQL answer impossible.
    media: Option<Media>,
    allow: Option<HeaderValue>,
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self { reply: fault.into(), media: None, allow: None }
    }
}

impl Refused {
    fn written_as(fault: Fault, media: Media) -> Self {
        Self { reply: fault.into(), media: Some(media), allow: None }
    }
}

async fn serve(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let peer = peer::address(&parts.headers, &parts.extensions, desk.settings.trusted_proxies);
    let visitor = Arc::new(Visitor::of(&parts.headers, peer, &desk));
    let served = if ws::is_upgrade(&parts) {
        ws::upgrade(desk.clone(), &mut parts, &visitor).await.map_err(Refused::from)
    } else {
        answer(&desk, &visitor, &parts, body).await
    };
    let mut response = served.unwrap_or_else(|refused| {
        desk.meter.refused(Transport::Http, refused.reply.code());
        let mut response =
            write(&desk, &visitor, &refused.reply, refused.media.unwrap_or(Media::Json));
        response.headers_mut().extend(refused.allow.map(|methods| (header::ALLOW, methods)));
        response
    });
    finish(response.headers_mut(), &visitor);
    response
}

async fn answer(
    desk: &Arc<Desk>,
    visitor: &Arc<Visitor>,
    parts: &Parts,
    body: Body,
) -> Result<Response, Refused> {
    if !matches!(parts.method, Method::GET | Method::POST) {
        let reply = Fault::new(Code::MethodNotAllowed).into();
        return Err(Refused { reply, media: None, allow: Some(METHODS) });
    }
    let accept = parts.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let wanted = Wanted::from_header(accept).ok_or(Fault::new(Code::NotAcceptable))?;
    let params = match parts.method {
        Method::GET => Params::from_query(parts.uri.query().unwrap_or_default())?,
        _ => read_body(desk, &parts.headers, body).await?,
    };
    let media = wanted.single.unwrap_or(Media::Json);
    let refuse = |fault| Refused::written_as(fault, media);
    let (order, guest) = admit(desk, visitor, params).await.map_err(refuse)?;
    if order.kind == Kind::Mutation && parts.method == Method::GET {
        let reply = Fault::because(Code::MethodNotAllowed, "a mutation needs POST").into();
        return Err(Refused { reply, media: None, allow: Some(POST) });
    }
    if order.kind == Kind::Subscription {
        return Err(Fault::because(Code::NotAcceptable, "a subscription needs a stream").into());
    }
    let visitor = visitor.clone();
    let origin =
        Origin { visitor: visitor.clone(), guest, transport: Transport::Http, shared: None };
    let reply = Reply::from(run::once(desk, order, origin).await);
    Ok(write(desk, &visitor, &reply, media))
}

/// Asks the gate, then looks the operation over.
async fn admit(
    desk: &Arc<Desk>,
    visitor: &Visitor,
    params: Params,
) -> Result<(Order, Guest), Fault> {
    let entry = desk.gate.enter(visitor.knock()).await?;
    let guest = Guest::of(&entry, visitor.peer);
    let order = prepare(params, visitor, entry.data)?;
    Ok((order, guest))
}

/// Reads a body: only JSON in UTF-8, not compressed, up to a length and within a time.
async fn read_body(desk: &Desk, headers: &HeaderMap, body: Body) -> Result<Params, Fault> {
    if !is_json(headers) {
        return Err(Fault::new(Code::UnsupportedMediaType));
    }
    let most = desk.settings.body_bytes;
    let told = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if told.and_then(|length| length.parse::<usize>().ok()).is_some_and(|length| length > most) {
        return Err(Fault::new(Code::PayloadTooLarge));
    }
    let body = timeout(ms(desk.settings.body_ms), Limited::new(body, most).collect()).await;
    let bytes: Bytes = match body {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            return Err(Fault::new(Code::PayloadTooLarge));
        }
        Ok(Err(_)) => return Err(Fault::because(Code::BadRequest, "the body broke off")),
        Err(_) => return Err(Fault::new(Code::RequestTimeout)),
    };
    Params::from_body(&bytes)
}

/// A form, plain text or nothing would let any page post for its visitor without asking us first.
fn is_json(headers: &HeaderMap) -> bool {
    let plain = headers.get(header::CONTENT_ENCODING).is_none_or(|value| value == "identity");
    let Some(value) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok())
    else {
        return false;
    };
    let mut parts = value.split(';').map(str::trim);
    let json = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    let utf8 = parts.all(|part| match part.split_once('=') {
        Some((name, charset)) if name.eq_ignore_ascii_case("charset") => {
            charset.trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    });
    plain && json && utf8
}

fn write(desk: &Desk, visitor: &Visitor, reply: &Reply, media: Media) -> Response {
    let status = reply.status(media, desk.settings.draft_statuses);
    let teller = visitor.teller();
    let (status, body) = match serde_json::to_vec(&reply.told(&teller)) {
        Ok(body) => (status, body),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, Vec::new()),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media.content_type()));
    if let Some(seconds) = reply.retry_after() {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// Headers of every answer.
fn finish(headers: &mut HeaderMap, visitor: &Visitor) {
    let own = [
        ("x-request-id", visitor.request_id.0.as_str()),
        ("traceparent", visitor.trace.header().as_str()),
    ]
    .map(|(name, value)| (name, HeaderValue::from_str(value)));
    for (name, value) in own {
        if let Ok(value) = value {
            headers.insert(name, value);
        }
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
