//! Files over HTTP, beside `/graphql`: bringing them, and fetching a copy with the problems marked. Who comes in is asked
//! at the same gate, and the rights are those of `applyImport`.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, FromRequest as _, Multipart, Path, Query, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::Semaphore;

use super::{
    queries,
    runs::{self, MOST_FILES, NewRun, Upload},
};
use crate::{
    api::{
        gate,
        refusal::{Refusal, language_of},
        rights,
    },
    app::App,
    kernel::{
        Actor, By, Failure, Language, Problem, ProblemCode, Text, audit, idempotency,
        ids::{self, CommunityId, ImportId},
        tokens,
    },
    people,
};

/// Bytes of all files of a run together; the reader takes no file that is larger.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// Uploads and copies at a time; others wait for their turn.
const AT_ONCE: usize = 2;
/// A client that sends nothing for so long is gone.
const SILENCE: Duration = Duration::from_secs(30);
/// How long an upload may take in all, waiting for a turn included.
const LONGEST: Duration = Duration::from_secs(600);

#[derive(Clone)]
struct Desk {
    app: Arc<App>,
    places: Arc<Semaphore>,
}

/// The routes.
pub fn router(app: Arc<App>) -> Router {
    let desk = Desk { app, places: Arc::new(Semaphore::new(AT_ONCE)) };
    Router::new()
        .route("/imports", post(bring))
        .route("/imports/{id}/marked-copy", get(marked_copy))
        // Besides the files, a form has little.
        .layer(DefaultBodyLimit::max(MOST_BYTES + 64 * 1024))
        .with_state(desk)
}

/// What stands in the address of an upload.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wanted {
    community_id: CommunityId,
    /// Whether it is applied as soon as it is ready; otherwise it waits for `applyImport`.
    #[serde(default)]
    apply: bool,
    known_to: Option<NaiveDate>,
}

fn refused(failure: Failure, language: Language) -> Refusal {
    Refusal::of(failure, language, StatusCode::UNPROCESSABLE_ENTITY)
}

fn bad_request(detail: impl std::fmt::Display) -> Refusal {
    let text = format!("the request cannot be read: {detail}");
    Refusal::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", text)
}

fn too_large(language: Language) -> Refusal {
    let most = MOST_BYTES >> 20;
    let text =
        Text::new(format!("文件合计不能超过 {most} MB"), format!("the files are over {most} MB"));
    let text = text.to(language).to_owned();
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", text)
}

fn too_slow() -> Refusal {
    let text = "the upload did not arrive in time".to_owned();
    Refusal::new(StatusCode::REQUEST_TIMEOUT, "REQUEST_TIMEOUT", text)
}

/// Somebody who was let in and may import.
struct Guest {
    actor: Actor,
    language: Language,
}

async fn let_in(desk: &Desk, headers: &HeaderMap) -> Result<Guest, Refusal> {
    let caller = gate::caller_of(&desk.app, headers).await;
    let caller = caller.map_err(|failure| refused(failure, language_of(headers)))?;
    let language = caller.language;
    let actor = caller.actor.ok_or_else(|| refused(Failure::Unauthenticated, language))?;
    if !rights::allows("Mutation.applyImport", &actor) {
        return Err(refused(Failure::Forbidden, language));
    }
    Ok(Guest { actor, language })
}

