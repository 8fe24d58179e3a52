//! Holds: who is left alone, until when, and that everybody is woken up again.

use serde_json::{Value, json};

use crate::support::{
    Client, TestApp, books,
    books::{charge, receipts},
    client::{input, promise},
    eventually,
};

async fn place(client: &Client, account: &str, (reason, until): (&str, &str)) -> Value {
    let fields = json!({ "accountId": account, "reason": reason, "until": until });
    client.run("PlaceHold", input(fields)).await["placeHold"].clone()
}

async fn lift(client: &Client, placed: &Value) -> Value {
    let fields = json!({ "holdId": placed["hold"]["id"], "reason": "settled" });
    client.run("LiftHold", input(fields)).await["liftHold"].clone()
}

/// Source and day of the open steps of an account.
async fn steps(client: &Client, account: &str) -> Vec<(String, String)> {
    let card = client.card(account).await;
    let mut steps: Vec<_> = card["followUps"].as_array().unwrap().iter().map(step).collect();
    steps.sort();
    steps
}

fn step(one: &Value) -> (String, String) {
    let text = |name: &str| one[name].as_str().unwrap().to_owned();
    (text("source"), text("dueOn"))
}

fn own(steps: &[(&str, &str)]) -> Vec<(String, String)> {
    steps.iter().map(|(source, day)| ((*source).to_owned(), (*day).to_owned())).collect()
}

#[tokio::test]
async fn an_account_on_hold_is_left_alone_and_wakes_up_on_the_first_workday_after() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let placed = place(&steward, &account, ("DISPUTE", "2026-12-04")).await;
    assert_eq!(placed["problems"], json!([]));
    assert_eq!(placed["hold"]["state"], "IN_FORCE");
    assert_eq!(steps(&steward, &account).await, own(&[("WAKE_UP", "2026-12-07")]));
    let mut socket = steward.socket().await;
    socket.subscribe(0).await;
    app.clock("2026-12-06T10:00:00+08:00");
    eventually("the end of the hold", async || {
        let card = steward.card(&account).await;
        let over = &card["timeline"][0]["happening"] == "HOLD_OVER";
        (over && card["holds"] == json!([])).then_some(())
    })
    .await;
    assert!(socket.is_quiet().await, "not on a Sunday");
    app.clock("2026-12-07T08:00:00+08:00");
    let reminder = socket.reminder().await.unwrap();
    assert_eq!(reminder["followUp"]["source"], "WAKE_UP");
    let case = steward.card(&account).await["openCase"].clone();
    assert_eq!(case["whyNone"], Value::Null, "{case}");
}

#[tokio::test]
async fn what_was_agreed_with_the_owner_stays_and_routine_calls_wait() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    steward.log_contact(&account, json!({ "next": { "on": "2026-11-26" } })).await;
    let agreed = json!({ "next": { "on": "2026-11-25", "at": "15:30" } });
    steward.log_contact(&account, agreed).await;
    let placed = place(&steward, &account, ("HARDSHIP", "2026-12-02")).await;
    let during =
        own(&[("CALL_BACK", "2026-11-25"), ("MANUAL", "2026-12-03"), ("WAKE_UP", "2026-12-03")]);
    assert_eq!(steps(&steward, &account).await, during);
    // A call that goes wrong during the hold asks for another, which waits too.
    let lifted = lift(&steward, &placed).await;
    assert_eq!(lifted["hold"]["state"], "LIFTED");
    let after =
        own(&[("CALL_BACK", "2026-11-25"), ("MANUAL", "2026-11-26"), ("WAKE_UP", "2026-11-23")]);
    assert_eq!(steps(&steward, &account).await, after);
    let again = lift(&steward, &placed).await;
    assert_eq!(again["problems"][0]["code"], "CONFLICT");
}

#[tokio::test]
async fn a_break_during_a_hold_is_not_followed_by_a_call_before_the_account_wakes_up() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    steward.log_contact(&account, promise(&account, "1000.00", "2026-11-24")).await;
    place(&steward, &account, ("BEREAVEMENT", "2026-12-10")).await;
    app.clock("2026-11-25T10:00:00+08:00");
    let known = json!({ "communityId": company.community.to_string(), "knownTo": "2026-11-24" });
    app.sign_in(books::MANAGER).await.run("SetWatermark", input(known)).await;
    let broken = own(&[("BROKEN_PROMISE", "2026-12-11"), ("WAKE_UP", "2026-12-11")]);
    assert_eq!(steps(&steward, &account).await, broken);
    let list = steward.worklist().await;
    assert!(list.contains(&("ON_HOLD".to_owned(), "1-1-101".to_owned())), "{list:?}");
}

