//! Logging a contact.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{
    TestApp, books,
    client::{contact, operation, promise},
    fresh_key,
};

#[tokio::test]
async fn twenty_retries_at_once_on_two_replicas_are_one_act_with_one_answer() {
    let (app, company) = TestApp::with_company().await;
    let replica = app.replica().await;
    let steward = app.sign_in(books::STEWARD).await;
    let there = steward.at(replica.address);
    let account = company.account(&app.app, "101").await.to_string();
    let variables = contact(&account, &fresh_key(), promise(&account, "3000", "2026-11-27"));
    let retries = (0..10).flat_map(|_| [&steward, &there]);
    let answers = join_all(retries.map(|client| client.run("LogContact", variables.clone()))).await;
    let first = &answers[0]["logContact"]["contact"]["id"];
    assert!(answers.iter().all(|answer| answer["logContact"]["contact"]["id"] == *first));
    let card = steward.card(&account).await;
    assert_eq!(card["promises"].as_array().unwrap().len(), 1);
    let contacted = happenings(&card, "CONTACTED");
    assert_eq!(contacted, 1, "{card}");
}

fn happenings(card: &Value, kind: &str) -> usize {
    card["timeline"].as_array().unwrap().iter().filter(|entry| entry["happening"] == kind).count()
}

#[tokio::test]
async fn a_key_that_stands_for_another_act_is_refused() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let key = fresh_key();
    steward.run("LogContact", contact(&account, &key, json!({}))).await;
    let other = contact(&account, &key, json!({ "disposition": "BUSY" }));
    assert_eq!(steward.code("LogContact", other).await, "IDEMPOTENCY_KEY_REUSED");
}

#[tokio::test]
async fn a_refusal_is_not_remembered_the_corrected_input_goes_through_under_the_same_key() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let key = fresh_key();
    let wrong = steward
        .run("LogContact", contact(&account, &key, promise(&account, "0", "2026-11-27")))
        .await;
    assert_eq!(wrong["logContact"]["problems"][0]["code"], "TOO_SMALL");
    let right = steward
        .run("LogContact", contact(&account, &key, promise(&account, "1", "2026-11-27")))
        .await;
    assert_eq!(right["logContact"]["problems"], json!([]));
}

#[tokio::test]
async fn what_is_wrong_is_named_by_field_and_nothing_is_changed() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let before = steward.card(&account).await;
    for (more, code, field) in [
        (json!({ "disposition": "PROMISED" }), "REQUIRED", "promise"),
        (json!({ "disposition": "CALLBACK_AGREED" }), "REQUIRED", "next"),
        (json!({ "accountIds": [] }), "REQUIRED", "accountIds"),
        (json!({ "accountIds": [account, account] }), "DUPLICATE", "accountIds"),
        (json!({ "note": "长".repeat(2001) }), "TOO_LONG", "note"),
        (json!({ "next": { "on": "2026-11-22" } }), "TOO_EARLY", "next.on"),
        (promise(&account, "10", "2026-12-24"), "TOO_LATE", "promise.lines.0.dueOn"),
        (promise(&account, "10", "2026-11-22"), "TOO_EARLY", "promise.lines.0.dueOn"),
        (json!({ "idempotencyKey": "with space" }), "INVALID", "idempotencyKey"),
    ] {
        let answer = steward.log_contact(&account, more).await;
        let problem = &answer["problems"][0];
        let path: Vec<_> = problem["field"]
            .as_array()
            .unwrap()
            .iter()
            .map(|part| part.as_str().unwrap())
            .collect();
        assert_eq!(
            (problem["code"].as_str(), path.join(".").as_str()),
            (Some(code), field),
            "{answer}"
        );
        assert!(
            problem["message"].as_str().unwrap().chars().any(|c| c > '\u{2e80}'),
            "Chinese comes first"
        );
    }
    assert_eq!(steward.card(&account).await, before);
}

#[tokio::test]
async fn what_was_learned_of_a_number_stands_at_the_number() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let number = |card: &Value| card["holders"][0]["contactPoints"][0].clone();
    let point = number(&steward.card(&account).await);
    assert_eq!(point["status"], "VALID");
    let dead = json!({ "disposition": "INVALID_NUMBER", "contactPointId": point["id"] });
    steward.log_contact(&account, dead).await;
    assert_eq!(number(&steward.card(&account).await)["status"], "DEAD");
    let said = json!({ "disposition": "NO_ANSWER", "contactPointId": point["id"], "numberStatus": "DO_NOT_CALL" });
    steward.log_contact(&account, said).await;
    assert_eq!(
        number(&steward.card(&account).await)["status"],
        "DO_NOT_CALL",
        "what is said outweighs the outcome"
    );
}

#[tokio::test]
async fn somebody_elses_number_cannot_be_named() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let other = company.account(&app.app, "102").await.to_string();
    let theirs = steward.card(&other).await["holders"][0]["contactPoints"][0]["id"].clone();
    let answer = steward.log_contact(&account, json!({ "contactPointId": theirs })).await;
    assert_eq!(answer["problems"][0]["code"], "NOT_FOUND");
}

