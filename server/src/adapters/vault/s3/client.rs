//! Talking to the store over HTTP: connections, time-outs, what is told of a failure.

use std::{io, time::Duration};

use axum::{
    body::Body,
    http::{Request, Response, StatusCode},
};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper_rustls::{ConfigBuilderExt as _, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};

/// How long it may take to be connected.
const CONNECTING: Duration = Duration::from_secs(5);
/// An idle connection is given up before the store does.
const IDLE: Duration = Duration::from_secs(15);
/// How long the text of an answer may take.
const TEXT: Duration = Duration::from_secs(10);
/// The longest list or error that is read.
const LONGEST: usize = 1024 * 1024;

/// Keeps connections to the store.
pub(super) struct HttpClient {
    client: Client<HttpsConnector<HttpConnector>, Body>,
}

impl HttpClient {
    /// With TLS, the certificates that this machine trusts are read now; `SSL_CERT_FILE` names others.
    pub(super) fn open(tls: bool) -> io::Result<Self> {
        let config = ClientConfig::builder_with_provider(ring::default_provider().into())
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?;
        let config = if tls {
            config.with_native_roots()?
        } else {
            config.with_root_certificates(RootCertStore::empty())
        };
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_connect_timeout(Some(CONNECTING));
        http.set_nodelay(true);
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(config.with_no_client_auth())
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_timer(TokioTimer::new())
            .build(connector);
        Ok(Self { client })
    }

    /// Sends a request and waits so long for the head of the answer.
    pub(super) async fn ask(
        &self,
        request: Request<Body>,
        patience: Duration,
    ) -> io::Result<Answer> {
        let asking = tokio::time::timeout(patience, self.client.request(request)).await;
        let asked = asking.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?;
        Ok(Answer(asked.map_err(|error| io::Error::other(reason(&error)))?))
    }
}

/// What is wrong, by the innermost cause: it names no address.
fn reason(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(cause) = innermost.source() {
        innermost = cause;
    }
    innermost.to_string()
}

/// What the store answered; its body is still to be read.
pub(super) struct Answer(Response<Incoming>);

impl Answer {
    pub(super) fn status(&self) -> StatusCode {
        self.0.status()
    }

    pub(super) fn into_body(self) -> Incoming {
        self.0.into_body()
    }

    /// Whether the store asks for being asked again.
    pub(super) fn may_be_better_later(&self) -> bool {
        self.status().is_server_error() || self.status() == StatusCode::TOO_MANY_REQUESTS
    }

    pub(super) async fn text(self) -> io::Result<String> {
        let reading = Limited::new(self.0.into_body(), LONGEST).collect();
        let read = tokio::time::timeout(TEXT, reading).await;
        let read = read.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?;
        let bytes = read.map_err(|_| io::Error::other("the answer broke off"))?.to_bytes();
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The answer as an error: status and the store's own word for it. A file that is not there is `NotFound`; a bucket
    /// that is not there is a fault of the settings.
    pub(super) async fn refusal(self) -> io::Error {
        let status = self.status();
        let text = self.text().await.unwrap_or_default();
        let word = text.split("<Code>").nth(1).and_then(|rest| rest.split("</Code>").next());
        let plain = |word: &&str| {
            word.len() <= 60 && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.')
        };
        let word = word.filter(plain).unwrap_or("no reason told");
        let absent = status == StatusCode::NOT_FOUND && word != "NoSuchBucket";
        let kind = if absent { io::ErrorKind::NotFound } else { io::ErrorKind::Other };
        io::Error::new(kind, format!("the store answered {} {word}", status.as_u16()))
    }
}
