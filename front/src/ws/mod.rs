//! `graphql-transport-ws`: one socket for everything.
//!
//! `message.rs` says what may be said, `close.rs` how it ends, `session.rs` is one socket,
//! `talk.rs` what it answers, `operation.rs` one operation on it.

mod close;
mod message;
mod operation;
mod session;
mod talk;

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, ws::WebSocketUpgrade},
    http::{HeaderMap, header, request::Parts},
    response::Response,
};

use self::{close::Close, session::Session};
use crate::{caller::Visitor, desk::Desk, errors::Code, fault::Fault, settings::Sockets};

/// The only subprotocol; its predecessor `graphql-ws` is another language and is refused.
const SUBPROTOCOL: &str = "graphql-transport-ws";

/// Whether a request wants to become a socket.
pub(crate) fn is_upgrade(parts: &Parts) -> bool {
    let upgrade = parts.headers.get(header::UPGRADE).and_then(|value| value.to_str().ok());
    upgrade.is_some_and(|value| value.eq_ignore_ascii_case("websocket"))
}

/// Makes a socket of a request. What can be refused over HTTP is refused here.
pub(crate) async fn upgrade(
    desk: Arc<Desk>,
    parts: &mut Parts,
    visitor: &Visitor,
) -> Result<Response, Fault> {
    if !origin_is_welcome(&parts.headers, &desk.settings.sockets) {
        return Err(Fault::new(Code::ForbiddenOrigin));
    }
    if desk.shutdown.is_cancelled() {
        return Err(Fault::new(Code::Unavailable));
    }
    let upgrade = WebSocketUpgrade::from_request_parts(parts, &())
        .await
        .map_err(|rejection| Fault::because(Code::BadRequest, rejection.body_text()))?;
    let connection = desk.caps.connect(visitor.peer)?;
    let most = desk.settings.sockets.message_bytes;
    // The library's own buffers are 128 KiB each; most sockets are quiet most of the time.
    let upgrade = upgrade
        .read_buffer_size(4096)
        .write_buffer_size(0)
        .max_message_size(most)
        .max_frame_size(most)
        .protocols([SUBPROTOCOL]);
    let spoken = upgrade.selected_protocol().is_some();
    let visitor = visitor.clone();
    Ok(upgrade.on_upgrade(move |socket| async move {
        let tasks = desk.tasks.clone();
        let session = Session::new(desk, visitor, connection);
        if spoken {
            tasks.track_future(session.serve(socket)).await;
        } else {
            close::say(socket, Close::subprotocol()).await;
        }
    }))
}

/// A page of another site may not open a socket for its visitor. What is not a browser sends no
/// `Origin`.
fn origin_is_welcome(headers: &HeaderMap, settings: &Sockets) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let listed = settings.origins.iter().any(|known| known == "*" || known == origin);
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let own = origin.split_once("://").map(|(_, host)| host);
    listed || (own.is_some() && own == host)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::origin_is_welcome;
    use crate::settings::Sockets;

    #[test]
    fn a_page_of_another_site_is_not_welcome() {
        let settings =
            Sockets { origins: vec!["https://console.example".to_owned()], ..Sockets::default() };
        let welcome = |origin: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static("api.example:8080"));
            headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            origin_is_welcome(&headers, &settings)
        };
        assert!(welcome("http://api.example:8080"));
        assert!(welcome("https://console.example"));
        assert!(!welcome("https://console.example.evil"));
        assert!(!welcome("null"));
        assert!(origin_is_welcome(&HeaderMap::new(), &settings));
    }
}
