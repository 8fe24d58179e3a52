//! Sending and reading the bytes of attachments, beside GraphQL: `POST /attachments/{id}?kind=PHOTO` and
//! `GET /attachments/{id}`, both with the bearer token of GraphQL. Failures have the form of GraphQL's errors.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use futures_util::StreamExt as _;
use guanjia_entity::attachment;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt as _;
use tokio_util::io::ReaderStream;

use super::{
    commands::{self, Announced},
    queries,
    rules::{self, HEAD, Kind},
};
use crate::{
    adapters::vault::Key,
    api::{
        context::Caller,
        errors::Code,
        gate,
        refusal::{Refusal, language_of},
        rights,
    },
    app::App,
    kernel::{Actor, By, Failure, Language, Text, audit, ids::AttachmentId, tokens},
};

/// How long a sender may be silent.
const PATIENCE: Duration = Duration::from_secs(30);

/// The routes.
pub fn router(app: Arc<App>) -> Router {
    Router::new().route("/attachments/{id}", get(read).post(receive)).with_state(app)
}

/// Why a file was not taken or given.
enum Refused {
    /// As GraphQL tells it.
    Told(Failure),
    /// With a status and code of its own.
    Here(StatusCode, &'static str, Text),
}

impl<E: Into<Failure>> From<E> for Refused {
    fn from(failure: E) -> Self {
        Self::Told(failure.into())
    }
}

impl Refused {
    fn broken(doing: &str, cause: std::io::Error) -> Self {
        Self::Told(Failure::broken(doing, cause.kind()))
    }

    /// A store that does not do its part may do so in a moment; a file that it has lost is a fault.
    fn by_the_vault(doing: &str, cause: std::io::Error) -> Self {
        if cause.kind() == std::io::ErrorKind::NotFound {
            return Self::broken(doing, cause);
        }
        tracing::warn!(%cause, doing, "the store of attachments is unavailable");
        let code = Code::Unavailable;
        Self::Here(StatusCode::SERVICE_UNAVAILABLE, code.as_str(), code.text())
    }

