//! What administrators and managers set up: communities, and what they want.

use serde_json::{Value, json};

use crate::support::{TestApp, books, client::promise, fresh_key};

fn code(payload: &Value) -> &str {
    payload["problems"][0]["code"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn a_community_is_made_once_under_its_name_and_its_maker_reaches_it() {
    let (app, _) = TestApp::with_company().await;
    let admin = app.sign_in(books::ADMINISTRATOR).await;
    let create = async |name: &str, zone: &str| {
        let input = json!({ "idempotencyKey": fresh_key(), "name": name, "timeZone": zone });
        let data = admin.run("CreateCommunity", json!({ "input": input })).await;
        data["createCommunity"].clone()
    };
    let made = create(" 桂花园 ", "Asia/Shanghai").await;
    assert_eq!(made["community"]["name"], "桂花园", "{made}");
    assert_eq!(code(&create("桂花园", "Asia/Shanghai").await), "DUPLICATE");
    assert_eq!(code(&create("", "Asia/Shanghai").await), "REQUIRED");
    assert_eq!(code(&create("莲园", "Asia/Peking").await), "INVALID");
    let seen = admin.run("Viewer", json!({})).await["viewer"]["communities"].clone();
    assert!(seen.as_array().unwrap().iter().any(|one| one["id"] == made["community"]["id"]));
}

#[tokio::test]
async fn a_community_with_a_new_name_has_it_on_every_list() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let room = async || {
        let account = company.account(&app.app, "101").await.to_string();
        steward.card(&account).await["unit"]["communityName"].clone()
    };
    let listed = async || {
        let data = steward.run("Worklist", json!({ "first": 1 })).await;
        data["worklist"]["version"].clone()
    };
    let before = listed().await;
    let admin = app.sign_in(books::ADMINISTRATOR).await;
    let id = company.community.to_string();
    let input = json!({ "idempotencyKey": fresh_key(), "communityId": id, "name": "梨花园" });
    let renamed = admin.run("RenameCommunity", json!({ "input": input })).await;
    assert_eq!(renamed["renameCommunity"]["community"]["name"], "梨花园");
    assert_eq!(room().await, "梨花园");
    assert_ne!(listed().await, before, "lists that were remembered are read anew");
}

#[tokio::test]
async fn what_a_community_wants_of_promises_holds_from_then_on() {
    let (app, company) = TestApp::with_company().await;
    let manager = app.sign_in(books::MANAGER).await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let set = async |fields: Value| {
        let mut input = fields;
        input["idempotencyKey"] = json!(fresh_key());
        input["communityId"] = json!(company.community.to_string());
        let data = manager.run("SetCollectionPolicy", json!({ "input": input })).await;
        data["setCollectionPolicy"].clone()
    };
    let wrong = set(json!({ "promiseHorizonDays": 0, "partlyKeptPercent": 101 })).await;
    let fields: Vec<_> =
        wrong["problems"].as_array().unwrap().iter().map(|one| one["field"][0].clone()).collect();
    assert_eq!(fields, ["promiseHorizonDays", "partlyKeptPercent"]);
    let done = set(json!({ "promiseHorizonDays": 3, "reminderAt": "09:30" })).await;
    assert_eq!(done["collectionPolicy"]["version"], 2, "{done}");
    assert_eq!(done["collectionPolicy"]["reminderAt"], "09:30");
    assert_eq!(done["collectionPolicy"]["promiseGraceDays"], 0, "what is left out stays");
    let far = steward.log_contact(&account, promise(&account, "10.00", "2026-11-27")).await;
    assert_eq!(code(&far), "TOO_LATE", "{far}");
    let near = steward.log_contact(&account, promise(&account, "10.00", "2026-11-26")).await;
    assert_eq!(near["problems"], json!([]));
    let again = set(json!({ "promiseHorizonDays": 3 })).await;
    assert_eq!(again["collectionPolicy"]["version"], 2, "nothing changed");
}
