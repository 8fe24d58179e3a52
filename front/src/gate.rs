//! What the front asks of the program behind it: who is this, and may they come in?

use std::{net::IpAddr, time::Duration};

use async_graphql::Data;
use async_trait::async_trait;
use axum::http::StatusCode;
use tokio_util::sync::CancellationToken;

/// What a caller shows at the door.
#[derive(Clone)]
pub struct Knock {
    /// The token without the word `Bearer`; none for an anonymous caller.
    pub bearer: Option<String>,
    /// Address of the caller, as the proxies see it that the settings name.
    pub peer: IpAddr,
    /// `Accept-Language` of the request, or `acceptLanguage` of a socket's `connection_init`.
    pub accept_language: Option<String>,
    /// Id under which this request or socket appears in logs and errors.
    pub request_id: String,
}

/// Who came in.
///
/// Make it with `..Entry::default()`, so that it may grow.
#[derive(Default)]
pub struct Entry {
    /// What the resolvers find in their context. On a socket it is shared by all operations, so
    /// nothing that grows stale (such as a loader's cache) belongs here.
    pub data: Data,
    /// Opaque key of the person for caps and budgets; none for an anonymous caller, who is counted
    /// by address.
    pub actor: Option<String>,
    /// How long the sign-in is still good; a socket is closed after it. None: for ever.
    pub expires_in: Option<Duration>,
    /// Cancelled by the program when the sign-in is taken back; a socket is closed at once.
    pub revoked: CancellationToken,
    /// Whether this caller may send documents of their own when only registered ones are let in,
    /// and ask for the schema when introspection is for developers only.
    pub developer: bool,
}

/// Why somebody is not let in. On a socket it becomes a close frame whose reason is the code.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// `extensions.code` of the error.
    pub code: &'static str,
    /// Text for people, in the language that the caller asked for.
    pub message: String,
    /// Status over HTTP, such as 401 or 503.
    pub status: StatusCode,
    /// Code of the close frame over WebSocket. Clients try again after 4403 and 1013, not after
    /// 4401.
    pub close: u16,
}

impl Refusal {
    /// A token that is bad or no longer good: 401, and 4403 on a socket, after which a client may
    /// come back with a new one.
    #[must_use]
    pub fn unauthenticated(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), status: StatusCode::UNAUTHORIZED, close: 4403 }
    }

    /// A person who is known and not let in: 403, and 4403 on a socket.
    #[must_use]
    pub fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), status: StatusCode::FORBIDDEN, close: 4403 }
    }

    /// Nobody can be let in at present: 503, and 1013 (try again later) on a socket.
    #[must_use]
    pub fn unavailable(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), status: StatusCode::SERVICE_UNAVAILABLE, close: 1013 }
    }
}

/// Decides who comes in: once for each HTTP request, once for each socket.
#[async_trait]
pub trait Gate: Send + Sync + 'static {
    /// Lets a caller in, or says why not. A caller without a token is anonymous; what they may do
    /// is the gate's to say.
    ///
    /// # Errors
    /// A [`Refusal`] for a token that is bad or expired, or when it cannot be checked.
    async fn enter(&self, knock: Knock) -> Result<Entry, Refusal>;
}
