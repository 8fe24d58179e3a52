//! GraphQL over HTTP.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts},
    response::Response,
    routing::any,
};

use crate::{
    accept::{Media, Wanted},
    answers::{Answer, Keep, Recall},
    body,
    caller::{Caller, Guest, Visitor},
    desk::Desk,
    errors::Code,
    fault::Fault,
    meter::{Kind, Transport},
    params::Params,
    peer, prepare,
    reply::Reply,
    run::{self, Origin},
    stream::{self, Admitted, SignIn},
    write::Pen,
    ws,
};

/// Serves `/graphql`.
pub(crate) fn router(desk: Arc<Desk>) -> Router {
    Router::new().route("/graphql", any(serve)).with_state(desk)
}

/// A request that is refused before it became an operation.
struct Refused {
    reply: Reply,
    /// As what the refusal is written: plain JSON as long as nobody knows what the client reads,
    /// and for what makes a GraphQL answer impossible.
    media: Media,
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self { reply: fault.into(), media: Media::Json }
    }
}

impl Refused {
    /// A document that may not run. Whoever reads only streams is told in one.
    fn document(faults: Vec<Fault>, wanted: Wanted) -> Self {
        let reply = Reply::Refused(faults);
        let media = match reply.code() == Code::MethodNotAllowed.as_str() {
            true => Media::Json,
            false => wanted.single.or(wanted.stream.map(Media::Stream)).unwrap_or(Media::Json),
        };
        Self { reply, media }
    }
}

async fn serve(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let peer = peer::address(&parts.headers, &parts.extensions, &desk.settings.trusted_proxies);
    let visitor = Arc::new(Visitor::of(&parts.headers, peer, &desk));
    let served = if ws::is_upgrade(&parts) {
        ws::upgrade(desk.clone(), &mut parts, &visitor).await.map_err(Refused::from)
    } else {
        answer(&desk, &visitor, &parts, body).await
    };
    let pen = Pen { desk: &desk, visitor: &visitor, parts: &parts };
    let mut response = served.unwrap_or_else(|refused| refuse(pen, &refused));
    finish(response.headers_mut(), &visitor);
    response
}

fn refuse(pen: Pen<'_>, refused: &Refused) -> Response {
    let code = refused.reply.code();
    pen.desk.meter.refused(Transport::Http, code);
    tracing::info!(request_id = pen.visitor.request_id.0, code, "refused");
    let mut response = match refused.media {
        Media::Stream(framing) => stream::refuse(framing, &refused.reply, pen.visitor),
        media => pen.write(&refused.reply, media),
    };
    if code == Code::MethodNotAllowed.as_str() {
        let methods = if pen.parts.method == Method::GET { "POST" } else { "GET, POST" };
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(methods));
    }
    response
}

async fn answer(
    desk: &Arc<Desk>,
    visitor: &Arc<Visitor>,
    parts: &Parts,
    body: Body,
) -> Result<Response, Refused> {
    if !matches!(parts.method, Method::GET | Method::POST) {
        return Err(Fault::new(Code::MethodNotAllowed).into());
    }
    let accept = parts.headers.get_all(header::ACCEPT).iter();
    let accept: Vec<_> = accept.filter_map(|value| value.to_str().ok()).collect();
    let wanted = Wanted::of(&accept.join(",")).ok_or(Fault::new(Code::NotAcceptable))?;
    let params = match parts.method {
        Method::GET => Params::from_query(parts.uri.query().unwrap_or_default())?,
        _ => body::read(&desk.settings, &parts.headers, body).await?,
    };
    let pen = Pen { desk, visitor, parts };
    let (admitted, keep) = match admit(desk, visitor, params, wanted).await? {
        Admission::Known(body, media) => return Ok(pen.whole(body, media)),
        Admission::Runs(admitted, keep) => (admitted, keep),
    };
    match (admitted.order.kind, wanted.single, wanted.stream) {
        (Kind::Query | Kind::Mutation, Some(media), _) => {
            let cost = admitted.order.cost;
            let answered = run::once(desk, admitted.order, admitted.origin).await;
            Ok(match whole(&answered, keep, cost).await {
                Some(body) => pen.whole(body, media),
                None => pen.write(&Reply::from(answered), media),
            })
        }
        (_, _, Some(framing)) => Ok(stream::answer(desk, framing, *admitted)?),
        _ => Err(Fault::because(Code::NotAcceptable, "a subscription needs a stream").into()),
    }
}

/// Gives an answer without errors to who remembers it, if somebody does.
async fn whole(
    answered: &Result<async_graphql::Response, Fault>,
    keep: Option<Box<dyn Keep + '_>>,
    cost: u64,
) -> Option<Bytes> {
    let (Ok(response), Some(keep)) = (answered, keep) else { return None };
    if !response.errors.is_empty() {
        return None;
    }
    let body = Bytes::from(serde_json::to_vec(response).ok()?);
    keep.keep(Answer { body: body.clone(), cost }).await;
    Some(body)
}

/// What becomes of a request that was let in.
enum Admission<'a> {
    /// The answer is known.
    Known(Bytes, Media),
    /// It is run; the answer is given to who remembers it.
    Runs(Box<Admitted>, Option<Box<dyn Keep + 'a>>),
}

/// Asks the gate, then whether the answer is known, then looks the operation over.
async fn admit<'a>(
    desk: &'a Arc<Desk>,
    visitor: &Arc<Visitor>,
    params: Params,
    wanted: Wanted,
) -> Result<Admission<'a>, Refused> {
    let entry = desk.enter(visitor).await.map_err(|refusal| Refused {
        reply: Fault::from(refusal).into(),
        media: wanted.single.unwrap_or(Media::Json),
    })?;
    let guest = Guest::of(&entry, visitor.peer);
    let sign_in = SignIn { expires_in: entry.expires_in, revoked: entry.revoked };
    let caller = Caller { visitor, guest: &guest };
    let refused = |faults| Refused::document(faults, wanted);
    let found = prepare::find(desk, &params, &guest).await.map_err(refused)?;
    let mut keep = None;
    if let Some(media) = wanted.single {
        let about = (caller, &entry.data);
        match prepare::recall(desk, &found, &params, about).await.map_err(refused)? {
            Recall::Known(answer) => {
                let origin = origin(visitor, guest);
                run::known(desk, &found.name(desk), answer.cost, &origin);
                return Ok(Admission::Known(answer.body, media));
            }
            Recall::Unknown(ticket) => keep = Some(ticket),
            Recall::Never => {}
        }
    }
    let order = prepare::order(desk, found, params, (caller, entry.data)).await.map_err(refused)?;
    let origin = origin(visitor, guest);
    Ok(Admission::Runs(Box::new(Admitted { order, origin, sign_in }), keep))
}

fn origin(visitor: &Arc<Visitor>, guest: Guest) -> Origin {
    Origin { visitor: visitor.clone(), guest, transport: Transport::Http, shared: None }
}

/// Headers of every answer.
fn finish(headers: &mut HeaderMap, visitor: &Visitor) {
    let own = [
        ("x-request-id", HeaderValue::from_str(&visitor.request_id.0)),
        ("traceparent", HeaderValue::from_str(&visitor.trace.header())),
    ];
    for (name, value) in own {
        headers.extend(value.ok().map(|value| (HeaderName::from_static(name), value)));
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
