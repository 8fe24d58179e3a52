//! Logging a contact.

use futures_util::future::join_all;
use guanjia::kernel::sql::Sql;
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

/// The codes and fields of the problems of an answer.
fn problems(answer: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let of = |problem: &Value| {
        let path: Vec<String> = problem["field"].as_array().unwrap().iter().map(text).collect();
        (text(&problem["code"]), path.join("."))
    };
    answer["problems"].as_array().unwrap().iter().map(of).collect()
}

#[tokio::test]
async fn an_outcome_that_cannot_come_of_the_channel_or_direction_is_refused_by_field() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    for (more, field) in [
        (json!({ "disposition": "NO_ANSWER", "channel": "VISIT" }), "disposition"),
        (json!({ "disposition": "MET", "channel": "CALL" }), "disposition"),
        (json!({ "disposition": "MESSAGE_SENT", "channel": "CALL" }), "disposition"),
        (json!({ "disposition": "BUSY", "direction": "INBOUND" }), "disposition"),
        (json!({ "disposition": "REFUSED", "thirdParty": { "name": "邻居" } }), "thirdParty"),
    ] {
        let answer = steward.log_contact(&account, more).await;
        assert_eq!(problems(&answer), [("INCONSISTENT".to_owned(), field.to_owned())]);
    }
    for more in [
        json!({ "disposition": "MET", "channel": "VISIT", "direction": "INBOUND" }),
        json!({ "disposition": "MESSAGE_SENT", "channel": "LETTER" }),
        json!({ "disposition": "THIRD_PARTY", "channel": "VISIT", "thirdParty": { "relation": "母亲" } }),
    ] {
        assert_eq!(problems(&steward.log_contact(&account, more).await), []);
    }
}

#[tokio::test]
async fn every_fact_of_a_contact_stands_in_the_history_page_by_page() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    for minute in 0..5 {
        let at = format!("2026-11-23T09:0{minute}:00+08:00");
        steward.log_contact(&account, json!({ "occurredAt": at, "note": at })).await;
    }
    let third = json!({
        "disposition": "THIRD_PARTY",
        "thirdParty": { "name": "王阿姨", "relation": "邻居" },
        "durationSeconds": 42,
    });
    steward.log_contact(&account, third).await;
    let inbound = json!({ "disposition": "REFUSED", "direction": "INBOUND" });
    steward.log_contact(&account, inbound).await;
    let (mut seen, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = json!({ "id": account, "first": 3, "after": after });
        let contacts = steward.run("ContactHistory", page).await["node"]["contacts"].clone();
        seen.extend(contacts["edges"].as_array().unwrap().iter().map(|edge| edge["node"].clone()));
        after = contacts["pageInfo"]["endCursor"].clone();
        if contacts["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(seen.len(), 7);
    assert_eq!(seen[0]["countsAsAttempt"], false, "the owner called us");
    assert_eq!(
        (&seen[1]["thirdPartyName"], &seen[1]["thirdPartyRelation"], &seen[1]["durationSeconds"]),
        (&json!("王阿姨"), &json!("邻居"), &json!(42))
    );
    assert_eq!((&seen[1]["reached"], &seen[1]["rightParty"]), (&json!(true), &json!(false)));
    assert_eq!(seen[6]["note"], "2026-11-23T09:00:00+08:00");
    let ids: std::collections::BTreeSet<_> = seen.iter().map(|one| one["id"].to_string()).collect();
    assert_eq!(ids.len(), 7);
}

#[tokio::test]
async fn when_no_number_is_left_the_next_step_is_to_find_one() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let point = steward.card(&account).await["holders"][0]["contactPoints"][0]["id"].clone();
    let dead = json!({ "disposition": "INVALID_NUMBER", "contactPointId": point });
    let logged = steward.log_contact(&account, dead).await;
    assert_eq!(logged["followUps"][0]["purpose"], "FIND_CONTACT");
    let sold = steward.log_contact(&account, json!({ "disposition": "SOLD" })).await;
    assert_eq!(sold["followUps"][0]["purpose"], "CHECK_OWNERSHIP");
}

#[tokio::test]
async fn somebody_else_is_asked_for_a_call_back_once() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let third = json!({ "disposition": "THIRD_PARTY", "thirdParty": { "relation": "母亲" } });
    let first = steward.log_contact(&account, third.clone()).await;
    assert_eq!(first["followUps"][0]["purpose"], "CALL");
    app.clock("2026-11-24T10:00:00+08:00");
    let second = steward.log_contact(&account, third).await;
    assert_eq!(second["followUps"][0]["purpose"], "FIND_CONTACT");
}

