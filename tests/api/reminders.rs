//! Reminders: nothing is lost, nothing is shown twice.

use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use crate::support::{Client, TestApp, books, books::Company, fresh_key};

/// Plans a call for Tuesday.
async fn plan(app: &TestApp, company: &Company, steward: &Client, number: &str) -> String {
    let account = company.account(&app.app, number).await.to_string();
    steward.log_contact(&account, json!({ "next": { "on": "2026-11-24" } })).await;
    account
}

fn sequence(reminder: &Value) -> i64 {
    reminder["sequence"].as_i64().unwrap()
}

#[tokio::test]
async fn a_client_that_was_away_gets_what_came_after_the_last_it_saw() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    for number in ["101", "102", "103"] {
        plan(&app, &company, &steward, number).await;
    }
    app.clock("2026-11-24T08:00:00+08:00");
    let mut first = steward.socket().await;
    first.subscribe(0).await;
    for expected in 1..=3 {
        assert_eq!(sequence(&first.reminder().await.unwrap()), expected);
    }
    drop(first);
    let mut back = steward.socket().await;
    back.subscribe(2).await;
    assert_eq!(sequence(&back.reminder().await.unwrap()), 3);
    assert!(back.is_quiet().await);
}

#[tokio::test]
async fn a_reminder_of_a_call_that_was_already_made_does_not_come() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = plan(&app, &company, &steward, "101").await;
    plan(&app, &company, &steward, "102").await;
    app.clock("2026-11-24T07:59:00+08:00");
    steward.log_contact(&account, json!({ "disposition": "MET" })).await;
    let mut socket = steward.socket().await;
    socket.subscribe(0).await;
    app.clock("2026-11-24T08:00:00+08:00");
    let reminder = socket.reminder().await.unwrap();
    assert_eq!((sequence(&reminder), &reminder["account"]["unit"]["room"]), (1, &json!("1-1-102")));
    assert!(socket.is_quiet().await);
}

#[tokio::test]
async fn a_reminder_that_was_answered_since_is_replayed_as_no_longer_open() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = plan(&app, &company, &steward, "101").await;
    app.clock("2026-11-24T08:00:00+08:00");
    let mut socket = steward.socket().await;
    socket.subscribe(0).await;
    assert_eq!(socket.reminder().await.unwrap()["open"], true);
    steward.log_contact(&account, json!({})).await;
    let mut other_device = steward.socket().await;
    other_device.subscribe(0).await;
    assert_eq!(
        other_device.reminder().await.unwrap()["open"],
        false,
        "its number is there, it is not to be shown"
    );
}

#[tokio::test]
async fn each_steward_hears_only_of_their_own() {
    let (app, company) = TestApp::with_company().await;
    let (steward, other) =
        (app.sign_in(books::STEWARD).await, app.sign_in(books::OTHER_STEWARD).await);
    plan(&app, &company, &steward, "101").await;
    plan(&app, &company, &other, "105").await;
    app.clock("2026-11-24T08:00:00+08:00");
    for (client, room) in [(steward, "1-1-101"), (other, "1-1-105")] {
        let mut socket = client.socket().await;
        socket.subscribe(0).await;
        let reminder = socket.reminder().await.unwrap();
        assert_eq!((sequence(&reminder), &reminder["account"]["unit"]["room"]), (1, &json!(room)));
        assert!(socket.is_quiet().await);
    }
}

#[tokio::test]
async fn two_replicas_remind_once_and_a_socket_on_either_hears_it() {
    let (app, company) = TestApp::with_company().await;
    let replica = app.replica().await;
    let steward = app.sign_in(books::STEWARD).await;
    let there = steward.at(replica.address);
    let (mut here, mut far) = (steward.socket().await, there.socket().await);
    here.subscribe(0).await;
    far.subscribe(0).await;
    for number in ["101", "102", "103"] {
        plan(&app, &company, &steward, number).await;
    }
    app.clock("2026-11-24T08:00:00+08:00");
    for socket in [&mut here, &mut far] {
        let mut rooms = Vec::new();
        for expected in 1..=3 {
            let reminder = socket.reminder().await.unwrap();
            assert_eq!(sequence(&reminder), expected);
            rooms.push(reminder["account"]["unit"]["room"].as_str().unwrap().to_owned());
        }
        rooms.sort();
        assert_eq!(rooms, ["1-1-101", "1-1-102", "1-1-103"]);
        assert!(socket.is_quiet().await);
    }
}

#[tokio::test]
async fn the_reminders_of_a_flat_that_nobody_looks_after_wait_for_the_next_steward() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = plan(&app, &company, &steward, "101").await;
    let conn = app.database().read();
    let ended = "UPDATE unit_assignment SET to_on = '2026-11-23' WHERE to_on IS NULL";
    conn.execute_unprepared(ended).await.unwrap();
    app.clock("2026-11-24T08:00:00+08:00");
    let manager = app.sign_in(books::MANAGER).await;
    assert_eq!(
        manager.card(&account).await["followUps"][0]["open"],
        true,
        "the manager sees it meanwhile"
    );
    let again = "UPDATE unit_assignment SET to_on = NULL WHERE to_on = '2026-11-23'";
    conn.execute_unprepared(again).await.unwrap();
    let mut socket = steward.socket().await;
    socket.subscribe(0).await;
    assert_eq!(socket.reminder().await.unwrap()["sequence"], 1);
}

