//! How a socket ends.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use tokio::time::timeout;

/// A close frame: its code and a reason that a program can read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Close {
    pub(super) code: u16,
    pub(super) reason: String,
}

/// A close frame has room for no more.
const REASON_BYTES: usize = 123;
/// How long the other side may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

impl Close {
    pub(super) fn new(code: u16, reason: impl Into<String>) -> Self {
        let mut reason = reason.into();
        reason.truncate(reason.floor_char_boundary(REASON_BYTES));
        Self { code, reason }
    }

    /// A message that breaks the rules.
    pub(super) fn bad_message(why: &str) -> Self {
        Self::new(4400, format!("Invalid message: {why}"))
    }

    /// `subscribe` before `connection_ack`.
    pub(super) fn not_admitted() -> Self {
        Self::new(4401, "Unauthorized")
    }

    /// The sign-in ran out. 4403 and not 4401, because clients come back with a new token only
    /// after the former.
    pub(super) fn expired() -> Self {
        Self::new(4403, "TOKEN_EXPIRED")
    }

    /// The sign-in was taken back.
    pub(super) fn revoked() -> Self {
        Self::new(4403, "TOKEN_REVOKED")
    }

    /// A subprotocol that we do not speak.
    pub(super) fn subprotocol() -> Self {
        Self::new(4406, "Subprotocol not acceptable")
    }

    /// No `connection_init` in time.
    pub(super) fn init_timeout() -> Self {
        Self::new(4408, "Connection initialisation timeout")
    }

    /// An id that is in use.
    pub(super) fn subscriber_exists(id: &str) -> Self {
        Self::new(4409, format!("Subscriber for {id} already exists"))
    }

    /// `connection_init` twice.
    pub(super) fn too_many_inits() -> Self {
        Self::new(4429, "Too many initialisation requests")
    }

    /// A message longer than allowed.
    pub(super) fn too_big() -> Self {
        Self::new(1009, "Message too big")
    }

    /// The server is stopping; come back, to another replica or to the next process.
    pub(super) fn restart() -> Self {
        Self::new(1012, "Service restart")
    }
}

/// Says goodbye and hears the other side out, so that it sees the code and not a broken connection.
pub(super) async fn say(mut socket: WebSocket, close: Close) {
    let frame = CloseFrame { code: close.code, reason: close.reason.into() };
    let goodbye = async {
        if socket.send(Message::Close(Some(frame))).await.is_ok() {
            while let Some(Ok(_)) = socket.recv().await {}
        }
    };
    // Whether it was heard changes nothing: the socket is dropped.
    let _heard = timeout(GOODBYE, goodbye).await;
}