#[tokio::test]
async fn account_details_that_were_sent_are_confirmed_half_an_hour_later_by_one_call() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "102").await.to_string();
    let mut given = promise(&account, "500.00", "2026-11-27");
    given["confirm"] = json!({});
    let logged = steward.log_contact(&account, given).await;
    let confirm = &logged["followUps"][0];
    assert_eq!(
        (&confirm["purpose"], &confirm["source"], &confirm["dueAt"]),
        (&json!("CONFIRM_DETAILS"), &json!("CALL_BACK"), &json!("2026-11-23T02:30:00.000000Z"))
    );
    let look = &logged["followUps"][1];
    assert_eq!((&look["source"], &look["dueOn"]), (&json!("PROMISE"), &json!("2026-11-27")));
    app.clock("2026-11-23T10:05:00+08:00");
    steward.log_contact(&account, json!({ "disposition": "MESSAGE_SENT" })).await;
    let open = |card: &Value| {
        let list = card["followUps"].as_array().unwrap().clone();
        list.iter().filter(|one| one["purpose"] == "CONFIRM_DETAILS").count()
    };
    assert_eq!(open(&steward.card(&account).await), 1, "the message is not the call");
    app.clock("2026-11-23T10:30:00+08:00");
    let mut socket = steward.socket().await;
    socket.subscribe(0).await;
    assert_eq!(socket.reminder().await.unwrap()["followUp"]["purpose"], "CONFIRM_DETAILS");
    app.clock("2026-11-23T10:31:00+08:00");
    let agreed = json!({ "disposition": "CALLBACK_AGREED", "next": { "on": "2026-11-26" } });
    steward.log_contact(&account, agreed).await;
    assert_eq!(open(&steward.card(&account).await), 0);
}

#[tokio::test]
async fn rounds_of_one_day_come_one_by_one_and_end_when_the_right_one_is_reached() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "102").await.to_string();
    let at = |hour: &str| json!({ "on": "2026-11-23", "at": hour });
    let rounds = json!({ "rounds": [at("10:30"), at("12:00"), at("13:00")] });
    let logged = steward.log_contact(&account, rounds).await;
    assert_eq!(logged["followUps"].as_array().unwrap().len(), 3);
    let left = async || steward.card(&account).await["followUps"].as_array().unwrap().clone();
    app.clock("2026-11-23T10:31:00+08:00");
    steward.log_contact(&account, json!({ "disposition": "BUSY" })).await;
    assert_eq!(left().await.len(), 2, "no further step while rounds are to come");
    let vague = json!({ "disposition": "THIRD_PARTY", "next": at("11:30") });
    steward.log_contact(&account, vague).await;
    let hours: Vec<_> = left().await.iter().map(|one| one["dueAt"].clone()).collect();
    assert_eq!(hours, ["2026-11-23T03:30:00.000000Z", "2026-11-23T05:00:00.000000Z"]);
    app.clock("2026-11-23T11:31:00+08:00");
    steward.log_contact(&account, promise(&account, "10.00", "2026-11-27")).await;
    let sources: Vec<_> = left().await.iter().map(|one| one["source"].clone()).collect();
    assert_eq!(sources, ["PROMISE"]);
}

#[tokio::test]
async fn rounds_that_are_not_of_one_day_in_order_are_refused() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "102").await.to_string();
    let at = |day: &str, hour: Value| json!({ "on": day, "at": hour });
    for (rounds, code) in [
        (
            json!([at("2026-11-23", json!("12:00")), at("2026-11-23", json!("11:00"))]),
            "INCONSISTENT",
        ),
        (
            json!([at("2026-11-23", json!("12:00")), at("2026-11-24", json!("13:00"))]),
            "INCONSISTENT",
        ),
        (json!([at("2026-11-23", Value::Null)]), "REQUIRED"),
    ] {
        let answer = steward.log_contact(&account, json!({ "rounds": rounds })).await;
        assert_eq!(answer["problems"][0]["code"], code, "{answer}");
    }
}

#[tokio::test]
async fn more_rounds_than_a_day_may_have_are_refused() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "102").await.to_string();
    let round = |hour: u32| json!({ "on": "2026-11-23", "at": format!("{hour}:00") });
    let rounds: Vec<_> = (11..18).map(round).collect();
    let answer = steward.log_contact(&account, json!({ "rounds": rounds })).await;
    assert_eq!(problems(&answer), [("TOO_MANY".to_owned(), "rounds".to_owned())]);
    assert_eq!(answer["contact"], Value::Null);
}

