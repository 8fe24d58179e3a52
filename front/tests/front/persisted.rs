//! Registered operations.

use reqwest::RequestBuilder;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::house::{House, Plan, answer, settings};

const OPERATIONS: [(&str, &str, &str); 4] = [
    ("Total", "query", "query Total { total }"),
    ("Off", "query", "query Off { hello }"),
    ("Add", "mutation", "mutation Add { add(by: 1) }"),
    ("Broken", "query", "query Broken { nothing }"),
];

fn id(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A manifest in Apollo's format.
pub(crate) fn manifest() -> String {
    let operations = OPERATIONS.map(
        |(name, kind, body)| json!({ "id": id(body), "name": name, "type": kind, "body": body }),
    );
    let (format, version) = ("apollo-persisted-query-manifest", 1);
    json!({ "format": format, "version": version, "operations": operations }).to_string()
}

fn id_of(name: &str) -> String {
    let operation = OPERATIONS.iter().find(|(known, ..)| *known == name);
    operation.map(|(_, _, body)| format!("sha256:{}", id(body))).expect("a known operation")
}

/// A registered operation, sent by its id.
pub(crate) fn sent(house: &House, name: &str) -> RequestBuilder {
    house.request().json(&json!({ "documentId": id_of(name) }))
}

async fn strict() -> House {
    let plan = settings(|settings| settings.persisted.only = true);
    House::with(Plan { manifest: Some(manifest()), ..plan }).await
}

#[tokio::test]
async fn a_registered_operation_runs_by_its_id() {
    let house = strict().await;
    assert_eq!(answer(sent(&house, "Total")).await.data(), json!({ "total": 0 }));
    let get = answer(house.get(&[("documentId", id_of("Total").as_str())])).await;
    assert_eq!(get.data(), json!({ "total": 0 }));
    assert_eq!(get.header("cache-control"), "private, no-cache");
    let bare = id_of("Total").replace("sha256:", "");
    let bare = answer(house.request().json(&json!({ "documentId": bare }))).await;
    assert_eq!(bare.data(), json!({ "total": 0 }));
    let apollo =
        json!({ "persistedQuery": { "version": 1, "sha256Hash": id("query Total { total }") } });
    let apollo = answer(house.request().json(&json!({ "extensions": apollo }))).await;
    assert_eq!(apollo.data(), json!({ "total": 0 }));
}

#[tokio::test]
async fn a_registered_mutation_needs_post_all_the_same() {
    let house = strict().await;
    let get = answer(house.get(&[("documentId", id_of("Add").as_str())])).await;
    assert_eq!((get.status.as_u16(), get.header("allow")), (405, "POST"));
    assert_eq!(answer(sent(&house, "Add")).await.data(), json!({ "add": 1 }));
}

#[tokio::test]
async fn an_unknown_id_and_a_free_text_are_refused() {
    let house = strict().await;
    for forged in
        ["x", "sha256:", &format!("sha256:{}", "0".repeat(64)), &id_of("Total").to_uppercase()]
    {
        let answer = answer(house.request().json(&json!({ "documentId": forged }))).await;
        assert_eq!(
            (answer.code().as_str(), answer.has_data()),
            ("PERSISTED_QUERY_NOT_FOUND", false)
        );
    }
    assert_eq!(house.ask("{ total }").await.code(), "PERSISTED_QUERY_REQUIRED");
    let mut socket = house.socket(None).await;
    socket.subscribe("1", "subscription { endless }").await;
    assert_eq!(socket.hear().await["payload"][0]["extensions"]["code"], "PERSISTED_QUERY_REQUIRED");
}

#[tokio::test]
async fn a_developer_may_send_a_text() {
    let house = strict().await;
    let request = house.request().bearer_auth("developer").json(&json!({ "query": "{ total }" }));
    assert_eq!(answer(request).await.data(), json!({ "total": 0 }));
}

#[tokio::test]
async fn a_text_under_another_hash_is_refused_and_none_is_registered() {
    let house = House::with(Plan { manifest: Some(manifest()), ..settings(|_| {}) }).await;
    let hashed = |text: &str, hash: &str| {
        let extensions = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } });
        answer(house.request().json(&json!({ "query": text, "extensions": extensions })))
    };
    assert_eq!(hashed("{ hello }", &id("{ total }")).await.code(), "BAD_REQUEST");
    assert_eq!(hashed("{ hello }", &id("{ hello }")).await.status, 200);
    let later = json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": id("{ hello }") } } });
    let later = answer(house.request().json(&later)).await;
    assert_eq!(later.code(), "PERSISTED_QUERY_NOT_FOUND");
}

#[tokio::test]
async fn one_operation_can_be_switched_off_and_old_apps_turned_away() {
    let plan = settings(|settings| {
        settings.persisted.disabled = vec!["Off".to_owned()];
        settings.persisted.lowest_versions.insert("phone".to_owned(), "1.10".to_owned());
    });
    let house = House::with(Plan { manifest: Some(manifest()), ..plan }).await;
    assert_eq!(answer(sent(&house, "Off")).await.code(), "OPERATION_DISABLED");
    assert_eq!(house.ask("query Off { hello }").await.code(), "OPERATION_DISABLED");
    assert_eq!(answer(sent(&house, "Total")).await.status, 200);
    let app = |version: &'static str| {
        let request = sent(&house, "Total").header("apollographql-client-name", "phone");
        answer(request.header("apollographql-client-version", version))
    };
    let old = app("1.9.9").await;
    assert_eq!((old.status.as_u16(), old.code().as_str()), (426, "CLIENT_TOO_OLD"));
    assert_eq!(app("1.10.0").await.status, 200);
}

#[tokio::test]
async fn a_registered_operation_must_fit_the_schema_like_any_other() {
    let house = strict().await;
    assert_eq!(answer(sent(&house, "Broken")).await.code(), "GRAPHQL_VALIDATION_FAILED");
}
