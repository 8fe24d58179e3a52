//! Attachments whose bytes lie in an object store, which may be away.

use guanjia::kernel::{ids::AttachmentId, tokens::print_of};
use serde_json::{Value, json};

use crate::support::{
    Client, TestApp,
    books::{self, Company},
    bucket::{Bucket, Mood},
    eventually, fresh_key, program,
};

fn png() -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n".as_slice(), &[7; 300_000]].concat()
}

fn fresh_id() -> String {
    guanjia::kernel::ids::fresh::<AttachmentId>().to_string()
}

fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
}

async fn start() -> (TestApp, Company, Bucket) {
    let bucket = Bucket::open().await;
    let settings = bucket.settings();
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let app = TestApp::start_with(&settings).await;
    let company = books::found_company(&app.app).await;
    (app, company, bucket)
}

async fn tie(client: &Client, id: &str, account: &str) -> Value {
    let input =
        json!({ "idempotencyKey": fresh_key(), "attachmentIds": [id], "accountId": account });
    client.run("Attach", json!({ "input": input })).await["attach"].clone()
}

#[tokio::test]
async fn what_is_sent_lies_in_the_bucket_and_is_read_by_who_reaches_it() {
    let (app, company, bucket) = start().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let id = fresh_id();
    for _ in 0..2 {
        let (status, answer) = steward.upload(&id, "PHOTO", png()).await;
        assert_eq!((status, answer["mime"].as_str()), (201, Some("image/png")), "{answer}");
    }
    assert_eq!(tie(&steward, &id, &account).await["problems"], json!([]));
    let path = format!("/attachments/{id}");
    let got = app.sign_in(books::MANAGER).await.download(&path).await;
    assert_eq!(got.headers()["content-type"], "image/png");
    assert_eq!(got.bytes().await.unwrap(), png());
    assert_eq!(app.sign_in(books::OTHER_STEWARD).await.download(&path).await.status(), 404);
    let place = format!("guanjia/test/{}/{id}/{}", company.organization, print_of(&png()));
    assert_eq!(bucket.names(), [place]);
}

#[tokio::test]
async fn while_the_store_is_away_nothing_is_lost_and_the_same_again_does_it() {
    let (app, company, bucket) = start().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let (early, late) = (fresh_id(), fresh_id());
    assert_eq!(steward.upload(&early, "PHOTO", png()).await.0, 201);
    bucket.becomes(Mood::Away);
    let (status, answer) = steward.upload(&late, "PHOTO", png()).await;
    assert_eq!((status, code(&answer)), (503, "UNAVAILABLE"), "{answer}");
    assert!(answer["errors"][0]["extensions"]["requestId"].is_string(), "{answer}");
    let refused = tie(&steward, &late, &account).await;
    assert_eq!(refused["problems"][0]["code"], "NOT_FOUND", "it did not arrive");
    let path = format!("/attachments/{early}");
    assert_eq!(steward.download(&path).await.status(), 503);
    bucket.becomes(Mood::Garbling);
    assert_eq!(steward.upload(&late, "PHOTO", png()).await.0, 503, "what is kept is what was sent");
    bucket.becomes(Mood::Fine);
    assert_eq!(steward.download(&path).await.bytes().await.unwrap(), png());
    assert_eq!(steward.upload(&late, "PHOTO", png()).await.0, 201);
    assert_eq!(tie(&steward, &late, &account).await["problems"], json!([]));
    bucket.becomes(Mood::Breaking);
    let broken = steward.download(&format!("/attachments/{late}")).await;
    let whole = broken.status() == 200 && broken.bytes().await.is_ok();
    assert!(!whole, "half a file is not taken for a whole one");
}

#[tokio::test]
async fn what_is_tied_to_nothing_leaves_the_bucket_once_the_store_is_back() {
    let (app, company, bucket) = start().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let (loose, tied) = (fresh_id(), fresh_id());
    for id in [&loose, &tied] {
        assert_eq!(steward.upload(id, "PHOTO", png()).await.0, 201);
    }
    tie(&steward, &tied, &account).await;
    bucket.becomes(Mood::Away);
    app.clock("2026-11-24T10:00:01+08:00");
    // It is given up before its bytes are asked for.
    let path = format!("/attachments/{loose}");
    eventually("the loose one to be given up", async || {
        (steward.download(&path).await.status() == 404).then_some(())
    })
    .await;
    assert_eq!(bucket.names().len(), 2);
    bucket.becomes(Mood::Fine);
    eventually("its bytes to go", async || (bucket.names().len() == 1).then_some(())).await;
    assert!(bucket.names()[0].contains(&tied));
    assert_eq!(steward.download(&format!("/attachments/{tied}")).await.status(), 200);
}

#[tokio::test]
async fn check_config_says_whether_the_store_answers_and_shows_no_key() {
    let (app, _, bucket) = start().await;
    let check = async |own: Vec<(&'static str, String)>| {
        let mut command = program::command(&app.app.settings.database_url);
        command.arg("check-config").envs(own);
        let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
        let text = [output.stdout.clone(), output.stderr.clone()].concat();
        (output.status.success(), String::from_utf8(text).unwrap())
    };
    let secret = bucket.settings()[4].1.clone();
    let (good, said) = check(bucket.settings()).await;
    assert!(good && said.contains("s3://papers/guanjia/test/ at http://127.0.0.1"), "{said}");
    assert!(!said.contains(&secret));
    bucket.becomes(Mood::Away);
    let (good, said) = check(bucket.settings()).await;
    assert!(!good && said.contains("attachments.store: the store answered 503 SlowDown"), "{said}");
    let mut wrong = bucket.settings();
    wrong[1].1 = "nowhere".to_owned();
    let (good, said) = check(wrong).await;
    assert!(!good && said.contains("attachments.s3.endpoint") && !said.contains(&secret), "{said}");
    assert_eq!(said.trim().lines().count(), 1, "{said}");
}