#[tokio::test]
async fn who_tries_again_after_a_break_keeps_every_round_of_the_day() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "102").await.to_string();
    steward.log_contact(&account, promise(&account, "10.00", "2026-11-23")).await;
    app.clock("2026-11-24T09:00:00+08:00");
    let known = json!({ "input": { "idempotencyKey": fresh_key(),
        "communityId": company.community.to_string(), "knownTo": "2026-11-23" } });
    app.sign_in(books::MANAGER).await.run("SetWatermark", known).await;
    let round = |hour: &str| json!({ "on": "2026-11-24", "at": hour });
    let rounds = json!([round("10:30"), round("12:00"), round("13:00")]);
    let tried = json!({ "disposition": "NO_ANSWER", "rounds": rounds });
    steward.log_contact(&account, tried).await;
    let card = steward.card(&account).await;
    let steps = card["followUps"].as_array().unwrap();
    let sources: Vec<_> = steps.iter().map(|one| one["source"].clone()).collect();
    assert_eq!(sources, ["BROKEN_PROMISE", "ROUND", "ROUND"], "{card}");
}

#[tokio::test]
async fn what_was_amended_says_what_it_said_before() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let sent = json!({ "disposition": "MESSAGE_SENT", "note": "已发张号" });
    let id = steward.log_contact(&account, sent).await["contact"]["id"].clone();
    let amend = |more: Value| {
        let mut input = json!({ "idempotencyKey": fresh_key(), "contactId": id });
        for (name, value) in more.as_object().unwrap() {
            input[name] = value.clone();
        }
        json!({ "input": input })
    };
    let more = json!({ "note": "已发账号", "delivery": "ARRIVED" });
    let answer = steward.run("AmendContact", amend(more)).await["amendContact"].clone();
    assert_eq!(
        (&answer["contact"]["note"], &answer["contact"]["delivery"]),
        (&json!("已发账号"), &json!("ARRIVED"))
    );
    assert_eq!(answer["contact"]["amendments"][0]["noteBefore"], "已发张号");
    assert_eq!(happenings(&steward.card(&account).await, "CONTACT_AMENDED"), 1);
    let nothing = steward.run("AmendContact", amend(json!({}))).await["amendContact"].clone();
    assert_eq!(problems(&nothing), [("REQUIRED".to_owned(), "note".to_owned())]);
    let other = app.sign_in(books::OTHER_STEWARD).await;
    assert_eq!(other.code("AmendContact", amend(json!({ "note": "x" }))).await, "NOT_FOUND");
}

/// Corrects a contact from one account to another.
fn correction(contact: &Value, right: &str, more: Value) -> Value {
    let mut input =
        json!({ "idempotencyKey": fresh_key(), "contactId": contact, "accountIds": [right] });
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    json!({ "input": input })
}

#[tokio::test]
async fn a_contact_on_the_wrong_owner_is_taken_back_there_and_stands_on_the_right_one() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let wrong = company.account(&app.app, "101").await.to_string();
    let right = company.account(&app.app, "102").await.to_string();
    let before = steward.card(&wrong).await["followUps"].clone();
    let logged = steward.log_contact(&wrong, promise(&wrong, "800.00", "2026-11-27")).await;
    app.clock("2026-11-23T11:00:00+08:00");
    let variables = correction(&logged["contact"]["id"], &right, json!({ "reason": "点错户" }));
    let made = steward.run("CorrectContact", variables.clone()).await["correctContact"].clone();
    let again = steward.run("CorrectContact", variables).await["correctContact"].clone();
    assert_eq!(made["contact"]["id"], again["contact"]["id"], "a retry is the same act");
    assert_eq!(made["promises"][0]["amount"], "800.00");
    assert_eq!(made["contact"]["occurredAt"], "2026-11-23T02:00:00.000000Z");

    let card = steward.card(&wrong).await;
    assert_eq!(
        (&card["promises"][0]["state"], &card["promises"][0]["endedWhy"]),
        (&json!("CANCELLED"), &json!("MISTAKE"))
    );
    assert_eq!(card["followUps"], before, "what the contact had answered is open again");
    assert_eq!(happenings(&card, "CONTACT_CORRECTED"), 1);
    let history = async |id: &str| {
        let contacts = steward.run("ContactHistory", json!({ "id": id })).await;
        contacts["node"]["contacts"]["edges"].as_array().unwrap().clone()
    };
    let on_wrong = history(&wrong).await;
    assert_eq!(on_wrong[0]["node"]["about"][0]["correctedById"], made["contact"]["id"]);
    let on_right = history(&right).await;
    assert_eq!(on_right[0]["node"]["correctsId"], logged["contact"]["id"]);
    let card = steward.card(&right).await;
    assert_eq!(card["promises"][0]["state"], "PENDING");

    let twice = correction(&logged["contact"]["id"], &right, json!({}));
    let refused = steward.run("CorrectContact", twice).await["correctContact"].clone();
    assert_eq!(problems(&refused), [("INCONSISTENT".to_owned(), "contactId".to_owned())]);
}