#[tokio::test]
async fn an_entry_made_offline_keeps_its_id_and_its_time_and_never_lies_in_the_future() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let id = "contact_0199aaaabbbb7ccc8dddeeeeffff0001";
    let offline = json!({ "id": id, "occurredAt": "2026-11-23T09:00:00+08:00" });
    let logged = steward.log_contact(&account, offline.clone()).await;
    assert_eq!(
        (logged["contact"]["id"].as_str(), logged["contact"]["occurredAt"].as_str()),
        (Some(id), Some("2026-11-23T01:00:00.000000Z"))
    );
    let again = steward.log_contact(&account, offline).await;
    assert_eq!(again["problems"][0]["code"], "DUPLICATE", "another key, the same id");
    let ahead =
        steward.log_contact(&account, json!({ "occurredAt": "2027-01-01T00:00:00+08:00" })).await;
    assert_eq!(ahead["contact"]["occurredAt"], ahead["contact"]["recordedAt"]);
}

#[tokio::test]
async fn an_open_case_always_has_a_next_step() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    for disposition in ["NO_ANSWER", "REFUSED", "WRONG_NUMBER", "MET", "HUNG_UP", "DECEASED"] {
        steward.log_contact(&account, json!({ "disposition": disposition })).await;
        let follow_ups = steward.card(&account).await["followUps"].clone();
        assert!(
            follow_ups.as_array().is_some_and(|list| !list.is_empty()),
            "{disposition}: {follow_ups}"
        );
    }
}

#[tokio::test]
async fn an_agreed_hour_is_a_call_back_at_that_hour() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "102").await.to_string();
    let agreed =
        json!({ "disposition": "CALLBACK_AGREED", "next": { "on": "2026-11-23", "at": "15:30" } });
    let logged = steward.log_contact(&account, agreed).await;
    assert_eq!(logged["followUps"][0]["source"], "CALL_BACK");
    assert_eq!(logged["followUps"][0]["dueAt"], "2026-11-23T07:30:00.000000Z");
    assert_eq!(steward.worklist().await[0].0, "CALL_BACK");
}

#[tokio::test]
async fn a_client_that_goes_away_does_not_stop_a_contact_half_way() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let key = fresh_key();
    let body = json!({ "query": operation("LogContact"), "variables": contact(&account, &key, json!({})) });
    let impatient = tokio::spawn({
        let (steward, body) = (steward.clone(), body.clone());
        async move { steward.try_post(body).await }
    });
    tokio::task::yield_now().await;
    impatient.abort();
    let retried = steward.post(body).await;
    assert_eq!(retried["data"]["logContact"]["problems"], json!([]), "{retried}");
    assert_eq!(happenings(&steward.card(&account).await, "CONTACTED"), 1);
}

#[tokio::test]
async fn steps_that_outcomes_ask_for_do_not_pile_up_and_end_with_a_promise() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    for _ in 0..3 {
        steward.log_contact(&account, json!({ "disposition": "NO_ANSWER" })).await;
    }
    assert_eq!(steward.card(&account).await["followUps"].as_array().unwrap().len(), 1);
    steward.log_contact(&account, promise(&account, "3000", "2026-11-27")).await;
    let left = steward.card(&account).await["followUps"].clone();
    assert_eq!((left.as_array().unwrap().len(), &left[0]["source"]), (1, &json!("PROMISE")));
    app.clock("2026-11-24T11:00:00+08:00");
    assert_eq!(steward.worklist().await.last().unwrap().0, "PROMISED");
}

#[tokio::test]
async fn do_not_call_is_taken_back_by_a_person_only_and_old_knowledge_replaces_nothing() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let point = steward.card(&account).await["holders"][0]["contactPoints"][0]["id"].clone();
    let status =
        async || steward.card(&account).await["holders"][0]["contactPoints"][0]["status"].clone();
    let used = |more: Value| {
        let mut input = more;
        input["contactPointId"] = point.clone();
        input
    };
    app.clock("2026-11-24T10:00:00+08:00");
    steward.log_contact(&account, used(json!({ "numberStatus": "DO_NOT_CALL" }))).await;
    steward.log_contact(&account, used(promise(&account, "5", "2026-11-27"))).await;
    assert_eq!(status().await, "DO_NOT_CALL");
    app.clock("2026-11-25T10:00:00+08:00");
    steward.log_contact(&account, used(json!({ "numberStatus": "VALID" }))).await;
    let old = json!({ "disposition": "INVALID_NUMBER", "occurredAt": "2026-11-23T10:00:00+08:00" });
    steward.log_contact(&account, used(old)).await;
    assert_eq!(status().await, "VALID");
}

#[tokio::test]
async fn a_day_that_nobody_means_is_refused() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    for day in ["+12345-01-01", "-9999-01-01", "0000-01-01"] {
        let variables = contact(&account, &fresh_key(), json!({ "next": { "on": day } }));
        assert_ne!(steward.code("LogContact", variables).await, "INTERNAL", "{day}");
    }
}

#[tokio::test]
async fn a_stranger_cannot_promise_for_a_flat_that_is_not_theirs() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let other = company.account(&app.app, "102").await.to_string();
    let party = steward.card(&account).await["holders"][0]["party"]["id"].clone();
    let both = json!({ "accountIds": [account, other], "partyId": party });
    assert_eq!(steward.log_contact(&account, both).await["problems"][0]["code"], "NOT_FOUND");
}
