//! Attachments: sending, tying, reading, throwing away.

use futures_util::future::join_all;
use guanjia::kernel::{ids::AttachmentId, sql::Sql};
use sea_orm::FromQueryResult;
use serde_json::{Value, json};

use crate::support::{Client, TestApp, books, eventually, fresh_key};

fn jpeg() -> Vec<u8> {
    [b"\xff\xd8\xff\xe0\0\x10JFIF".as_slice(), &[7; 5000]].concat()
}

fn fresh_id() -> String {
    guanjia::kernel::ids::fresh::<AttachmentId>().to_string()
}

async fn attach(client: &Client, ids: &[&str], more: Value) -> Value {
    let mut input = json!({ "idempotencyKey": fresh_key(), "attachmentIds": ids });
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    client.answer("Attach", json!({ "input": input })).await
}

async fn sent(client: &Client) -> String {
    let id = fresh_id();
    let (status, answer) = client.upload(&id, "PHOTO", jpeg()).await;
    assert_eq!(status, 201, "{answer}");
    id
}

#[tokio::test]
async fn what_is_sent_and_tied_to_an_account_is_read_by_whoever_reaches_it_and_by_nobody_else() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let id = fresh_id();
    let (status, answer) = steward.upload(&id, "PHOTO", jpeg()).await;
    assert_eq!((status, answer["mime"].as_str()), (201, Some("image/jpeg")), "{answer}");
    let tied = attach(&steward, &[&id], json!({ "accountId": account })).await;
    assert_eq!(tied["data"]["attach"]["problems"], json!([]), "{tied}");
    let shown = steward.card(&account).await["attachments"][0].clone();
    assert_eq!((shown["id"].as_str(), shown["size"].as_i64()), (Some(id.as_str()), Some(5010)));
    let path = shown["downloadPath"].as_str().unwrap();
    for reader in [books::STEWARD, books::MANAGER, books::CLERK] {
        let got = app.sign_in(reader).await.download(path).await;
        assert_eq!(got.headers()["content-type"], "image/jpeg");
        assert_eq!(got.headers()["x-content-type-options"], "nosniff");
        assert_eq!(got.bytes().await.unwrap(), jpeg());
    }
    let other = app.sign_in(books::OTHER_STEWARD).await;
    assert_eq!(other.download(path).await.status(), 404);
    assert_eq!(other.download(&format!("/attachments/{}", fresh_id())).await.status(), 404);
    assert_eq!(app.sign_in(books::GUARD).await.download(path).await.status(), 403);
    assert_eq!(app.client().download(path).await.status(), 401);
    assert_eq!(readings(&app).await, 3, "each reading is recorded");
}

async fn readings(app: &TestApp) -> i64 {
    #[derive(FromQueryResult)]
    struct Count {
        count: i64,
    }
    let text = "SELECT COUNT(*) AS count FROM audit_entry WHERE action = 'ATTACHMENT_READ'";
    Sql::new(text, []).one::<Count>(app.database().read()).await.unwrap().unwrap().count
}

#[tokio::test]
async fn an_upload_repeated_is_the_same_one_and_an_id_in_use_takes_nothing_else() {
    let (app, _) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let id = fresh_id();
    let sending = (0..5).map(|_| steward.upload(&id, "PHOTO", jpeg()));
    let answers = join_all(sending).await;
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(answers[0].0, 201);
    let other = [jpeg(), vec![1]].concat();
    for (client, kind, bytes) in [
        (&steward, "PHOTO", other),
        (&steward, "SIGNATURE", jpeg()),
        (&app.sign_in(books::OTHER_STEWARD).await, "PHOTO", jpeg()),
    ] {
        let (status, answer) = client.upload(&id, kind, bytes).await;
        let code = answer["errors"][0]["extensions"]["code"].as_str();
        assert_eq!((status, code), (409, Some("DUPLICATE")));
    }
    let path = format!("/attachments/{id}");
    assert_eq!(steward.download(&path).await.bytes().await.unwrap(), jpeg());
}