/// `POST /imports?communityId=…&apply=true&knownTo=2026-11-20` with the header `Idempotency-Key` and a form
/// (`multipart/form-data`) of files. Answers 202 and the id of the import, whose state the API tells.
async fn bring(
    State(desk): State<Desk>,
    wanted: Result<Query<Wanted>, axum::extract::rejection::QueryRejection>,
    request: Request,
) -> Result<Response, Refusal> {
    let guest = let_in(&desk, request.headers()).await?;
    let Query(wanted) = wanted.map_err(bad_request)?;
    let key = request.headers().get("idempotency-key").and_then(|value| value.to_str().ok());
    let key = key.unwrap_or_default().to_owned();
    // Whoever may not import there is told before sending.
    let conn = desk.app.kernel.database.read();
    let language = guest.language;
    let tell = |failure| refused(failure, language);
    people::queries::my_community(conn, &guest.actor, wanted.community_id).await.map_err(tell)?;
    let uploads = tokio::time::timeout(LONGEST, async {
        let _place = desk.places.acquire().await.map_err(bad_request)?;
        receive(request, language).await
    });
    let uploads = uploads.await.map_err(|_| too_slow())??;
    let id = open(&desk, guest, (wanted, key, uploads)).await.map_err(tell)?;
    let body = json!({ "id": id.to_string() });
    Ok((StatusCode::ACCEPTED, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}

/// Takes the files of the form; other fields of it are passed over.
async fn receive(request: Request, language: Language) -> Result<Vec<Upload>, Refusal> {
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(bad_request)?;
    let mut uploads: Vec<Upload> = Vec::new();
    let mut size = 0;
    while let Some(mut field) = next_field(&mut form, language).await? {
        let Some(name) = field.file_name().map(bare_name) else { continue };
        if uploads.len() == MOST_FILES {
            let text = Text::new("一次最多 10 个文件", "at most 10 files at a time");
            let problem = Problem::at("file", ProblemCode::TooLarge, text);
            return Err(refused(Failure::problem(problem), language));
        }
        let mut bytes = Vec::new();
        loop {
            let chunk = tokio::time::timeout(SILENCE, field.chunk()).await;
            let chunk = chunk.map_err(|_| too_slow())?;
            let Some(chunk) = chunk.map_err(|e| broken_form(&e, language))? else { break };
            size += chunk.len();
            if size > MOST_BYTES {
                return Err(too_large(language));
            }
            bytes.extend_from_slice(&chunk);
        }
        uploads.push(Upload { name, bytes });
    }
    if uploads.is_empty() {
        let text = Text::new("没有文件", "there is no file in the form");
        let problem = Problem::at("file", ProblemCode::Required, text);
        return Err(refused(Failure::problem(problem), language));
    }
    Ok(uploads)
}

async fn next_field(
    form: &mut Multipart,
    language: Language,
) -> Result<Option<axum::extract::multipart::Field<'_>>, Refusal> {
    let next = tokio::time::timeout(SILENCE, form.next_field()).await;
    next.map_err(|_| too_slow())?.map_err(|e| broken_form(&e, language))
}

fn broken_form(error: &axum::extract::multipart::MultipartError, language: Language) -> Refusal {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(language),
        _ => bad_request(error),
    }
}

/// The name without folders, at most as long as a file system allows.
fn bare_name(name: &str) -> String {
    let bare = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let from = bare.chars().count().saturating_sub(200);
    bare.chars().skip(from).filter(|c| !c.is_control()).collect()
}

/// What makes two uploads under one key the same.
#[derive(Serialize)]
struct Said {
    community: CommunityId,
    apply: bool,
    known_to: Option<NaiveDate>,
    print: String,
}

async fn open(
    desk: &Desk,
    guest: Guest,
    (wanted, key, files): (Wanted, String, Vec<Upload>),
) -> Result<ImportId, Failure> {
    let hashing = tokio::task::spawn_blocking(move || {
        let prints: Vec<String> = files.iter().map(|file| tokens::print_of(&file.bytes)).collect();
        let print = match prints.as_slice() {
            [one] => one.clone(),
            several => tokens::print_of(several.concat().as_bytes()),
        };
        (files, print)
    });
    let (files, print) = hashing.await.map_err(|e| Failure::broken("print", e))?;
    let (community, apply, known_to) = (wanted.community_id, wanted.apply, wanted.known_to);
    let said = Said { community, apply, known_to, print: print.clone() };
    let act = idempotency::Act::new(&key, "bringImport", &said)?;
    let new = NewRun { id: ids::fresh(), files, print, applies: apply, known_to };
    let by = By::Person(guest.actor.clone());
    let opened = desk.app.kernel.write(by, move |work| {
        Box::pin(idempotency::once(work, act, move |work| {
            Box::pin(async move {
                let mine = people::queries::my_community(work.conn(), &guest.actor, community);
                let community = mine.await?;
                runs::open(work, &community, new).await
            })
        }))
    });
    opened.await
}

/// Which of the files of an import.
#[derive(Debug, Deserialize)]
struct Which {
    #[serde(default)]
    file: usize,
}

/// `GET /imports/{id}/marked-copy?file=0`: the file as .xlsx, its problems coloured and commented. It holds what the file
/// holds, so that fetching it is recorded.
async fn marked_copy(
    State(desk): State<Desk>,
    Path(id): Path<String>,
    which: Result<Query<Which>, axum::extract::rejection::QueryRejection>,
    request: Request,
) -> Result<Response, Refusal> {
    let guest = let_in(&desk, request.headers()).await?;
    let tell = |failure| refused(failure, guest.language);
    let id: ImportId = id.parse().map_err(|_| tell(Failure::NotFound))?;
    let Query(which) = which.map_err(bad_request)?;
    let conn = desk.app.kernel.database.read();
    let run = queries::run(conn, &guest.actor, id).await.map_err(tell)?;
    let _place = desk.places.acquire().await.map_err(bad_request)?;
    let copy = queries::marked_copy(conn, &run, which.file).await.map_err(tell)?;
    let recorded = desk.app.kernel.write(By::Person(guest.actor.clone()), move |work| {
        Box::pin(async move {
            audit::record(work, "IMPORT_COPY_FETCHED", Some(id.into()), json!({})).await
        })
    });
    recorded.await.map_err(tell)?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"marked.xlsx\""),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, copy).into_response())
}