    fn told(self, language: Language) -> Refusal {
        match self {
            Self::Here(status, code, text) => {
                Refusal::new(status, code, text.to(language).to_owned())
            }
            Self::Told(failure) => Refusal::of(failure, language, StatusCode::BAD_REQUEST),
        }
    }
}

#[derive(Deserialize)]
struct What {
    kind: Option<Kind>,
}

async fn receive(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    what: Result<Query<What>, axum::extract::rejection::QueryRejection>,
    (headers, body): (HeaderMap, Body),
) -> Result<Response, Refusal> {
    let caller = match gate::caller_of(&app, &headers).await {
        Ok(caller) => caller,
        Err(failure) => return Err(Refused::Told(failure).told(language_of(&headers))),
    };
    let kind = what.ok().and_then(|Query(what)| what.kind);
    take(&app, &caller, (&id, kind), body).await.map_err(|refused| refused.told(caller.language))
}

/// Announce, read, look, keep, note: what is kept is always known to a row, and the row says STORED only of what is kept.
async fn take(
    app: &App,
    caller: &Caller,
    (id, kind): (&str, Option<Kind>),
    body: Body,
) -> Result<Response, Refused> {
    let actor = allowed(caller)?;
    let id: AttachmentId = id.parse().map_err(|_| bad_id())?;
    let kind = kind.ok_or_else(bad_kind)?;
    let by = By::Person(actor.clone());
    let announced = app
        .kernel
        .write(by.clone(), |work| {
            Box::pin(async move { commands::announce(work, (id, kind)).await })
        })
        .await?;
    let known = match announced {
        Announced::Wanted => None,
        Announced::Here(row) => Some(row),
        Announced::Taken => return Err(taken()),
        Announced::TooMany => return Err(too_many()),
    };
    let incoming = app.vault.incoming().map_err(|e| Refused::broken("attachment", e))?;
    let file = read_body(body, &incoming, app.settings.attachments.most_bytes).await?;
    if let Some(known) = known {
        return if known.print.as_ref() == Some(&file.print) {
            Ok(answer(&known))
        } else {
            Err(taken())
        };
    }
    let (mime, content) = rules::sniff(&file.head).ok_or_else(unknown_content)?;
    if !rules::fits(kind, content) {
        return Err(does_not_fit());
    }
    let key = key_of(actor, id, &file.print);
    app.vault
        .keep(&key, incoming)
        .await
        .map_err(|e| Refused::by_the_vault("keep an attachment", e))?;
    let print = file.print.clone();
    let row = app.kernel.write(by, |work| {
        Box::pin(async move { commands::arrived(work, id, (mime, file.size, &print)).await })
    });
    match row.await? {
        Some(row) if row.state == "STORED" && row.print == Some(file.print) => Ok(answer(&row)),
        _ => Err(taken()),
    }
}

/// Who may send and read is who may read by `node`.
fn allowed(caller: &Caller) -> Result<&Actor, Failure> {
    let actor = caller.actor.as_ref().ok_or(Failure::Unauthenticated)?;
    let may = rights::of("Query.node").is_some_and(|right| actor.is_any(right.roles));
    if may { Ok(actor) } else { Err(Failure::Forbidden) }
}

fn key_of(actor: &Actor, id: AttachmentId, print: &str) -> Key {
    Key {
        company: actor.organization.to_string(),
        attachment: id.to_string(),
        print: print.to_owned(),
    }
}

fn answer(row: &attachment::Model) -> Response {
    let body = json!({
        "id": row.id,
        "kind": row.kind,
        "mime": row.mime,
        "size": row.size_bytes,
        "sha256": row.print,
    });
    (StatusCode::CREATED, axum::Json(body)).into_response()
}

/// A file that has arrived.
struct Arrived {
    head: Vec<u8>,
    size: i64,
    print: String,
}

/// Writes the body into a file, piece by piece, as long as it comes and is not too long.
async fn read_body(body: Body, into: &NamedTempFile, most: u64) -> Result<Arrived, Refused> {
    let writing = |e| Refused::broken("write an attachment", e);
    let mut file = tokio::fs::File::from_std(into.reopen().map_err(writing)?);
    let (mut hash, mut head, mut size) = (Sha256::new(), Vec::with_capacity(HEAD), 0_u64);
    let mut pieces = body.into_data_stream();
    loop {
        let piece = tokio::time::timeout(PATIENCE, pieces.next()).await.map_err(|_| too_slow())?;
        let Some(piece) = piece else { break };
        let piece = piece.map_err(|_| cut_off())?;
        size += piece.len() as u64;
        if size > most {
            return Err(too_long(most));
        }
        head.extend(piece.iter().take(HEAD - head.len()));
        hash.update(&piece);
        file.write_all(&piece).await.map_err(writing)?;
    }
    file.flush().await.map_err(writing)?;
    let size = i64::try_from(size).map_err(|_| too_long(most))?;
    Ok(Arrived { head, size, print: tokens::hex(&hash.finalize()) })
}

async fn read(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let caller = match gate::caller_of(&app, &headers).await {
        Ok(caller) => caller,
        Err(failure) => return Err(Refused::Told(failure).told(language_of(&headers))),
    };
    give(&app, &caller, &id).await.map_err(|refused| refused.told(caller.language))
}

/// Reading is recorded before the first byte goes out: a copy of a certificate shows what is masked elsewhere (rule 34).
async fn give(app: &App, caller: &Caller, id: &str) -> Result<Response, Refused> {
    let actor = allowed(caller)?;
    let id: AttachmentId = id.parse().map_err(|_| Failure::NotFound)?;
    let now = app.kernel.clock.domain();
    let row = queries::attachment(app.kernel.database.read(), actor, now, id).await?;
    let (Some(mime), Some(print), Some(size)) = (row.mime, row.print, row.size_bytes) else {
        return Err(Failure::NotFound.into());
    };
    app.kernel
        .write(By::Person(actor.clone()), |work| {
            Box::pin(async move {
                audit::record(work, "ATTACHMENT_READ", Some(id.into()), json!({})).await
            })
        })
        .await?;
    let bytes = app.vault.read(&key_of(actor, id, &print)).await;
    let bytes = bytes.map_err(|e| Refused::by_the_vault("read an attachment", e))?;
    let headers = [
        (header::CONTENT_TYPE, mime),
        (header::CONTENT_LENGTH, size.to_string()),
        (header::ETAG, format!("\"{print}\"")),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
        (header::CONTENT_DISPOSITION, format!("inline; filename=\"{id}\"")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
    ];
    Ok((headers, Body::from_stream(ReaderStream::new(bytes))).into_response())
}

fn bad_id() -> Refused {
    let text = Text::new("附件编号须形如 attachment_…", "the id must be of the form attachment_…");
    Refused::Here(StatusCode::BAD_REQUEST, Code::BadInput.as_str(), text)
}

fn bad_kind() -> Refused {
    let text = Text::new(
        "请以 ?kind= 指明 PHOTO、SIGNATURE、DOCUMENT、RECORDING 或 PROOF",
        "say ?kind= with PHOTO, SIGNATURE, DOCUMENT, RECORDING or PROOF",
    );
    Refused::Here(StatusCode::BAD_REQUEST, Code::BadInput.as_str(), text)
}

fn taken() -> Refused {
    let text = Text::new("该编号已用于另一个附件", "this id stands for another attachment");
    Refused::Here(StatusCode::CONFLICT, "DUPLICATE", text)
}

fn too_many() -> Refused {
    let text = Text::new(
        "尚未关联的附件过多,请先关联或等待清理",
        "too many of your attachments belong to nothing; tie them to something first",
    );
    Refused::Here(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", text)
}

fn too_long(most: u64) -> Refused {
    let text = Text::new(
        format!("附件最大 {most} 字节"),
        format!("an attachment has at most {most} bytes"),
    );
    Refused::Here(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", text)
}

fn too_slow() -> Refused {
    let text = Text::new("上传超时,请重试", "the upload took too long, please try again");
    Refused::Here(StatusCode::REQUEST_TIMEOUT, "REQUEST_TIMEOUT", text)
}

fn cut_off() -> Refused {
    let text = Text::new("上传中断,请重试", "the upload broke off, please try again");
    Refused::Here(StatusCode::BAD_REQUEST, "BAD_REQUEST", text)
}

fn unknown_content() -> Refused {
    let text = Text::new(
        "只接受 JPEG、PNG、WebP、HEIC 图片,PDF 文件和常见录音格式",
        "only JPEG, PNG, WebP and HEIC pictures, PDF files and common sound recordings are taken",
    );
    Refused::Here(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", text)
}

fn does_not_fit() -> Refused {
    let text = Text::new("文件内容与附件类别不符", "the content is not of this kind of attachment");
    Refused::Here(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", text)
}