#[tokio::test]
async fn a_file_is_taken_by_its_content_and_its_size_whatever_it_is_called() {
    let settings = [("GUANJIA_ATTACHMENTS__MOST_BYTES", "6000")];
    let app = TestApp::start_with(&settings).await;
    books::found_company(&app.app).await;
    let steward = app.sign_in(books::STEWARD).await;
    let long = [jpeg(), vec![0; 1000]].concat();
    for (kind, bytes, status, code) in [
        ("PHOTO", b"<html><script>alert(1)</script>".to_vec(), 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("PHOTO", Vec::new(), 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("RECORDING", jpeg(), 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("PHOTO", long, 413, "PAYLOAD_TOO_LARGE"),
        ("SECRET", jpeg(), 400, "BAD_INPUT"),
    ] {
        let (got, answer) = steward.upload(&fresh_id(), kind, bytes).await;
        let found = answer["errors"][0]["extensions"]["code"].as_str();
        assert_eq!((got, found), (status, Some(code)), "{answer}");
        let message = answer["errors"][0]["message"].as_str().unwrap();
        assert!(message.chars().any(|c| c > '\u{2e80}'), "Chinese comes first: {message}");
    }
    assert_eq!(steward.upload("case_1", "PHOTO", jpeg()).await.0, 400);
    assert_eq!(app.client().upload(&fresh_id(), "PHOTO", jpeg()).await.0, 401);
    assert_eq!(app.sign_in(books::GUARD).await.upload(&fresh_id(), "PHOTO", jpeg()).await.0, 403);
}

#[tokio::test]
async fn nobody_ties_what_is_not_theirs_to_what_is_not_theirs() {
    let (app, company) = TestApp::with_company().await;
    let (steward, other) =
        (app.sign_in(books::STEWARD).await, app.sign_in(books::OTHER_STEWARD).await);
    let mine = company.account(&app.app, "101").await.to_string();
    let theirs = company.account(&app.app, "105").await.to_string();
    let id = sent(&steward).await;
    let stolen = attach(&other, &[&id], json!({ "accountId": theirs })).await;
    let unknown = attach(&other, &[&fresh_id()], json!({ "accountId": theirs })).await;
    assert_eq!(stolen["data"]["attach"]["problems"][0]["code"], "NOT_FOUND");
    assert_eq!(stolen, unknown, "another's upload and none at all look alike");
    let elsewhere = attach(&steward, &[&id], json!({ "accountId": theirs })).await;
    assert_eq!(elsewhere["errors"][0]["extensions"]["code"], "NOT_FOUND");
    let holder = other.card(&theirs).await["holders"][0]["party"]["id"].clone();
    let elsewhere = attach(&steward, &[&id], json!({ "partyId": holder })).await;
    assert_eq!(elsewhere["errors"][0]["extensions"]["code"], "NOT_FOUND");
    for more in [json!({}), json!({ "accountId": mine, "attachmentIds": [] })] {
        let answer = attach(&steward, &[&id], more).await;
        assert_eq!(answer["data"]["attach"]["problems"][0]["code"], "REQUIRED", "{answer}");
    }
    assert_eq!(steward.card(&mine).await["attachments"], json!([]));
}

#[tokio::test]
async fn what_is_tied_to_nothing_is_thrown_away_after_a_day_and_the_rest_stays() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let (loose, tied) = (sent(&steward).await, sent(&steward).await);
    attach(&steward, &[&tied], json!({ "accountId": account })).await;
    let status = async |id: &str| steward.download(&format!("/attachments/{id}")).await.status();
    assert_eq!(
        (status(&loose).await, status(&tied).await),
        (reqwest::StatusCode::OK, reqwest::StatusCode::OK)
    );
    app.clock("2026-11-24T10:00:01+08:00");
    eventually("the loose one to go", async || (status(&loose).await == 404).then_some(())).await;
    assert_eq!(status(&tied).await, 200);
    let late = attach(&steward, &[&loose], json!({ "accountId": account })).await;
    assert_eq!(late["data"]["attach"]["problems"][0]["code"], "NOT_FOUND");
}
