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
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;
use tokio::{io::AsyncWriteExt as _, sync::Semaphore};

use super::{
    files::{Brought, Content},
    queries,
    runs::{self, MOST_FILES, NewRun},
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
/// Besides the files, a form has little.
const MOST_BODY: usize = MOST_BYTES + 64 * 1024;
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
        .layer(DefaultBodyLimit::max(MOST_BODY))
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

/// The words of the library, which are English, stand apart.
fn bad_request(text: Text, detail: impl std::fmt::Display, language: Language) -> Refusal {
    let text = text.to(language).to_owned();
    let more = vec![("detail", detail.to_string().into())];
    Refusal { more, ..Refusal::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", text) }
}

fn bad_form() -> Text {
    Text::new("表单无法读取", "the form cannot be read")
}

fn bad_address() -> Text {
    Text::new("网址参数无法识别", "the address cannot be read")
}

fn too_large(language: Language) -> Refusal {
    let most = MOST_BYTES >> 20;
    let text =
        Text::new(format!("文件合计不能超过 {most} MB"), format!("the files are over {most} MB"));
    let text = text.to(language).to_owned();
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", text)
}

fn too_slow(language: Language) -> Refusal {
    let text = Text::new("文件没有及时传到", "the upload did not arrive in time");
    let text = text.to(language).to_owned();
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
    let Query(wanted) = wanted.map_err(|e| bad_request(bad_address(), e, guest.language))?;
    let key = request.headers().get("idempotency-key").and_then(|value| value.to_str().ok());
    let key = key.unwrap_or_default().to_owned();
    // Whoever may not import there is told before sending.
    let conn = desk.app.kernel.database.read();
    let language = guest.language;
    let tell = |failure| refused(failure, language);
    people::queries::my_community(conn, &guest.actor, wanted.community_id).await.map_err(tell)?;
    if announced(request.headers()) > MOST_BODY as u64 {
        return Err(too_large(language));
    }
    let received = tokio::time::timeout(LONGEST, async {
        let _place = desk
            .places
            .acquire()
            .await
            .map_err(|e| refused(Failure::broken("places", e), language))?;
        receive(&desk, request, language).await
    });
    let received = received.await.map_err(|_| too_slow(language))??;
    let id = open(&desk, guest, (wanted, key, received)).await.map_err(tell)?;
    let body = json!({ "id": id.to_string() });
    Ok((StatusCode::ACCEPTED, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}

/// How many bytes the client says it will send.
fn announced(headers: &HeaderMap) -> u64 {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    length.and_then(|length| length.parse().ok()).unwrap_or(0)
}

/// Takes the files of the form, with the print of each; other fields of it are passed over. The bytes go to disk as they
/// come.
async fn receive(
    desk: &Desk,
    request: Request,
    language: Language,
) -> Result<Vec<(Brought, String)>, Refusal> {
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|e| bad_request(bad_form(), e, language))?;
    let mut received: Vec<(Brought, String)> = Vec::new();
    let mut left = MOST_BYTES as u64;
    while let Some(field) = next_field(&mut form, language).await? {
        let Some(name) = field.file_name().map(bare_name) else { continue };
        if received.len() == MOST_FILES {
            let text = Text::new("一次最多 10 个文件", "at most 10 files at a time");
            let problem = Problem::at("file", ProblemCode::TooLarge, text);
            return Err(refused(Failure::problem(problem), language));
        }
        let incoming = desk.app.vault.incoming();
        let incoming = incoming.map_err(|e| refused(Failure::broken("upload", e), language))?;
        let (size, print) = write_down(field, (&incoming, left), language).await?;
        left -= size;
        received.push((Brought { name, size, content: Content::Disk(incoming) }, print));
    }
    if received.is_empty() {
        let text = Text::new("没有文件", "there is no file in the form");
        let problem = Problem::at("file", ProblemCode::Required, text);
        return Err(refused(Failure::problem(problem), language));
    }
    Ok(received)
}

/// Writes a file of the form to disk while it comes; answers its size and print.
async fn write_down(
    mut field: axum::extract::multipart::Field<'_>,
    (incoming, most): (&NamedTempFile, u64),
    language: Language,
) -> Result<(u64, String), Refusal> {
    let broken = |e| refused(Failure::broken("upload", e), language);
    let mut file = tokio::fs::File::from_std(incoming.reopen().map_err(broken)?);
    let (mut size, mut print) = (0, Sha256::new());
    loop {
        let chunk = tokio::time::timeout(SILENCE, field.chunk()).await;
        let chunk = chunk.map_err(|_| too_slow(language))?;
        let Some(chunk) = chunk.map_err(|e| broken_form(&e, language))? else { break };
        size += chunk.len() as u64;
        if size > most {
            return Err(too_large(language));
        }
        print.update(&chunk);
        file.write_all(&chunk).await.map_err(broken)?;
    }
    file.flush().await.map_err(broken)?;
    Ok((size, tokens::hex(&print.finalize())))
}

async fn next_field(
    form: &mut Multipart,
    language: Language,
) -> Result<Option<axum::extract::multipart::Field<'_>>, Refusal> {
    let next = tokio::time::timeout(SILENCE, form.next_field()).await;
    next.map_err(|_| too_slow(language))?.map_err(|e| broken_form(&e, language))
}

fn broken_form(error: &axum::extract::multipart::MultipartError, language: Language) -> Refusal {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(language),
        _ => bad_request(bad_form(), error, language),
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
    (wanted, key, received): (Wanted, String, Vec<(Brought, String)>),
) -> Result<ImportId, Failure> {
    let (files, prints): (Vec<Brought>, Vec<String>) = received.into_iter().unzip();
    let print = match prints.as_slice() {
        [one] => one.clone(),
        several => tokens::print_of(several.concat().as_bytes()),
    };
    let (community, apply, known_to) = (wanted.community_id, wanted.apply, wanted.known_to);
    let said = Said { community, apply, known_to, print: print.clone() };
    let act = idempotency::Act::new(&key, "bringImport", &said)?;
    let keyring = desk.app.kernel.keyring.clone();
    let new = NewRun { id: ids::fresh(), files, keyring, print, applies: apply, known_to };
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
    let Query(which) = which.map_err(|e| bad_request(bad_address(), e, guest.language))?;
    let conn = desk.app.kernel.database.read();
    let run = queries::run(conn, &guest.actor, id).await.map_err(tell)?;
    let _place = desk.places.acquire().await.map_err(|e| tell(Failure::broken("places", e)))?;
    let keyring = &desk.app.kernel.keyring;
    let copy = queries::marked_copy(conn, (&run, which.file), keyring).await.map_err(tell)?;
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