#[tokio::test]
async fn a_correction_puts_back_the_number_and_the_promise_that_had_given_way() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let wrong = company.account(&app.app, "101").await.to_string();
    let right = company.account(&app.app, "102").await.to_string();
    let point = async || steward.card(&wrong).await["holders"][0]["contactPoints"][0].clone();
    steward.log_contact(&wrong, promise(&wrong, "900.00", "2026-11-26")).await;
    app.clock("2026-11-23T10:10:00+08:00");
    let mut given = promise(&wrong, "5.00", "2026-11-30");
    given["contactPointId"] = point().await["id"].clone();
    given["numberStatus"] = json!("WRONG");
    let mistake = steward.log_contact(&wrong, given).await;
    assert_eq!(point().await["status"], "WRONG");
    app.clock("2026-11-23T10:20:00+08:00");
    steward.run("CorrectContact", correction(&mistake["contact"]["id"], &right, json!({}))).await;
    assert_eq!(point().await["status"], "VALID");
    let card = steward.card(&wrong).await;
    let states: Vec<_> =
        card["promises"].as_array().unwrap().iter().map(|one| one["state"].clone()).collect();
    assert_eq!(states, ["CANCELLED", "PENDING"]);
    assert_eq!(
        card["followUps"][0]["dueOn"], "2026-11-26",
        "the look at its money is planned again"
    );
    assert_eq!(happenings(&card, "PROMISE_RESTORED"), 1);
}

#[tokio::test]
async fn a_break_of_a_promise_that_another_owner_gave_is_taken_back() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let wrong = company.account(&app.app, "101").await.to_string();
    let right = company.account(&app.app, "102").await.to_string();
    let logged = steward.log_contact(&wrong, promise(&wrong, "800.00", "2026-11-24")).await;
    app.clock("2026-11-25T10:00:00+08:00");
    let manager = app.sign_in(books::MANAGER).await;
    let known = json!({ "input": { "idempotencyKey": fresh_key(), "communityId": company.community.to_string(), "knownTo": "2026-11-24" } });
    manager.run("SetWatermark", known).await;
    assert_eq!(steward.card(&wrong).await["promises"][0]["state"], "BROKEN");
    steward.run("CorrectContact", correction(&logged["contact"]["id"], &right, json!({}))).await;
    let card = steward.card(&wrong).await;
    assert_eq!(card["promises"][0]["state"], "CANCELLED");
    assert_eq!(card["promises"][0]["brokenInARow"], 0);
    assert!(
        steward
            .worklist()
            .await
            .iter()
            .all(|(reason, room)| room != "1-1-101" || reason != "BROKEN_PROMISE")
    );
    let broken = crate::support::eventually("the verdict on the right account", async || {
        let card = steward.card(&right).await;
        Some(card).filter(|card| card["promises"][0]["state"] == "BROKEN")
    });
    broken.await;
}

#[tokio::test]
async fn who_does_not_reach_both_accounts_corrects_nothing() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let mine = company.account(&app.app, "101").await.to_string();
    let theirs = company.account(&app.app, "105").await.to_string();
    let logged = steward.log_contact(&mine, json!({})).await;
    let there = correction(&logged["contact"]["id"], &theirs, json!({}));
    assert_eq!(steward.code("CorrectContact", there.clone()).await, "NOT_FOUND");
    let other = app.sign_in(books::OTHER_STEWARD).await;
    assert_eq!(other.code("CorrectContact", there.clone()).await, "NOT_FOUND");
    let manager = app.sign_in(books::MANAGER).await;
    let made = manager.run("CorrectContact", there).await["correctContact"].clone();
    assert_eq!(problems(&made), []);
    assert!(steward.run("ContactHistory", json!({ "id": theirs })).await["node"].is_null());
}

#[tokio::test]
async fn a_visit_keeps_its_signature_and_needs_one_where_the_policy_says_so() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let text = "UPDATE collection_policy SET visit_proof = TRUE";
    Sql::new(text, []).run(app.database().read()).await.unwrap();
    let bare = steward.log_contact(&account, json!({ "disposition": "MET" })).await;
    assert_eq!(problems(&bare), [("REQUIRED".to_owned(), "attachmentIds".to_owned())]);
    let id = guanjia::kernel::ids::fresh::<guanjia::kernel::ids::AttachmentId>().to_string();
    let photo = [b"\xff\xd8\xff\xe0\0\x10JFIF".as_slice(), &[7; 500]].concat();
    steward.upload(&id, "SIGNATURE", photo).await;
    let met = json!({ "disposition": "MET", "attachmentIds": [id] });
    let logged = steward.log_contact(&account, met).await;
    assert_eq!(problems(&logged), []);
    let history = steward.run("ContactHistory", json!({ "id": account })).await;
    let node = &history["node"]["contacts"]["edges"][0]["node"];
    assert_eq!(node["attachments"][0]["id"], id.as_str(), "{history}");
}