#[tokio::test]
async fn a_hold_ends_on_a_day_that_the_policy_allows() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    for (reason, until, code) in [
        ("DISPUTE", "2026-11-22", "TOO_EARLY"),
        ("CLAIMS_PAID", "2026-11-27", "TOO_LATE"),
        ("DISPUTE", "2026-12-23", "TOO_LATE"),
    ] {
        let refused = place(&steward, &account, (reason, until)).await;
        assert_eq!(refused["problems"][0]["code"], code, "{reason} {until}");
        assert_eq!(refused["problems"][0]["field"], json!(["until"]));
    }
    let unbounded = json!({ "accountId": account, "reason": "DISPUTE" });
    assert_eq!(steward.code("PlaceHold", input(unbounded)).await, "BAD_USER_INPUT");
    for (reason, until) in [("CLAIMS_PAID", "2026-11-26"), ("DISPUTE", "2026-12-22")] {
        let placed = place(&steward, &account, (reason, until)).await;
        assert_eq!(placed["problems"], json!([]), "{reason} {until}");
    }
}

#[tokio::test]
async fn of_several_holds_the_latest_end_counts() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    place(&steward, &account, ("CLAIMS_PAID", "2026-11-25")).await;
    let longer = place(&steward, &account, ("DISPUTE", "2026-12-02")).await;
    assert_eq!(steps(&steward, &account).await, own(&[("WAKE_UP", "2026-12-03")]));
    lift(&steward, &longer).await;
    assert_eq!(steps(&steward, &account).await, own(&[("WAKE_UP", "2026-11-26")]));
}

#[tokio::test]
async fn waking_up_is_not_answered_before_its_day() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    place(&steward, &account, ("DISPUTE", "2026-11-25")).await;
    let waking = steward.card(&account).await["followUps"][0]["id"].clone();
    let named = json!({ "disposition": "MET", "answersFollowUpIds": [waking] });
    steward.log_contact(&account, named).await;
    assert!(steps(&steward, &account).await.contains(&own(&[("WAKE_UP", "2026-11-26")])[0]));
    app.clock("2026-11-26T10:00:00+08:00");
    steward.log_contact(&account, json!({ "disposition": "MET" })).await;
    let left = steps(&steward, &account).await;
    assert!(left.iter().all(|(source, _)| source != "WAKE_UP"), "{left:?}");
    assert!(!left.is_empty(), "an open case has a next step");
}

#[tokio::test]
async fn a_hold_outlives_the_case_and_a_case_that_opens_meanwhile_is_quiet() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "103").await.to_string();
    place(&steward, &account, ("DEFECT", "2027-01-05")).await;
    company.import(&app.app, receipts(&[("103", "X1", "2026-11-23", 100_000)])).await.unwrap();
    let card = steward.card(&account).await;
    assert_eq!(card["openCase"], Value::Null);
    assert_eq!(card["holds"][0]["reason"], "DEFECT");
    app.clock("2026-12-20T10:00:00+08:00");
    let mut december = receipts(&[]);
    december.charges.push(charge("103", 12, 100_000));
    company.import(&app.app, december).await.unwrap();
    let card = steward.card(&account).await;
    assert_eq!(card["openCase"]["state"], "OPEN");
    assert_eq!(steps(&steward, &account).await, own(&[("WAKE_UP", "2027-01-06")]));
}

#[tokio::test]
async fn who_owes_nothing_when_the_hold_is_over_is_not_woken() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "103").await.to_string();
    place(&steward, &account, ("DISPUTE", "2026-11-25")).await;
    company.import(&app.app, receipts(&[("103", "X1", "2026-11-23", 100_000)])).await.unwrap();
    app.clock("2026-11-26T10:00:00+08:00");
    eventually("the end of the hold", async || {
        let card = steward.card(&account).await;
        (card["followUps"] == json!([])).then_some(())
    })
    .await;
    let mut socket = steward.socket().await;
    socket.subscribe(0).await;
    assert!(socket.is_quiet().await);
}

#[tokio::test]
async fn the_same_key_places_one_hold_and_anothers_account_is_not_there() {
    let (app, company) = TestApp::with_company().await;
    let steward = app.sign_in(books::STEWARD).await;
    let account = company.account(&app.app, "101").await.to_string();
    let fields = input(json!({ "accountId": account, "reason": "PLAN", "until": "2026-11-30" }));
    let first = steward.run("PlaceHold", fields.clone()).await;
    let again = steward.run("PlaceHold", fields.clone()).await;
    assert_eq!(first["placeHold"]["hold"]["id"], again["placeHold"]["hold"]["id"]);
    assert_eq!(steward.card(&account).await["holds"].as_array().unwrap().len(), 1);
    let other = app.sign_in(books::OTHER_STEWARD).await;
    assert_eq!(other.code("PlaceHold", fields).await, "NOT_FOUND");
    let theirs = json!({ "holdId": first["placeHold"]["hold"]["id"], "reason": "no" });
    assert_eq!(other.code("LiftHold", input(theirs)).await, "NOT_FOUND");
}