async fn acknowledge(client: &Client, reminders: &[&Value]) -> Value {
    let ids: Vec<_> = reminders.iter().map(|reminder| reminder["id"].clone()).collect();
    let input = json!({ "idempotencyKey": fresh_key(), "reminderIds": ids });
    client.run("AcknowledgeReminders", json!({ "input": input })).await["acknowledgeReminders"]
        .clone()
}

async fn pending(client: &Client) -> Vec<String> {
    let page = client.run("PendingReminders", json!({})).await["pendingReminders"].clone();
    let rooms = page["edges"].as_array().unwrap().iter();
    rooms.map(|edge| edge["node"]["account"]["unit"]["room"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_reminder_that_was_acknowledged_on_one_device_is_gone_on_all_also_on_one_that_was_away() {
    let (app, company) = TestApp::with_company().await;
    let replica = app.replica().await;
    let steward = app.sign_in(books::STEWARD).await;
    let mut there = steward.at(replica.address).socket().await;
    let mut away = steward.socket().await;
    there.subscribe(0).await;
    away.subscribe(0).await;
    for number in ["101", "102"] {
        plan(&app, &company, &steward, number).await;
    }
    app.clock("2026-11-24T08:00:00+08:00");
    let (first, second) = (there.reminder().await.unwrap(), there.reminder().await.unwrap());
    for expected in 1..=2 {
        assert_eq!(sequence(&away.reminder().await.unwrap()), expected);
    }
    drop(away);
    assert_eq!(pending(&steward).await.len(), 2);
    let done = acknowledge(&steward, &[&first]).await;
    assert_eq!((&done["reminders"][0]["id"], &done["problems"]), (&first["id"], &json!([])));
    let seen = there.reminder().await.unwrap();
    assert_eq!((sequence(&seen), &seen["id"]), (3, &first["id"]));
    assert!(seen["acknowledgedAt"].is_string());
    let mut back = steward.socket().await;
    back.subscribe(2).await;
    let learned = back.reminder().await.unwrap();
    assert_eq!((sequence(&learned), &learned["id"]), (3, &first["id"]));
    assert!(learned["acknowledgedAt"].is_string());
    let room = second["account"]["unit"]["room"].as_str().unwrap().to_owned();
    assert_eq!(pending(&steward).await, [room]);
    acknowledge(&steward, &[&first]).await;
    assert!(there.is_quiet().await, "what was seen is not seen again");
    let mut new = steward.socket().await;
    new.subscribe(0).await;
    let replayed = new.reminder().await.unwrap();
    assert!(replayed["acknowledgedAt"].is_string(), "a new device does not show it");
}

#[tokio::test]
async fn devices_that_acknowledge_at_once_leave_no_gap_and_no_double() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    for number in ["101", "102", "103"] {
        plan(&app, &company, &steward, number).await;
    }
    app.clock("2026-11-24T08:00:00+08:00");
    let mut socket = steward.socket().await;
    socket.subscribe(0).await;
    let mut reminders = Vec::new();
    for _ in 0..3 {
        reminders.push(socket.reminder().await.unwrap());
    }
    let all: Vec<&Value> = reminders.iter().collect();
    let acts = (0..4).map(|_| acknowledge(&steward, &all));
    futures_util::future::join_all(acts).await;
    for expected in 4..=6 {
        assert_eq!(sequence(&socket.reminder().await.unwrap()), expected);
    }
    assert!(socket.is_quiet().await);
    assert_eq!(pending(&steward).await, Vec::<String>::new());
}

#[tokio::test]
async fn nobody_acknowledges_the_reminders_of_others_and_one_of_a_call_that_was_made_is_not_pending()
 {
    let (app, company) = TestApp::with_company().await;
    let (steward, other) =
        (app.sign_in(books::STEWARD).await, app.sign_in(books::OTHER_STEWARD).await);
    let account = plan(&app, &company, &steward, "101").await;
    app.clock("2026-11-24T08:00:00+08:00");
    let mut socket = steward.socket().await;
    socket.subscribe(0).await;
    let reminder = socket.reminder().await.unwrap();
    let refused = acknowledge(&other, &[&reminder]).await;
    assert_eq!(
        (&refused["problems"][0]["code"], &refused["problems"][0]["field"]),
        (&json!("NOT_FOUND"), &json!(["reminderIds", "0"]))
    );
    let none = acknowledge(&steward, &[]).await;
    assert_eq!(none["problems"][0]["code"], "INVALID");
    assert_eq!(pending(&steward).await, ["1-1-101"]);
    steward.log_contact(&account, json!({ "next": { "on": "2026-12-01" } })).await;
    assert_eq!(pending(&steward).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_waited_a_day_for_a_steward_goes_to_the_manager_once() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = plan(&app, &company, &steward, "101").await;
    let conn = app.database().read();
    let ended = "UPDATE unit_assignment SET to_on = '2026-11-23' WHERE to_on IS NULL";
    conn.execute_unprepared(ended).await.unwrap();
    let manager = app.sign_in(books::MANAGER).await;
    let mut socket = manager.socket().await;
    socket.subscribe(0).await;
    app.clock("2026-11-25T07:59:00+08:00");
    assert!(socket.is_quiet().await, "it waits for the next steward");
    app.clock("2026-11-25T08:00:00+08:00");
    let reminder = socket.reminder().await.unwrap();
    assert_eq!((&reminder["account"]["id"], &reminder["open"]), (&json!(account), &json!(true)));
    let again = "UPDATE unit_assignment SET to_on = NULL WHERE to_on = '2026-11-23'";
    conn.execute_unprepared(again).await.unwrap();
    assert!(socket.is_quiet().await, "nothing is reminded twice");
}
