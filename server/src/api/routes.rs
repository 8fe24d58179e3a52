//! The HTTP routes beside `/graphql`: is it alive, is it ready, what is it, and the explorer.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::get,
};
use rust_embed::RustEmbed;
use tokio_util::sync::CancellationToken;

use crate::{adapters::metrics::Metrics, app::App};

const PAGE: &str = include_str!("../../data/page.html");

/// GraphiQL, as `make explorer` builds it; the folder may be missing, then there is no explorer.
#[derive(RustEmbed)]
#[folder = "../explorer/dist"]
#[allow_missing = true]
struct Explorer;

#[derive(Clone)]
struct Parts {
    app: Arc<App>,
    shutdown: CancellationToken,
}

/// The routes. The explorer is there outside production only.
pub fn router(app: Arc<App>, shutdown: CancellationToken) -> Router {
    let mut router = Router::new()
        .route("/", get(page))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready));
    if !app.settings.production {
        router = router
            .route("/explorer", get(|| async { Redirect::permanent("/explorer/") }))
            .route("/explorer/", get(explorer_index))
            .route("/explorer/{file}", get(explorer_file));
    }
    router.with_state(Parts { app, shutdown })
}

/// The route of the metrics' own address.
pub fn metrics(app: Arc<App>) -> Router {
    let text = |State(app): State<Arc<App>>| async move {
        (
            [(header::CONTENT_TYPE, HeaderValue::from_static(Metrics::CONTENT_TYPE))],
            app.metrics.text(),
        )
    };
    Router::new().route("/metrics", get(text)).with_state(app)
}

async fn page() -> Html<&'static str> {
    Html(PAGE)
}

/// Ready while the database answers and the server is not stopping. The schema is current since the start.
async fn ready(State(parts): State<Parts>) -> Response {
    if parts.shutdown.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    match parts.app.kernel.database.ping().await {
        Ok(()) => "ready\n".into_response(),
        Err(failure) => {
            tracing::warn!(%failure, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
    }
}

async fn explorer_index() -> Response {
    explorer("index.html")
}

async fn explorer_file(Path(file): Path<String>) -> Response {
    explorer(&file)
}

fn explorer(file: &str) -> Response {
    let Some(found) = Explorer::get(file) else {
        return (StatusCode::NOT_FOUND, "not built: run `make explorer`\n").into_response();
    };
    let kind = match file.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        _ => "application/octet-stream",
    };
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], found.data.into_owned())
        .into_response()
}
