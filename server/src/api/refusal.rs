//! How paths beside GraphQL refuse: over plain HTTP, in the form of GraphQL's errors, with the id of the request.

use axum::{
    Json,
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use guanjia_front::{Ids, RequestId};
use serde_json::{Value, json};

use super::{
    errors::{self, Code},
    gate,
};
use crate::kernel::{Failure, Language, Text, ids};

/// Ids of requests.
pub struct RequestIds;

impl Ids for RequestIds {
    fn next(&self) -> u128 {
        ids::fresh::<uuid::Uuid>().as_u128()
    }
}

/// Why a request was not served: a status, and one error.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The status of HTTP.
    pub status: StatusCode,
    /// `extensions.code`.
    pub code: &'static str,
    /// The sentence.
    pub text: String,
    /// The rest of `extensions`: a wrong field, seconds to wait, the id of a fault.
    pub more: Vec<(&'static str, Value)>,
}

impl Refusal {
    /// With a code of its own.
    pub fn new(status: StatusCode, code: &'static str, text: String) -> Self {
        Self { status, code, text, more: Vec::new() }
    }

    /// A failure as GraphQL tells it; `status` says which one goes with wrong input.
    pub fn of(failure: Failure, language: Language, wrong: StatusCode) -> Self {
        let told = errors::told_plainly(failure, language);
        let status = match told.code {
            Code::BadInput => wrong,
            Code::NotFound => StatusCode::NOT_FOUND,
            Code::Forbidden => StatusCode::FORBIDDEN,
            Code::Unauthenticated => StatusCode::UNAUTHORIZED,
            Code::IdempotencyKeyReused => StatusCode::CONFLICT,
            Code::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let more = [
            ("field", told.field.map(Value::from)),
            ("id", told.id.map(Value::from)),
            ("retryAfter", told.retry_after.map(Value::from)),
        ];
        let more = more.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        Self { status, code: told.code.as_str(), text: told.text, more }
    }

    fn body(&self, request_id: Option<&str>) -> Value {
        let mut extensions = json!({ "code": self.code });
        for (name, value) in &self.more {
            extensions[*name] = value.clone();
        }
        if let Some(id) = request_id {
            extensions["requestId"] = id.into();
        }
        json!({ "errors": [{ "message": self.text, "extensions": extensions }] })
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body(None))).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The language in which somebody wants to be refused.
pub fn language_of(headers: &HeaderMap) -> Language {
    gate::language_of(headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()))
}

/// Gives each request its id, the caller's own if it has one, and tells it with the answer and in refusals.
pub async fn with_request_id(request: Request, next: Next) -> Response {
    let id = RequestId::of(request.headers(), &RequestIds);
    let language = language_of(request.headers());
    let response = next.run(request).await;
    let allow = response.headers().get(header::ALLOW).cloned();
    let refused = match response.extensions().get::<Refusal>() {
        None if response.status() == StatusCode::METHOD_NOT_ALLOWED => {
            let text = Text::new("不支持该请求方法", "this method is not served here");
            let text = text.to(language).to_owned();
            Some(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", text))
        }
        found => found.cloned(),
    };
    let mut response = match refused {
        Some(refused) => {
            tracing::info!(request_id = id.0, code = refused.code, "refused");
            let wait = refused.more.iter().find(|(name, _)| *name == "retryAfter");
            let wait = wait.and_then(|(_, value)| HeaderValue::from_str(&value.to_string()).ok());
            let body = Json(refused.body(Some(&id.0)));
            let mut told = (refused.status, body).into_response();
            let own = [
                (header::ALLOW, allow),
                (header::RETRY_AFTER, wait),
                (header::CACHE_CONTROL, Some(HeaderValue::from_static("no-store"))),
                (header::X_CONTENT_TYPE_OPTIONS, Some(HeaderValue::from_static("nosniff"))),
            ];
            let own = own.into_iter().filter_map(|(name, value)| Some((name, value?)));
            told.headers_mut().extend(own);
            told
        }
        None => response,
    };
    if let Ok(id) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), id);
    }
    response
}
