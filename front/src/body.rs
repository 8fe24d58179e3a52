//! Reads the body of a request.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, header},
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::timeout;

use crate::{
    errors::Code,
    fault::Fault,
    params::Params,
    settings::{Settings, ms},
};

/// Reads a body: only JSON in UTF-8, not compressed (a small one could unpack to anything), up to a
/// length and within a time.
pub(crate) async fn read(
    settings: &Settings,
    headers: &HeaderMap,
    body: Body,
) -> Result<Params, Fault> {
    if !is_json(headers) {
        return Err(Fault::new(Code::UnsupportedMediaType));
    }
    let most = settings.body_bytes;
    if told_length(headers).is_some_and(|length| length > most) {
        return Err(Fault::new(Code::PayloadTooLarge));
    }
    let body = timeout(ms(settings.body_ms), Limited::new(body, most).collect()).await;
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

fn told_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A form, plain text or nothing would let any page post for its visitor without asking us first.
fn is_json(headers: &HeaderMap) -> bool {
    let plain = headers.get(header::CONTENT_ENCODING).is_none_or(|value| value == "identity");
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let mut parts = kind.unwrap_or_default().split(';').map(str::trim);
    let json = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    let utf8 = parts.all(|part| match part.split_once('=') {
        Some((name, charset)) if name.eq_ignore_ascii_case("charset") => {
            charset.trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    });
    plain && json && utf8
}
